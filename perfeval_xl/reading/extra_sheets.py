"""What a returned workbook holds beside the template's forms: copies of them, other sheets, too much in a cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from perfeval_xl.reading.assigning import HALF, keyed_share
from perfeval_xl.reading.blank import Form, Plan
from perfeval_xl.reading.placing import Placed, place
from perfeval_xl.reading.rules_of_returns import say
from perfeval_xl.reading.strays import has_content
from perfeval_xl.records.address import Address, column_letters
from perfeval_xl.records.contract import OPINIONS
from perfeval_xl.records.finding import Finding
from perfeval_xl.records.submission import Key
from perfeval_xl.wording import numbers
from perfeval_xl.workbook.cell_text import LONGEST, units
from perfeval_xl.workbook.cells import Book, Sheet


def extra_sheets(plan: Plan, book: Book, assigned: Mapping[str, Sheet]) -> Iterator[tuple[Finding, int]]:
    """Name each sheet that is not the template's, with how many cells of its own it fills; a copy has none."""
    taken = {id(sheet) for sheet in assigned.values()}
    ours = {sheet.name for sheet in plan.book.sheets}
    for sheet in book.sheets:
        if id(sheet) in taken or sheet.name in ours or sheet.name == OPINIONS:
            continue
        forms = [form for form in plan.forms if form.keyed and form.name in assigned]
        form = max(forms, key=lambda form: keyed_share(form, sheet), default=None)
        if form is not None and keyed_share(form, sheet) >= HALF:
            yield _copy(form, sheet, assigned[form.name], book), 0
            continue
        count = sum(1 for cell in sheet.cells.values() if has_content(cell))
        yield say("R12", Address(sheet.name, 1, 1), value=sheet.name, count=count), count


def _copy(form: Form, copy: Sheet, original: Sheet, book: Book) -> Finding:
    """Compare a second copy of a form with the first."""
    theirs, ours = _typed(place(form, copy, book, names=False)), _typed(place(form, original, book))
    differing = [key for key in {**ours, **theirs} if ours.get(key, ("", ""))[0] != theirs.get(key, ("", ""))[0]]
    at = Address(copy.name, 1, 1)
    if not differing:
        return say("R13", at, value=copy.name, expected=original.name)
    mine, other = ours.get(differing[0], ("空白", "")), theirs.get(differing[0], ("空白", ""))
    example = f"{other[1] or mine[1]} 分别是“{other[0]}”和“{mine[0]}”"
    return say("R14", at, value=copy.name, expected=original.name, count=len(differing), example=example)


def _typed(placed: Placed) -> dict[Key, tuple[str, str]]:
    """Return the texts of a sheet's typed fields, with the cells that they are in."""
    return {
        (spot.field.name, spot.row): (numbers.stripped(cell.text), f"{column_letters(position[1])}{position[0]}")
        for position, spot in placed.spots.items()
        if spot.typed and (cell := placed.sheet.cells.get(position)) and has_content(cell)
    }


def too_long(book: Book) -> Iterator[Finding]:
    """Name the cells, wherever they are, that hold more than Excel can keep; no formula gives more."""
    for sheet in book.sheets:
        for position, cell in sheet.cells.items():
            if len(cell.text) > LONGEST // 2 and (count := units(cell.text)) > LONGEST:
                at = Address(sheet.name, *position)
                yield say("R59", at, what=str(at), count=count, limit=LONGEST)
