"""A figure with its row's unit behind it is that figure; with another unit, or not certain, it stays a text."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pytest
from examples import sample_of
from shipped import TEMPLATES, TODAY

from perfeval_xl import reading
from perfeval_xl.checking.check import Checker
from perfeval_xl.reading.row_units import in_units_of_rows
from perfeval_xl.records.submission import Entry
from perfeval_xl.template.fill import Filler
from perfeval_xl.template.load import load

if TYPE_CHECKING:
    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value


@pytest.fixture(scope="module")
def mof() -> Template:
    return load((TEMPLATES / "mof-project" / "mof-project.xlsx").read_bytes())


def entry(template: Template, name: str, value: Value) -> Entry:
    return Entry(name, 3, template.field[name].at(3), str(value), value)


def taken(template: Template, typed: str, unit: Value) -> list[tuple[Value, str]]:
    entries = [entry(template, "指标_指标值", typed), entry(template, "指标_单位", unit)]
    return [(one.value, told.rule) for one, told in in_units_of_rows(entries, template.field)]


@pytest.mark.parametrize(
    ("typed", "unit", "figure"),
    [
        ("94%", "%", "94"),
        ("９４％", "%", "94"),
        ("94.5 %", "％", "94.5"),
        ("120公里", "公里", "120"),
        ("3,600 平方米", "平方米", "3600"),
        ("2.6万元", "万元", "2.6"),
        ("0%", "%", "0"),
    ],
)
def test_a_figure_with_its_rows_unit_is_that_figure(mof: Template, typed: str, unit: str, figure: str) -> None:
    assert taken(mof, typed, unit) == [(Decimal(figure), "R40")]


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("94%", ""),
        ("94%", None),
        ("94%", "个"),
        ("120米", "公里"),
        ("120公里", "米"),
        ("≥95%", "%"),
        ("约120公里", "公里"),
        ("95%-98%", "%"),
        ("%", "%"),
        ("10月底前完工", "完工"),
        ("达成", "%"),
    ],
)
def test_another_unit_or_what_is_not_certain_stays_a_text(mof: Template, typed: str, unit: Value) -> None:
    assert taken(mof, typed, unit) == []


def test_a_name_with_its_unit_stays_a_name(mof: Template) -> None:
    entries = [entry(mof, "指标_三级", "120公里"), entry(mof, "指标_单位", "公里")]
    assert list(in_units_of_rows(entries, mof.field)) == []


def test_a_return_with_percentages_as_texts_and_as_formats_is_let_pass(mof: Template) -> None:
    book = openpyxl.load_workbook(io.BytesIO(Filler(mof, TODAY).fill(sample_of(mof))))
    target, actual = (book["表1 项目自评"][mof.field[name].at(3).cell] for name in ("指标_指标值", "指标_完成值"))
    target.value = "95%"
    actual.value, actual.number_format = 0.96, "0.00%"
    saved = io.BytesIO()
    book.save(saved)
    submission, told = reading.read(saved.getvalue(), "一.xlsx", {mof.id: mof})
    assert submission is not None
    values = submission.values
    assert (values["指标_指标值", 3], values["指标_完成值", 3]) == (Decimal(95), Decimal(96))
    assert [(one.rule, str(one.place)) for one in told if one.rule == "R40"] == [
        ("R40", "表1 项目自评!G19"),
        ("R40", "表1 项目自评!I19"),
    ]
    assert [str(one) for one in Checker(mof, TODAY).check(submission).findings] == []
