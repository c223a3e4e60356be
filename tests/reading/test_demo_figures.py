"""The demo's workbooks as three programs read them: every figure is the same."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest
import python_calamine
from openpyxl.utils.datetime import to_excel

from perfeval_xl import demo
from perfeval_xl.template.fill import Filler
from perfeval_xl.wording.numbers import number
from perfeval_xl.workbook.cells import NUMBER
from perfeval_xl.workbook.opening import open_book

if TYPE_CHECKING:
    from datetime import date

    from perfeval_xl.records.contract import Template

Figures = dict[tuple[str, int, int], float]
EVERY = 6


def ours(data: bytes) -> Figures:
    read, _ = open_book(data)
    return {
        (sheet.name, row, column): float(number(cell.text))
        for sheet in read.sheets
        for (row, column), cell in sheet.cells.items()
        if cell.kind == NUMBER
    }


def openpyxl_s(data: bytes) -> Figures:
    read = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return {
        (sheet.title, cell.row, cell.column): float(to_excel(cell.value) if cell.is_date else cell.value)
        for sheet in read.worksheets
        for line in sheet.iter_rows()
        for cell in line
        if isinstance(cell.value, int | float | datetime) and not isinstance(cell.value, bool)
    }


def calamine_s(data: bytes) -> Figures:
    read = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {
        (name, row, column): float(value)
        for name in read.sheet_names
        for row, line in enumerate(read.get_sheet_by_name(name).to_python(skip_empty_area=False), 1)
        for column, value in enumerate(line, 1)
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


@pytest.mark.parametrize("filing", demo.filings()[::EVERY], ids=lambda filing: filing.unit)
def test_every_figure_is_the_same(filing: demo.Filing, hunan: Template, today: date) -> None:
    data = Filler(hunan, today).fill(filing.values)
    mine, first, second = ours(data), openpyxl_s(data), calamine_s(data)
    assert len(mine) > 500
    assert mine == first
    assert len(second) > 500
    assert {place: value for place, value in mine.items() if place in second} == second
