"""Which texts of a workbook, whatever its format, held what no text of ours may hold: made clean, and told.

Nothing behind this place sees such a text, and none is changed without a finding at its cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from perfeval_xl.admission.texts import LOST, admitted, damaged, told
from perfeval_xl.records.address import Address
from perfeval_xl.records.finding import Finding, Related
from perfeval_xl.workbook.cells import Book, Cell, Position, Sheet
from perfeval_xl.workbook.rules_of_files import say

_LISTED, _MOST = 10, 1_000
"""Cells that one sentence lists, and that one finding carries."""


def admit(book: Book) -> tuple[Book, tuple[Finding, ...]]:
    """Return a workbook whose texts are clean, and what is to be told of those that were not."""
    strange = {sheet.name: found for sheet in book.sheets if (found := _strange(sheet.cells))}
    if not strange:
        return book, ()
    sheets = tuple(_clean(sheet, strange.get(sheet.name, {})) for sheet in book.sheets)
    return replace(book, sheets=sheets), tuple(
        finding for sheet in sheets for finding in _told(sheet, strange.get(sheet.name, {}))
    )


def _strange(cells: Mapping[Position, Cell]) -> dict[Position, Cell]:
    """Return the cells with a text that has to be cleaned or told; nearly none has, which is seen at once."""
    return {
        position: cell
        for position, cell in cells.items()
        if LOST in cell[1] or not (cell[1].isprintable() and (cell[2] is None or cell[2].isprintable()))
        if damaged(cell.text) or not (_is_clean(cell.text) and _is_clean(cell.formula or ""))
    }


def _is_clean(text: str) -> bool:
    return admitted(text) is text


def _clean(sheet: Sheet, strange: Mapping[Position, Cell]) -> Sheet:
    """Return a sheet with clean texts; a cell that held nothing else is blank."""
    cells = dict(sheet.cells)
    for position, cell in strange.items():
        formula = None if cell.formula is None else admitted(cell.formula)
        cells[position] = cell._replace(text=admitted(cell.text), formula=formula)
        if not cells[position].text and formula is None:
            del cells[position]
    return replace(sheet, cells=cells)


def _told(sheet: Sheet, strange: Mapping[Position, Cell]) -> Iterator[Finding]:
    """Give one finding for the cells that were only cleaned, and one for those that have lost something."""
    lost = {position: cell for position, cell in strange.items() if damaged(cell.text)}
    cleaned = {position: cell for position, cell in strange.items() if position not in lost}
    for code, found in (("R65", cleaned), ("R66", lost)):
        if found:
            yield _finding(code, sheet, found)


def _finding(code: str, sheet: Sheet, found: Mapping[Position, Cell]) -> Finding:
    places = [Address(sheet.name, *position) for position in sorted(found)]
    named = "、".join(str(place) if place is places[0] else place.cell for place in places[:_LISTED])
    more = f"等 {len(places)} 格" if len(places) > _LISTED else ""
    texts = [admitted(found[place.row, place.column].text) for place in places[:_MOST]]
    related = tuple(Related(place, "", text) for place, text in zip(places[1:], texts[1:], strict=False))
    characters = told("".join(cell.text + (cell.formula or "") for cell in list(found.values())[:_MOST]))
    return say(code, places[0], value=texts[0], related=related, what=named + more, characters=characters)
