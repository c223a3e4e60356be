"""Which cell of a returned workbook answers which field; what else it holds, the modules beside this one tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from perfeval_xl.reading.assigning import assigned, told_of_sheets
from perfeval_xl.reading.blank import Plan, Spot
from perfeval_xl.reading.extra_sheets import extra_sheets, too_long
from perfeval_xl.reading.formulas import changed_formulas, told_of_formulas
from perfeval_xl.reading.meaning import easily_understood, understood
from perfeval_xl.reading.notes import explaining, told_of_notes
from perfeval_xl.reading.placing import Placed, place
from perfeval_xl.reading.row_units import in_units_of_rows
from perfeval_xl.reading.strays import Others, sort_out, told_of_others
from perfeval_xl.reading.structure import structure
from perfeval_xl.reading.typed_formulas import Arithmetic
from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import KEY_COLUMN, KEY_ROW
from perfeval_xl.records.finding import Finding, Value
from perfeval_xl.records.kind import day_count
from perfeval_xl.records.submission import Entry, Key
from perfeval_xl.wording import numbers
from perfeval_xl.workbook.cells import BROKEN, NOTHING, NUMBER, TEXT, Book, Cell, Position

EXPLANATION = "说明_"
"""How the names of explanation fields begin; the check's id follows."""


@dataclass(slots=True)
class Harvest:
    """What has been read so far; grows sheet by sheet within one call of `harvest`."""

    entries: list[Entry] = field(default_factory=list)
    stored: list[Entry] = field(default_factory=list)
    unreadable: set[Key] = field(default_factory=set)
    translated: set[Key] = field(default_factory=set)
    changed: set[Key] = field(default_factory=set)
    notes: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    filled: int = 0


def harvest(plan: Plan, book: Book, arithmetic: Arithmetic | None, *, designed: bool = True) -> Harvest:
    """Read every field of a template in a returned workbook, and name whatever else is in it.

    `designed` is whether the workbook was made from the template as it is now, so that its formulas must be ours.
    """
    result = Harvest()
    sheets = assigned(plan, book)
    result.findings += told_of_sheets(plan, book, sheets)
    all_placed = [place(form, sheets[form.name], book) for form in plan.forms if form.name in sheets]
    for placed in all_placed:
        _read_sheet(plan, placed, book, arithmetic, result)
        result.findings += structure(plan, placed, book)
        result.notes |= explaining(placed, book)
    _take_units_of_rows(plan, result)
    result.findings += told_of_notes(plan, book)
    if not designed:
        result.changed.clear()
    elif book.formulas:
        _compare_formulas(all_placed, book, result)
    for finding, count in extra_sheets(plan, book, sheets):
        result.findings.append(finding)
        result.filled += count
    result.findings += too_long(book)
    return result


def _take_units_of_rows(plan: Plan, result: Harvest) -> None:
    """Put figures in place of texts that are a figure with its row's unit, and tell of that alone."""
    taken = {entry.key: (entry, told) for entry, told in in_units_of_rows(result.entries, plan.template.field)}
    if not taken:
        return
    places = {entry.address for entry, _ in taken.values()}
    result.entries = [taken[entry.key][0] if entry.key in taken else entry for entry in result.entries]
    result.findings = [one for one in result.findings if one.rule != "R40" or one.place not in places]
    result.findings += [told for _, told in taken.values()]
    result.translated |= taken.keys()


def _compare_formulas(all_placed: list[Placed], book: Book, result: Harvest) -> None:
    """Name the formulas that were changed; those of hidden sheets nobody sees."""
    moved = any(placed.has_moved for placed in all_placed)
    changed = [
        changed_formulas(placed, moved=moved) for placed in all_placed if not placed.form.name.startswith("_")
    ]
    result.changed.update(*(one.keys for one in changed))
    result.findings += told_of_formulas(changed, book)


def _read_sheet(plan: Plan, placed: Placed, book: Book, arithmetic: Arithmetic | None, result: Harvest) -> None:
    sheet, spots, others = placed.sheet, placed.spots, Others()
    printed, formulas, untouched = placed.form.printed, placed.form.formulas, placed.rows is None
    same_name = untouched and sheet.name == placed.form.name
    result.unreadable |= {(spot.field.name, spot.row) for spot, _, _ in placed.doubtful}
    longer = {table for table, _ in placed.lengthened}
    result.translated |= {(spot.field.name, spot.row) for spot in spots.values() if spot.field.table in longer}
    keys = _key_lines(placed)
    for position, cell in _not_fixed(placed):
        spot = spots.get(position)
        if spot is None:
            if untouched and (
                printed.get(position) == cell.text or (cell.formula is not None and position in formulas)
            ):
                continue
            if position[0] != keys[0] and position[1] != keys[1]:
                sort_out(placed, position, cell, others)
            continue
        address = spot.address if same_name else Address(sheet.name, *position)
        if spot.computed:
            _computed(spot, address, cell, result)
            if cell.formula is None and book.formulas:
                others.overwritten.append(position)
                result.changed.add((spot.field.name, spot.row))
        elif not spot.stamp:
            _input(spot, address, cell, book, arithmetic, result)
    if not sheet.name.startswith("_"):
        result.filled += len(others.strays)
        result.findings += told_of_others(plan, placed, book, others)


def _not_fixed(placed: Placed) -> Iterable[tuple[Position, Cell]]:
    """Give the cells of a sheet that have to be looked at one by one, in their order."""
    cells, fixed = placed.sheet.cells, placed.form.fixed
    if placed.rows is None and fixed.holds(cells):
        return [(position, cells[position]) for position in sorted(cells.keys() - fixed.positions)]
    return cells.items()


def _key_lines(placed: Placed) -> Position:
    """Return the hidden row and column of a sheet; zeros where it has none."""
    if not placed.form.keyed:
        return 0, 0
    if placed.rows is None or placed.columns is None:
        return KEY_ROW, KEY_COLUMN
    return placed.rows.now.get(KEY_ROW, KEY_ROW), placed.columns.now.get(KEY_COLUMN, KEY_COLUMN)


def _input(
    spot: Spot, address: Address, cell: Cell, book: Book, arithmetic: Arithmetic | None, result: Harvest
) -> None:
    field_, row = spot.field, spot.row
    easy = easily_understood(spot, cell, book)
    if easy is not None:
        result.entries.append(Entry(field_.name, row, address, cell.text, easy))
        result.filled += spot.typed
        if cell.kind == TEXT and easy != cell.text:
            result.translated.add((field_.name, row))
        return
    answer = understood(field_, row, address, cell, book, arithmetic)
    if not _is_literal(cell, answer.value):
        result.translated.add((field_.name, row))
    if answer.blank:
        return
    result.entries.append(Entry(field_.name, row, address, cell.text, answer.value))
    result.filled += spot.typed
    if not answer.readable:
        result.unreadable.add((field_.name, row))
    if answer.findings:
        result.findings += answer.findings


def _is_literal(cell: Cell, value: Value) -> bool:
    """Whether a cell holds for a formula what it means to us; the text of an amount, say, does not."""
    if cell.kind != NUMBER:
        return cell.kind == TEXT and value == cell.text
    held = numbers.number(cell.text)
    return day_count(value) == held if isinstance(value, date) else value == held


def _computed(spot: Spot, address: Address, cell: Cell, result: Harvest) -> None:
    """Take a computed cell's stored value as it is; whether it is right is for the checks to say."""
    if cell.kind in (NOTHING, BROKEN):
        return
    value = numbers.number(cell.text) if cell.kind == NUMBER else cell.text
    result.stored.append(Entry(spot.field.name, spot.row, address, cell.text, value))
