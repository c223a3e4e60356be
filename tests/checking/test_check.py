"""Checking: the template's formulas over a unit's inputs become findings with cells and figures."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from fills import random_fill
from shipped import TEMPLATES
from smallest_spec import write

from perfeval_xl.checking.check import Checker
from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import Template
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.submission import Entry, Key, Submission
from perfeval_xl.records.verdict import Status, Verdict, status_of
from perfeval_xl.template.load import load
from perfeval_xl.template.source.build import build
from perfeval_xl.template.source.spec import read_spec
from perfeval_xl.workbook.engine import Engine

if TYPE_CHECKING:
    from datetime import date

    from perfeval_xl.records.finding import Value

# the figures of the published report of 2023; last year's follow from the changes that it states
TRANSPORT = {
    "基本支出_上年决算": "321.12",
    "人员经费_上年决算": "243.27",
    "日常公用经费_上年决算": "77.49",
    "基本支出_本年决算": "453.72",
    "人员经费_本年决算": "161.21",
    "日常公用经费_本年决算": "292.51",
}


def submission(
    template: Template, values: dict[Key, Value], unreadable: frozenset[Key] = frozenset()
) -> Submission:
    entries = tuple(Entry(*key, template.address(key), str(value), value) for key, value in values.items())
    return Submission("一.xlsx", template.id, template.version, "402001", "区交通运输局", entries, (), unreadable)


@pytest.fixture(scope="module")
def checker(hunan: Template, today: date) -> Checker:
    return Checker(hunan, today)


def check(checker: Checker, **values: object) -> Verdict:
    typed: dict[Key, Value] = {
        (name, 0): Decimal(value) if isinstance(value, str) and value[0].isdigit() else value  # type: ignore[misc]
        for name, value in values.items()
    }
    return checker.check(submission(checker.template, typed))


def found(verdict: Verdict, rule: str) -> list[Finding]:
    return [finding for finding in verdict.findings if finding.rule == rule]


def test_parts_that_miss_their_total_are_found_with_cells_and_difference(checker: Checker) -> None:
    (finding,) = found(check(checker, **TRANSPORT), "X03")
    assert finding.place == Address("表2 支出情况", 6, 3)
    assert (finding.value, finding.expected, finding.difference) == (
        Decimal("321.12"),
        Decimal("320.76"),
        Decimal("0.36"),
    )
    assert [(cell.address.cell, cell.value) for cell in finding.related] == [
        ("C6", Decimal("321.12")),
        ("C7", Decimal("243.27")),
        ("C8", Decimal("77.49")),
    ]
    assert "0.36" in finding.message


def test_what_follows_from_it_hangs_on_it(checker: Checker) -> None:
    (change,) = found(check(checker, **TRANSPORT), "X05")
    assert change.root == "X03"
    assert (change.value, change.expected) == (Decimal("132.6"), Decimal("132.96"))


def test_the_report_says_the_right_shares(checker: Checker) -> None:
    text = "".join(check(checker, **TRANSPORT).paragraphs)
    assert "人员经费161.21万元，占基本支出的35.53%，较上年减少82.06万元" in text
    assert "日常公用经费292.51万元，占基本支出的64.47%，较上年增加215.02万元" in text
    assert "的29%" not in text
    assert "的71%" not in text


def test_a_figure_that_could_not_be_read_is_not_judged(checker: Checker) -> None:
    values: dict[Key, Value] = {(name, 0): Decimal(value) for name, value in TRANSPORT.items()}
    key = ("基本支出_上年决算", 0)
    values[key] = "约321"
    verdict = checker.check(submission(checker.template, values, frozenset({key})))
    assert not found(verdict, "X03")
    assert "X03_1" in verdict.not_evaluated
    assert all(finding.field != "基本支出_上年决算" for finding in found(verdict, "F01"))


def test_a_missing_required_figure_is_said_once_and_silences_its_checks(checker: Checker) -> None:
    values = {name: value for name, value in TRANSPORT.items() if name != "基本支出_上年决算"}
    verdict = check(checker, **values)
    assert [f.place for f in found(verdict, "F01") if f.field == "基本支出_上年决算"] == [
        Address("表2 支出情况", 6, 3)
    ]
    assert not found(verdict, "X03")
    assert not found(verdict, "X05")


def test_a_warning_passes_with_an_explanation_of_ten_characters(checker: Checker) -> None:
    values: dict[Key, Value] = {("人员_编制数", 0): Decimal(46), ("人员_在职人数", 0): Decimal(50)}
    template = checker.template
    for text, explained in (("人多", False), ("机构改革转隶人员尚未核定编制", True)):
        filled = replace(submission(template, {**values, ("说明_B06", 0): text}), explanations={"B06": text})
        (finding,) = found(checker.check(filled), "B06")
        assert finding.level is Level.WARNING
        assert bool(finding.explanation) is explained
        assert status_of([finding]) is (Status.ACCEPTED if explained else Status.EXPLAIN)


def test_each_bad_row_of_a_table_is_a_finding_at_its_cell(checker: Checker) -> None:
    rows = [("产出指标", "数量指标", "里程", "≥", 10, 10, 12), ("效益指标", "数量指标", "收入", "≥", 10, 5, 5)]
    names = ("一级", "二级", "三级", "性质", "指标值", "分值", "得分")
    values: dict[Key, Value] = {
        (f"指标_{name}", number): Decimal(value) if isinstance(value, int) else value
        for number, row in enumerate(rows, 1)
        for name, value in zip(names, row, strict=True)
    }
    values |= {("指标_完成值", 1): Decimal(10), ("指标_完成值", 2): Decimal(10)}
    verdict = checker.check(submission(checker.template, values))
    first = checker.template.table["指标"].first_row
    assert [f.place.row for f in found(verdict, "D07") if isinstance(f.place, Address)] == [first]
    assert [f.place.row for f in found(verdict, "D06x") if isinstance(f.place, Address)] == [first + 1]
    (score,) = (f for f in found(verdict, "D08") if isinstance(f.place, Address) and f.place.row == first)
    assert (score.value, score.expected) == (Decimal(12), Decimal(10))


def test_twice_in_one_process_gives_the_same(checker: Checker) -> None:
    once = check(checker, **TRANSPORT)
    check(checker, 人员_编制数="3")
    assert check(checker, **TRANSPORT) == once


@pytest.mark.parametrize("name", ["hunan-2023", "mof-project", "yunnan-dept"])
def test_formulas_that_no_verdict_is_made_of_change_no_verdict(name: str, today: date) -> None:
    template = load((TEMPLATES / name / f"{name}.xlsx").read_bytes())
    lean, whole = Checker(template, today), Checker(template, today)
    whole.engine = Engine(template.package, today)
    for seed in range(10):
        filled = submission(template, random_fill(template, seed))
        assert lean.check(filled) == whole.check(filled), f"seed {seed}"


SCORES = """
name = "表1 试"
title = "试"
widths = [10, 10, 10, 10]
[[blocks]]
block = "form"
rows = [[{ label = "乙", key = "乙", kind = "money" }]]
[[blocks]]
block = "table"
name = "项"
title = "各项"
rows = 3
columns = [
  { label = "得分", key = "得分", kind = "score" },
  { label = "复核得分", key = "得分2", kind = "score" },
  { label = "比", key = "比", kind = "score" },
]
[[blocks.checks]]
id = "D90"
level = "error"
title = "两个得分相等"
left = "@项_得分2"
relation = "="
right = "@项_得分"
message = "请核对。"
[[blocks.checks]]
id = "D91"
level = "error"
title = "比得上"
left = "@项_得分/@项_比"
relation = "≤"
right = "1"
message = "请核对。"
"""


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory, today: date) -> Checker:
    """A table with a column whose name another column's name begins with."""
    return Checker(load(build(read_spec(write(tmp_path_factory.mktemp("spec"), "乙", SCORES)))), today)


def test_a_column_is_never_put_into_another_that_begins_with_its_name(scores: Checker) -> None:
    typed: dict[Key, Value] = {
        ("项_得分", 1): Decimal(9),
        ("项_得分2", 1): Decimal("1.5"),
        ("项_比", 1): Decimal(9),
    }
    (finding,) = found(scores.check(submission(scores.template, typed)), "D90")
    assert (finding.value, finding.expected, finding.difference) == (Decimal("1.5"), Decimal(9), Decimal("-7.5"))
    assert "1.50 与 9.00" in finding.message


def test_a_row_that_cannot_be_computed_says_so(scores: Checker) -> None:
    typed: dict[Key, Value] = {("项_得分", 2): Decimal(9), ("项_得分2", 2): Decimal(9), ("项_比", 2): Decimal(0)}
    (finding,) = found(scores.check(submission(scores.template, typed)), "D91")
    assert finding.message == "各项第2行，比得上：用现有的数无法计算，请先核对相关的格子。"
    assert [(cell.label, cell.value) for cell in finding.related] == [
        ("各项 得分（第2行）", Decimal(9)),
        ("各项 比（第2行）", Decimal(0)),
    ]
