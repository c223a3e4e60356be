"""What has changed in the structure of a returned sheet: names lost, rows put in, cells merged, columns hidden."""

from __future__ import annotations

from collections.abc import Iterator

from perfeval_xl.reading.blank import Plan
from perfeval_xl.reading.placing import Placed
from perfeval_xl.reading.rules_of_returns import say
from perfeval_xl.reading.strays import LISTED, MOST
from perfeval_xl.records.address import Address, column_letters
from perfeval_xl.records.contract import Role
from perfeval_xl.records.finding import Finding, Related
from perfeval_xl.workbook.cells import Area, Book


def structure(plan: Plan, placed: Placed, book: Book) -> Iterator[Finding]:
    """Name where names, keys, rows, columns, merges and what is hidden are not as in the template."""
    sheet = placed.sheet
    at = Address(sheet.name, 1, 1)
    if placed.names_lost and book.formulas:
        yield say("R20", at, count=placed.names_lost)
    if placed.keys_lost > 0 and sheet.name not in book.damaged:
        yield say("R21", at, count=placed.keys_lost)
    yield from _inserted(placed)
    if placed.missing:
        yield _deleted(placed, at)
    for table, count in placed.shortened:
        yield say("R19", at, label=plan.template.table[table].title, count=count)
    for table, rows in placed.lengthened:
        where = "、".join(f"第 {row} 行" for row in rows)
        title = plan.template.table[table].title
        yield say("R28", Address(sheet.name, rows[0], 1), label=title, count=len(rows), what=where)
    yield from _contradicted(placed)
    yield from _merged(placed)
    yield from _hidden(placed)


def _deleted(placed: Placed, at: Address) -> Finding:
    """Name the fields that have no place any more, each with its cell; those alone that a unit fills, if any."""
    asked = tuple(spot for spot in placed.missing if spot.field.role is Role.INPUT)
    first, *others = asked or placed.missing
    count = len({spot.field.name for spot in asked or placed.missing})
    related = tuple(Related(spot.address, spot.field.label, None) for spot in others[:MOST])
    label, what = first.field.label, str(first.address)
    return say(
        "R18" if asked else "R38", at, field=first.field.name, label=label, related=related, count=count, what=what
    )


def _inserted(placed: Placed) -> Iterator[Finding]:
    if placed.rows is None or placed.columns is None:
        return
    told = {row for _, rows in placed.lengthened for row in rows}
    rows = [row for row in placed.rows.inserted if row not in told]
    if rows:
        where = "、".join(str(row) for row in rows[:LISTED])
        yield say("R16", Address(placed.sheet.name, rows[0], 1), where=where)
    columns = placed.columns.inserted
    if columns:
        where = "、".join(column_letters(column) for column in columns[:LISTED])
        yield say("R17", Address(placed.sheet.name, 1, columns[0]), where=where)


def _contradicted(placed: Placed) -> Iterator[Finding]:
    name = placed.sheet.name
    if placed.misnamed:
        (spot, area, position), *others = placed.misnamed
        at, other = Address(name, *position), Address(area.sheet, area.top, area.left)
        related = tuple(Related(Address(name, *place), more.field.label, None) for more, _, place in others)
        count = len(placed.misnamed)
        yield say(
            "R31",
            at,
            field=spot.field.name,
            label=spot.field.label,
            related=related,
            what=str(other),
            other=str(at),
            count=count,
        )
    if placed.doubtful:
        (spot, area, position), *others = placed.doubtful
        at, where = Address(name, *position), Address(area.sheet, area.top, area.left)
        related = tuple(Related(Address(name, *place), more.field.label, None) for more, _, place in others)
        label, count = spot.field.label, len(placed.doubtful)
        yield say(
            "R23",
            at,
            field=spot.field.name,
            label=label,
            related=related,
            what=str(where),
            other=str(at),
            count=count,
        )


def _merged(placed: Placed) -> Iterator[Finding]:
    """Name merges that the template does not have and that swallow a cell to be filled."""
    if placed.rows is None and placed.sheet.merges == placed.form.sheet.merges:
        return
    known = {merge[1:] for merge in placed.form.sheet.merges}
    merges = [merge for merge in placed.sheet.merges if not _as_before(placed, merge, known)]
    typed: dict[int, list[int]] = {}
    for (row, column), spot in placed.spots.items() if merges else ():
        if spot.typed:
            typed.setdefault(row, []).append(column)
    for merge in merges:
        count = _inside(merge, typed)
        if count > 1:
            first, last = (
                Address(merge.sheet, merge.top, merge.left),
                Address(merge.sheet, merge.bottom, merge.right),
            )
            yield say("R29", first, what=f"{first.cell}:{last.cell}", count=count)


def _as_before(placed: Placed, merge: Area, known: set[tuple[int, int, int, int]]) -> bool:
    corner, end = placed.origin((merge.top, merge.left)), placed.origin((merge.bottom, merge.right))
    return bool(corner and end and (*corner, *end) in known)


def _inside(merge: Area, typed: dict[int, list[int]]) -> int:
    """Return how many cells to be filled lie in a merge."""
    rows = range(merge.top, min(merge.bottom, max(typed, default=0)) + 1)
    return sum(merge.left <= column <= merge.right for row in rows for column in typed.get(row, ()))


def _hidden(placed: Placed) -> Iterator[Finding]:
    """Name rows and columns that are hidden with figures in them, folded rows of our own among them."""
    before, now = placed.form.sheet, placed.sheet
    if placed.rows is not None or not (now.hidden_rows or set(now.hidden_columns) - set(before.hidden_columns)):
        return
    rows = now.hidden_rows
    columns = {
        column
        for first, last in set(now.hidden_columns) - set(before.hidden_columns)
        for column in range(first, min(last, max((p[1] for p in placed.spots), default=0)) + 1)
    }
    found = sorted(
        position
        for position, spot in placed.spots.items()
        if spot.typed and (position[0] in rows or position[1] in columns) and position in now.cells
    )
    if found:
        lines = [f"第 {row} 行" for row in sorted({row for row, _ in found} & rows)]
        lines += [f"{column_letters(column)} 列" for column in sorted({column for _, column in found} & columns)]
        yield say("R30", Address(now.name, *found[0]), what="、".join(lines[:LISTED]), count=len(found))
