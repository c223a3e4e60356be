"""What is kept of a submission for comparing: our own results before typed figures, nothing unreadable."""

from __future__ import annotations

from decimal import Decimal

from small_template import MOMENT, Cell, record, template

from perfeval_xl.comparing.gist import Gist, Gists
from perfeval_xl.records.contract import Role
from perfeval_xl.records.finding import Value
from perfeval_xl.records.verdict import Record, Verdict

MADE = template(
    Cell("支出"),
    Cell("合计", role=Role.COMPUTED),
    Cell("人数", "count"),
    Cell("财政数", role=Role.PREFILL),
    Cell("说明_额", role=Role.EXPLANATION),
    Cell("项_额", table="项"),
    Cell("成效", "longtext"),
    Cell("说明_B01", "longtext", Role.EXPLANATION),
    Cell("抬头", "longtext", Role.PREFILL),
    Cell("简称", "text"),
)


def amounts(*values: float | str) -> dict[tuple[str, int], Value]:
    return {("项_额", row): Decimal(str(value)) for row, value in enumerate(values, 1)}


def mark(typed: dict[tuple[str, int], Value]) -> str:
    return Gists(MADE).of(record(MADE, typed), ()).mark


def test_figures_are_those_asked_for_computed_before_typed() -> None:
    typed: dict[tuple[str, int], Value] = {
        ("支出", 0): Decimal(5),
        ("合计", 0): Decimal(7),
        ("人数", 0): Decimal(3),
        ("简称", 0): "交通",
        ("项_额", 1): Decimal(1),
    }
    computed: dict[tuple[str, int], Value] = {("合计", 0): Decimal(8), ("项_额", 0): "文"}
    one = Gists(MADE).of(record(MADE, typed, computed), ["支出", "合计", "简称", "项_额"])
    assert one.figures == {"支出": 5, "合计": 8}


def test_a_typed_figure_stands_where_nothing_was_computed() -> None:
    one = Gists(MADE).of(record(MADE, {("合计", 0): Decimal(7)}, {("合计", 0): "#DIV/0!"}), ["合计"])
    assert one.figures == {"合计": 7}


def test_what_nobody_could_read_is_named_and_no_figure() -> None:
    typed: dict[tuple[str, int], Value] = {
        ("支出", 0): Decimal(5),
        ("项_额", 2): Decimal(6),
        ("人数", 0): Decimal(2),
    }
    made = record(MADE, typed, unreadable=frozenset({("支出", 0), ("项_额", 2)}))
    one = Gists(MADE).of(made, ["支出", "人数"])
    assert (one.figures, one.unreadable, one.amounts) == ({"人数": 2}, {"支出", "项_额"}, 0)


def test_a_file_that_could_not_be_read_has_nothing() -> None:
    unread = Record("一.xlsx", "一", MOMENT, None, Verdict())
    nothing = Gists(MADE).of(unread, ["支出"])
    assert nothing == Gist({}, frozenset(), ())
    assert (nothing.mark, nothing.amounts) == ("", 0)
    assert Gists(MADE).texts(unread) == ()


def test_longer_texts_are_those_that_the_unit_types() -> None:
    typed: dict[tuple[str, int], Value] = {
        ("成效", 0): "甲",
        ("说明_B01", 0): "乙",
        ("抬头", 0): "丙",
        ("简称", 0): "丁",
    }
    expected = ((("成效", 0), "甲"), (("说明_B01", 0), "乙"))
    gists = Gists(MADE)
    assert gists.long_texts == {"成效", "说明_B01"}
    assert gists.of(record(MADE, typed), ()).texts == gists.texts(record(MADE, typed)) == expected
    assert gists.texts(record(MADE, {("成效", 0): None})) == ()


def test_ten_different_amounts_make_a_mark_nine_do_not() -> None:
    assert len(mark(amounts(*range(1, 11)))) == 16
    assert mark(amounts(*range(1, 10), 9, 9)) == ""


def test_the_mark_is_of_amounts_that_the_unit_typed() -> None:
    typed = amounts(*range(1, 11))
    others: dict[tuple[str, int], Value] = {
        ("人数", 0): Decimal(3),
        ("财政数", 0): Decimal(4),
        ("说明_额", 0): Decimal(5),
        ("支出", 0): Decimal(0),
    }
    one = Gists(MADE).of(record(MADE, {**typed, **others}), ())
    assert (one.mark, one.amounts) == (mark(typed), 10)


def test_the_mark_is_the_same_for_equal_amounts_only() -> None:
    first = mark(amounts(*range(1, 11)))
    assert mark(dict(reversed(amounts(*range(1, 10), "10.00").items()))) == first
    assert mark(amounts(*range(2, 11), 1)) != first
    assert mark(amounts(*range(1, 10), 10.5)) != first
    assert mark({**amounts(*range(1, 10)), ("支出", 0): Decimal(10)}) != first
