"""How one sheet of the roster is read: its heading row found by text, its lines with the cells they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from perfeval_xl.records.address import column_letters
from perfeval_xl.records.finding import Value
from perfeval_xl.workbook.grids import Grid

_HEADING_ROWS = 10


@dataclass(frozen=True, slots=True)
class ListedCell:
    """A cell of a line: where it is, what it holds, what it says (402001 for a code that Excel took for a number).

    A number that is shown in `percent` is a hundredth of what is seen; an `error` is a text such as `#REF!`.
    """

    place: str
    value: Value = None
    text: str = ""
    percent: bool = False
    error: bool = False


@dataclass(frozen=True)
class Listing:
    """A sheet below its heading row. `keys` are the hidden texts above the headings, where there are any."""

    source: Grid
    row: int
    columns: dict[str, int]
    keys: dict[str, str]

    @property
    def sheet(self) -> str:
        """The sheet's name."""
        return self.source.name

    def lines(self) -> Iterator[Line]:
        """Give every line that holds anything."""
        for number in self.source.filled_rows:
            if number > self.row:
                line = Line(self, number)
                if any(self.source.at(number, column).text for column in self.columns.values()):
                    yield line

    def heading(self, text: str) -> str:
        """Return the cell of a heading, for messages."""
        return f"{self.sheet}!{column_letters(self.columns[text])}{self.row}"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet."""

    listing: Listing
    number: int

    def cell(self, heading: str) -> ListedCell:
        """Return the cell under a heading; a sheet without this column has it blank in its first one."""
        column = self.listing.columns.get(heading, 0)
        place = f"{self.listing.sheet}!{column_letters(column or 1)}{self.number}"
        if not column:
            return ListedCell(place)
        found = self.listing.source.at(self.number, column)
        return ListedCell(place, found.value, found.text, found.percent, found.error)

    def text(self, heading: str) -> str:
        """Return what stands under a heading."""
        column = self.listing.columns.get(heading, 0)
        return self.listing.source.at(self.number, column).text if column else ""


def read_listing(sheet: Grid, needed: Iterable[str]) -> Listing | None:
    """Return a sheet's lines below the first row that has all the headings `needed`; None where none has."""
    wanted = set(needed)
    above: dict[int, str] = {}
    for row in range(1, _HEADING_ROWS + 1):
        texts = {column: _heading(cell.text) for column, cell in sheet.row(row).items()}
        headings = {text: column for column, text in reversed(texts.items()) if text}
        if wanted <= headings.keys():
            columns = dict(sorted(headings.items(), key=lambda item: item[1]))
            keys = {heading: above.get(column, "") for heading, column in columns.items()}
            return Listing(sheet, row, columns, keys)
        above = texts
    return None


def _heading(text: str) -> str:
    """Return a heading without spaces, line breaks and the star of a required column."""
    return "".join(text.split()).strip("*＊")
