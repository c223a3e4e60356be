"""What a template's form sheets look like on paper for one unit: merges, sides, and labels worked out."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.utils import range_boundaries

from perfeval_xl.records.address import Address, column_letters
from perfeval_xl.records.contract import KEY_COLUMN, KEY_ROW, STATE, Attachment
from perfeval_xl.records.form import Printed, PrintedForm
from perfeval_xl.workbook.engine import Engine, is_error

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key
    from perfeval_xl.workbook.engine import Result

_USUAL_WIDTH = 8.43


@dataclass(frozen=True, slots=True)
class _Blank:
    """A form before any unit's texts: the cells whose text is a formula, by where they stand in `form.cells`."""

    attachment: Attachment
    form: PrintedForm
    formulas: tuple[tuple[int, Address], ...]


class Printer:
    """A template ready to be printed for one unit after another: its attachments, or the named `sheets`."""

    def __init__(self, template: Template, today: date, sheets: tuple[str, ...] = ()) -> None:
        self._template = template
        self._engine = Engine(template.package, today)
        book = openpyxl.load_workbook(io.BytesIO(template.package))
        self._blanks = tuple(
            _blank(template, attachment, book[attachment.sheet])
            for attachment in (map(Attachment, sheets) if sheets else template.attachments)
            if attachment.sheet in book.sheetnames
        )

    def forms(self, values: Mapping[Key, Value]) -> tuple[PrintedForm, ...]:
        """Return the sheets of the attachments in their order, with the texts that a unit's inputs give."""
        self._engine.put({self._template.address(key): value for key, value in values.items()})
        return tuple(self._form(blank) for blank in self._blanks)

    def _form(self, blank: _Blank) -> PrintedForm:
        cells = list(blank.form.cells)
        for number, address in blank.formulas:
            cells[number] = replace(cells[number], text=_text(self._engine.value(address)))
        title = blank.attachment.title
        if title.startswith("="):
            title = _text(self._engine.evaluate(title))
        return replace(blank.form, cells=tuple(cells), title=title)


def _text(result: Result) -> str:
    if result is None or isinstance(result, bool) or is_error(result):
        return ""
    return f"{result:.10g}" if isinstance(result, float) else str(result)


def _blank(template: Template, attachment: Attachment, sheet: Any) -> _Blank:
    first_column, first_row, last_column, last_row = _area(sheet)
    merged = {(area.min_row, area.min_col): area for area in sheet.merged_cells.ranges}
    covered = {
        (row, column)
        for area in merged.values()
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    } - merged.keys()
    fields = _fields(template, sheet.title)
    cells: list[Printed] = []
    formulas: list[tuple[int, Address]] = []
    for row in range(first_row, last_row + 1):
        for column in range(first_column, last_column + 1):
            if (row, column) in covered:
                continue
            cell = sheet.cell(row, column)
            field = fields.get((row, column), "")
            if _is_state(cell) or not (field or cell.value is not None or _boxed(cell)):
                continue
            if cell.data_type == "f" and not field:
                formulas.append((len(cells), Address(sheet.title, row, column)))
            area = merged.get((row, column))
            cells.append(_printed(cell, field, area))
    widths = tuple(_width(sheet, column) for column in range(first_column, last_column + 1))
    landscape = sheet.page_setup.orientation == "landscape"
    form = PrintedForm(sheet.title, attachment.title, landscape, first_column, widths, tuple(cells))
    return _Blank(attachment, form, tuple(formulas))


def _area(sheet: Any) -> tuple[int, int, int, int]:
    """Return the first and last column and row that are printed; without a print area, all but the hidden keys."""
    if sheet.print_area:
        area = str(sheet.print_area).split(",", maxsplit=1)[0].rpartition("!")[2]
        column, row, last_column, last_row = range_boundaries(area)
        return int(column or 1), int(row or 1), int(last_column or 1), int(last_row or 1)
    return KEY_COLUMN + 1, KEY_ROW + 1, sheet.max_column, sheet.max_row


def _fields(template: Template, sheet: str) -> dict[tuple[int, int], str]:
    """Return the name of the field in each cell that one fills."""
    return {
        (address.row, address.column): field.name
        for field in template.fields
        if field.address.sheet == sheet
        for address in (field.at(row) for row in template.rows(field))
    }


def _is_state(cell: Any) -> bool:
    return cell.data_type == "f" and STATE in str(cell.value)


def _printed(cell: Any, field: str, area: Any) -> Printed:
    plain = "" if field or cell.value is None or cell.data_type == "f" else str(cell.value)
    alignment = cell.alignment
    return Printed(
        row=cell.row,
        column=cell.column,
        last_row=area.max_row if area else cell.row,
        last_column=area.max_col if area else cell.column,
        text=plain,
        side=alignment.horizontal if alignment.horizontal in ("center", "right") else "left",
        bold=bool(cell.font.bold),
        indent=int(alignment.indent or 0),
        boxed=bool(field) or _boxed(cell),
        field=field,
    )


def _boxed(cell: Any) -> bool:
    return bool(cell.border.left and cell.border.left.style)


def _width(sheet: Any, column: int) -> float:
    """Return a column's width in characters; openpyxl keeps columns of one width as a group under its first."""
    for letters, dimension in sheet.column_dimensions.items():
        if letters == column_letters(column) or (dimension.min or 0) <= column <= (dimension.max or 0):
            return 0.0 if dimension.hidden else float(dimension.width or _USUAL_WIDTH)
    return _USUAL_WIDTH
