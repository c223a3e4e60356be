"""What a formula that a department typed into an input gives, where it needs no more than its own sheet.

Plain figures, `+ - * / ^ %`, SUM and ROUND over cells of the same sheet: what such a formula gives is certain, so
that another result beside it is no result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from perfeval_xl.records.address import cell_position
from perfeval_xl.workbook.cells import NUMBER, TEXT, Cell, Position, Sheet
from perfeval_xl.workbook.shared_formulas import formula_at

Arithmetic = Callable[[str], Decimal | None]
"""Computes a formula that consists of numbers, operators, SUM and ROUND; None for any other."""

_LONGEST = 2_000
_DEEPEST = 60
"""How many formulas may hang on each other."""
_CELL = r"\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6}"
_REFERENCE = re.compile(rf"(?<![\w.!'\"\]])({_CELL})(?::({_CELL}))?(?![\w.(!])")


class _UnknownError(Exception):
    """What a formula gives cannot be told from its sheet alone."""


def computed(sheet: Sheet, position: Position, arithmetic: Arithmetic) -> Decimal | None:
    """Return what the formula in a cell gives over the cells of its sheet; None where that takes more."""
    try:
        return _Reckoning(sheet, arithmetic).result(position, ())
    except (_UnknownError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class _Reckoning:
    """A sheet whose formulas are being computed, with those that are needed for them."""

    sheet: Sheet
    arithmetic: Arithmetic

    def result(self, position: Position, waiting: tuple[Position, ...]) -> Decimal:
        """Return what a formula gives; `waiting` are those that need it."""
        formula = formula_at(self.sheet, position)
        if not formula or len(formula) > _LONGEST or position in waiting or len(waiting) > _DEEPEST:
            raise _UnknownError
        needed = (*waiting, position)
        figures = _REFERENCE.sub(lambda match: self._figures(match[1], match[2], needed), formula)
        found = self.arithmetic(f"={figures}")
        if found is None:
            raise _UnknownError
        return found

    def _figures(self, first: str, last: str | None, waiting: tuple[Position, ...]) -> str:
        """Return the figures of a cell, or of a range as a list; a blank cell is 0, in a range it is left out."""
        start = cell_position(first)
        if last is None:
            return self._figure(start, waiting) if start in self.sheet.cells else "0"
        places = list(_range(self.sheet, start, cell_position(last)))
        return ",".join(self._figure(at, waiting) for at in places if not _is_text(self.sheet.cells[at])) or "0"

    def _figure(self, position: Position, waiting: tuple[Position, ...]) -> str:
        cell = self.sheet.cells[position]
        if cell.formula is not None:
            return f"({self.result(position, waiting):f})"
        if cell.kind != NUMBER:
            raise _UnknownError
        return f"({cell.text})"


def _range(sheet: Sheet, start: Position, end: Position) -> Iterator[Position]:
    """Give the filled cells of a range."""
    (top, bottom), (left, right) = (sorted((start[axis], end[axis])) for axis in (0, 1))
    for row, column in sheet.cells:
        if top <= row <= bottom and left <= column <= right:
            yield row, column


def _is_text(cell: Cell) -> bool:
    return cell.kind == TEXT and cell.formula is None
