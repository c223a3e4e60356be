"""What departments do to computed cells, and formulas that they type themselves, on a workbook handed out."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from shipped import MOMENT, TEMPLATES, TODAY
from spliced import with_cells, with_part

from perfeval_xl.checking.judge import Arrived, Desk
from perfeval_xl.records.contract import Template
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.verdict import Record
from perfeval_xl.template.fill import Filler
from perfeval_xl.template.source.examples import Fill, sample_fill
from perfeval_xl.template.source.spec import read_spec
from perfeval_xl.workbook.engine import literal
from perfeval_xl.workbook.patch import Original

SPENDING = "表2 支出情况"
CHANGE = "ROUND(N(基本支出_本年决算)-N(基本支出_上年决算),2)"


@pytest.fixture(scope="module")
def sample(hunan: Template) -> Fill:
    return sample_fill(read_spec(TEMPLATES / "hunan-2023" / "template.toml").sample, hunan.field)


@pytest.fixture(scope="module")
def computed(hunan: Template, sample: Fill) -> bytes:
    """The sample, saved by a program that calculates."""
    return Filler(hunan, TODAY).fill(sample)


@pytest.fixture(scope="module")
def typed(hunan: Template, sample: Fill) -> bytes:
    """The sample, saved by a program that does not calculate: each formula's result is as it was handed out."""
    changed: dict[str, dict[tuple[int, int], float | str | bool | None]] = {}
    for key, value in sample.items():
        at = hunan.places[key]
        changed.setdefault(at.sheet, {})[at.row, at.column] = literal(value)
    return Original(Filler(hunan, TODAY).fill({})).rewritten(changed)


@pytest.fixture(scope="module")
def desk(hunan: Template) -> Desk:
    return Desk({hunan.id: hunan}, TODAY)


def judged(desk: Desk, data: bytes) -> Record:
    """Judge a workbook; judging it again from what was kept must say the same."""
    record = desk.judge(Arrived("报来.xlsx", MOMENT, data))
    assert record.submission is not None, record.verdict.findings
    assert desk.again(record).verdict == record.verdict
    return record


def found(record: Record) -> Mapping[str, Finding]:
    return {f"{finding.rule} {finding.place}": finding for finding in record.verdict.findings}


@pytest.mark.parametrize("how", ["computed", "typed"])
@pytest.mark.parametrize(
    ("cell", "formula", "ours"),
    [("G6", "F6-C6+100", "-61.43"), ("I9", "IF(F9=0,0,ROUND(F9/F6,4)+0.1)", "0.6168")],
)
def test_a_changed_formula_is_told_with_its_text_and_both_results(
    request: pytest.FixtureRequest, desk: Desk, how: str, cell: str, formula: str, ours: str
) -> None:
    data = with_cells(request.getfixturevalue(how), SPENDING, {cell: f"<f>{formula}</f><v>9999</v>"})
    told = found(judged(desk, data))
    assert told.keys() == {f"F02 {SPENDING}!{cell}"}, "the fact is told once"
    (finding,) = told.values()
    assert (finding.level, finding.value, finding.expected) == (Level.WARNING, Decimal(9999), Decimal(ours))
    assert f"={formula}" in finding.message


def test_a_changed_formula_that_gives_the_same_today_is_told(desk: Desk, computed: bytes) -> None:
    told = found(judged(desk, with_cells(computed, SPENDING, {"G6": "<f>F6-C6</f><v>-61.43</v>"})))
    assert told.keys() == {f"R33 {SPENDING}!G6"}
    assert told[f"R33 {SPENDING}!G6"].level is Level.NOTICE


def test_a_formula_changed_and_drawn_down_is_told_of_every_cell(desk: Desk, computed: bytes) -> None:
    shared = {"G6": '<f t="shared" ref="G6:G8" si="7">F6-C6</f><v>-61.43</v>'}
    shared |= {f"G{row}": f'<f t="shared" si="7"/><v>{value}</v>' for row, value in ((7, 1), (8, 2))}
    record = judged(desk, with_cells(computed, SPENDING, shared))
    told = found(record)
    assert f"R33 {SPENDING}!G6" in told
    assert [related.address.cell for related in told[f"R33 {SPENDING}!G6"].related] == ["G7", "G8"]
    assert [related.value for related in told[f"R33 {SPENDING}!G6"].related] == ["=F7-C7", "=F8-C8"]
    assert {f"F02 {SPENDING}!G7", f"F02 {SPENDING}!G8"} <= told.keys()


@pytest.mark.parametrize("how", ["computed", "typed"])
@pytest.mark.parametrize(
    ("cell", "formula"),
    [("G6", CHANGE), ("H6", "IF(N(基本支出_上年决算)=0,0,ROUND(基本支出_变动额/基本支出_上年决算,4))")],
)
def test_another_result_of_a_kept_formula_is_told(
    request: pytest.FixtureRequest, desk: Desk, how: str, cell: str, formula: str
) -> None:
    data = with_cells(request.getfixturevalue(how), SPENDING, {cell: f"<f>{formula}</f><v>9999</v>"})
    assert found(judged(desk, data)).keys() == {f"F02 {SPENDING}!{cell}"}


def test_what_was_computed_half_way_through_filling_accuses_nobody(
    hunan: Template, desk: Desk, sample: Fill, typed: bytes
) -> None:
    """A unit fills half in Excel, and the rest in an app that does not calculate."""
    half = dict(list(sample.items())[: len(sample) // 2])
    package = Original(Filler(hunan, TODAY).fill(half))
    changed: dict[str, dict[tuple[int, int], float | str | bool | None]] = {}
    for key, value in sample.items():
        at = hunan.places[key]
        changed.setdefault(at.sheet, {})[at.row, at.column] = literal(value)
    assert found(judged(desk, package.rewritten(changed))) == {}
    assert found(judged(desk, typed)) == {}


@pytest.mark.parametrize("result", ["-61", "9999"])
def test_computing_by_hand_is_told_and_nothing_else(desk: Desk, computed: bytes, result: str) -> None:
    data = with_cells(computed, SPENDING, {"G6": f"<f>{CHANGE}</f><v>{result}</v>"})
    by_hand = with_part(data, "xl/workbook.xml", lambda xml: xml.replace("<calcPr ", '<calcPr calcMode="manual" '))
    assert found(judged(desk, by_hand)).keys() == {"R34 None"}


@pytest.mark.parametrize(
    ("formula", "stored", "rule", "value"),
    [
        ("5.21+9.33", "8.54", "R35", "14.54"),
        ("SUM(C6:D6)", "1", "R35", "2260.24"),
        ("SUM(C6:D6)", "", "R45", "2260.24"),
        ("ROUND(10/3,2)", "3.33", "R44", "3.33"),
        ("N(F7)+1", "77.5", "R44", "77.5"),
        ("F7*'表1 基础数据'!D8", "77.5", "R44", "77.5"),
    ],
)
def test_a_typed_formula_over_its_own_sheet_is_computed(
    desk: Desk, typed: bytes, formula: str, stored: str, rule: str, value: str
) -> None:
    result = f"<v>{stored}</v>" if stored else ""
    record = judged(desk, with_cells(typed, SPENDING, {"C15": f"<f>{formula}</f>{result}"}))
    assert record.value("政府性基金_上年决算") == Decimal(value)
    told = found(record)[f"{rule} {SPENDING}!C15"]
    assert f"={formula}" in told.message
    if rule == "R35":
        assert told.level is Level.WARNING
        assert stored in told.message
        assert value in told.message


@pytest.mark.parametrize("how", ["computed", "typed"])
@pytest.mark.parametrize("value", ["9999", "0"])
def test_a_figure_typed_over_a_formula_is_told(
    request: pytest.FixtureRequest, desk: Desk, how: str, value: str
) -> None:
    """Also one that the cell held when it was handed out, and whatever program saved the file."""
    data = with_cells(request.getfixturevalue(how), SPENDING, {"G6": f"<v>{value}</v>"})
    assert found(judged(desk, data)).keys() == {f"F02 {SPENDING}!G6", f"R24 {SPENDING}!G6"}
