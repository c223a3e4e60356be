"""Amounts in 元 where 万元 is asked: a whole return, one amount, a table; and honest returns of every size."""

from __future__ import annotations

import os
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

import pytest
from examples import handed_in, sample_of, sample_with
from honest_units import amounts_of, honest, in_yuan, one_booked

from perfeval_xl.checking.check import Checker
from perfeval_xl.checking.magnitude import Relation, Scene, is_whole, odds, strays
from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import Template
from perfeval_xl.records.finding import Finding, Level

if TYPE_CHECKING:
    from datetime import date

    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key

RETURNS = 200
"""How many honest returns are weighed, each three times: as it is, and twice in 元."""
CHECKED = int(os.environ.get("PERFEVAL_FILLS", "12"))
"""How many of them go through the whole of checking."""


@pytest.fixture(scope="module")
def checker(hunan: Template, today: date) -> Checker:
    return Checker(hunan, today)


def scene(checker: Checker, values: dict[Key, Value]) -> Scene:
    ((_, one),) = checker.weigher.scenes(values, ())
    return one


def of_units(checker: Checker, values: dict[Key, Value]) -> list[Finding]:
    found = checker.check(handed_in(checker.template, values)).findings
    return [one for one in found if one.rule.startswith("A00")]


def test_no_honest_return_of_any_size_is_accused_and_each_in_yuan_is(checker: Checker) -> None:
    for seed in range(RETURNS):
        values = honest(checker.template, seed)
        assert not is_whole(scene(checker, values)), f"seed {seed}"
        for rounded in (False, True):
            booked = in_yuan(checker.template, values, seed, rounded=rounded)
            assert is_whole(scene(checker, booked)), f"seed {seed}, rounded {rounded}"


def test_the_returns_are_of_every_size(checker: Checker) -> None:
    totals = sorted(honest(checker.template, seed)["资金总额_全年执行", 0] for seed in range(RETURNS))  # type: ignore[type-var]  # amounts
    assert 4 < totals[0] < 12  # type: ignore[operator]  # amounts
    assert 80_000 < totals[-1] < 160_000  # type: ignore[operator]  # amounts


def test_honest_returns_pass_through_checking_and_those_in_yuan_do_not(checker: Checker) -> None:
    for seed in range(CHECKED):
        values = honest(checker.template, seed)
        assert of_units(checker, values) == [], f"seed {seed}"
        booked = in_yuan(checker.template, values, seed, rounded=bool(seed % 2))
        first, *others = checker.check(handed_in(checker.template, booked)).findings
        assert (first.rule, first.level, first.root) == ("A00", Level.ERROR, ""), f"seed {seed}"
        assert [one for one in others if one.rule.startswith("A00")] == []


def test_one_amount_in_yuan_is_found_at_its_cell(checker: Checker) -> None:
    missed, tried = [], 0
    for seed in range(CHECKED):
        values = honest(checker.template, seed)
        for key in Random(seed).sample(amounts_of(checker.template, values), 3):  # noqa: S311 - repeatable
            tried += 1
            places = [one.place for one in of_units(checker, one_booked(values, key, seed))]
            if places != [checker.template.address(key)]:
                missed.append((seed, key, places))
    assert len(missed) <= tried // 10, missed


def test_both_readings_are_told_and_what_follows_hangs_on_it(checker: Checker) -> None:
    sample = sample_of(checker.template)
    booked = {key: v * 10000 if _money(checker.template, key, v) else v for key, v in sample.items()}  # type: ignore[operator]
    first, *others = checker.check(handed_in(checker.template, booked)).findings
    assert first.place == Address("表3 整体自评", 6, 6)
    assert (first.value, first.expected) == (Decimal(33919700), Decimal("3391.97"))
    assert "若按元填写，应为3391.97万元" in first.message
    assert "就是3391.97亿元" in first.message
    hung = {one.rule: one.root for one in others}
    assert hung["X11p"] == "A00"


def _money(template: Template, key: Key, value: Value) -> bool:
    return template.field[key[0]].kind.money and isinstance(value, Decimal)


def test_an_explanation_does_not_lift_it(checker: Checker) -> None:
    values = in_yuan(checker.template, honest(checker.template, 3), 3, rounded=True)
    told = {
        "A00": "情况属实情况属实情况属实",
        "A00 表3 整体自评!F6 金额的单位没有填错（整份表）": "情况属实情况属实",
    }
    (found,) = [
        one for one in checker.check(handed_in(checker.template, values, told)).findings if one.rule == "A00"
    ]
    assert (found.level, found.explanation) == (Level.ERROR, "")


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"公务接待_本年决算": 85400.00}, ["表1 基础数据!G13"]),
        ({"政府采购_本年决算": 800000}, ["表1 基础数据!G53"]),
        ({"人员经费_全年预算": 8838700}, ["表2 支出情况!E7"]),
        ({"项目_执行财政拨款#3": 2654000}, ["表4 项目支出!N9"]),
        ({"楼堂馆所_实际投资#1": 4712000}, ["表1 基础数据!G57"]),
        ({"办公经费_上年决算": 831600}, ["表1 基础数据!C50"]),
        ({"资金总额_年初预算": 32310500}, ["表3 整体自评!E6"]),
        ({"收入_一般预算": 28696100}, ["表3 整体自评!E8"]),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_cell_in_yuan_is_told_alone(
    checker: Checker, changes: dict[str, str | float], places: list[str]
) -> None:
    found = of_units(checker, sample_with(checker.template, changes))
    assert [(one.rule, str(one.place)) for one in found] == [("A00c", place) for place in places]
    assert all(one.value and one.value == one.expected * FACTOR for one in found)  # type: ignore[operator]


FACTOR = 10_000


def test_a_table_in_yuan_is_told_once(checker: Checker) -> None:
    sample = sample_of(checker.template)
    booked = {
        key: value * 10000 if _money(checker.template, key, value) and key[0].startswith("项目_") else value  # type: ignore[operator]
        for key, value in sample.items()
    }
    (found,) = of_units(checker, booked)
    assert str(found.place) == "表4 项目支出!E7"
    assert len(found.related) == sum(value != booked[key] for key, value in sample.items())


def test_what_would_be_right_in_the_right_unit_hangs_on_the_cell(checker: Checker) -> None:
    values = sample_with(checker.template, {"公务接待_本年决算": 85400.00})
    findings = checker.check(handed_in(checker.template, values)).findings
    assert {one.rule: one.root for one in findings if one.level is Level.ERROR} == {"A00c": "", "B01": "A00c"}


@pytest.mark.parametrize(
    "changes",
    [
        {"公务接待_本年决算": "+0.50"},
        {"三公经费_本年决算": 132.5},
        {"项目_执行财政拨款#3": 26.54},
        {"其他资金_本年决算": 862},
        {"政府采购_本年决算": 800},
        {"项目总额_本年决算": 177000},
    ],
    ids=lambda value: next(iter(value)),
)
def test_other_mistakes_are_not_taken_for_it(checker: Checker, changes: dict[str, str | float]) -> None:
    assert of_units(checker, sample_with(checker.template, changes)) == []


# --- the judging of values --------------------------------------------------------------------------------------

D = Decimal
SUM = Relation(frozenset({("甲", 0), ("乙", 0), ("丙", 0)}), D(9), D(9), D("0.02"), holds=True)


def small(whole: str, one: str, other: str) -> Scene:
    """Return three amounts of which the first ought to be the sum."""
    amounts = {("甲", 0): D(whole), ("乙", 0): D(one), ("丙", 0): D(other)}
    left, right = D(whole), D(one) + D(other)
    relation = replace(SUM, left=left, right=right, holds=abs(left - right) <= SUM.tolerance)
    return Scene(amounts, relations=(relation,))


@pytest.mark.parametrize(
    ("amounts", "doubted"),
    [
        (("900", "500", "400"), ""),
        (("9000000", "500", "400"), "甲"),
        (("900", "5000000", "400"), "乙"),
        (("900", "500", "4000012.34"), "丙"),
        (("9000", "500", "400"), ""),
        (("900", "500", "0.04"), ""),
        (("9000000", "5000000", "4000000"), ""),
        (("500", "500", "400"), ""),
    ],
)
def test_an_amount_is_doubted_where_a_sum_would_hold_with_it_divided(
    amounts: tuple[str, str, str], doubted: str
) -> None:
    assert "".join(name for name, _ in strays(small(*amounts))) == doubted


def test_a_sum_that_holds_clears_its_terms() -> None:
    rows = {("甲", 0): "甲", ("甲上年", 0): "甲"}
    far = Scene({("甲", 0): D(90000), ("甲上年", 0): D(9), ("乙", 0): D(90000)}, rows)
    assert strays(far) == {("甲", 0)}
    held = replace(SUM, keys=frozenset({("甲", 0), ("乙", 0)}), left=D(90000), right=D(90000))
    assert strays(replace(far, relations=(held,))) == frozenset()


def test_what_the_bureau_knows_decides_where_size_and_heads_say_little() -> None:
    amounts = {(f"项{number}", 0): D(number * 700) for number in range(1, 9)}
    unsure = Scene(amounts, totals=(D(60_000),))
    assert abs(odds(unsure)) < 8
    assert is_whole(replace(unsure, known=tuple((amount, amount / 10_000) for amount in amounts.values())))
    assert not is_whole(replace(unsure, known=tuple((amount, amount) for amount in amounts.values())))


def test_in_a_template_in_yuan_amounts_in_wan_are_the_same_mistake() -> None:
    booked = {(f"项{number}", 0): D(number * 31_000) for number in range(1, 30)}
    whole = sum(booked.values(), D(0))
    assert not is_whole(Scene(booked, totals=(whole,), greater=False))
    shown = {key: amount / 10_000 for key, amount in booked.items()}
    assert is_whole(Scene(shown, totals=(whole / 10_000,), greater=False))


def test_nothing_typed_accuses_nobody() -> None:
    assert odds(Scene({})) == 0
    assert strays(Scene({})) == frozenset()
