"""How values get into a template: inputs put in, every formula's stored value made right, all else untouched."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import REPORT
from perfeval_xl.workbook.engine import Engine, literal
from perfeval_xl.workbook.patch import original

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key
    from perfeval_xl.workbook.cells import Position
    from perfeval_xl.workbook.patch import Scalar

_LINE_CHARACTERS, _LINE_POINTS = 30, 22.5
_MOST_POINTS = 409.0


class Filler:
    """A template ready to be filled for one unit after another."""

    def __init__(self, template: Template, today: date) -> None:
        self.template = template
        self._package = original(template.package)
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
        return self._package.rewritten(changed, {REPORT: self._report_heights(), **(heights or {})})

    def _report_heights(self) -> dict[int, float]:
        """Return the height of each written paragraph's row; one that is blank keeps the room it has."""
        texts = (
            (paragraph.address.row, self._engine.value(paragraph.address))
            for paragraph in self.template.paragraphs
        )
        return {row: text_height(text) for row, text in texts if isinstance(text, str) and text}


def text_height(text: str) -> float:
    """Return the points that a paragraph needs in the report's preview, with a line to spare; 409 at most."""
    lines = sum(max(1, math.ceil(len(line) / _LINE_CHARACTERS)) for line in text.split("\n"))
    spare = 0 if len(text) <= _LINE_CHARACTERS else 1
    return min(_MOST_POINTS, (lines + spare) * _LINE_POINTS + 3)
