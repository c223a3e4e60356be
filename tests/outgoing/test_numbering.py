"""A serial belongs to one workbook for good, whatever happens to the roster, the file or the run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_campaign import UNITS, make

from perfeval_xl.campaign.folder import ROSTER, Campaign, open_campaign
from perfeval_xl.campaign.roster import write_roster
from perfeval_xl.ledger import ledger
from perfeval_xl.ledger.ledger import Ledger
from perfeval_xl.outgoing.issue import file_name, issue
from perfeval_xl.outgoing.numbering import Numbering
from perfeval_xl.reading import stamps
from perfeval_xl.records.contract import STAMP_SERIAL, STAMP_UNIT
from perfeval_xl.records.provenance import Purpose
from perfeval_xl.records.unit import Unit

NOW = datetime(2024, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Ledger]:
    with ledger.opened(tmp_path / "台账.sqlite") as opened:
        yield opened


def filled(serial: int) -> bytes:
    return f"workbook {serial}".encode()


def test_the_very_same_workbook_has_the_serial_that_it_had(book: Ledger) -> None:
    first = Numbering(book, Purpose.ISSUE, NOW).made("401", "小", filled)
    assert (first.written.number, first.data) == (1, b"workbook 1")
    cut_short = Numbering(book, Purpose.ISSUE, NOW).made("401", "小", filled)
    assert cut_short == first, "what was not noted never went out"
    run = Numbering(book, Purpose.ISSUE, NOW)
    run.note([first])
    again = Numbering(book, Purpose.ISSUE, NOW)
    assert again.made("401", "小", filled) == first
    again.note([first])
    assert list(book.serials().by_number) == [1]


def test_another_workbook_of_a_unit_has_another_serial(book: Ledger) -> None:
    run = Numbering(book, Purpose.ISSUE, NOW)
    run.note([run.made("401", "小", filled), run.made("402", "小", filled)])
    later = Numbering(book, Purpose.ISSUE, NOW)
    changed = later.made("401", "小", lambda serial: b"changed" + filled(serial))
    part = later.made("401", "小", filled, "甲")
    later.note([changed, part])
    returned = Numbering(book, Purpose.RETURN, NOW)
    returned.note([returned.made("401", "小", filled)])
    told = {one.number: (one.unit, one.purpose, one.part) for one in book.serials().by_number.values()}
    assert told == {
        1: ("401", Purpose.ISSUE, ""),
        2: ("402", Purpose.ISSUE, ""),
        3: ("401", Purpose.ISSUE, ""),
        4: ("401", Purpose.ISSUE, "甲"),
        5: ("401", Purpose.RETURN, ""),
    }


def stamped(campaign: Campaign, unit: Unit) -> tuple[str, str]:
    told = stamps((campaign.out / file_name(unit)).read_bytes())
    return told[STAMP_UNIT], told[STAMP_SERIAL]


def test_a_unit_inserted_into_the_roster_shifts_no_serial(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", ())
    issue(campaign, campaign.units, now=NOW)
    assert [stamped(campaign, unit)[1] for unit in UNITS] == ["1", "2", "3", "4", "5"]
    new = replace(UNITS[0], code="401999", name="信访局")
    (campaign.folder / ROSTER).write_bytes(write_roster((new, *UNITS), campaign.template))
    changed = open_campaign(campaign.folder)
    done = issue(changed, changed.units, now=NOW)
    assert ([path.name for path in done.written], done.kept) == ([file_name(new)], ())
    assert stamped(changed, new) == ("401999", "6")
    (campaign.out / file_name(UNITS[2])).unlink()
    issue(changed, changed.units, now=NOW)
    assert stamped(changed, UNITS[2]) == (UNITS[2].code, "3"), "a lost workbook is written again as it was"
    with ledger.opened(campaign.ledger) as book:
        assert [one.unit for one in book.serials().by_number.values()] == [*(one.code for one in UNITS), "401999"]
