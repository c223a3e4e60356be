"""What people type and paste: units by name, commands that a shell takes as they are printed, help in order."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from commands import run, started_anew
from reviewing_office import DOUBTFUL, ROADS, make, taken
from two_years import submit

from perfeval_xl.campaign.folder import Campaign, open_campaign
from perfeval_xl.cli import app
from perfeval_xl.cli.commands import command
from perfeval_xl.cli.completion import offered_units
from perfeval_xl.cli.help import YEAR


@pytest.fixture(scope="module")
def _taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a year with one workbook that was taken in, in a folder whose name has a blank."""
    campaign = make(tmp_path_factory.mktemp("名") / "二〇二三 年")
    submit(campaign, ROADS, DOUBTFUL)
    taken(campaign)
    return campaign.folder


@pytest.fixture
def year(_taken: Path, tmp_path: Path) -> Campaign:
    return open_campaign(shutil.copytree(_taken, tmp_path / _taken.name))


@pytest.mark.parametrize(
    ("words", "posix", "windows"),
    [
        (("collect", "2023"), "perfeval-xl collect 2023", "perfeval-xl collect 2023"),
        (("status", Path()), "perfeval-xl status", "perfeval-xl status"),
        (("issue", "二〇二三 年"), "perfeval-xl issue '二〇二三 年'", 'perfeval-xl issue "二〇二三 年"'),
        (("check", "a&b's.xlsx"), "perfeval-xl check 'a&b'\"'\"'s.xlsx'", 'perfeval-xl check "a&b\'s.xlsx"'),
        (("issue", "D:\\年\\1"), "perfeval-xl issue 'D:\\年\\1'", "perfeval-xl issue D:\\年\\1"),
    ],
)
def test_a_printed_command_is_quoted_for_its_shell(words: tuple[object, ...], posix: str, windows: str) -> None:
    assert command(*words, windows=False) == posix
    assert command(*words, windows=True) == windows
    assert shlex.split(posix)[1:] == [str(word) for word in words if word != Path()]


def test_every_command_stands_in_the_help_once_and_the_year_in_its_order() -> None:
    listed = [name for names in YEAR.values() for name in names]
    registered = {one.name or one.callback.__name__ for one in app.registered_commands if one.callback}
    registered |= {str(group.name) for group in app.registered_groups}
    assert sorted(listed) == sorted(registered)
    text = run("--help").stdout
    places = [text.index(f"{heading}：\n") for heading in YEAR]
    assert places == sorted(places)
    assert not re.search(r"(?m)^  [a-z]+ +\.\.\.$", text), "each says what it does"


def test_check_and_report_take_a_unit_of_a_year(year: Campaign) -> None:
    checked = run("check", "交通", year.folder)
    assert checked.returncode == 1
    assert "核实 B12" in checked.stdout
    assert '"rule": "B12"' in run("check", "1", "--format", "json", cwd=year.folder).stdout
    written = run("report", "交通局", year.folder)
    path = year.results / "1 交通局 自评报告.docx"
    assert f"自评报告：{path}" in written.stdout, written.stderr
    assert path.exists()
    nobody = run("check", "教育局", "税务局", year.folder)
    assert nobody.returncode == 2
    assert all(word in nobody.stderr for word in ("教育局（2）现在是“未报”", "没有“税务局”这个单位"))


def test_what_a_command_says_is_next_can_be_pasted(year: Campaign) -> None:
    said = run("accept", "交通局", year.folder, "--why", "复核属实").stdout.splitlines()
    assert said[0] == "1 交通局：已通过"
    (pasted,) = re.findall(r"^下一步：perfeval-xl (.*)（.*）$", said[-1])
    following = run(*shlex.split(pasted))
    assert following.returncode in (0, 1), following.stderr
    assert following.stdout.splitlines()[-1].startswith("下一步：perfeval-xl ")


def test_a_shell_is_offered_the_units_of_the_folder_at_hand(
    year: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(year.folder)
    assert offered_units("教") == ["教育局"]
    assert offered_units("1,水") == ["1,水利局"]
    assert offered_units("2") == ["2"]
    assert offered_units("") == ["交通局", "教育局", "水利局"]
    monkeypatch.setenv("_PERFEVAL_XL_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "perfeval-xl history 水")
    monkeypatch.setenv("COMP_CWORD", "2")
    assert "水利局" in started_anew(cwd=year.folder).stdout.split()
    monkeypatch.chdir(tmp_path)
    assert offered_units("教") == [], "a folder that is no year's"
