"""A year is tried with a few units, in a folder of its own, and thrown away without a trace in the year itself."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from commands import run
from reviewing_office import NOW, make

import perfeval_xl as px


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_rehearsal_is_collected_and_summed_up_and_leaves_no_trace_in_the_year(tmp_path: Path) -> None:
    year = make(tmp_path / "2023")
    before = contents(year.folder)
    tried, given = px.rehearse(year, now=NOW)
    assert tried.folder == tmp_path / "2023-试填"
    assert [path.name for path in given.written] == ["1 交通局.xlsx", "2 教育局.xlsx", "3 水利局.xlsx"]
    px.hand_in(tried, "交通局.xlsx", given.written[0].read_bytes(), now=NOW)
    assert px.collect(tried, jobs=1, now=NOW).tally.adds_up
    assert px.summarise(tried, now=NOW).workbook.is_relative_to(tried.folder)
    with pytest.raises(px.PerfevalError, match=r"试填用的“.*2023-试填”已经有了"):
        px.rehearse(year, now=NOW)
    with pytest.raises(px.PerfevalError, match="本身就是试填用的"):
        px.rehearse(tried, now=NOW)
    assert px.end_rehearsal(year) == tried.folder
    assert not tried.folder.exists()
    assert contents(year.folder) == before


def test_a_workbook_of_a_rehearsal_does_not_count_in_the_year(tmp_path: Path) -> None:
    year = make(tmp_path / "2023")
    px.issue(year, now=NOW)
    _, given = px.rehearse(year, year.units[1:2], now=NOW)
    px.hand_in(year, "2 教育局.xlsx", given.written[0].read_bytes(), now=NOW)
    seen = px.collect(year, jobs=1, now=NOW).seen
    assert seen.standings[1].receipt is None
    assert [one.finding.rule for one in seen.waiting] == ["A07"]


def test_only_a_folder_of_a_rehearsal_is_deleted(tmp_path: Path) -> None:
    year = make(tmp_path / "2023")
    (tmp_path / "2023-试填").mkdir()
    (tmp_path / "2023-试填" / "别人的.txt").write_text("重要", "utf-8")
    with pytest.raises(px.PerfevalError, match="没有试填用的文件夹"):
        px.end_rehearsal(year)
    assert (tmp_path / "2023-试填" / "别人的.txt").exists()


def test_a_rehearsal_on_the_command_line(tmp_path: Path) -> None:
    year = make(tmp_path / "2023")
    said = run("issue", year.folder, "--test", "--only", "教育局").stdout
    assert "生成1份" in said
    assert said.splitlines()[-1].startswith(f"下一步：perfeval-xl collect {tmp_path / '2023-试填'}")
    assert run("issue", year.folder, "--test-over").returncode == 0
    assert run("issue", year.folder, "--test-over").returncode == 2


def test_a_list_of_decisions_before_anything_came_is_no_lost_ledger(tmp_path: Path) -> None:
    year = make(tmp_path / "2023")
    px.write_docket(year, now=NOW)
    year.ledger.unlink(missing_ok=True)
    (year.folder / ".有台账").unlink(missing_ok=True)
    assert len(px.overview(year, now=NOW).standings) == 3
