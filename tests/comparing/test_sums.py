"""A unit that reports for those below it: their sum, as exact as the roundings allow, once all have passed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from small_template import MOMENT, Cell, gist, receipt, template

from perfeval_xl.comparing.gist import Gist
from perfeval_xl.comparing.sums import added_fields, added_up, compare, families, figures
from perfeval_xl.records.act import Act, Decision, Deed
from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import Aggregate, Role
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.rule import WRONG_UNIT
from perfeval_xl.records.standing import Overview, Standing
from perfeval_xl.records.unit import Unit

WHOLE = Unit("9", "教育局（汇总）", gathers=True)
SPENT, EARNED = (
    Cell(name, place=f"表1!{row}", aggregate=Aggregate.SUM) for name, row in (("支出", 5), ("收入", 6))
)
FIELDS = (SPENT.field, EARNED.field)


def children(count: int) -> tuple[Unit, ...]:
    return tuple(Unit(f"9{number}", f"{number}中", superior="9") for number in range(1, count + 1))


FAULT = Finding("B01", Level.ERROR, "不等", unit="1")


def standing(unit: Unit, *found: Finding) -> Standing:
    return Standing(unit, (receipt(unit.code, found),))


def compared(whole: Gist, *parts: Gist | None) -> list[Finding]:
    below_it = children(len(parts))
    gists = {"9": whole} | {
        unit.code: part for unit, part in zip(below_it, parts, strict=True) if part is not None
    }
    added = {code: figures(one, FIELDS) for code, one in gists.items()}
    below = [standing(unit) if unit.code in gists else Standing(unit, ()) for unit in below_it]
    return list(compare(standing(WHOLE), below, added, FIELDS))


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
        (1, "2中没有报送"),
        (6, "2中、3中、4中、5中、6中、7中没有报送"),
        (7, "2中、3中、4中、5中、6中、7中等7个没有报送"),
    ],
)
def test_a_sum_waits_for_all_below_it(missing: int, told: str) -> None:
    (finding,) = compared(spent("90"), spent("1"), *[None] * missing)
    assert (finding.rule, finding.unit, finding.field) == ("X19", "9", "")
    assert f"下属{missing + 1}个单位中{told}，暂不核对合计" in finding.message


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


def test_only_what_has_passed_is_added_and_what_is_missing_is_said() -> None:
    first, second, third = children(3)
    added = {"9": {"支出": Decimal(90)}, "91": {"支出": Decimal(1)}}
    below = (standing(first), standing(second, FAULT), Standing(third, ()))
    (finding,) = compare(standing(WHOLE), below, added, FIELDS)
    assert finding.rule == "X19"
    assert finding.message == "下属3个单位中3中没有报送，2中还没有通过，暂不核对合计。"


def test_a_family_is_a_gathering_unit_and_those_directly_below_it() -> None:
    first, second = children(2)
    stranger, empty = Unit("5", "水利局"), Unit("8", "空", gathers=True)
    other, lower = Unit("51", "水利站", superior="5"), Unit("911", "分校", superior="91")
    assert families(iter((first, WHOLE, second, empty, stranger, other, lower))) == {"9", "91", "92", "8"}


def over(*standings: Standing, **amounts: str) -> list[tuple[str, str]]:
    """Return what is found of sums; `amounts` are what units spent, as `_9="3"`."""
    added = {code.removeprefix("_"): {"支出": Decimal(amount)} for code, amount in amounts.items()}
    seen = added_up(Overview(standings, (), ()), template(SPENT), added)
    return [(one.unit.key, finding.rule) for one in seen.standings for finding in one.findings]


def test_who_need_not_report_is_no_part_of_the_sum_by_the_roster_or_by_decision() -> None:
    first, second, third = children(3)
    let_off = Decision(exempt=Act(Deed.EXEMPT, MOMENT, "钱七", "92"))
    without = (standing(replace(first, exempt=True)), replace(standing(second), decision=let_off))
    amounts = {"_9": "5", "_91": "7", "_92": "8", "_93": "5"}
    assert over(standing(WHOLE), *without, standing(third), **amounts) == []
    assert over(standing(WHOLE), *map(standing, (first, second, third)), **amounts) == [("9", "X18")]


def test_a_gathering_unit_below_another_counts_once_its_own_sum_is_right() -> None:
    town, school = Unit("8", "全县", gathers=True), children(1)[0]
    middle = replace(WHOLE, superior="8")
    units = (standing(town), standing(middle), standing(school))
    assert over(*units, _8="5", _9="5", _91="4") == [("8", "X19"), ("9", "X18")]
    assert over(*units, _8="4", _9="5", _91="5") == [("8", "X18")]
    assert over(*units[::-1], _8="5", _9="5", _91="5") == []


def test_before_a_gathering_unit_has_reported_nothing_is_said_of_it() -> None:
    assert over(Standing(WHOLE, ()), standing(children(1)[0]), _91="4") == []
    assert over(standing(Unit("5", "水利局")), standing(Unit("51", "水利站", superior="5"))) == []


def test_a_wrong_sum_follows_from_amounts_in_another_unit_of_money() -> None:
    in_yuan = standing(WHOLE, Finding(WRONG_UNIT, Level.ERROR, "像是按元填的"))
    added = {"9": {"支出": Decimal(90)}, "91": {"支出": Decimal(1)}}
    below = [standing(children(1)[0])]
    assert [one.root for one in compare(in_yuan, below, added, FIELDS)] == [WRONG_UNIT]
    assert [one.root for one in compare(standing(WHOLE), below, added, FIELDS)] == [""]


def test_the_sum_is_exact() -> None:
    (finding,) = compared(spent("1"), spent("0.1"), spent("0.2"))
    assert finding.expected == Decimal("0.3")
