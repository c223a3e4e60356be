"""What the reporting table says of contents is kept: a table of many units opens only the files that are new."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from small_campaign import REPORTS, UNITS, make
from two_years import complete, submit

from perfeval_xl.campaign.standings import overview
from perfeval_xl.intake.collect import collect
from perfeval_xl.ledger import ledger
from perfeval_xl.ledger.changes import changes
from perfeval_xl.ledger.memo import FormCounts, changed
from perfeval_xl.ledger.packing import differing
from perfeval_xl.outgoing.bureau_files import write_tracking

if TYPE_CHECKING:
    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key

NOW = datetime(2024, 3, 12, 9, 30, tzinfo=UTC)
FINE = complete()


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    """Return a campaign in which one unit has reported twice, two have reported once."""
    made = make(tmp_path / "年", REPORTS[1:])
    submit(made, UNITS[0], FINE)
    collect(made, jobs=1)
    submit(made, UNITS[0], {**FINE, ("人员_在职人数", 0): Decimal(3), ("厉行节约措施", 0): "另有办法"}, 1)
    collect(made, jobs=1)
    return made


def table(campaign: Campaign, sheet: str) -> list[tuple[object, ...]]:
    path, *_ = write_tracking(campaign, NOW)
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(min_row=5, values_only=True))


def test_a_second_table_opens_no_contents(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    first = table(campaign, "报送情况"), table(campaign, "修改情况")
    monkeypatch.setattr(ledger.Ledger, "parcel", lambda *_: pytest.fail("opened"))
    assert (table(campaign, "报送情况"), table(campaign, "修改情况")) == first
    assert len(first[1]) == 2


def test_only_new_files_are_opened(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    table(campaign, "报送情况")
    submit(campaign, UNITS[1], FINE, 2)
    collect(campaign, jobs=1)
    overview(campaign)
    opened, parcel = [], ledger.Ledger.parcel

    def noting(book: ledger.Ledger, receipt: ledger.Receipt) -> ledger.Parcel:
        opened.append(receipt.unit)
        return parcel(book, receipt)

    monkeypatch.setattr(ledger.Ledger, "parcel", noting)
    rows = table(campaign, "报送情况")
    assert opened == [UNITS[1].code, UNITS[1].code]  # its two submissions, to tell what it changed
    assert [row[8] for row in rows[:2]] == [rows[0][7]] * 2


def test_forms_are_counted_alike_from_whole_files_and_packed_ones(campaign: Campaign) -> None:
    with ledger.opened(campaign.ledger) as book:
        receipts = book.receipts()
        whole, packed = (FormCounts(book, campaign.template) for _ in range(2))
        for receipt in receipts:
            whole.record(receipt)
        counts = [whole.of(receipt) for receipt in receipts]
        assert counts == [packed.of(receipt) for receipt in receipts]
        assert len(set(counts)) > 1


def test_entries_that_differ_tell_the_same_as_all_entries(campaign: Campaign) -> None:
    with ledger.opened(campaign.ledger) as book:
        receipts = book.receipts()
        for before in receipts:
            for after in receipts:
                former, latter = book.record(before).submission, book.record(after).submission
                assert former
                assert latter
                whole = changes(former, latter, campaign.template)
                assert changes(*differing(book.parcel(before), book.parcel(after)), campaign.template) == whole


def test_many_changes_are_counted(campaign: Campaign) -> None:
    other: dict[Key, Value] = dict.fromkeys(FINE)
    submit(campaign, UNITS[0], {**other, ("人员_在职人数", 0): Decimal(4)}, 3)
    collect(campaign, jobs=1)
    with ledger.opened(campaign.ledger) as book:
        found = changed(book, campaign.template, overview(campaign).standings, "")
    assert found[UNITS[0].code].count > len(found[UNITS[0].code].first) == 30
    rows = table(campaign, "修改情况")
    assert len(rows) == 31
    assert rows[-1][3] == f"……共改动{found[UNITS[0].code].count}处，其余的没有列出"
