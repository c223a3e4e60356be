"""What a unit wrote on the list of findings that went back to it, wherever in the workbook that list is now."""

from __future__ import annotations

from collections.abc import Iterator

from perfeval_xl.records.contract import OPINIONS
from perfeval_xl.workbook.cells import Book, Position, Sheet

_ANSWER, _KEY = "说明", "问题标识"


def answers(book: Book) -> dict[str, str]:
    """Return the explanations by the keys of their findings; nothing where the list is not there or is empty."""
    sheet = book.sheet(OPINIONS)
    if sheet is None:
        return {}
    return {
        key: text
        for row, answer, column in _lines(sheet)
        if (key := sheet.text((row, column))) and (text := sheet.text((row, answer)))
    }


def _lines(sheet: Sheet) -> Iterator[tuple[int, int, int]]:
    """Give the rows below the heading, each with the columns of the answer and of the key."""
    heading = _heading(sheet)
    if heading is None:
        return
    top, column = heading
    answer = next((c for row, c in sheet.cells if row == top and sheet.text((row, c)) == _ANSWER), 0)
    if answer:
        yield from ((row, answer, column) for row, c in sheet.cells if c == column and row > top)


def _heading(sheet: Sheet) -> Position | None:
    return next((position for position in sheet.cells if sheet.text(position) == _KEY), None)
