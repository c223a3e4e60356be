"""Every cell of the shipped templates is what python-calamine and openpyxl read there too."""

from __future__ import annotations

import io
from datetime import date, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from perfeval_xl.workbook.cells import BOOLEAN, ERROR, NOTHING, NUMBER, Cell, Sheet
from perfeval_xl.workbook.opening import open_book

TEMPLATES = sorted((Path(__file__).parent.parent.parent / "workbook_templates").glob("*/*.xlsx"))


def plain(cell: Cell) -> object:
    if cell.kind == NUMBER:
        return float(cell.text)
    if cell.kind == BOOLEAN:
        return cell.text == "1"
    return cell.text.strip()


def ours(sheet: Sheet) -> dict[tuple[int, int], object]:
    unseen = (ERROR, NOTHING)  # calamine shows both as blank
    return {place: value for place, c in sheet.cells.items() if c.kind not in unseen and (value := plain(c)) != ""}


DATES = (date, time, timedelta)
"""What the others make of a number shown as a date; we leave that to the field."""


def same(theirs: object, mine: object) -> bool:
    return isinstance(mine, float) if isinstance(theirs, DATES) else tidy(theirs) == mine


def tidy(value: object) -> object:
    if isinstance(value, str):
        return value.strip()
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_calamine_agrees(path: Path) -> None:
    data = path.read_bytes()
    theirs = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for sheet in open_book(data)[0].sheets:
        read = theirs.get_sheet_by_name(sheet.name)
        top, left = read.start or (0, 0)
        cells = {
            (top + down + 1, left + across + 1): tidy(value)
            for down, row in enumerate(read.to_python())
            for across, value in enumerate(row)
            if tidy(value) != ""
        }
        mine = ours(sheet)
        assert cells.keys() == mine.keys(), sheet.name
        assert all(same(cells[place], mine[place]) for place in mine), sheet.name


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_openpyxl_agrees(path: Path) -> None:
    data = path.read_bytes()
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in open_book(data)[0].sheets:
        for place, cell in sheet.cells.items():
            if cell.formula is not None:
                theirs = str(getattr(formula := formulas[sheet.name].cell(*place).value, "text", formula))
                shared = cell.formula == ""  # told by the first cell that shares it; openpyxl works it out
                assert shared or theirs.removeprefix("=") == cell.formula, (sheet.name, place)
            value = values[sheet.name].cell(*place).value
            assert same("" if value is None else value, plain(cell)), (sheet.name, place)
