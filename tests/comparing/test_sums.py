"""A unit that reports for those below it: their sum, as exact as the roundings allow, once all have reported."""

from __future__ import annotations

from decimal import Decimal

import pytest
from small_template import Cell, gist, template

from perfeval_xl.comparing.gist import Gist
from perfeval_xl.comparing.sums import added_fields, below, compare
from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import Aggregate, Role
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.unit import Unit

WHOLE = Unit("9", "教育局（汇总）", gathers=True)
SPENT, EARNED = (
    Cell(name, place=f"表1!{row}", aggregate=Aggregate.SUM) for name, row in (("支出", 5), ("收入", 6))
)
FIELDS = (SPENT.field, EARNED.field)


def children(count: int) -> tuple[Unit, ...]:
    return tuple(Unit(f"9{number}", f"{number}中", superior="9") for number in range(1, count + 1))


def compared(whole: Gist, *parts: Gist | None) -> list[Finding]:
    below_it = children(len(parts))
    gists = {"9": whole} | {
        unit.code: part for unit, part in zip(below_it, parts, strict=True) if part is not None
    }
    return list(compare(WHOLE, below_it, gists, FIELDS))


def spent(value: str) -> Gist:
    return gist({"支出": value})


@pytest.mark.parametrize(
    ("whole", "parts", "rules"),
    [
        ("100.01", ["100"], []),
        ("100.02", ["100"], ["X18"]),
        ("99.99", ["100"], []),
        ("99.98", ["100"], ["X18"]),
        ("600.02", ["100", "200", "300"], []),
        ("600.03", ["100", "200", "300"], ["X18"]),
    ],
)
def test_each_term_and_the_sum_may_be_rounded(whole: str, parts: list[str], rules: list[str]) -> None:
    assert [one.rule for one in compared(spent(whole), *map(spent, parts))] == rules


def test_a_wrong_sum_is_told_with_its_terms_at_its_cell() -> None:
    (finding,) = compared(spent("610"), spent("100"), gist(), spent("0"), spent("500"))
    assert (finding.rule, finding.level, finding.unit) == ("X18", Level.WARNING, "9")
    assert (finding.field, finding.label, finding.place) == ("支出", "支出（名）", Address("表1", 5, 3))
    assert (finding.value, finding.expected, finding.difference) == (610, 600, 10)
    assert "支出（名）：填的是610.00万元，下属4个单位合计是600.00万元，相差10.00万元" in finding.message
    assert "下属单位：1中100.00万元、4中500.00万元。" in finding.message


def test_a_sum_that_is_blank_is_zero_and_so_are_blank_terms() -> None:
    (finding,) = compared(gist(), spent("3"), gist())
    assert (finding.value, finding.expected, finding.difference) == (0, 3, -3)
    assert "填的是0.00万元" in finding.message
    assert "相差3.00万元" in finding.message
    (finding,) = compared(spent("3"), gist(), gist())
    assert (finding.value, finding.expected) == (3, 0)
    assert "下属单位：都没有填。" in finding.message
    assert compared(gist(), gist()) == []


@pytest.mark.parametrize(("count", "told"), [(6, "6中1.00万元。"), (7, "6中1.00万元等7个。")])
def test_six_terms_are_named_and_more_are_counted(count: int, told: str) -> None:
    (finding,) = compared(spent("90"), *[spent("1")] * count)
    assert told in finding.message


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        (1, "还有2中没有报送"),
        (6, "还有2中、3中、4中、5中、6中、7中没有报送"),
        (7, "还有2中、3中、4中、5中、6中、7中等7个没有报送"),
    ],
)
def test_a_sum_waits_for_all_below_it(missing: int, told: str) -> None:
    (finding,) = compared(spent("90"), spent("1"), *[None] * missing)
    assert (finding.rule, finding.unit, finding.field) == ("X19", "9", "")
    assert f"下属{missing + 1}个单位中{told}" in finding.message


def test_a_figure_that_nobody_could_read_is_not_compared_the_others_are() -> None:
    wrong = {"支出": "5", "收入": "7"}
    assert [one.field for one in compared(gist(wrong), gist())] == ["支出", "收入"]
    assert [one.field for one in compared(gist(wrong, ("支出",)), gist())] == ["收入"]
    assert [one.field for one in compared(gist(wrong), gist(), gist({}, ("支出",)))] == ["收入"]


def test_typed_figures_outside_tables_that_add_up_are_compared() -> None:
    total = Aggregate.SUM
    made = template(
        SPENT,
        Cell("率", "rate"),
        Cell("合计", role=Role.COMPUTED, aggregate=total),
        Cell("项_额", table="项", aggregate=total),
        Cell("文", "text", aggregate=total),
        EARNED,
    )
    assert [field.name for field in added_fields(made)] == ["支出", "收入"]


def test_below_a_gathering_unit_are_those_that_must_report() -> None:
    first, second = children(2)
    exempt = Unit("93", "3中", superior="9", exempt=True)
    empty, stranger = Unit("8", "空", gathers=True), Unit("5", "水利局")
    other = Unit("51", "水利站", superior="5")
    listed = (first, WHOLE, exempt, second, empty, stranger, other)
    assert below(iter(listed)) == {"9": (first, second), "8": ()}


def test_the_sum_is_exact() -> None:
    (finding,) = compared(spent("1"), spent("0.1"), spent("0.2"))
    assert finding.expected == Decimal("0.3")
