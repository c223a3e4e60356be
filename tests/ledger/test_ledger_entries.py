"""What is entered into a ledger is what it tells, in its order; the latest judgement counts, all are kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from perfeval_xl.ledger import ledger, sealed
from perfeval_xl.ledger.ledger import Item, Ledger, Sighting
from perfeval_xl.ledger.packing import Parcel, pack
from perfeval_xl.records.act import Act, Deed
from perfeval_xl.records.address import Address
from perfeval_xl.records.errors import DamagedLedgerError, LedgerError
from perfeval_xl.records.finding import Finding, Level, Related
from perfeval_xl.records.provenance import Arrival, Purpose, Written
from perfeval_xl.records.submission import Entry, Submission
from perfeval_xl.records.verdict import Record, Verdict

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
CELL = Address("表1", 5, 3)
BROKEN = Finding(
    "B01", Level.WARNING, "不符", CELL, "1", "支出", "支出（名）", Decimal("90.50"), Decimal(100),
    Decimal("-9.50"), Decimal("0.01"), (Related(CELL, "支出（名）", Decimal("90.50")),), "说明原因已经写明", "B00",
)  # fmt: skip
READ = Finding("R12", Level.NOTICE, "去掉单位", CELL, "1", "支出")


def record(file: str = "一.xlsx", hour: int = 0, *findings: Finding, unit: str = "1") -> Record:
    entries = (
        Entry("支出", 0, CELL, "90.50", Decimal("90.50")),
        Entry("成效", 0, Address("表1", 6, 3), "好", "好"),
    )
    submission = Submission(
        file, "小", "1.2", unit, "交通局", entries, unreadable=frozenset({("人数", 0)}),
        explanations={"B01": "说明原因已经写明"}, filled=3,
    )  # fmt: skip
    verdict = Verdict((READ, *findings), ("B07",), {("合计", 0): Decimal("190.50")}, ("甲",), ("body",), ((),))
    return Record(file, f"sha of {file}", NOON + timedelta(hours=hour), submission, verdict, (READ,))


def refused(file: str = "坏.xlsx") -> Record:
    finding = Finding("R01", Level.ERROR, "打不开")
    return Record(file, f"sha of {file}", NOON, None, Verdict((finding,)), (finding,))


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Ledger]:
    with ledger.opened(tmp_path / "台账.sqlite") as opened:
        yield opened


def again(parcel: Parcel, number: int, *findings: Finding) -> Parcel:
    """Return another judgement of a file that is in the ledger under a judgement's number."""
    receipt = replace(parcel.receipt, number=number, findings=findings)
    return replace(pack(record(receipt.file, 0, *findings)), receipt=receipt)


def test_a_file_is_told_as_it_was_entered(book: Ledger) -> None:
    whole = record("一.xlsx", 0, BROKEN)
    book.add([pack(whole)], "甲")
    (receipt,) = book.receipts()
    assert receipt == whole.receipt
    assert receipt.number == 1
    assert (receipt.file, receipt.sha256, receipt.modified) == ("一.xlsx", "sha of 一.xlsx", NOON)
    assert (receipt.unit, receipt.unit_name, receipt.template, receipt.version) == ("1", "交通局", "小", "1.2")
    assert (receipt.readable, receipt.filled, receipt.not_evaluated) == (True, 3, ("B07",))
    assert receipt.explanations == {"B01": "说明原因已经写明"}
    told = receipt.findings[1]
    assert (told.message, told.expected, told.difference, told.tolerance) == (
        "不符", 100, Decimal("-9.50"), Decimal("0.01"),
    )  # fmt: skip
    assert (told.label, told.related, told.explanation, told.root) == (
        "支出（名）", BROKEN.related, BROKEN.explanation, "B00",
    )  # fmt: skip
    assert book.record(receipt) == whole
    assert book.parcel(receipt) == pack(whole)


def test_a_file_that_could_not_be_read_is_told_as_such(book: Ledger) -> None:
    book.add([pack(refused())], "甲")
    (receipt,) = book.receipts()
    assert (receipt.readable, receipt.unit) == (False, "")
    assert book.record(receipt) == refused()


def test_of_a_file_only_some_fields_can_be_asked_for(book: Ledger) -> None:
    book.add([pack(record())], "甲")
    one = book.record(book.receipts()[0], only={"支出"})
    assert one.submission
    assert [entry.name for entry in one.submission.entries] == ["支出"]
    assert (one.verdict.computed, one.verdict.paragraphs) == ({}, ())


def test_files_are_listed_by_their_time_and_then_their_name(book: Ledger) -> None:
    files = [("丙.xlsx", 0), ("甲.xlsx", 2), ("乙.xlsx", 1), ("丁.xlsx", 1)]
    book.add([pack(record(file, hour)) for file, hour in files], "甲")
    assert [one.file for one in book.receipts()] == ["丙.xlsx", "丁.xlsx", "乙.xlsx", "甲.xlsx"]
    twin = replace(record("丙.xlsx", 0), sha256="sha before")
    book.add([pack(twin)], "甲")
    assert [one.sha256 for one in book.receipts()[:2]] == ["sha before", "sha of 丙.xlsx"]
    assert book.known() == {("丙.xlsx", "sha before")} | {(file, f"sha of {file}") for file, _ in files}


def test_the_latest_judgement_counts_and_the_former_are_kept(book: Ledger) -> None:
    one, other = pack(record("一.xlsx", 0, BROKEN)), pack(record("二.xlsx", 1, BROKEN))
    book.add([one, other], "甲")
    worse = Finding("B02", Level.ERROR, "更糟")
    book.judge_again([again(one, 1, worse)], "乙")
    first, second = book.receipts()
    assert ([finding.rule for finding in first.findings], first.number) == (["B02"], 3)
    assert ([finding.rule for finding in second.findings], second.number) == (["R12", "B01"], 2)
    assert book.record(first).verdict.findings == (worse,)
    assert book.record(first).noticed == (READ,), "of reading it, not of judging it again"
    judged = [line for line in book.dump() if line.startswith('INSERT INTO "judgement"')]
    assert len(judged) == 3


def test_files_judged_on_another_basis_are_told(book: Ledger) -> None:
    one, other = pack(record("一.xlsx")), pack(record("二.xlsx", 1))
    book.add([one], "甲")
    book.add([other], "乙")
    assert [receipt.file for receipt in book.outdated("甲")] == ["二.xlsx"]
    assert [receipt.file for receipt in book.outdated("丙")] == ["一.xlsx", "二.xlsx"]
    book.judge_again([again(one, 1)], "乙")
    assert book.outdated("乙") == ()
    assert [receipt.file for receipt in book.outdated("甲")] == ["二.xlsx", "一.xlsx"]


def test_a_file_that_came_again_as_it_was_is_listed_once(book: Ledger) -> None:
    book.add([pack(record())], "甲")
    book.add([pack(record())], "甲")
    assert [one.number for one in book.receipts()] == [2]


SEEN = Sighting("收件/一.zip", 1234, 56789, (Item("一.xlsx", "sha of 一.xlsx"), Item("说明.pdf", why="不是表格")))


def test_what_was_seen_in_the_inbox_is_told_until_it_is_forgotten(book: Ledger) -> None:
    other = Sighting("收件/二.xlsx", 1, 2, (Item("二.xlsx", "sha of 二.xlsx"),))
    book.add([], "甲", [SEEN, other])
    assert book.sightings() == {SEEN.path: SEEN, other.path: other}
    assert book.present() == {("一.xlsx", "sha of 一.xlsx"), ("二.xlsx", "sha of 二.xlsx")}
    later = replace(SEEN, size=4321, items=())
    book.add([pack(record())], "甲", [later])
    assert book.sightings() == {later.path: later, other.path: other}
    book.forget([later.path, "收件/没有.xlsx"])
    assert book.sightings() == {other.path: other}
    book.forget([])


def test_acts_are_told_as_they_were_entered_in_their_order(book: Ledger) -> None:
    waived = Act(
        Deed.WAIVE, NOON, "赵六", "1", "B01", "口径不同", date(2024, 6, 30), "sha of 一.xlsx", {"B01": "印"}, 7,
    )  # fmt: skip
    plain = Act(Deed.EXEMPT, NOON - timedelta(days=1), "钱七")
    book.enter([waived, plain])
    book.enter(iter([waived]))
    assert book.acts() == (waived, plain, waived)
    assert [act.number for act in book.acts()] == [1, 2, 3]
    assert book.acts()[1].until is None


def test_entering_no_acts_makes_no_ledger(tmp_path: Path) -> None:
    path = tmp_path / "台账.sqlite"
    with ledger.opened(path) as book:
        book.enter([])
        assert (book.receipts(), book.acts(), book.known()) == ((), (), frozenset())
    assert not path.exists()
    assert not ledger.is_there(path)


def test_settling_makes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "台账.sqlite"
    with ledger.opened(path) as book:
        book.settle()
    assert ledger.is_there(path)
    assert ledger.proven(path) == 0


ONE, EXEMPT = pack(record()), Act(Deed.EXEMPT, NOON, "赵六")
UNKEPT: Any = {}
"""Nothing that SQLite keeps."""


@pytest.mark.parametrize(
    "enter",
    [
        lambda book: book.add([pack(record("二.xlsx")), replace(ONE, read=UNKEPT)], "甲", [SEEN]),
        lambda book: book.add([pack(record("二.xlsx"))], "甲", [SEEN, replace(SEEN, path="二", size=UNKEPT)]),
        lambda book: book.enter([EXEMPT, replace(EXEMPT, by=UNKEPT)]),
        lambda book: book.judge_again([again(ONE, 1), again(ONE, 99)], "乙"),
        lambda book: book.forget(["没有", UNKEPT]),
    ],
    ids=["files", "sightings", "acts", "judgements", "forgetting"],
)
def test_all_of_what_is_entered_together_or_nothing(book: Ledger, enter: Callable[[Ledger], None]) -> None:
    book.add([ONE], "甲")
    with pytest.raises((sqlite3.Error, TypeError, DamagedLedgerError)):
        enter(book)
    assert ([receipt.number for receipt in book.receipts()], book.acts(), book.sightings()) == ([1], (), {})


def test_a_judgement_that_is_not_there_is_a_damage(book: Ledger) -> None:
    book.add([pack(record())], "甲")
    with pytest.raises(DamagedLedgerError, match="台账的内容有损坏"):
        book.parcel(replace(book.receipts()[0], number=99))


def test_a_judgement_of_no_file_is_a_damage(book: Ledger) -> None:
    book.add([pack(record())], "甲")
    with book._store.entering():
        book._store.append(sealed.JUDGEMENT, (99, "甲", "accepted", "[]", b"", "[]"))
    with pytest.raises(DamagedLedgerError, match="台账的内容有损坏"):
        book.receipts()


def test_what_was_worked_out_is_recalled_while_it_rests_on_the_same(book: Ledger) -> None:
    book.remember("比较", "一", "结果")
    assert book.recall("比较", "一") is None, "where there is no ledger nothing is kept"
    book.settle()
    book.remember("比较", "一", "结果")
    assert book.recall("比较", "一") == "结果"
    assert book.recall("比较", "二") is None
    assert book.recall("别的", "一") is None
    book.remember("比较", "二", "新结果")
    assert (book.recall("比较", "二"), book.recall("比较", "一")) == ("新结果", None)


def test_what_cannot_be_remembered_is_no_loss(book: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    book.settle()

    def full(*_: object) -> None:
        raise sealed.CANNOT_WRITE[0]("database or disk is full")

    monkeypatch.setattr(book._store, "put", full)
    book.remember("比较", "一", "结果")
    monkeypatch.undo()
    assert book.recall("比较", "一") is None


def test_two_ledgers_with_the_same_entries_are_the_same_whatever_was_remembered(tmp_path: Path) -> None:
    dumps = []
    for number in range(2):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        with ledger.opened(folder / "台账.sqlite") as book:
            book.add([pack(record("一.xlsx", 0, BROKEN))], "甲", [SEEN])
            if number:
                book.remember("比较", "一", "结果")
            dumps.append(list(book.dump()))
    assert dumps[0] == dumps[1]
    assert any("一.xlsx" in line for line in dumps[0])


def test_a_file_came_when_it_came_for_the_first_time(book: Ledger) -> None:
    assert (book.arrivals(), book.last_run()) == ((), 0)
    first = pack(record("一.xlsx", 2))
    book.add([first, pack(refused())], "甲", run=1, at=NOON + timedelta(days=1))
    book.add([pack(record("二.xlsx"))], "甲", run=2)
    book.add([first], "乙", run=3, at=NOON + timedelta(days=9))
    assert book.arrivals() == (
        Arrival("一.xlsx", "sha of 一.xlsx", 1, NOON + timedelta(days=1), NOON + timedelta(hours=2)),
        Arrival("坏.xlsx", "sha of 坏.xlsx", 1, NOON + timedelta(days=1), NOON),
        Arrival("二.xlsx", "sha of 二.xlsx", 2, None, NOON),
    )
    assert book.last_run() == 2, "nothing came for the first time in the third"


def test_a_serial_is_used_once_and_never_again(book: Ledger) -> None:
    assert (book.next_serial(), bool(book.serials())) == (1, False)
    roads = Written(1, "401", Purpose.ISSUE, "小", "印", NOON, "甲")
    book.write_down([roads, Written(2, "402", Purpose.RETURN)])
    assert list(book.serials().by_number.values()) == [roads, Written(2, "402", Purpose.RETURN)]
    with pytest.raises(LedgerError, match="已有序号2，不能再用"):
        book.write_down([Written(3, "403", Purpose.ISSUE), Written(2, "403", Purpose.ISSUE)])
    assert book.next_serial() == 3, "all or none"


def test_behind_a_gap_serials_begin_above_all_that_can_have_gone_out(book: Ledger) -> None:
    book.write_down([Written(1, "401", Purpose.ISSUE)])
    known = book.serials()
    assert (known.unit_of(1), known.unit_of(2), known.never(1), known.never(2)) == ("401", "", False, True)
    book.leave_gap(NOON)
    book.leave_gap(NOON)
    known = book.serials()
    assert not known.never(2), "it may have gone out without being known"
    assert known.never(book.next_serial())
    seconds = int((NOON - datetime(2020, 1, 1, tzinfo=UTC)).total_seconds())
    assert book.next_serial() == seconds + 2


def test_of_a_ledger_that_handed_nothing_out_no_serial_is_foreign(book: Ledger) -> None:
    assert not book.serials().never(777)
    book.write_down([Written(1, "401", Purpose.RETURN)])
    assert not book.serials().never(777)


def test_the_last_workbook_of_a_unit_is_that_of_its_purpose_and_part(book: Ledger) -> None:
    book.write_down(Written(n, "401", Purpose.ISSUE, part=part) for n, part in enumerate(("", "", "甲"), 1))
    book.write_down([Written(4, "401", Purpose.RETURN), Written(5, "402", Purpose.ISSUE)])
    known = book.serials()
    assert (known.last("401", Purpose.ISSUE), known.last("401", Purpose.ISSUE, "甲")) == (
        Written(2, "401", Purpose.ISSUE),
        Written(3, "401", Purpose.ISSUE, part="甲"),
    )
    assert known.last("403", Purpose.ISSUE) is None


def test_a_copy_holds_what_the_ledger_held(tmp_path: Path) -> None:
    path, copied = tmp_path / "台账.sqlite", tmp_path / "别处/台账.sqlite"
    copied.parent.mkdir()
    with ledger.opened(path) as book:
        book.add([pack(record()), pack(refused())], "甲")
        ledger.copy(path, copied)
        book.add([pack(record("二.xlsx"))], "甲")
    assert (ledger.proven(path), ledger.proven(copied)) == (3, 2)


def test_a_ledger_that_was_made_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "台账.sqlite"
    ledger.make(path)
    assert ledger.is_there(path)
    with ledger.opened(path) as book:
        assert book.receipts() == ()


def test_what_cannot_be_understood_is_said_in_one_sentence(book: Ledger) -> None:
    book.settle()
    with book._store.entering():
        book._store.put(sealed.SIGHTING, "收件/一.xlsx", (1, 2, "not JSON"))
    with pytest.raises(LedgerError, match="台账里有读不懂的记录"):
        book.sightings()
    with book._store.entering():
        book._store.append(sealed.ACT, (NOON.isoformat(), "promise", "", "", "", "", "", "", "{}", 0, ""))
    with pytest.raises(LedgerError, match="台账里有读不懂的记录"):
        book.acts()
