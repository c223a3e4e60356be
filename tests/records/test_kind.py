"""The laws of kinds, each over every kind; a new kind is tested by being listed."""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

import perfeval_xl
from perfeval_xl.records.address import Address
from perfeval_xl.records.finding import Value
from perfeval_xl.records.kind import KINDS, NOTHING, Accepts, Holds, Kind, counted_day, day_count
from perfeval_xl.wording.numbers import NOT_APPLICABLE, Sure, look
from perfeval_xl.workbook.engine import Engine

TODAY = date(2024, 3, 15)
LONG = "压减会议数量，会议费比上年减少。"
SAID = {
    # kind: the sample as it is read, shown, told with its unit, printed
    "number": ("93.5", "93.5", "93.5000", "93.5"),
    "money": ("321.12", "321.12", "321.12万元", "321.12"),
    "change": ("-12.50", "-12.50", "-12.50万元", "-12.50"),
    "area": ("1200", "1200.00", "1200.00㎡", "1,200.00"),
    "rate": ("0.935", "93.50%", "93.5%", "93.50%"),
    "score": ("9.5", "9.50", "9.50分", "9.5"),
    "count": ("46", "46", "46人", "46"),
    "text": ("办公室", "办公室", "", "办公室"),
    "longtext": (LONG, LONG, "", LONG),
    "date": ("2024-03-15", "2024-03-15", "", "2024年3月15日"),
    "choice": ("", NOTHING, "", ""),
    "measure": ("95", "95", "95.00", "95"),
    "code": ("411001", "411001", "", "411001"),
}  # fmt: skip
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)


def read(kind: Kind) -> Value:
    unit = kind.units[0] if kind.units else ""
    sure = kind.parse(kind.sample, unit)
    assert isinstance(sure, Sure), f"{kind.id} does not read its own sample"
    return sure.value


def test_every_kind_is_listed() -> None:
    assert SAID.keys() == KINDS.keys()


@every_kind
def test_a_kind_reads_its_own_sample_and_says_it(kind: Kind) -> None:
    value, (plain, shown, told, printed) = read(kind), SAID[kind.id]
    assert str(value) == plain
    assert (kind.shown(value), kind.printed(value)) == (shown, printed)
    if isinstance(value, Decimal):
        assert kind.told(value, kind.units[0] if kind.units else "") == told
    assert kind.shown(None) == kind.shown("") == NOTHING
    assert kind.printed(None) == ""


@every_kind
def test_what_a_kind_says_exactly_is_read_as_the_same(kind: Kind) -> None:
    for value in map(Decimal, ("0", "1", "0.935", "1234.56", "-3")) if kind.numeric else ():
        again = kind.parse(kind.exact(value))
        assert isinstance(again, Sure)
        assert again.value == value


@every_kind
def test_a_kind_reads_what_it_holds(kind: Kind) -> None:
    holds = {Holds.FIGURE: Decimal, Holds.DAY: date, Holds.EITHER: Decimal}.get(kind.holds, str)
    assert isinstance(read(kind), holds)
    assert kind.numeric == (kind.decimals is not None)
    assert kind.figures == isinstance(read(kind), Decimal)


def test_words_stay_words_where_a_figure_may_stand() -> None:
    assert KINDS["measure"].parse(" 达成 ") == Sure("达成")
    assert KINDS["measure"].parse("约95").value == "约95"  # type: ignore[union-attr]  # a Sure has a value
    assert not isinstance(KINDS["money"].parse("达成"), Sure)


@every_kind
@pytest.mark.parametrize("nullable", [False, True], ids=["needed", "nullable"])
def test_excel_accepts_a_kinds_sample_and_refuses_what_it_is_not(kind: Kind, nullable: bool) -> None:
    accepts = kind.accepts("A1", nullable=nullable)
    value = read(kind)
    if accepts is None:
        assert not kind.numeric
        assert kind.holds is not Holds.DAY
        return
    typed = day_count(value) if isinstance(value, date) else float(str(value))
    assert accepted(accepts, typed)
    assert not accepted(accepts, "约三百")
    assert accepted(accepts, NOT_APPLICABLE) == (kind.numeric and nullable)
    assert accepts.message.endswith("。")


@every_kind
def test_excel_refuses_below_the_least_figure(kind: Kind) -> None:
    accepts = kind.accepts("A1")
    if kind.numeric and accepts:
        assert accepted(accepts, -1.0) == (kind.minimum is None)


@every_kind
def test_a_kinds_number_format_shows_what_it_holds(kind: Kind) -> None:
    seen = "percent" if kind.percent else "date" if kind.holds is Holds.DAY else ""
    assert look(kind.number_format) == seen
    assert kind.side == ("right" if kind.numeric else "left" if kind.words else "center")
    assert kind.gap is (KINDS["count"] if kind.holds is Holds.DAY else kind)
    assert kind.adds <= kind.numeric
    assert kind.long <= kind.words


def test_a_day_is_shown_however_it_is_kept() -> None:
    count = Decimal(str(day_count(TODAY)))
    assert KINDS["date"].shown(count) == KINDS["date"].shown(TODAY) == "2024-03-15"
    assert counted_day(count) == TODAY


def test_nobody_else_knows_one_kind_from_another() -> None:
    package = Path(perfeval_xl.__file__).parent
    ids = "|".join(KINDS)
    asking = re.compile(
        rf"kind\.id\s*(?:[=!]=|(?:not )?in\b)|(?<!for )kind\s*(?:[=!]=\s*|(?:not )?in \()\"(?:{ids})\""
    )
    asked = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if path.name != "kind.py" and asking.search(path.read_text("utf-8"))
    }
    assert asked == set()


def accepted(accepts: Accepts, typed: float | str) -> bool:
    """Whether Excel's rule lets a value pass; one that is a formula is computed."""
    if accepts.validate != "custom":
        number = isinstance(typed, float) and typed >= float(accepts.value)
        return number and (accepts.validate != "integer" or float(typed).is_integer())
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("表")
        sheet.write("A1", typed)
        sheet.write_formula("B1", str(accepts.value))
    return Engine(target.getvalue(), TODAY).value(Address("表", 1, 2)) is True
