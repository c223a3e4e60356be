"""What a workbook holds once it is taken apart, whatever its format was: sheets, filled cells, names, formats."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from perfeval_xl.records.address import LAST_COLUMN, LAST_ROW, column_number

Position = tuple[int, int]
"""Row and column, both from 1."""

NUMBER, TEXT, BOOLEAN, ERROR, DATE, NOTHING, BROKEN = "n", "s", "b", "e", "d", "", "x"
"""Kinds of cell. NOTHING is a formula without stored value; BROKEN is one that a finding already speaks of."""


class Cell(NamedTuple):
    """One filled cell: its kind, its text as stored, its formula ('' where only its presence is known).

    `style` is that of a number, since only numbers may look like something else.
    """

    kind: str
    text: str
    formula: str | None = None
    style: int = 0


class Area(NamedTuple):
    """A rectangle of cells, corners included."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet. A position without entry in `cells` holds nothing."""

    name: str
    cells: dict[Position, Cell]
    merges: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    hidden: bool = False
    shared: Mapping[Position, str] = field(default_factory=dict)
    """The cells whose formula is written once for several, each with the number that they have in common."""

    def text(self, position: Position) -> str:
        """Return the stripped text of a cell that holds a text; '' for all else."""
        cell = self.cells.get(position)
        return cell.text.strip() if cell and cell.kind == TEXT and cell.formula is None else ""


@dataclass(frozen=True, slots=True)
class Book:
    """One workbook. `formats` are the number formats by style, `looks` what they make of a number.

    `formulas` is whether formulas can be seen.
    """

    sheets: tuple[Sheet, ...]
    names: dict[str, Area] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    looks: tuple[str, ...] = ()
    epoch_1904: bool = False
    formulas: bool = True
    notes: Mapping[str, Mapping[Position, str]] = field(default_factory=dict)
    """The comments of each sheet that has any, by cell."""
    manual: bool = False
    """Whether its formulas are computed only when a person asks for it."""
    damaged: frozenset[str] = frozenset()
    """Sheets with cells that have no address: what is missing there is no further finding."""

    def sheet(self, name: str) -> Sheet | None:
        """Return the sheet of that name."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)

    def format(self, cell: Cell) -> str:
        """Return the number format that a cell is shown in."""
        return self.formats[cell.style] if cell.style < len(self.formats) else "General"

    def look(self, cell: Cell) -> str:
        """Return what a cell's format makes of a number: 'date', 'percent', 'divided', or ''."""
        return self.looks[cell.style] if cell.style < len(self.looks) else ""


_AREA = re.compile(
    r"\$?(?:'((?:[^']|'')+)'|([^'!\[\]#(),:+*/&<>=]+))!"
    r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})(?::\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6}))?"
)


@lru_cache(maxsize=20_000)
def area(reference: str) -> Area | None:
    """Read what a defined name refers to; None for anything but one cell or one range."""
    match = _AREA.fullmatch(reference)
    if not match:
        return None
    quoted, plain, left, top, right, bottom = match.groups()
    sheet = quoted.replace("''", "'") if quoted else plain
    found = Area(sheet, int(top), column_number(left), int(bottom or top), column_number(right or left))
    inside = found.top <= found.bottom <= LAST_ROW and found.left <= found.right <= LAST_COLUMN
    return found if inside else None
