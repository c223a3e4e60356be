"""How wide the cells of a sheet are, merged ones whole, and how high its rows, as its XML says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.records.address import cell_position

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from perfeval_xl.workbook.cells import Position

USUAL_WIDTH, USUAL_HEIGHT = 8.43, 15.0
"""Characters that a column holds, and points that a row has, where the sheet does not say."""
_PADDING = 0.71
"""Characters that a file counts to a column's width beside those that stand in it."""
_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*\bref="([^":]+):([^"]+)"')
_NUMBER = re.compile(rb'\b(min|max|width)="([0-9.]+)"')


@dataclass(frozen=True, slots=True)
class CellWidths:
    """The columns' widths in characters by their number, and the last cell of each merged one by its first."""

    columns: Mapping[int, float]
    merges: Mapping[Position, Position]
    merged_rows: frozenset[int]

    def of(self, position: Position) -> float:
        """Return how many characters stand beside each other in a cell."""
        row, first = position
        _, last = self.merges.get(position, (row, first))
        return sum(self.columns.get(column, USUAL_WIDTH) for column in range(first, last + 1))


def widths_of(xml: bytes) -> CellWidths:
    """Read the columns and merged cells of a sheet."""
    corners = {_position(found[1]): _position(found[2]) for found in _MERGE.finditer(xml)}
    rows = frozenset(row for (first, _), (last, _) in corners.items() for row in range(first, last + 1))
    return CellWidths(dict(_columns(xml[: xml.find(b"sheetData")])), corners, rows)


def _columns(head: bytes) -> Iterator[tuple[int, float]]:
    for found in _COLUMN.finditer(head):
        numbers = {name: float(number) for name, number in _NUMBER.findall(found[0])}
        width = max(0.0, numbers.get(b"width", USUAL_WIDTH) - _PADDING)
        first, last = int(numbers.get(b"min", 1)), int(numbers.get(b"max", 0))
        yield from ((column, width) for column in range(first, min(last, first + 200) + 1))


def _position(cell: bytes) -> Position:
    return cell_position(cell.decode("ascii"))
