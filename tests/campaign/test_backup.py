"""Nothing is lost: a backup that proves itself and comes back, and tables that other programs can open safely."""

from __future__ import annotations

import csv
import os
import shutil
import sqlite3
import sys
import tempfile
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from killed import STEP, killed_at_every
from small_campaign import REPORTS, figures, make

from perfeval_xl.campaign.backup import LISTING, BackupError, back_up, check, restore
from perfeval_xl.campaign.folder import LEDGER, TEMPLATES, Campaign, open_campaign
from perfeval_xl.campaign.kept_template import KeptTemplateError
from perfeval_xl.campaign.standings import overview
from perfeval_xl.intake.collect import collect
from perfeval_xl.ledger import ledger, sealed
from perfeval_xl.outgoing.bureau_files import write_export
from perfeval_xl.outgoing.issue import issue
from perfeval_xl.outgoing.returns import write_returns
from perfeval_xl.records.errors import DamagedLedgerError, TemplateError
from perfeval_xl.records.export_format import ExportFormat
from perfeval_xl.records.provenance import Purpose, Written
from perfeval_xl.template.source.spec import read_spec

NOW = datetime(2024, 3, 15, 9, 30, tzinfo=UTC)


def collected(folder: Path) -> Campaign:
    campaign = make(folder)
    collect(campaign, jobs=1)
    write_returns(campaign, NOW)
    return campaign


def dump(campaign: Campaign) -> list[str]:
    with ledger.opened(campaign.ledger) as book:
        return list(book.dump())


def test_a_backup_comes_back_as_it_was(tmp_path: Path) -> None:
    campaign = collected(tmp_path / "年")
    kept = back_up(campaign, NOW)
    assert kept.path.name == "年-20240315-093000.zip"
    assert (kept.files, kept.submissions) == (5, 3), (
        "settings, roster, template, ledger, the record of what was written"
    )
    with zipfile.ZipFile(kept.path) as archive:
        assert archive.read("模板/hunan-2023-1.0.0.xlsx") == campaign.plain.package
    restore(kept.path, tmp_path / "新")
    again = open_campaign(tmp_path / "新")
    assert dump(again) == dump(campaign)
    assert overview(again) == overview(campaign)
    assert not list(again.inbox.iterdir())


def test_what_may_have_gone_out_since_the_backup_has_serials_that_come_back_to_nobody(tmp_path: Path) -> None:
    campaign = collected(tmp_path / "年")
    issue(campaign, campaign.units, now=NOW)
    kept = back_up(campaign, NOW)
    with ledger.opened(campaign.ledger) as book:
        later = book.next_serial()
        book.write_down([Written(later, "402001", Purpose.RETURN)])
    restore(kept.path, tmp_path / "新", NOW)
    with ledger.opened(tmp_path / "新" / LEDGER) as book:
        assert not book.serials().never(later), "it went out, though the backup does not know it"
        assert book.next_serial() > later
        assert book.serials().never(book.next_serial())


def test_with_everything_the_inbox_comes_along_but_no_other_backup(tmp_path: Path) -> None:
    campaign = collected(tmp_path / "年")
    back_up(campaign, NOW)
    kept = back_up(campaign, NOW.replace(hour=10), tmp_path / "外", everything=True)
    restore(kept.path, tmp_path / "新")
    assert {path.name for path in (tmp_path / "新" / "收件").iterdir()} == {
        path.name for path in campaign.inbox.iterdir()
    }
    assert not (tmp_path / "新" / "备份").exists()


def test_a_backup_is_taken_while_another_run_writes(tmp_path: Path) -> None:
    campaign = collected(tmp_path / "年")
    with ledger.opened(campaign.ledger) as book:
        book._store.db.execute("BEGIN IMMEDIATE")
        book._store.put(sealed.SIGHTING, "半截", (1, 1, "[]"))
        assert back_up(campaign, NOW).submissions == 3
        book._store.db.rollback()


@pytest.mark.parametrize("damage", ["a byte", "a file missing", "cut short", "no zip", "not ours"])
def test_a_damaged_backup_is_refused_and_nothing_is_restored(tmp_path: Path, damage: str) -> None:
    campaign = collected(tmp_path / "年")
    path = back_up(campaign, NOW).path
    data = path.read_bytes()
    if damage == "cut short":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "no zip":
        path.write_bytes(b"hello")
    else:
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        if damage == "a byte":
            parts["名册.xlsx"] = parts["名册.xlsx"][:-1] + b"x"
        elif damage == "a file missing":
            del parts[LEDGER]
        else:
            del parts[LISTING]
        with zipfile.ZipFile(path, "w") as archive:
            for name, part in parts.items():
                archive.writestr(name, part)
    with pytest.raises(BackupError):
        check(path)
    with pytest.raises(BackupError):
        restore(path, tmp_path / "新")
    assert not (tmp_path / "新").exists()


def test_a_backup_is_never_restored_over_anything(tmp_path: Path) -> None:
    campaign = collected(tmp_path / "年")
    kept = back_up(campaign, NOW)
    with pytest.raises(BackupError, match="已有文件"):
        restore(kept.path, campaign.folder)


def test_a_backup_with_a_path_that_climbs_out_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "坏.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(LISTING, '{"campaign.toml": "0", "../外面.txt": "0"}')
        archive.writestr("../外面.txt", "x")
        archive.writestr("campaign.toml", "x")
    with pytest.raises(BackupError):
        restore(path, tmp_path / "里" / "新")
    assert not (tmp_path / "里" / "外面.txt").exists()


def test_csv_holds_everything_and_no_live_formula(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", (*REPORTS[:2], (2, {**figures(200, 75), ("项目_名称", 1): "=HYPERLINK(1)"})))
    collect(campaign, jobs=1)
    write_returns(campaign, NOW)
    paths = {path.stem: path for path in write_export(campaign, tmp_path / "导出", ExportFormat.CSV, NOW)}
    assert set(paths) == {"报送记录", "填报数据", "核对问题", "办理记录", "首次收到", "序号", "盖章件和佐证材料"}
    assert paths["填报数据"].read_bytes().startswith(b"\xef\xbb\xbf"), "Excel knows UTF-8 by this"
    tables = {name: list(csv.DictReader(path.open(encoding="utf-8-sig"))) for name, path in paths.items()}
    cells = [cell for rows in tables.values() for row in rows for cell in row.values()]
    assert "'=HYPERLINK(1)" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t"))]
    minus = [Decimal(cell) for cell in cells if cell.startswith("-")]
    assert minus
    assert max(minus) < 0, "only figures begin with a minus"
    (amount,) = (
        row for row in tables["填报数据"] if (row["文件"], row["名称"]) == ("402001.xlsx", "资金总额_全年预算")
    )
    assert (amount["数值"], amount["单元格"], amount["来源"], amount["采用"]) == ("100", "F6", "填报", "是")
    assert {row["来源"] for row in tables["填报数据"]} == {"填报", "计算"}
    assert {row["事项"] for row in tables["办理记录"]} == {"退回"}
    assert len(tables["报送记录"]) == 3


def test_parquet_has_the_same_rows_with_types(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    campaign = collected(tmp_path / "年")
    plain = {path.stem: path for path in write_export(campaign, tmp_path / "a", ExportFormat.CSV, NOW)}
    for path in write_export(campaign, tmp_path / "b", ExportFormat.PARQUET, NOW):
        table = parquet.read_table(path)
        rows = list(csv.reader(plain[path.stem].open(encoding="utf-8-sig")))
        assert (table.num_rows + 1, table.column_names) == (len(rows), rows[0])
    typed = parquet.read_table(tmp_path / "b" / "填报数据.parquet")
    assert str(typed.schema.field("数值").type) == "double"
    assert str(typed.schema.field("采用").type) == "bool"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_restoration_killed_at_any_operation_leaves_no_folder_and_can_be_told_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before, it left a folder that worked as an empty campaign."""
    (tmp_path / "临时").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "临时"))
    campaign = collected(tmp_path / "年")
    kept, target, kills = back_up(campaign, NOW, everything=True), tmp_path / "恢复" / "新", 0
    for _ in killed_at_every(lambda: restore(kept.path, target)):
        kills += 1
        if target.exists():
            assert dump(open_campaign(target)) == dump(campaign)
            assert {path.name for path in (target / "退回").iterdir()} == {
                path.name for path in campaign.returns.iterdir()
            }
            shutil.rmtree(target.parent)
    assert kills * STEP > 20, "there is much to kill"
    assert dump(open_campaign(target)) == dump(campaign)
    assert [path.name for path in target.parent.iterdir()] == ["新"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_backup_killed_at_any_operation_is_whole_or_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "临时").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "临时"))
    campaign = collected(tmp_path / "年")
    for _ in killed_at_every(lambda: back_up(campaign, NOW)):
        for path in (campaign.folder / "备份").glob("*.zip"):
            assert check(path).submissions == 3


def test_a_damaged_ledger_is_not_kept_as_a_backup(tmp_path: Path) -> None:
    campaign = collected(tmp_path / "年")
    with closing(sqlite3.connect(campaign.ledger)) as connection:
        connection.execute("UPDATE submission SET contents = zeroblob(99) WHERE id = 2")
        connection.commit()
    with pytest.raises(DamagedLedgerError, match="没有备份"):
        back_up(campaign, NOW)
    assert not list((campaign.folder / "备份").iterdir())


def test_a_backup_is_restored_into_an_empty_folder_that_is_there(tmp_path: Path) -> None:
    campaign = collected(tmp_path / "年")
    (tmp_path / "新").mkdir()
    restore(back_up(campaign, NOW).path, tmp_path / "新")
    assert dump(open_campaign(tmp_path / "新")) == dump(campaign)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "管道.zip"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path):
        with pytest.raises(BackupError, match="不是普通文件"):
            restore(path, tmp_path / "新")
        with pytest.raises(TemplateError, match="不是普通文件"):
            read_spec(path)
    campaign = make(tmp_path / "年", reports=())
    kept = campaign.folder / TEMPLATES / "hunan-2023-1.0.0.xlsx"
    kept.unlink()
    os.mkfifo(kept)
    with pytest.raises(KeptTemplateError, match="不是普通文件"):
        _ = open_campaign(campaign.folder).template
    assert not (tmp_path / "新").exists()
