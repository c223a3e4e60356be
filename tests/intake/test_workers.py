"""Workers: a file that stalls or kills its worker costs only itself, and the number of workers changes nothing."""

from __future__ import annotations

import mmap
import os
import sys
import time
from datetime import date
from typing import TYPE_CHECKING

import pytest
from shipped import MOMENT
from small_campaign import REPORTS, make

from perfeval_xl.api.single import check
from perfeval_xl.checking import judge
from perfeval_xl.checking.check import Checker
from perfeval_xl.checking.judge import Arrived, Desk
from perfeval_xl.intake import workers
from perfeval_xl.intake.workers import Standards
from perfeval_xl.ledger.packing import Parcel, pack
from perfeval_xl.records.verdict import Record, Status, Verdict
from perfeval_xl.template.fill import Filler

if TYPE_CHECKING:
    from pathlib import Path

    from perfeval_xl.records.contract import Template

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the stand-in reaches the worker by a fork")


def stand_in(_: Desk, task: Arrived) -> Parcel:
    """Judge by the bytes: they say what the worker is to do."""
    if task.data == b"stall":
        time.sleep(60)
    if task.data == b"die":
        os._exit(3)
    if task.data == b"eat":
        bytearray(16 * 1024**3)
    return pack(Record(task.file, task.sha256, task.modified, None, Verdict()))


def codes(template: Template, monkeypatch: pytest.MonkeyPatch, *contents: bytes) -> list[list[str]]:
    monkeypatch.setattr(workers, "work", stand_in)
    arrivals = [Arrived(f"{number}.xlsx", MOMENT, data) for number, data in enumerate(contents)]
    with workers.hired(Standards({template.id: template}, date(2024, 3, 1)), jobs=2, seconds=2) as crew:
        outcomes = [outcome for _, outcome in workers.done(crew, arrivals)]
    receipts = [outcome.receipt for outcome in outcomes if isinstance(outcome, Parcel)]
    assert [receipt.file for receipt in receipts] == [arrived.file for arrived in arrivals]
    return [[finding.rule for finding in receipt.findings] for receipt in receipts]


def test_a_file_that_stalls_is_refused_and_the_others_go_on(
    hunan: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert codes(hunan, monkeypatch, b"a", b"stall", b"b") == [[], ["G97"], []]


def test_a_file_that_kills_its_worker_is_refused(hunan: Template, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(hunan, monkeypatch, b"a", b"die", b"b") == [[], ["G98"], []]


def test_a_worker_cannot_eat_all_memory(hunan: Template, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(hunan, monkeypatch, b"a", b"eat", b"b") == [[], ["G98"], []]


def test_what_the_program_itself_holds_is_not_counted_against_a_worker(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", REPORTS[:1])
    arrivals = [Arrived(path.name, MOMENT, path.read_bytes()) for path in campaign.inbox.iterdir()]
    with mmap.mmap(-1, 3 * 1024**3):
        (record,) = workers.judged({campaign.template.id: campaign.template}, campaign.clock, arrivals, jobs=1)
    assert record.submission is not None


def test_the_number_of_workers_changes_nothing(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    arrivals = [Arrived(path.name, MOMENT, path.read_bytes()) for path in sorted(campaign.inbox.iterdir())]
    one, two = (
        list(workers.judged({campaign.template.id: campaign.template}, campaign.clock, arrivals, jobs=jobs))
        for jobs in (1, 2)
    )
    assert one == two
    assert {record.status for record in one} == {Status.ERRORS}


def test_what_checking_needs_is_made_once_for_all_workers_and_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, here = make(tmp_path / "年", REPORTS[:1]), os.getpid()
    arrivals = [Arrived(path.name, MOMENT, path.read_bytes()) for path in campaign.inbox.iterdir()]
    made: list[Template] = []

    class Counted(Checker):
        def __init__(self, template: Template, today: date) -> None:
            assert os.getpid() == here, "a worker made its own"
            made.append(template)
            super().__init__(template, today)

    monkeypatch.setattr(judge, "Checker", Counted)
    monkeypatch.setattr(workers, "_prepared", {})
    for jobs in (1, 2):
        (record,) = workers.judged({campaign.template.id: campaign.template}, campaign.clock, arrivals, jobs)
        assert record.submission is not None
    assert made == [campaign.template]


def test_a_file_that_is_checked_by_hand_cannot_kill_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "work", stand_in)
    for name, data in (("一.xlsx", b"a"), ("二.xlsx", b"die")):
        (tmp_path / name).write_bytes(data)
    records = check((tmp_path / "一.xlsx", tmp_path / "二.xlsx"), "hunan-2023").records
    assert [[finding.rule for finding in record.verdict.findings] for record in records] == [[], ["G98"]]


def test_only_the_templates_that_the_files_name_are_loaded(hunan: Template, tmp_path: Path) -> None:
    path = tmp_path / "一.xlsx"
    path.write_bytes(Filler(hunan, date(2024, 3, 1)).fill({("单位代码", 0): "402001"}))
    judged = check((path,), "")
    assert list(judged.templates) == ["hunan-2023"]
    assert judged.records[0].submission is not None
    (tmp_path / "二.xlsx").write_bytes(b"not a workbook")
    assert len(check((path, tmp_path / "二.xlsx"), "").templates) > 1
