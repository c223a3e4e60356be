"""Taking in again: what has not changed is not opened, what rests on old rules is judged anew, nothing is lost."""

from __future__ import annotations

import os
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest
from archives import rar, seven_zipped, zipped
from small_campaign import REPORTS, figures, make

from perfeval_xl import comparing
from perfeval_xl.campaign.folder import SETTINGS, open_campaign
from perfeval_xl.campaign.standings import overview
from perfeval_xl.checking.judge import Arrived, Desk
from perfeval_xl.intake.collect import collect
from perfeval_xl.intake.inbox import FolderInbox, InboxError, RemoteInbox, inbox_at
from perfeval_xl.ledger import ledger
from perfeval_xl.records.verdict import Status
from perfeval_xl.workbook.taking import Deferred, Staged

if TYPE_CHECKING:
    from pathlib import Path

    from perfeval_xl.campaign.folder import Campaign


def dump(campaign: Campaign) -> str:
    with ledger.opened(campaign.ledger) as book:
        return "\n".join(book.dump())


def test_a_record_comes_back_from_the_ledger_as_it_went_in(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", reports=REPORTS[:1])
    path = campaign.inbox / "402001.xlsx"
    collect(campaign)
    with ledger.opened(campaign.ledger) as book:
        (receipt,) = book.receipts()
        kept = book.record(receipt)
    desk = Desk({campaign.template.id: campaign.template}, campaign.clock)
    record = desk.judge(Arrived(path.name, receipt.modified, path.read_bytes()))
    assert kept.receipt == receipt == record.receipt
    assert kept.submission == record.submission
    assert kept.noticed == record.noticed
    assert kept.verdict.paragraphs == record.verdict.paragraphs
    assert kept.verdict.computed == {
        key: value for key, value in record.verdict.computed.items() if value is not None
    }


def test_unchanged_files_are_not_opened_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = make(tmp_path / "年")
    with zipfile.ZipFile(campaign.inbox / "乡镇.zip", "w") as archive:
        archive.write(campaign.inbox / "402001.xlsx", "交通局再报.xlsx")
        archive.writestr("~$交通局再报.xlsx", "lock")
    first = collect(campaign)
    assert (first.seen, first.adds_up, len(first.ignored)) == (5, True, 1)

    def refuse(_: FolderInbox, path: str) -> Staged:
        raise AssertionError(path)

    monkeypatch.setattr(FolderInbox, "take", refuse)
    again = collect(campaign, jobs=1)
    assert (again.seen, again.known, again.ignored, again.adds_up) == (5, 4, first.ignored, True)


def test_a_rar_that_nothing_here_opens_waits_and_is_taken_once_a_program_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The members that need no program are taken at once; the archive is looked at again by every run."""
    campaign = make(tmp_path / "年", REPORTS[:1])
    workbook = (campaign.inbox / "402001.xlsx").read_bytes()
    (campaign.inbox / "乡镇.zip").write_bytes(
        zipped(
            {"甲.7z": seven_zipped({"甲.xlsx": workbook + b"\0"}), "乙.rar": rar({"乙.txt": b"0123"}, method=3)}
        )
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    first = collect(campaign, jobs=1)
    assert (first.seen, first.adds_up) == (3, True)
    ((name, why),) = first.deferred
    assert name == "乡镇.zip/乙.rar"
    assert "请安装 unar" in why
    assert [name for name, _ in collect(campaign, jobs=1).deferred] == [name]
    program = tmp_path / "unar"
    program.write_text('#!/bin/sh\n[ "$1" = -version ] || printf 0123\n')
    program.chmod(0o755)
    last = collect(campaign, jobs=1)
    assert (last.deferred, last.statuses, last.papers, last.adds_up) == ((), {}, 1, True)
    assert collect(campaign, jobs=1).papers == 0


def test_a_file_with_another_time_is_opened_and_known_by_its_bytes(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    collect(campaign)
    os.utime(campaign.inbox / "402001.xlsx", (1_710_000_000, 1_710_000_000))
    again = collect(campaign)
    assert (again.seen, again.known, again.statuses) == (3, 3, {})


def test_a_changed_file_of_the_same_size_and_name_is_read(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", reports=REPORTS[:1])
    collect(campaign)
    path = campaign.inbox / "402001.xlsx"
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    os.utime(path, (1_710_000_000, 1_710_000_000))
    assert sum(collect(campaign).statuses.values()) == 1


def test_a_changed_setting_judges_anew_without_opening_a_file(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", reports=((0, figures(100, 70)),))
    collect(campaign)
    (campaign.inbox / "402001.xlsx").unlink()
    assert "D15" in rules(campaign)
    path = campaign.folder / SETTINGS
    text = path.read_text("utf-8")
    assert '"设置_执行下限" = 0.8' in text
    path.write_text(text.replace('"设置_执行下限" = 0.8', '"设置_执行下限" = 0.6'), "utf-8")
    changed = open_campaign(campaign.folder)
    tally = collect(changed)
    assert (tally.seen, tally.again) == (0, 1)
    assert "D15" not in rules(changed)
    assert collect(changed).again == 0


def rules(campaign: Campaign) -> set[str]:
    with ledger.opened(campaign.ledger) as book:
        return {finding.rule for receipt in book.receipts() for finding in receipt.findings}


def test_what_could_not_be_read_is_read_again_under_another_basis(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", reports=REPORTS[:1])
    (campaign.inbox / "坏.xlsx").write_bytes(b"no workbook")
    os.utime(campaign.inbox / "坏.xlsx", (1_709_000_000, 1_709_000_000))
    assert collect(campaign).statuses[Status.REJECTED] == 1
    assert collect(campaign).statuses == {}
    path = campaign.folder / SETTINGS
    path.write_text(path.read_text("utf-8").replace('"设置_执行下限" = 0.8', '"设置_执行下限" = 0.6'), "utf-8")
    again = collect(open_campaign(campaign.folder))
    assert (again.statuses, again.again) == ({Status.REJECTED: 1}, 1)
    with ledger.opened(campaign.ledger) as book:
        assert len(book.receipts()) == 2


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_ledger_is_the_same_for_any_number_of_jobs(tmp_path: Path, jobs: int) -> None:
    one, other = make(tmp_path / "甲"), make(tmp_path / "乙")
    collect(one, jobs=2)
    collect(other, jobs=jobs)
    assert dump(one) == dump(other)


def test_an_inbox_behind_a_url_gives_the_same_ledger(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    here, there = make(tmp_path / "甲"), make(tmp_path / "乙")
    (tmp_path / "甲/收件/乡镇").mkdir()
    (tmp_path / "甲/收件/402001.xlsx").rename(tmp_path / "甲/收件/乡镇/402001.xlsx")
    collect(here)
    collect(there, inbox=inbox_at(f"file://{here.inbox}"))
    assert dump(here) == dump(there)


def test_a_url_that_cannot_be_listed_is_one_sentence() -> None:
    pytest.importorskip("fsspec")
    with pytest.raises(InboxError, match="nosuch"):
        list(RemoteInbox("nosuch://bucket/收件").listing())
    with pytest.raises(InboxError, match="没有这个位置"):
        list(RemoteInbox("file:///没有这个文件夹").listing())


def test_a_remote_file_that_cannot_be_had_is_put_off(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    taken = RemoteInbox(f"file://{tmp_path}").take("没有.xlsx")
    assert isinstance(taken, Deferred)


def test_a_plain_path_is_a_folder(tmp_path: Path) -> None:
    assert inbox_at(tmp_path) == FolderInbox(tmp_path)
    assert inbox_at("s3://桶/收件") == RemoteInbox("s3://桶/收件")


def test_what_comparing_found_is_recalled_until_something_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = make(tmp_path / "年")
    collect(campaign)
    first = overview(campaign)

    def refuse(*_: object) -> comparing.Compared:
        raise AssertionError("compared again")

    with monkeypatch.context() as held:
        held.setattr(comparing, "compared", refuse)
        assert overview(campaign) == first
    data = (campaign.inbox / "402001.xlsx").read_bytes()
    assert data.endswith(b"\x00\x00"), "an archive without a comment"
    (campaign.inbox / "402001再报.xlsx").write_bytes(data[:-2] + b"\x01\x00x")
    collect(campaign)
    assert [finding.rule for finding in overview(campaign).standings[0].findings].count("A01") == 1


def test_last_years_workbook_is_refused(tmp_path: Path) -> None:
    last, campaign = make(tmp_path / "去年", REPORTS[:1], year=2022), make(tmp_path / "今年", ())
    shutil.copy(last.inbox / "402001.xlsx", campaign.inbox)
    assert collect(campaign).statuses == {Status.REJECTED: 1}
    with ledger.opened(campaign.ledger) as book:
        (finding,) = book.receipts()[0].findings
    assert finding.rule == "G23"
    assert "2022" in finding.message
