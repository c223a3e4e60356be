"""A bureau's own form as a template: loaded, linted, filled, read back, checked, and drawn as before."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import own_form
import pytest

from perfeval_xl import reading
from perfeval_xl.checking.check import Checker
from perfeval_xl.template.fill import Filler
from perfeval_xl.template.lint.lint import lint
from perfeval_xl.template.load import load

if TYPE_CHECKING:
    from datetime import date

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key
    from perfeval_xl.records.verdict import Verdict

FILLED: dict[Key, Value] = {
    ("单位名称", 0): "区文化馆",
    ("单位代码", 0): "305001",
    ("车辆_数量", 0): Decimal(2),
    ("费用_燃料", 0): Decimal("4.10"),
    ("费用_维修", 0): Decimal("3.20"),
    ("费用_合计", 0): Decimal("7.30"),
}


@pytest.fixture(scope="module")
def own() -> Template:
    return load(own_form.adopted())


def returned(template: Template, values: dict[Key, Value], today: date) -> Verdict:
    submission, findings = reading.read(Filler(template, today).fill(values), "一.xlsx", {template.id: template})
    assert submission is not None, findings
    return Checker(template, today).check(submission)


def test_the_example_of_the_manual_keeps_the_contract() -> None:
    assert lint(own_form.adopted()) == ()


def test_what_is_right_passes_and_writes_its_report(own: Template, today: date) -> None:
    verdict = returned(own, FILLED, today)
    assert verdict.findings == ()
    assert verdict.paragraphs[0] == "区文化馆2023年公务车运行情况报告"
    assert "公务车2辆，全年费用7.30万元，平均每辆3.65万元" in verdict.paragraphs[2]


def test_mistakes_are_found_at_their_cells(own: Template, today: date) -> None:
    wrong = {**FILLED, ("费用_合计", 0): Decimal("17.30")}
    verdict = returned(own, wrong, today)
    assert {(finding.rule, finding.place.cell) for finding in verdict.findings if finding.place} == {
        ("G01", "C8"),
        ("G02", "C9"),
    }
    explained = returned(own, {**wrong, ("说明_G02", 0): "两辆车同时大修，费用一次性发生。"}, today)
    assert [finding.explanation for finding in explained.findings if finding.rule == "G02"] == [
        "两辆车同时大修，费用一次性发生。"
    ]
    assert [finding.rule for finding in returned(own, {}, today).findings] == ["F01"] * 4


def test_the_drawing_is_left_as_it_was(own: Template, today: date) -> None:
    before = openpyxl.load_workbook(io.BytesIO(own.package))[own_form.SHEET]
    after = openpyxl.load_workbook(io.BytesIO(Filler(own, today).fill(FILLED)))[own_form.SHEET]
    assert after.merged_cells.ranges == before.merged_cells.ranges
    assert after.print_area == before.print_area
    assert after["B5"].fill.fgColor.rgb == before["B5"].fill.fgColor.rgb
    assert after["B5"].border.left.color.rgb == before["B5"].border.left.color.rgb
    with (
        zipfile.ZipFile(io.BytesIO(own.package)) as old,
        zipfile.ZipFile(io.BytesIO(Filler(own, today).fill(FILLED))) as new,
    ):
        assert new.read("xl/styles.xml") == old.read("xl/styles.xml")


def test_a_name_that_was_forgotten_is_told_with_its_remedy() -> None:
    faults = lint(own_form.adopted(费用_维修="没有这张表!$C$7"))
    assert any("名称“费用_维修”没有指向单元格" in fault and "名称管理器" in fault for fault in faults)


def test_the_manual_says_what_the_example_does() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "own-template.zh-CN.md").read_text("utf-8")
    for name, *cells in own_form.FIELDS[1:]:
        assert f"| {name} | {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |") in manual, name
    for name, cell in own_form.NAMES.items():
        assert f"{cell.replace('$', '')} | {name} |" in manual, name
    for line in own_form.BOARD[1:]:
        assert all(str(part) in manual for part in line[:8])
    for text, style in own_form.REPORT:
        assert text in manual
        assert f"| {style} |" in manual
    for said in re.findall(r"^- (.*)$", manual, re.MULTILINE):
        assert any(fault.startswith(said.split("：")[0]) for fault in _faults_of_the_manual()), said


def _faults_of_the_manual() -> set[str]:
    """What lint says of the mistakes that the manual shows."""
    book = openpyxl.load_workbook(io.BytesIO(own_form.adopted()))
    book[own_form.SHEET]["C5"].protection = openpyxl.styles.Protection(locked=True)
    book["核对"]["I3"] = '=IF(COUNTA(费用_合计)=0,"未填","✔")'
    book["核对"]["E4"] = "=XLOOKUP(1,费用_合计,费用_合计)"
    target = io.BytesIO()
    book.save(target)
    return {*lint(target.getvalue()), *lint(own_form.adopted(费用_维修="没有这张表!$C$7"))}
