"""How values get into a template: inputs put in, every formula's stored value made right, all else untouched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import REPORT
from perfeval_xl.workbook.engine import Engine, literal
from perfeval_xl.workbook.front_sheet import brought_forward
from perfeval_xl.workbook.patch import original
from perfeval_xl.workbook.text_room import characters_of, height_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from perfeval_xl.records.contract import Table, Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key
    from perfeval_xl.workbook.cells import Position
    from perfeval_xl.workbook.patch import Scalar

_SPARE_ROWS = 2
"""Rows that stay open behind the last one that is filled."""
_FORM_SIZE = 11
"""The size of a form's font in points."""
_REPORT_LINE, _REPORT_SIZE = 36, 12
"""Characters on a line of the report's preview, and the size of its font in points; its title is larger."""
_TITLE_LINE, _TITLE_SIZE = 24, 18


class Filler:
    """A template ready to be filled for one unit after another.

    `front` names a sheet that comes second in what is filled, and on which it opens.
    """

    def __init__(self, template: Template, today: date, front: str = "") -> None:
        self.template = template
        self._package = original(brought_forward(template.package, front) if front else template.package)
        self._engine = Engine(template.package, today)
        self._engine.put({})
        self._blank = self._engine.snapshot(
            Address(sheet, row, column)
            for sheet in self._package.sheets
            for row, column in self._package.formula_cells(sheet)
        )

    @property
    def sheets(self) -> tuple[str, ...]:
        """The names of the template's sheets, in order."""
        return self._package.sheets

    def fill(
        self,
        values: Mapping[Key, Value],
        cells: Mapping[Address, Value] | None = None,
        heights: Mapping[str, Mapping[int, float]] | None = None,
    ) -> bytes:
        """Return the template with values by (name, row), further `cells`, and rows' heights in points by sheet.

        Every formula's stored value is what the engine gives, so a viewer that does not calculate shows the
        truth. Names that the template does not have raise KeyError.
        """
        inputs = {self.template.address(key): value for key, value in values.items()} | dict(cells or {})
        self._engine.put(inputs)
        changed: dict[str, dict[Position, Scalar]] = {}
        for address, value in inputs.items():
            changed.setdefault(address.sheet, {})[address.row, address.column] = literal(value)
        for address, result in self._engine.since(self._blank):
            changed.setdefault(address.sheet, {})[address.row, address.column] = result
        grown = {**self._text_heights(values), REPORT: self._report_heights(), **(heights or {})}
        return self._package.rewritten(changed, grown, self._unfolded(values))

    def _text_heights(self, values: Mapping[Key, Value]) -> dict[str, dict[int, float]]:
        """Return the heights of rows that a text needs more room in than they have."""
        grown: dict[str, dict[int, float]] = {}
        for key, value in values.items():
            place = self.template.address(key)
            if not isinstance(value, str) or place.sheet.startswith("_"):
                continue
            width = self._package.widths(place.sheet).of((place.row, place.column))
            needed = height_in(value, characters_of(width, _FORM_SIZE), _FORM_SIZE)
            rows = grown.setdefault(place.sheet, {})
            if needed > max(rows.get(place.row, 0), self._package.height(place.sheet, place.row)):
                rows[place.row] = needed
        return {sheet: rows for sheet, rows in grown.items() if rows}

    def _unfolded(self, values: Mapping[Key, Value]) -> dict[str, dict[int, bool]]:
        """Return the folded rows that are shown: up to the last that is filled in a table, and some to go on."""
        shown: dict[str, dict[int, bool]] = {}
        for table, last in self._last_filled(values).items():
            wanted = range(table.first_row, min(table.first_row + last + _SPARE_ROWS, table.last_row + 1))
            folded = self._package.hidden_rows(table.sheet).intersection(wanted)
            shown.setdefault(table.sheet, {}).update(dict.fromkeys(folded, False))
        return shown

    def _last_filled(self, values: Mapping[Key, Value]) -> dict[Table, int]:
        """Return the last row of each table that holds something, counted from 1."""
        tables = {table.name: table for table in self.template.tables}
        last: dict[Table, int] = {}
        for (name, row), value in values.items():
            table = tables.get(self.template.field[name].table)
            if table and value is not None:
                last[table] = max(last.get(table, 0), row)
        return last

    def _report_heights(self) -> dict[int, float]:
        """Return the height of each written paragraph's row; one that is blank keeps the room it has."""
        heights: dict[int, float] = {}
        for paragraph in self.template.paragraphs:
            text = self._engine.value(paragraph.address)
            if isinstance(text, str) and text:
                room = (_TITLE_LINE, _TITLE_SIZE) if paragraph.style == "title" else (_REPORT_LINE, _REPORT_SIZE)
                heights[paragraph.address.row] = height_in(text, *room)
        return heights
