"""A year sealed in one file is proven, listed for people, known by its ledger, and read by later versions."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from commands import run
from small_campaign import copied, make

from perfeval_xl.campaign.archive import noted, open_sealed, seal, sealing, verified
from perfeval_xl.campaign.backup import BackupError
from perfeval_xl.campaign.folder import LEDGER, Campaign, open_campaign
from perfeval_xl.campaign.standings import overview
from perfeval_xl.intake.collect import collect
from perfeval_xl.ledger import ledger, sealed
from perfeval_xl.ledger.tables import FORMER, SCHEMA, TABLES, VERSION, Former
from perfeval_xl.outgoing.returns import write_returns
from perfeval_xl.records.act import Deed

NOW = datetime(2024, 12, 20, 9, 30, tzinfo=UTC)
SCAN = "402001 交通局 盖章扫描件.pdf"


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """Make a year of which three units have reported, one of them with a stamped paper beside it."""
    campaign = make(tmp_path_factory.mktemp("年") / "2023")
    (campaign.inbox / SCAN).write_bytes(b"%PDF-1.4 scan")
    collect(campaign, jobs=1)
    write_returns(campaign, NOW)
    return campaign


@pytest.fixture
def campaign(pattern: Campaign, tmp_path: Path) -> Campaign:
    return copied(pattern, tmp_path / "2023")


def rewritten(path: Path, change: dict[str, bytes], *, more: dict[str, bytes] | None = None) -> Path:
    """Write an archive again with other contents of some files, and with more of them."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    target = path.with_name("改.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in {**parts, **change, **(more or {})}.items():
            archive.writestr(name, data)
    return target


def test_everything_of_the_year_is_in_one_file_and_comes_back(campaign: Campaign, tmp_path: Path) -> None:
    before = overview(campaign)
    for name in ("公开/公开清单.xlsx", "会议纪要/纪要.docx", "备份/旧.zip", "档案/去年.zip"):
        (campaign.folder / name).parent.mkdir(exist_ok=True)
        (campaign.folder / name).write_bytes(b"kept")
    done = seal(campaign, "赵六", NOW)
    assert done.path == campaign.folder / "档案" / "示范区2023年度部门整体支出绩效自评档案-20241220-093000.zip"
    with zipfile.ZipFile(done.path) as archive:
        names = set(archive.namelist())
    assert {"campaign.toml", "名册.xlsx", LEDGER, f"收件/{SCAN}", "档案目录.xlsx", "档案.json"} <= names
    assert {f"收件/{path.name}" for path in campaign.inbox.iterdir()} <= names
    assert any(name.startswith("退回/") for name in names)
    assert any(name.startswith("模板/") for name in names)
    assert {"公开/公开清单.xlsx", "会议纪要/纪要.docx"} <= names, "whatever lies in the folder is of the year"
    assert not names & {"备份/旧.zip", "档案/去年.zip"}, "copies of the year are not"
    open_sealed(done.path, tmp_path / "打开", NOW)
    again = open_campaign(tmp_path / "打开")
    assert overview(again) == before
    assert (again.inbox / SCAN).read_bytes() == b"%PDF-1.4 scan"


def test_the_list_tells_people_each_file_whose_it_is_and_its_fingerprint(campaign: Campaign) -> None:
    done = seal(campaign, "赵六", NOW)
    with zipfile.ZipFile(done.path) as archive:
        book = openpyxl.load_workbook(io.BytesIO(archive.read("档案目录.xlsx")))
        listed = json.loads(archive.read("清单.json"))
    lines = {row[2]: row for row in book["文件目录"].iter_rows(min_row=5, values_only=True)}
    assert set(listed) == {*lines, "档案目录.xlsx", "档案.json"}
    assert lines[f"收件/{SCAN}"][1:5] == ("盖章件", f"收件/{SCAN}", "402001", "交通局")
    assert lines["收件/402002.xlsx"][1] == "报送件"
    assert {name: line[6] for name, line in lines.items()} == {name: listed[name] for name in lines}
    told = [row[1] for row in book["档案说明"].iter_rows(min_row=5, values_only=True)]
    assert "2024年12月20日，赵六" in told
    assert any("4户没有通过" in str(text) for text in told), "what is not finished is said"
    assert book["单位"].max_row == 4 + len(campaign.units)


def test_the_same_year_gives_the_same_bytes(campaign: Campaign, tmp_path: Path) -> None:
    other = copied(campaign, tmp_path / "另" / "2023")
    assert seal(campaign, "赵六", NOW).sha256 == seal(other, "赵六", NOW).sha256


def test_sealing_is_an_act_by_which_the_ledger_knows_the_archive(campaign: Campaign) -> None:
    done = seal(campaign, "赵六", NOW)
    act = noted(campaign, done.path)
    assert act
    assert (act.deed, act.by, act.subject, act.sha256) == (Deed.ARCHIVE, "赵六", done.path.name, done.sha256)
    again = seal(campaign, "赵六", NOW)
    assert again.path != done.path, "none that was sealed before is ever replaced"
    assert noted(campaign, rewritten(done.path, {})) is None
    answer = run("withdraw", str(act.number), str(campaign.folder), "--by", "赵六")
    assert answer.returncode == 2
    assert "是归档，不能撤销" in answer.stderr


@pytest.mark.parametrize(
    ("change", "more", "told"),
    [
        ({"收件/402001.xlsx": b"other"}, {}, "与清单不符"),
        ({}, {"收件/补.xlsx": b"new"}, "封存以后放进去的文件：收件/补.xlsx"),
        ({LEDGER: b"no ledger"}, {}, "与清单不符"),
    ],
)
def test_what_was_altered_since_is_no_archive(
    campaign: Campaign, tmp_path: Path, change: dict[str, bytes], more: dict[str, bytes], told: str
) -> None:
    altered = rewritten(seal(campaign, "赵六", NOW).path, change, more=more)
    with pytest.raises(BackupError, match=told):
        verified(altered)
    with pytest.raises(BackupError, match=told):
        open_sealed(altered, tmp_path / "打开")
    assert not (tmp_path / "打开").exists()


def test_the_next_version_reads_an_archive_of_this_one(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, done = overview(campaign), seal(campaign, "赵六", NOW)
    with ledger.opened(campaign.ledger) as book:
        arrivals, acts = book.arrivals(), book.acts()
    monkeypatch.setattr(sealing, "__version__", "9.0")
    monkeypatch.setattr(sealing, "FORMAT", sealing.FORMAT + 1)
    monkeypatch.setattr(sealed, "VERSION", VERSION + 1)
    monkeypatch.setattr(sealed, "FORMER", {**FORMER, VERSION: Former(TABLES, SCHEMA)})
    assert verified(done.path).submissions == 4
    open_sealed(done.path, tmp_path / "打开", NOW)
    again = open_campaign(tmp_path / "打开")
    assert overview(again) == before
    with ledger.opened(again.ledger) as book:
        assert book.arrivals() == arrivals
        assert [act for act in acts if act.deed is not Deed.ARCHIVE] == list(book.acts())
    later = seal(again, "钱七", NOW)
    monkeypatch.undo()
    with pytest.raises(BackupError, match=r"由更新版本的程序（9.0）写成"):
        sealing._require_known(later.path, zipfile.ZipFile(later.path).read("档案.json"))


def test_the_commands_seal_verify_and_open(campaign: Campaign, tmp_path: Path) -> None:
    folder = str(campaign.folder)
    made = run("archive", folder, "--by", "赵六")
    assert made.returncode == 0, made.stderr
    path = next((campaign.folder / "档案").iterdir())
    assert "请注意：“汇总”文件夹里没有汇总工作簿" in made.stdout
    proven = run("archive", folder, "--verify", str(path))
    assert (proven.returncode, "赵六归档" in proven.stdout) == (0, True)
    stranger = shutil.copytree(campaign.folder, tmp_path / "无台账记录", ignore=shutil.ignore_patterns("台账*"))
    assert run("archive", str(stranger), "--verify", str(path)).returncode == 2, (
        "its ledger is lost, which is said"
    )
    opened = run("archive", "--open", str(path), "-o", str(tmp_path / "打开"))
    assert opened.returncode == 0, opened.stderr
    assert (tmp_path / "打开" / "档案目录.xlsx").exists()
    backup = run("backup", folder).stdout
    kept = next((campaign.folder / "备份").iterdir())
    assert "备份：" in backup
    assert "是备份，不是档案" in run("archive", "--verify", str(kept)).stderr
    assert "要一起用" in run("archive", "--open", str(path)).stderr
