"""The bureau's figures against a unit's: each way they may differ, once, at its cell, with both figures."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from small_template import Cell, check, gist, receipt, template

from perfeval_xl.comparing.control import Against
from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import Role, Template
from perfeval_xl.records.finding import Finding, Level, Related
from perfeval_xl.records.known import Dossier, Known

SPENT, CONTROL = Cell("支出", place="表1!5"), Cell("控制_支出", role=Role.PREFILL, place="表1!6")
SPENT_BLANK = Related(Address("表1", 5, 3), "支出", None)
OTHER = Cell("收入", place="表1!7")
PLAIN = template(SPENT, CONTROL, OTHER)
BOARD = template(SPENT, CONTROL, OTHER, checks=(check("B01", "支出", "控制_支出"),))


def compared(
    made: Template, written: dict[str, str], *known: Known, accused: str = "", unreadable: str = ""
) -> list[Finding]:
    found = (Finding("F01", Level.ERROR, "必填", field=accused),) if accused else ()
    told = gist(written, (unreadable,))
    return list(Against(made).compare("1", receipt(findings=found), told, Dossier(known)))


def knows(value: str, name: str = "支出", *, last_year: bool = False) -> Known:
    return Known(name, Decimal(value), "账上", last_year)


@pytest.mark.parametrize(
    ("written", "rules"),
    [("99.98", ["X16"]), ("99.99", []), ("100", []), ("100.01", []), ("100.02", ["X16"]), ("0", ["X16"])],
)
def test_a_figure_may_differ_by_one_hundredth(written: str, rules: list[str]) -> None:
    assert [one.rule for one in compared(PLAIN, {"支出": written}, knows("100"))] == rules


def test_a_figure_that_differs_is_told_with_both_and_the_cell_of_the_bureau_s() -> None:
    (finding,) = compared(PLAIN, {"支出": "90", "控制_支出": "100"}, knows("100"))
    assert (finding.rule, finding.unit, finding.field, finding.label) == ("X16", "1", "支出", "支出（名）")
    assert finding.place == Address("表1", 5, 3)
    assert (finding.value, finding.expected, finding.difference) == (90, 100, -10)
    assert finding.related == (Related(Address("表1", 6, 3), "控制_支出（名）", Decimal(100)),)
    assert "支出（名）：填的是90.00万元，财政部门账上是100.00万元（账上），相差10.00万元" in finding.message


def test_a_blank_cell_that_a_finding_of_many_blank_cells_lists_is_not_told_again() -> None:
    many = Finding("F01", Level.ERROR, "整张表还没有填写", field="收入", related=(SPENT_BLANK,))
    other = replace(many, rule="B01")
    found = [
        [
            one.rule
            for one in Against(PLAIN).compare("1", receipt(findings=(one,)), gist({}), Dossier((knows("100"),)))
        ]
        for one in (many, other)
    ]
    assert found == [[], ["X17"]]


def test_a_written_zero_differs_by_all_of_the_bureau_s_figure() -> None:
    (finding,) = compared(PLAIN, {"支出": "0"}, knows("100"))
    assert (finding.rule, finding.difference) == ("X16", -100)
    assert "填的是0.00万元，财政部门账上是100.00万元（账上），相差100.00万元" in finding.message


def test_last_years_figure_has_a_rule_of_its_own() -> None:
    (finding,) = compared(PLAIN, {"收入": "15.52"}, knows("13.25", "收入", last_year=True))
    assert (finding.rule, finding.related) == ("X08", ())
    assert "15.52万元，去年的数是13.25万元（账上），相差2.27万元" in finding.message


def test_a_blank_is_told_unless_the_bureau_has_nothing_or_reading_has_told_it() -> None:
    (finding,) = compared(PLAIN, {}, knows("100"))
    assert (finding.rule, finding.value, finding.expected, finding.difference) == ("X17", None, 100, None)
    assert "支出（名）：没有填，财政部门账上是100.00万元（账上）" in finding.message
    assert compared(PLAIN, {}, knows("0")) == []
    assert compared(PLAIN, {}, knows("100"), accused="支出") == []
    assert [one.rule for one in compared(PLAIN, {}, knows("100"), accused="收入")] == ["X17"]


def test_what_nobody_could_read_is_passed_over_and_the_next_is_compared() -> None:
    found = compared(PLAIN, {"收入": "1"}, knows("100"), knows("2", "收入"), unreadable="支出")
    assert [(one.rule, one.field) for one in found] == [("X16", "收入")]


def test_a_bureau_s_figure_that_changed_since_is_told_at_its_own_cell() -> None:
    (finding,) = compared(PLAIN, {"支出": "100", "控制_支出": "90"}, knows("100"))
    assert (finding.rule, finding.field, finding.place) == ("A03", "控制_支出", Address("表1", 6, 3))
    assert (finding.value, finding.expected, finding.related) == (90, 100, ())
    assert (
        "控制_支出（名）：工作簿里财政提供的数是90.00万元，财政部门现在的数是100.00万元（账上）" in finding.message
    )


@pytest.mark.parametrize(
    ("written", "plain", "board"),
    [
        ({"支出": "90", "控制_支出": "100"}, ["X16"], []),
        ({"支出": "90"}, ["X16"], ["X16"]),
        ({"支出": "90", "控制_支出": "90"}, ["A03", "X16"], ["A03", "X16"]),
        ({"支出": "80", "控制_支出": "90"}, ["A03", "X16"], ["A03"]),
        ({"支出": "100", "控制_支出": "90"}, ["A03"], ["A03"]),
    ],
)
def test_what_the_template_s_own_check_says_is_not_said_again(
    written: dict[str, str], plain: list[str], board: list[str]
) -> None:
    assert [one.rule for one in compared(PLAIN, written, knows("100"))] == plain
    assert [one.rule for one in compared(BOARD, written, knows("100"))] == board


def test_a_check_of_the_bureau_s_figure_against_another_field_says_nothing_of_this_one() -> None:
    made = template(
        SPENT, CONTROL, OTHER, checks=(check("B01", "收入", "控制_支出"), check("B02", "支出", "收入"))
    )
    assert [one.rule for one in compared(made, {"支出": "90", "控制_支出": "100"}, knows("100"))] == ["X16"]


def test_the_bureau_s_cell_is_needed_where_the_template_has_one() -> None:
    dossier = Dossier((knows("100"), knows("2", "收入")))
    assert list(Against(PLAIN).wanted(dossier)) == ["支出", "控制_支出", "收入"]
