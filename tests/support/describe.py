"""A workbook as lines of text that a person can review: what golden files hold."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet


def described(package: bytes) -> str:
    """Return sheets with their cells, formulas with stored values, validations, names and charts."""
    book = openpyxl.load_workbook(io.BytesIO(package))
    stored = openpyxl.load_workbook(io.BytesIO(package), data_only=True)
    lines = [f"title: {book.properties.title}"]
    for sheet in book.worksheets:
        lines += _sheet(sheet, stored[sheet.title])
    lines.append("# names")
    lines += sorted(f"{name} = {defined.attr_text}" for name, defined in book.defined_names.items())
    return "\n".join(lines) + "\n"


def _sheet(sheet: Worksheet, stored: Worksheet) -> Iterator[str]:
    kept = "protected" if sheet.protection.sheet else "open"
    yield f"# {sheet.title} [{sheet.sheet_state}, {kept}, prints {sheet.print_area or 'all'}]"
    before: list[str] = []
    for number, row in enumerate(sheet.iter_rows(), 1):
        lines = [_cell(cell, stored) for cell in row if cell.value is not None or not cell.protection.locked]
        alike = [_relative(line, number) for line in lines]
        if alike and alike == before:
            yield f"row {number}: as the row above, one further"
        else:
            yield from lines
        before = alike
    for rule in sorted(sheet.data_validations.dataValidation, key=lambda rule: str(rule.sqref)):
        yield f"validation {rule.sqref}: {rule.type} {rule.operator} {rule.formula1} | {rule.prompt}"
    for chart in sheet._charts:
        yield f"chart {type(chart).__name__} at {chart.anchor._from.row},{chart.anchor._from.col}"


def _cell(cell: Cell, stored: Worksheet) -> str:
    unlocked = "" if cell.protection.locked else " [input]"
    value = f" -> {stored[cell.coordinate].value!r}" if cell.data_type == "f" else ""
    return f"{cell.coordinate}{unlocked}: {cell.value!r}{value}"


def _relative(line: str, row: int) -> str:
    """Return a cell's line with the rows that it names counted from its own, so that like rows look alike."""
    return re.sub(r"(?<=[A-Z$#'])[0-9]+(?![0-9.])", lambda figure: str(int(figure[0]) - row), line)
