"""Which sheet of a returned workbook is which form of the template, whatever it is called now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from perfeval_xl.reading.blank import Form, Plan
from perfeval_xl.reading.rules_of_returns import say
from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import IDENTITY, KEY_COLUMN, Role
from perfeval_xl.records.finding import Finding
from perfeval_xl.workbook.cells import Book, Sheet

HALF = 0.5
"""Share of a sheet's keys, names or printed texts that makes another sheet the same form."""


def assigned(plan: Plan, book: Book) -> dict[str, Sheet]:
    """Return the sheet of each form by the form's name: the one of that name if it fits, else the best one."""
    found: dict[str, Sheet] = {}
    for form in plan.forms:
        sheet = book.sheet(form.name)
        if sheet is not None and (likeness(form, sheet, book) >= HALF or not _has_better(form, sheet, book)):
            found[form.name] = sheet
    for form in plan.forms:
        if form.name not in found:
            taken = {id(sheet) for sheet in found.values()}
            free = [sheet for sheet in book.sheets if id(sheet) not in taken]
            best = max(free, key=lambda sheet: likeness(form, sheet, book), default=None)
            if best is not None and likeness(form, best, book) >= HALF:
                found[form.name] = best
    return found


def _has_better(form: Form, sheet: Sheet, book: Book) -> bool:
    return any(likeness(form, other, book) >= HALF for other in book.sheets if other is not sheet)


def likeness(form: Form, sheet: Sheet, book: Book) -> float:
    """Return how much of a form a sheet has: of its row keys, of its names, or of its printed texts."""
    if form.keyed:
        keyed = keyed_share(form, sheet)
        if keyed >= HALF:
            return keyed
    if form.names:
        named = sum(1 for name in form.names if (area := book.names.get(name)) and area.sheet == sheet.name)
        if named >= HALF * len(form.names):
            return named / len(form.names)
    words = set(form.printed.values())
    if not words:
        return 1.0 if sheet.name == form.name else 0.0
    return len(words & {cell.text.strip() for cell in sheet.cells.values()}) / len(words)


def keyed_share(form: Form, sheet: Sheet) -> float:
    """Return the share of a form's row keys that a sheet has; column keys are letters, alike on every sheet."""
    cells, keys = sheet.cells, form.row_keys
    in_place = sum(1 for key, row in keys.items() if (cell := cells.get((row, KEY_COLUMN))) and cell.text == key)
    if in_place * 2 >= len(keys):
        return in_place / len(keys)
    return len(keys.keys() & {cell.text for cell in cells.values()}) / len(keys)


def told_of_sheets(plan: Plan, book: Book, assigned: Mapping[str, Sheet]) -> Iterator[Finding]:
    """Name sheets that are missing, hidden, renamed, or in another order."""
    for form in plan.forms:
        sheet = assigned.get(form.name)
        if sheet is None:
            yield from _missing(form)
            continue
        if sheet.hidden and not form.sheet.hidden:
            yield say("R32", Address(sheet.name, 1, 1), value=sheet.name)
        if sheet.name != form.name:
            yield say("R10", Address(sheet.name, 1, 1), value=sheet.name, expected=form.name)
    order = {sheet.name: index for index, sheet in enumerate(book.sheets)}
    places = [order[assigned[form.name].name] for form in plan.forms if form.name in assigned]
    if places != sorted(places):
        yield say("R15")


def _missing(form: Form) -> Iterator[Finding]:
    """Say that a sheet is gone, and that a unit is to bring it back where it fills something in on it.

    Of the stamp's sheet that it is lost is said by who identifies the workbook.
    """
    asked = {spot.field.name for spot in form.spots.values() if spot.field.role is Role.INPUT}
    if asked:
        yield say("R11", value=form.name, what=form.name, count=len(asked))
    elif form.name != IDENTITY:
        yield say("R09", what=form.name)
