"""Units that reported the same as others: who was first, as the ledger saw it, and what cannot be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from small_template import MOMENT, Cell, record, template

from perfeval_xl.comparing import Background, compared, sorted_to_units
from perfeval_xl.comparing.compare import Compared
from perfeval_xl.records.act import Act, Deed
from perfeval_xl.records.finding import Value
from perfeval_xl.records.provenance import Arrival
from perfeval_xl.records.unit import Unit
from perfeval_xl.records.verdict import Receipt, Record

MADE = template(
    Cell("项_额", place="表2!5", table="项"), Cell("支出", place="表1!9"), Cell("成效", "longtext", place="表3!5")
)
ROADS, SCHOOLS, WATER = Unit("1", "交通局"), Unit("2", "教育局"), Unit("3", "水利局")
UNITS = (ROADS, SCHOOLS, WATER)
SAME = "".join(chr(0x4E00 + number) for number in range(150))
OTHER = "".join(chr(0x5E00 + number) for number in range(150))


def file(unit: Unit, text: str = "", amounts: range = range(0), name: str = "") -> Record:
    typed: dict[tuple[str, int], Value] = {("项_额", row): Decimal(value) for row, value in enumerate(amounts, 1)}
    if text:
        typed["成效", 0] = text
    made = record(MADE, typed, unit=unit.code)
    return replace(made, file=name or unit.name, sha256=name or unit.name)


def came(one: Record, run: int, day: int = 1, hour: int = 0) -> Arrival:
    """Return when a file came in: its run, the day of March of that run, and the hour of its own time."""
    at = MOMENT + timedelta(days=day - 1)
    return Arrival(one.file, one.sha256, run, at, MOMENT + timedelta(hours=hour))


def seen(
    *files: tuple[Record, Arrival], units: tuple[Unit, ...] = UNITS, acts: tuple[Act, ...] = ()
) -> tuple[Compared, list[str]]:
    """Return what comparing finds, and the files that were opened for it."""
    records = {one.file: replace(one, modified=at.modified) for one, at in files}
    opened: list[str] = []

    def contents(receipt: Receipt) -> Record:
        opened.append(receipt.file)
        return records[receipt.file]

    arrivals = {at.key: at for _, at in files}
    over = sorted_to_units(units, [one.receipt for one in records.values()], acts)
    return compared(over, MADE, contents, Background(), arrivals), opened


def told(found: Compared) -> Mapping[str, list[str]]:
    return {code: [one.message for one in several] for code, several in found.of_units.items() if several}


@pytest.mark.parametrize(("text", "amounts"), [(SAME, range(0)), ("", range(1, 12))], ids=["words", "figures"])
def test_who_was_first_is_told_to_both(text: str, amounts: range) -> None:
    roads, schools = file(ROADS, text, amounts), file(SCHOOLS, text, amounts)
    found, _ = seen((roads, came(roads, 2, 9)), (schools, came(schools, 1, 5)))
    messages = told(found)
    assert "先报来的是2 教育局（2024年3月5日收到）。" in messages["1"][0]
    assert "先报来的是本单位（2024年3月5日收到）。" in messages["2"][0]


@pytest.mark.parametrize(("hours", "first"), [((0, 1), "1 交通局"), ((1, 0), "本单位"), ((1, 1), "")])
def test_in_one_run_the_files_own_times_decide(hours: tuple[int, int], first: str) -> None:
    roads, schools = file(ROADS, SAME), file(SCHOOLS, SAME)
    found, _ = seen((roads, came(roads, 1, hour=hours[0])), (schools, came(schools, 1, hour=hours[1])))
    assert (f"先报来的是{first}（" if first else "分不清哪个单位先报来。") in told(found)["2"][0]


def test_a_time_after_the_arrival_proves_nothing() -> None:
    roads, schools = file(ROADS, SAME), file(SCHOOLS, SAME)
    found, _ = seen((roads, came(roads, 1)), (schools, came(schools, 1, hour=50_000)))
    assert "分不清哪个单位先报来。" in told(found)["1"][0]


def test_an_earlier_submission_counts_if_it_said_the_same_already() -> None:
    schools = file(SCHOOLS, SAME)
    for text, first in ((SAME, "先报来的是本单位（2024年3月1日收到）"), (OTHER, "先报来的是2 教育局")):
        draft, final = file(ROADS, text, name="初稿"), file(ROADS, SAME, name="终稿")
        runs = (came(draft, 1), came(final, 3, 20, hour=9))
        found, opened = seen((draft, runs[0]), (final, runs[1]), (schools, came(schools, 2, 8)))
        assert first in told(found)["1"][0]
        assert set(opened) == {"初稿", "终稿", "教育局"}


def test_former_submissions_are_opened_only_for_those_who_reported_the_same() -> None:
    draft, final = file(ROADS, OTHER, name="初稿"), file(ROADS, SAME, name="终稿")
    found, opened = seen((draft, came(draft, 1)), (final, came(final, 2, hour=9)))
    assert opened == ["终稿"]
    assert [one.rule for one in found.of_units["1"]] == ["A01"]


def test_of_several_with_the_same_figures_only_who_was_before_all_is_first() -> None:
    one, two, three = (file(unit, amounts=range(1, 12)) for unit in UNITS)
    found, _ = seen((one, came(one, 2)), (two, came(two, 2)), (three, came(three, 1)))
    assert all("先报来的是" in messages[0] for messages in told(found).values())
    found, _ = seen((one, came(one, 1)), (two, came(two, 1)), (three, came(three, 2)))
    assert all("分不清" in messages[0] for messages in told(found).values())


def test_who_need_not_report_is_not_compared_and_nobody_with_it() -> None:
    archive, schools = file(ROADS, SAME, range(1, 12)), file(SCHOOLS, SAME, range(1, 12))
    files = ((archive, came(archive, 1)), (schools, came(schools, 2)))
    let_off = Act(Deed.EXEMPT, MOMENT + timedelta(days=9), "钱七", ROADS.code, number=1)
    claimed = Act(Deed.CLAIM, MOMENT, "钱七", ROADS.code, "交通局", sha256="交通局", number=1)
    exempt = (replace(ROADS, exempt=True), SCHOOLS)
    assert told(seen(*files)[0]).keys() == {"1", "2"}
    for found, opened in (seen(*files, acts=(let_off,)), seen(*files, units=exempt, acts=(claimed,))):
        assert (told(found), opened) == ({}, ["教育局"])
