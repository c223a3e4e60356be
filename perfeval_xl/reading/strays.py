"""The cells of one returned sheet that no field reads: strays, labels rewritten, formulas typed over or gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from perfeval_xl.reading.blank import Plan
from perfeval_xl.reading.placing import Placed
from perfeval_xl.reading.rules_of_returns import say
from perfeval_xl.records.address import Address
from perfeval_xl.records.finding import Finding, Related
from perfeval_xl.wording import numbers
from perfeval_xl.workbook.cells import NUMBER, Book, Cell, Position, Sheet

LISTED, MOST = 10, 1_000
"""Cells that one sentence lists, and that one finding carries."""


@dataclass(slots=True)
class Others:
    """Cells of one sheet that are no fields, or no longer what they were."""

    strays: list[Position] = field(default_factory=list)
    overwritten: list[Position] = field(default_factory=list)
    relabelled: list[tuple[Position, str]] = field(default_factory=list)


def has_content(cell: Cell) -> bool:
    """Whether a cell holds more than spaces."""
    return cell.formula is not None or bool(numbers.stripped(cell.text))


def sort_out(placed: Placed, position: Position, cell: Cell, others: Others) -> None:
    """Sort a cell that no field reads: printed, printed but changed, a formula typed over, or a stray."""
    form, origin = placed.form, placed.origin(position)
    text = form.printed.get(origin) if origin else None
    if origin and text is not None:
        if not _same_text(cell, text):
            others.relabelled.append((position, text))
    elif origin in form.formulas:
        if cell.formula is None and has_content(cell):
            others.overwritten.append(position)
    elif has_content(cell):
        others.strays.append(position)


def _same_text(cell: Cell, text: str) -> bool:
    if cell.text == text or cell.text.strip() == text:
        return True
    if cell.kind != NUMBER:
        return False
    try:
        return float(cell.text) == float(text)
    except ValueError:
        return False


def told_of_others(plan: Plan, placed: Placed, book: Book, others: Others) -> Iterator[Finding]:
    """Name what was found on a sheet beside its fields, and what of the template is gone from it."""
    sheet = placed.sheet
    damaged = sheet.name in book.damaged
    for position, text in others.relabelled:
        cell = sheet.cells[position]
        yield say("R22", Address(sheet.name, *position), value=cell.text, expected=text)
    for origin, now in _absent(placed, placed.form.printed) if not damaged else ():
        expected = placed.form.printed[origin]
        yield say("R22", Address(sheet.name, *now), value="（空白）", expected=expected)
    if book.formulas:
        gone = [] if damaged else _gone(placed)
        if others.overwritten or gone:
            yield _overwritten(sheet, sorted({*others.overwritten, *gone}))
    yield from _strays(plan, placed, others.strays)


def _absent(placed: Placed, origins: Collection[Position]) -> list[tuple[Position, Position]]:
    """Return which of the template's cells hold nothing, with where they are now."""
    cells = placed.sheet.cells
    if placed.rows is None:
        return [(origin, origin) for origin in sorted(frozenset(origins).difference(cells))]
    return [(origin, now) for origin in sorted(origins) if (now := placed.now(origin)) and now not in cells]


def _gone(placed: Placed) -> list[Position]:
    """Return where formulas of the template are missing altogether; rows inserted in a table have none to miss."""
    longer, spots = {table for table, _ in placed.lengthened}, placed.form.spots
    return [
        now
        for origin, now in _absent(placed, placed.form.formulas)
        if origin not in spots or spots[origin].field.table not in longer
    ]


def _overwritten(sheet: Sheet, positions: list[Position]) -> Finding:
    text = sheet.cells[positions[0]].text if len(positions) == 1 and positions[0] in sheet.cells else ""
    return _listed("R24", sheet, positions, value_text=f"“{text}”" if text else "")


def _listed(code: str, sheet: Sheet, positions: list[Position], value_text: str | None = None) -> Finding:
    """Return one finding about several cells: at the first, with the others as related."""
    places = [Address(sheet.name, *position) for position in positions]
    names = "、".join(place.cell for place in places[:LISTED])
    more = f"等 {len(places)} 格" if len(places) > LISTED else ""
    related = tuple(Related(place, "", _text_at(sheet, place) or None) for place in places[1:MOST])
    value = value_text if value_text is not None else _text_at(sheet, places[0])
    return say(code, places[0], value=value, related=related, what=names + more)


def _text_at(sheet: Sheet, place: Address) -> str:
    cell = sheet.cells.get((place.row, place.column))
    if cell is None:
        return ""
    return cell.text or (f"={cell.formula}" if cell.formula else "")


def _strays(plan: Plan, placed: Placed, strays: list[Position]) -> Iterator[Finding]:
    """Name cells that no field reads: rows below a table's end, figures, texts."""
    left = set(strays)
    for table, bottom, columns in _ends(placed) if strays else ():
        below = _below(left, bottom, columns)
        if below:
            left -= set(below)
            rows = sorted({row for row, _ in below})
            record = plan.template.table[table]
            where = f"第 {rows[0]} 行" if len(rows) == 1 else f"第 {rows[0]}–{rows[-1]} 行"
            places = [Address(placed.sheet.name, *position) for position in below]
            related = tuple(Related(at, "", _text_at(placed.sheet, at) or None) for at in places[1:MOST])
            yield say(
                "R27",
                places[0],
                label=record.title,
                related=related,
                rows=record.rows,
                count=len(rows),
                what=where,
            )
    cells = placed.sheet.cells
    figures = sorted(p for p in left if cells[p].kind == NUMBER or cells[p].formula is not None)
    texts = sorted(left - set(figures))
    if figures:
        yield _listed("R25", placed.sheet, figures)
    if texts:
        yield _listed("R26", placed.sheet, texts)


def _ends(placed: Placed) -> Iterator[tuple[str, int, set[int]]]:
    """Return each table with its last row and the columns that a unit types."""
    ends: dict[str, tuple[int, set[int]]] = {}
    for (row, column), spot in placed.spots.items():
        if spot.field.table and spot.typed:
            last, columns = ends.setdefault(spot.field.table, (row, set()))
            columns.add(column)
            ends[spot.field.table] = (max(last, row), columns)
    for table, (last, columns) in ends.items():
        yield table, last, columns


def _below(strays: Iterable[Position], bottom: int, columns: set[int]) -> list[Position]:
    """Return the strays in a table's columns that follow its last row without a gap."""
    rows: dict[int, list[Position]] = {}
    for position in strays:
        if position[1] in columns:
            rows.setdefault(position[0], []).append(position)
    found: list[Position] = []
    while bottom + 1 in rows:
        bottom += 1
        found += sorted(rows[bottom])
    return found
