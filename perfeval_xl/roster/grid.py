"""How one sheet of the roster is read: its heading row found by text, its lines with the cells they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from perfeval_xl.address import column_letters
from perfeval_xl.reading import amounts

Rows = tuple[tuple[Any, ...], ...]
"""A sheet's cells as the library has them, row by row from the first."""
_HEADING_ROWS = 10


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a line: where it is, what it holds, and how its number is shown."""

    place: str
    value: Any
    number_format: str = ""

    @property
    def text(self) -> str:
        """What it says, without what cannot be seen; 402001 for a code that Excel took for a number."""
        value = self.value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d}"
        return "" if value is None else amounts.stripped(str(value)) if str(value) else ""


@dataclass(frozen=True)
class Grid:
    """A sheet below its heading row. `keys` are the hidden texts above the headings, where there are any."""

    sheet: str
    row: int
    columns: dict[str, int]
    keys: dict[str, str]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]
    """The lines below the headings with their numbers."""

    def lines(self) -> Iterator[Line]:
        """Give every line that holds anything."""
        for number, cells in self.rows:
            line = Line(self, number, cells)
            if any(line.cell(heading).text for heading in self.columns):
                yield line

    def heading(self, text: str) -> str:
        """Return the cell of a heading, for messages."""
        return f"{self.sheet}!{column_letters(self.columns[text])}{self.row}"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet."""

    grid: Grid
    number: int
    cells: tuple[Any, ...]

    def cell(self, heading: str) -> Cell:
        """Return the cell under a heading; a sheet without this column has it blank in its first one."""
        column = self.grid.columns.get(heading, 0)
        place = f"{self.grid.sheet}!{column_letters(column or 1)}{self.number}"
        if not column or column > len(self.cells):
            return Cell(place, None)
        found = self.cells[column - 1]
        return Cell(place, found.value, getattr(found, "number_format", "") or "")

    def text(self, heading: str) -> str:
        """Return what stands under a heading."""
        return self.cell(heading).text


def read_grid(sheet: str, rows: Rows, needed: Iterable[str]) -> Grid | None:
    """Return a sheet's lines below the first row that has all the headings `needed`; None where none has."""
    wanted = set(needed)
    for position, cells in enumerate(rows[:_HEADING_ROWS]):
        headings = {
            _heading(cell.value): number
            for number, cell in reversed([*enumerate(cells, 1)])
            if _heading(cell.value)
        }
        if wanted <= headings.keys():
            columns = dict(sorted(headings.items(), key=lambda item: item[1]))
            above = rows[position - 1] if position else ()
            keys = {
                heading: _heading(above[column - 1].value)
                for heading, column in columns.items()
                if column <= len(above)
            }
            below = tuple(enumerate(rows[position + 1 :], position + 2))
            return Grid(sheet, position + 1, columns, keys, below)
    return None


def _heading(value: Any) -> str:
    """Return a heading without spaces, line breaks and the star of a required column."""
    return "".join(str(value).split()).strip("*＊") if value is not None else ""
