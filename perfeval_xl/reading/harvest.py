"""Which cell of a returned workbook answers which field, and what else the workbook holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from perfeval_xl.reading.blank import Form, Plan, Spot
from perfeval_xl.reading.meaning import Arithmetic, easily_understood, understood
from perfeval_xl.reading.placing import Placed, place
from perfeval_xl.reading.rules import say
from perfeval_xl.records.address import Address, column_letters
from perfeval_xl.records.contract import KEY_COLUMN, KEY_ROW, OPINIONS
from perfeval_xl.records.finding import Finding, Related, Value
from perfeval_xl.records.kind import day_count
from perfeval_xl.records.submission import Entry, Key
from perfeval_xl.wording import numbers
from perfeval_xl.workbook.cell_text import LONGEST, units
from perfeval_xl.workbook.cells import BROKEN, NOTHING, NUMBER, TEXT, Area, Book, Cell, Position, Sheet

"""The sheet of findings that we add to a workbook that goes back; it is not the department's own."""
EXPLANATION = "说明_"
"""How the names of explanation fields begin; the check's id follows."""
HALF = 0.5
"""Share of a sheet's keys, names or printed texts that makes another sheet the same form."""
LISTED, MOST = 10, 1_000
"""Cells that one sentence lists, and that one finding carries."""


@dataclass(slots=True)
class Harvest:
    """What has been read so far; grows sheet by sheet within one call of `harvest`."""

    entries: list[Entry] = field(default_factory=list)
    stored: list[Entry] = field(default_factory=list)
    unreadable: set[Key] = field(default_factory=set)
    translated: set[Key] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    filled: int = 0


def harvest(plan: Plan, book: Book, arithmetic: Arithmetic | None) -> Harvest:
    """Read every field of a template in a returned workbook, and name whatever else is in it."""
    result = Harvest()
    assigned = _assigned(plan, book)
    _check_sheets(plan, book, assigned, result)
    for form in plan.forms:
        sheet = assigned.get(form.name)
        if sheet is not None:
            placed = place(form, sheet, book)
            _read_sheet(plan, placed, book, arithmetic, result)
            result.findings += _structure(plan, placed, book)
    _check_extra(plan, book, assigned, result)
    result.findings += _too_long(book)
    return result


# --- which sheet is which -------------------------------------------------------------------------------------


def _assigned(plan: Plan, book: Book) -> dict[str, Sheet]:
    """Return the sheet of each form by the form's name: the one of that name if it fits, else the best one."""
    assigned: dict[str, Sheet] = {}
    for form in plan.forms:
        sheet = book.sheet(form.name)
        if sheet is not None and (likeness(form, sheet, book) >= HALF or not _has_better(form, sheet, book)):
            assigned[form.name] = sheet
    for form in plan.forms:
        if form.name not in assigned:
            taken = {id(sheet) for sheet in assigned.values()}
            free = [sheet for sheet in book.sheets if id(sheet) not in taken]
            best = max(free, key=lambda sheet: likeness(form, sheet, book), default=None)
            if best is not None and likeness(form, best, book) >= HALF:
                assigned[form.name] = best
    return assigned


def _has_better(form: Form, sheet: Sheet, book: Book) -> bool:
    return any(likeness(form, other, book) >= HALF for other in book.sheets if other is not sheet)


def likeness(form: Form, sheet: Sheet, book: Book) -> float:
    """Return how much of a form a sheet has: of its row keys, of its names, or of its printed texts."""
    if form.keyed:
        keyed = _keyed(form, sheet)
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


def _keyed(form: Form, sheet: Sheet) -> float:
    """Return the share of a form's row keys that a sheet has; column keys are letters, alike on every sheet."""
    cells, keys = sheet.cells, form.row_keys
    in_place = sum(1 for key, row in keys.items() if (cell := cells.get((row, KEY_COLUMN))) and cell.text == key)
    if in_place * 2 >= len(keys):
        return in_place / len(keys)
    return len(keys.keys() & {cell.text for cell in cells.values()}) / len(keys)


def _check_sheets(plan: Plan, book: Book, assigned: dict[str, Sheet], result: Harvest) -> None:
    """Name sheets that are missing, renamed, or in another order."""
    for form in plan.forms:
        sheet = assigned.get(form.name)
        if sheet is None:
            if form.spots:
                count = len({spot.field.name for spot in form.spots.values()})
                result.findings.append(say("R11", what=form.name, count=count))
            else:
                result.findings.append(say("R09", what=form.name))
            continue
        if sheet.hidden and not form.sheet.hidden:
            result.findings.append(say("R32", Address(sheet.name, 1, 1), value=sheet.name))
        if sheet.name != form.name:
            result.findings.append(say("R10", Address(sheet.name, 1, 1), value=sheet.name, expected=form.name))
    order = {sheet.name: index for index, sheet in enumerate(book.sheets)}
    places = [order[assigned[form.name].name] for form in plan.forms if form.name in assigned]
    if places != sorted(places):
        result.findings.append(say("R15"))


def _check_extra(plan: Plan, book: Book, assigned: dict[str, Sheet], result: Harvest) -> None:
    """Name sheets that are not the template's: copies of ours, and others."""
    taken = {id(sheet) for sheet in assigned.values()}
    ours = {sheet.name for sheet in plan.book.sheets}
    for sheet in book.sheets:
        if id(sheet) in taken or sheet.name in ours or sheet.name == OPINIONS:
            continue
        forms = [form for form in plan.forms if form.keyed and form.name in assigned]
        form = max(forms, key=lambda form: _keyed(form, sheet), default=None)
        if form is not None and _keyed(form, sheet) >= HALF:
            result.findings.append(_copy(form, sheet, assigned[form.name], book))
            continue
        count = sum(1 for cell in sheet.cells.values() if _content(cell))
        result.filled += count
        result.findings.append(say("R12", Address(sheet.name, 1, 1), value=sheet.name, count=count))


def _copy(form: Form, copy: Sheet, original: Sheet, book: Book) -> Finding:
    """Compare a second copy of a form with the first."""
    theirs, ours = _typed(place(form, copy, book, names=False)), _typed(place(form, original, book))
    differing = [key for key in {**ours, **theirs} if ours.get(key, ("", ""))[0] != theirs.get(key, ("", ""))[0]]
    at = Address(copy.name, 1, 1)
    if not differing:
        return say("R13", at, value=copy.name, expected=original.name)
    mine, other = ours.get(differing[0], ("空白", "")), theirs.get(differing[0], ("空白", ""))
    example = f"{other[1] or mine[1]} 分别是“{mine[0]}”和“{other[0]}”"
    return say("R14", at, value=copy.name, expected=original.name, count=len(differing), example=example)


def _typed(placed: Placed) -> dict[Key, tuple[str, str]]:
    """Return the texts of a sheet's typed fields, with the cells that they are in."""
    return {
        (spot.field.name, spot.row): (numbers.stripped(cell.text), f"{column_letters(position[1])}{position[0]}")
        for position, spot in placed.spots.items()
        if spot.typed and (cell := placed.sheet.cells.get(position)) and _content(cell)
    }


def _content(cell: Cell) -> bool:
    """Whether a cell holds more than spaces."""
    return cell.formula is not None or bool(numbers.stripped(cell.text))


def _too_long(book: Book) -> Iterator[Finding]:
    """Name the cells, wherever they are, that hold more than Excel can keep; no formula gives more."""
    for sheet in book.sheets:
        for position, cell in sheet.cells.items():
            if len(cell.text) > LONGEST // 2 and (count := units(cell.text)) > LONGEST:
                at = Address(sheet.name, *position)
                yield say("R59", at, what=str(at), count=count, limit=LONGEST)


# --- one sheet ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Others:
    """Cells of one sheet that are no fields, or no longer what they were."""

    strays: list[Position] = field(default_factory=list)
    overwritten: list[Position] = field(default_factory=list)
    relabelled: list[tuple[Position, str]] = field(default_factory=list)


def _read_sheet(plan: Plan, placed: Placed, book: Book, arithmetic: Arithmetic | None, result: Harvest) -> None:
    sheet, spots, others = placed.sheet, placed.spots, _Others()
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
                _no_field(placed, position, cell, others)
            continue
        address = spot.address if same_name else Address(sheet.name, *position)
        if spot.computed:
            _computed(spot, address, cell, book, others, result)
        elif not spot.stamp:
            _input(spot, address, cell, book, arithmetic, result)
    if not sheet.name.startswith("_"):
        _tell_others(plan, placed, book, others, result)


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


def _computed(spot: Spot, address: Address, cell: Cell, book: Book, others: _Others, result: Harvest) -> None:
    """Take a computed cell's stored value as it is; whether it is right is for the checks to say."""
    if cell.formula is None and book.formulas:
        others.overwritten.append((address.row, address.column))
    if cell.kind in (NOTHING, BROKEN):
        return
    value = numbers.number(cell.text) if cell.kind == NUMBER else cell.text
    result.stored.append(Entry(spot.field.name, spot.row, address, cell.text, value))


def _no_field(placed: Placed, position: Position, cell: Cell, others: _Others) -> None:
    """Sort a cell that no field reads: printed, printed but changed, a formula typed over, or a stray."""
    form, origin = placed.form, placed.origin(position)
    text = form.printed.get(origin) if origin else None
    if origin and text is not None:
        if not _same_text(cell, text):
            others.relabelled.append((position, text))
    elif origin in form.formulas:
        if cell.formula is None and _content(cell):
            others.overwritten.append(position)
    elif _content(cell):
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


def _tell_others(plan: Plan, placed: Placed, book: Book, others: _Others, result: Harvest) -> None:
    sheet = placed.sheet
    result.filled += len(others.strays)
    damaged = sheet.name in book.damaged
    for position, text in others.relabelled:
        cell = sheet.cells[position]
        result.findings.append(say("R22", Address(sheet.name, *position), value=cell.text, expected=text))
    for origin, now in _absent(placed, placed.form.printed) if not damaged else ():
        expected = placed.form.printed[origin]
        result.findings.append(say("R22", Address(sheet.name, *now), value="（空白）", expected=expected))
    if book.formulas:
        gone = [] if damaged else _gone(placed)
        if others.overwritten or gone:
            result.findings.append(_overwritten(sheet, sorted({*others.overwritten, *gone})))
    result.findings += _strays(plan, placed, others.strays)


def _absent(placed: Placed, origins: Collection[Position]) -> list[tuple[Position, Position]]:
    """Return which of the template's cells hold nothing, with where they are now."""
    cells = placed.sheet.cells
    if placed.rows is None:
        return [(origin, origin) for origin in sorted(frozenset(origins).difference(cells))]
    return [(origin, now) for origin in sorted(origins) if (now := _now(placed, origin)) and now not in cells]


def _gone(placed: Placed) -> list[Position]:
    """Return where formulas of the template are missing altogether; rows inserted in a table have none to miss."""
    longer, spots = {table for table, _ in placed.lengthened}, placed.form.spots
    return [
        now
        for origin, now in _absent(placed, placed.form.formulas)
        if origin not in spots or spots[origin].field.table not in longer
    ]


def _now(placed: Placed, origin: Position) -> Position | None:
    """Return where a cell of the template is now."""
    if placed.rows is None or placed.columns is None:
        return origin
    row, column = placed.rows.now.get(origin[0]), placed.columns.now.get(origin[1])
    return (row, column) if row and column else None


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


# --- what has changed in the structure ------------------------------------------------------------------------


def _structure(plan: Plan, placed: Placed, book: Book) -> Iterator[Finding]:
    sheet = placed.sheet
    at = Address(sheet.name, 1, 1)
    if placed.names_lost and book.formulas:
        yield say("R20", at, count=placed.names_lost)
    if placed.keys_lost > 0 and sheet.name not in book.damaged:
        yield say("R21", at, count=placed.keys_lost)
    yield from _inserted(placed)
    if placed.missing:
        first = placed.missing[0]
        count = len({spot.field.name for spot in placed.missing})
        yield say("R18", at, field=first.field.name, label=first.field.label, count=count, what=str(first.address))
    for table, count in placed.shortened:
        yield say("R19", at, label=plan.template.table[table].title, count=count)
    for table, rows in placed.lengthened:
        where = "、".join(f"第 {row} 行" for row in rows)
        title = plan.template.table[table].title
        yield say("R28", Address(sheet.name, rows[0], 1), label=title, count=len(rows), what=where)
    yield from _contradicted(placed)
    yield from _merged(placed)
    yield from _hidden(placed)


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
    """Name rows and columns that were hidden with figures in them."""
    before, now = placed.form.sheet, placed.sheet
    if placed.rows is not None or (
        now.hidden_rows <= before.hidden_rows and set(now.hidden_columns) <= set(before.hidden_columns)
    ):
        return
    rows = now.hidden_rows - before.hidden_rows
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
