"""What stands in a template's workbook, read as returned workbooks are: its cells, its names, its title."""

from __future__ import annotations

from perfeval_xl.records.address import Address
from perfeval_xl.records.finding import Level
from perfeval_xl.workbook.cells import BOOLEAN, NOTHING, NUMBER, Cell
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.parts import Package, parse, unpack
from perfeval_xl.workbook.rules_of_files import RULES, RefusalError
from perfeval_xl.workbook.shared_formulas import written_out
from perfeval_xl.workbook.sheets import read_book

Content = float | str | bool | None
"""What a cell holds; of a formula its text with `=` before it."""
_LIMITS = Limits()


class Cells:
    """A workbook's filled cells by sheet, row and column, from 1."""

    def __init__(self, data: bytes) -> None:
        """Take a workbook apart; ValueError says what is wrong with it."""
        try:
            package = unpack(data, _LIMITS)
            book, found = read_book(package, _LIMITS)
            self.title = _title(package)
        except RefusalError as refusal:
            raise ValueError(RULES[refusal.finding.rule].title) from refusal
        wrong = [finding for finding in found if finding.level is Level.ERROR]
        if wrong:
            raise ValueError("、".join(f"{finding.place or ''}{RULES[finding.rule].title}" for finding in wrong))
        self.names = {name: Address(area.sheet, area.top, area.left) for name, area in book.names.items()}
        self._rows: dict[str, dict[int, dict[int, Cell]]] = {sheet.name: {} for sheet in book.sheets}
        for sheet in book.sheets:
            for (row, column), cell in sheet.cells.items():
                self._rows[sheet.name].setdefault(row, {})[column] = cell
        self._shared = {sheet.name: written_out(sheet) for sheet in book.sheets}

    def __contains__(self, sheet: str) -> bool:
        """Whether there is a worksheet of this name."""
        return sheet in self._rows

    def last_row(self, sheet: str) -> int:
        """Return the last row in which anything stands; 0 where nothing does."""
        return max(self._rows[sheet], default=0)

    def row(self, sheet: str, row: int) -> dict[int, Content]:
        """Return what stands in a row, by column from left to right."""
        columns = sorted(self._rows[sheet].get(row, ()))
        return {column: self.at(Address(sheet, row, column)) for column in columns}

    def at(self, place: Address) -> Content:
        """Return what stands in a cell; None where nothing does."""
        cell = self._cell(place)
        if cell is None:
            return None
        if cell.formula is not None:
            return "=" + (cell.formula or self._shared[place.sheet].get((place.row, place.column), ""))
        return _constant(cell)

    def has_formula(self, place: Address) -> bool:
        """Whether a formula stands in a cell, not a text that only looks like one."""
        cell = self._cell(place)
        return cell is not None and cell.formula is not None

    def _cell(self, place: Address) -> Cell | None:
        return self._rows[place.sheet].get(place.row, {}).get(place.column)


def _constant(cell: Cell) -> Content:
    if cell.kind == NUMBER:
        return int(cell.text) if cell.text.lstrip("+-").isdecimal() else float(cell.text)
    if cell.kind == BOOLEAN:
        return cell.text == "1"
    return None if cell.kind == NOTHING else cell.text


def _title(package: Package) -> str:
    """Return the title among a workbook's properties."""
    part = next((found.target for found in package.relations("") if found.kind == "core-properties"), "")
    if not package.has(part):
        return ""
    said: dict[str, str] = {}
    last = ""

    def start(tag: str, *_: object) -> None:
        nonlocal last
        last = tag.rpartition(":")[2]

    def characters(text: str) -> None:
        said[last] = said.get(last, "") + text

    parse(package.text(part), part, _LIMITS, start=start, characters=characters)
    return said.get("title", "").strip()
