"""Where a cell is: sheet, row and column, as Excel prints it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")


@lru_cache(maxsize=LAST_COLUMN)
def column_letters(column: int) -> str:
    """Return the letters of a 1-based column: 1 is A, 28 is AB."""
    letters = ""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


@lru_cache(maxsize=LAST_COLUMN)
def column_number(letters: str) -> int:
    """Return the 1-based number of a column: A is 1, AB is 28."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def cell_position(cell: str) -> tuple[int, int]:
    """Return (row, column) of `D7` or `$D$7`, both 1-based; ValueError where Excel has no such cell."""
    match = _CELL.fullmatch(cell)
    if match:
        row, column = int(match[2]), column_number(match[1])
        if row <= LAST_ROW and column <= LAST_COLUMN:
            return row, column
    raise ValueError(f"not a cell: {cell!r}")


@dataclass(frozen=True, order=True, slots=True)
class Address:
    """One cell of a workbook; row and column count from 1."""

    sheet: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """The cell without its sheet: `D7`."""
        return f"{column_letters(self.column)}{self.row}"

    @property
    def reference(self) -> str:
        """The cell as a formula may name it: `'表1 基础数据'!$D$7`."""
        return f"{quoted(self.sheet)}!${column_letters(self.column)}${self.row}"

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}"

    @classmethod
    def parse(cls, reference: str) -> Address:
        """Read `'表1 基础数据'!$D$7`; ValueError for ranges and anything else."""
        sheet, mark, cell = reference.rpartition("!")
        if not mark:
            raise ValueError(f"no sheet in {reference!r}")
        if sheet.startswith("'") and sheet.endswith("'"):
            sheet = sheet[1:-1].replace("''", "'")
        return cls(sheet, *cell_position(cell))


def quoted(sheet: str) -> str:
    """Return a sheet's name as formulas write it."""
    return "'" + sheet.replace("'", "''") + "'"
