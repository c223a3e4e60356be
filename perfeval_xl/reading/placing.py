"""Where a template's rows and columns have gone in a returned sheet: names, hidden keys and printed labels vote.

Names are carried along by programs that shift them, keys by the cells themselves, labels by the eye. What two of
them say is taken; what only one of them says is taken when the others are silent; a contradiction is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from perfeval_xl.reading.blank import Form, Spot
from perfeval_xl.records.contract import KEY_COLUMN, KEY_ROW
from perfeval_xl.workbook.cells import TEXT, Area, Book, Position, Sheet

Votes = Mapping[int, int]
"""Where each row (or column) of the template is now, as one witness has it."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Where each row (or column) of the template is now, and back.

    `inserted` are new ones between; `doubtful` are those of which the witnesses name two places.
    """

    now: dict[int, int]
    back: dict[int, int]
    inserted: tuple[int, ...] = ()
    doubtful: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Placed:
    """A form found in a returned sheet: `spots` says which field is read at which position.

    `rows` and `columns` are None where nothing moved. `missing` are fields that have no place any more,
    `misnamed` those whose name points elsewhere, `doubtful` those with two places.
    """

    form: Form
    sheet: Sheet
    spots: dict[Position, Spot]
    rows: Lines | None = None
    columns: Lines | None = None
    names_lost: int = 0
    keys_lost: int = 0
    misnamed: tuple[tuple[Spot, Area, Position], ...] = ()
    doubtful: tuple[tuple[Spot, Area, Position], ...] = ()
    missing: tuple[Spot, ...] = ()
    shortened: tuple[tuple[str, int], ...] = ()
    lengthened: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @property
    def has_moved(self) -> bool:
        """Whether formulas may speak of its cells otherwise than in the template."""
        return self.rows is not None or self.names_lost > 0 or self.sheet.name != self.form.name

    def origin(self, position: Position) -> Position | None:
        """Return where a cell was in the template; None for one in an inserted row or column."""
        if self.rows is None or self.columns is None:
            return position
        row, column = self.rows.back.get(position[0]), self.columns.back.get(position[1])
        return (row, column) if row and column else None

    def now(self, origin: Position) -> Position | None:
        """Return where a cell of the template is now; None for one whose row or column is gone."""
        if self.rows is None or self.columns is None:
            return origin
        row, column = self.rows.now.get(origin[0]), self.columns.now.get(origin[1])
        return (row, column) if row and column else None


def place(form: Form, sheet: Sheet, book: Book, *, names: bool = True) -> Placed:
    """Find a form's cells in a returned sheet; without `names` by keys and labels alone."""
    own = _own_names(form, sheet, book) if names else {}
    nameless = (not own and not form.names.keys() & book.names.keys()) or not names
    untouched = (form.keyed and nameless) or own == _expected_names(form, sheet)
    if untouched and _keys_in_place(form, sheet):
        return Placed(form, sheet, form.spots, names_lost=len(form.names) - len(own) if names else 0)
    return _moved(form, sheet, book, own, names=names)


def _own_names(form: Form, sheet: Sheet, book: Book) -> dict[str, Area]:
    return {name: area for name in form.names if (area := book.names.get(name)) and area.sheet == sheet.name}


def _expected_names(form: Form, sheet: Sheet) -> dict[str, Area]:
    if sheet.name == form.name:
        return form.names
    return {name: area._replace(sheet=sheet.name) for name, area in form.names.items()}


def _keys_in_place(form: Form, sheet: Sheet) -> bool:
    cells = sheet.cells
    return all(
        (cell := cells.get((row, KEY_COLUMN))) is not None and cell.text == key
        for key, row in form.row_keys.items()
    ) and all(
        (cell := cells.get((KEY_ROW, column))) is not None and cell.text == key
        for key, column in form.column_keys.items()
    )


def _moved(form: Form, sheet: Sheet, book: Book, own: dict[str, Area], *, names: bool) -> Placed:
    key_rows, key_columns = _found_keys(form, sheet)
    name_rows, name_columns = _named_lines(form, own)
    row_votes = _heard(key_rows, name_rows, _labelled(form, sheet, 0))
    column_votes = _heard(key_columns, name_columns, _labelled(form, sheet, 1))
    filled = [(_filled_lines(form.sheet, axis), _filled_lines(sheet, axis)) for axis in (0, 1)]
    rows = _lines(_used(form, 0), row_votes, frozenset(form.row_keys.values()), key_rows, filled[0])
    columns = _lines(_used(form, 1), column_votes, frozenset(form.column_keys.values()), key_columns, filled[1])
    tables, shortened, lengthened = _tables(form, sheet, rows, columns)
    spots, missing = _spots(form, rows, columns, tables)
    gone = {spot.field.name for spot in missing if not spot.field.table or spot.row == 1}
    lost = [name for name in form.names if name not in book.names and name not in gone] if names else []
    keys_lost = _keys_lost(form.row_keys, key_rows, rows) + _keys_lost(form.column_keys, key_columns, columns)
    misnamed, doubtful = _contradictions(sheet, book, spots, rows, columns) if names else ((), ())
    return Placed(
        form, sheet, spots, rows, columns, len(lost), keys_lost, misnamed, doubtful, missing, shortened, lengthened
    )


def _heard(keys: Votes, names: Votes, labels: Votes) -> tuple[Votes, ...]:
    """Return the witnesses that count: names do not that nothing has moved by, where the labels go with the keys.

    A program that does not shift names when it puts lines in leaves all of them where they were.
    """
    if any(line != place for line, place in names.items()):
        return keys, names, labels
    with_keys = sum(labels.get(line) == place for line, place in keys.items())
    with_names = sum(labels.get(line) == place for line, place in names.items())
    return (keys, names, labels) if with_names >= with_keys else (keys, labels)


def _keys_lost(keys: Mapping[str, int], found: Votes, lines: Lines) -> int:
    """Return how many keys are gone though their row (or column) is not."""
    return sum(1 for line in keys.values() if line not in found and line in lines.now)


# --- witnesses ------------------------------------------------------------------------------------------------


def _found_keys(form: Form, sheet: Sheet) -> tuple[dict[int, int], dict[int, int]]:
    """Return where the hidden keys of rows and columns are now, with the hidden lines that they stand in."""
    rows = [(position, key) for position, key in _texts(sheet) if key in form.row_keys]
    columns = [(position, key) for position, key in _texts(sheet) if key in form.column_keys]
    key_column = _most_common(position[1] for position, _ in rows)
    key_row = _most_common(position[0] for position, _ in columns)
    by_row, by_column = dict[int, int](), dict[int, int]()
    for (row, column), key in sorted(rows):
        if column == key_column:
            by_row.setdefault(form.row_keys[key], row)
    for (row, column), key in sorted(columns):
        if row == key_row:
            by_column.setdefault(form.column_keys[key], column)
    if len(by_column) * 2 > len(form.column_keys):
        by_row.setdefault(KEY_ROW, key_row)
    if len(by_row) * 2 > len(form.row_keys):
        by_column.setdefault(KEY_COLUMN, key_column)
    return by_row, by_column


def _texts(sheet: Sheet) -> Iterable[tuple[Position, str]]:
    return (
        (position, cell.text.strip())
        for position, cell in sheet.cells.items()
        if cell.kind == TEXT and cell.formula is None
    )


def _most_common(lines: Iterable[int]) -> int:
    counted = Counter(lines).most_common(1)
    return counted[0][0] if counted else 0


def _named_lines(form: Form, own: dict[str, Area]) -> tuple[dict[int, int], dict[int, int]]:
    """Return where the names that still work have each row and column."""
    rows: dict[int, Counter[int]] = {}
    columns: dict[int, Counter[int]] = {}
    for name, area in own.items():
        was = form.names[name]
        columns.setdefault(was.left, Counter())[area.left] += 1
        if area.bottom - area.top == was.bottom - was.top:
            for row in range(was.top, was.bottom + 1):
                rows.setdefault(row, Counter())[row - was.top + area.top] += 1
        else:
            rows.setdefault(was.top, Counter())[area.top] += 1
            rows.setdefault(was.bottom, Counter())[area.bottom] += 1
    return _majority(rows), _majority(columns)


def _majority(votes: dict[int, Counter[int]]) -> dict[int, int]:
    return {line: counter.most_common(1)[0][0] for line, counter in votes.items()}


def _labelled(form: Form, sheet: Sheet, axis: int) -> dict[int, int]:
    """Return where the printed texts have each row (axis 0) or column (axis 1)."""
    words = set(form.printed.values())
    found = {position: text for position, cell in sheet.cells.items() if (text := cell.text.strip()) in words}
    before, after = _signatures(form.printed, axis), _signatures(found, axis)
    old, new = sorted(before), sorted(after)
    matcher = SequenceMatcher(None, [before[line] for line in old], [after[line] for line in new], autojunk=False)
    aligned: dict[int, int] = {}
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal" or (tag == "replace" and i2 - i1 == j2 - j1):
            pairs = zip(old[i1:i2], new[j1:j2], strict=True)
            aligned |= {o: n for o, n in pairs if tag == "equal" or _alike(before[o], after[n])}
    return aligned


def _signatures(texts: Mapping[Position, str], axis: int) -> dict[int, tuple[str, ...]]:
    lines: dict[int, list[str]] = {}
    for position in sorted(texts):
        lines.setdefault(position[axis], []).append(texts[position])
    return {line: tuple(words) for line, words in lines.items()}


def _alike(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    shared = (Counter(before) & Counter(after)).total()
    return shared * 2 > max(len(before), len(after))


# --- decisions ------------------------------------------------------------------------------------------------


def _used(form: Form, axis: int) -> int:
    return max((position[axis] for position in (*form.spots, *form.printed, *form.formulas)), default=0)


def _filled_lines(sheet: Sheet, axis: int) -> list[int]:
    """Return the rows (axis 0) or columns (axis 1) in which anything stands."""
    return sorted({position[axis] for position in sheet.cells})


def _lines(
    last: int,
    witnesses: tuple[Votes, ...],
    keyed: frozenset[int],
    found_keys: Votes,
    filled: tuple[list[int], list[int]],
) -> Lines:
    """Decide where each of the lines 1 to `last` is now; `filled` are those that were, and that are now."""
    now: dict[int, int] = {}
    doubtful = set()
    for line in range(1, last + 1):
        votes = Counter(votes[line] for votes in witnesses if line in votes).most_common()
        if votes:
            now[line] = votes[0][0]
            if len(votes) > 1 and votes[0][1] == votes[1][1]:
                doubtful.add(line)
    firm = keyed if len(found_keys) * 2 > len(keyed) else frozenset[int]()
    now |= _in_order(now, [line for line in filled[0] if line not in firm], filled[1])
    now |= _between(now, last, firm)
    taken = set(now.values())
    inserted = tuple(line for line in range(1, max(taken, default=0) + 1) if line not in taken)
    back = {place: line for line, place in now.items()}
    return Lines(dict(sorted(now.items())), back, inserted, frozenset(doubtful))


def _in_order(now: Votes, before: list[int], after: list[int]) -> dict[int, int]:
    """Return places for the filled lines between two that are known and have moved apart: one after the other.

    Such are the heads of a form, which have neither keys nor names: a blank line put in before them moves them.
    """
    found: dict[int, int] = {}
    known = [0, *sorted(now)]
    for above, below in pairwise(known):
        first, last = now.get(above, 0), now[below]
        if last - first != below - above:
            lines = [line for line in before if above < line < below]
            places = [place for place in after if first < place < last]
            found |= dict(zip(lines, places, strict=True)) if len(lines) == len(places) else {}
    return found


def _between(now: Votes, last: int, firm: frozenset[int]) -> dict[int, int]:
    """Return places for lines that no witness speaks of, from their neighbours.

    A line in `firm` ought to have had a witness: it stays without place unless both neighbours moved alike.
    """
    known = sorted(now)
    found: dict[int, int] = {}
    taken = set(now.values())
    for line in range(1, last + 1):
        if line in now:
            continue
        above = next((origin for origin in reversed(known) if origin < line), None)
        below = next((origin for origin in known if origin > line), None)
        shifts = [now[origin] - origin for origin in (above, below) if origin is not None]
        if line in firm and not (len(shifts) == 2 and shifts[0] == shifts[1]):
            continue
        place = next((line + shift for shift in shifts if line + shift > 0 and line + shift not in taken), None)
        if place:
            found[line] = place
            taken.add(place)
    return found


# --- tables and spots -----------------------------------------------------------------------------------------

_TableRows = dict[tuple[str, int], int]


def _tables(
    form: Form, sheet: Sheet, rows: Lines, columns: Lines
) -> tuple[_TableRows, tuple[tuple[str, int], ...], tuple[tuple[str, tuple[int, ...]], ...]]:
    """Return the sheet's row of each table row, the tables that lost rows, and those that gained some."""
    found: _TableRows = {}
    shortened, lengthened = [], []
    taken = set(rows.now.values())
    for table, spots in _by_table(form).items():
        origins = sorted({spot.address.row for spot in spots})
        places = [rows.now[row] for row in origins if row in rows.now]
        if not places:
            continue
        typed = [
            column
            for spot in spots
            if spot.row == 1 and spot.typed and (column := columns.now.get(spot.address.column))
        ]
        filled = [row for row in range(min(places), max(places) + 1) if _filled(sheet, row, typed)]
        extra = tuple(row for row in filled if row not in taken)
        if extra:
            sequence = _fitting(sorted({*places, *extra}), set(filled), len(origins))
            lengthened.append((table, extra))
        else:
            sequence = [rows.now.get(row, 0) for row in origins]
        found |= {(table, number): row for number, row in enumerate(sequence, 1) if row}
        if len(places) < len(origins):
            shortened.append((table, len(origins) - len(places)))
    return found, tuple(shortened), tuple(lengthened)


def _by_table(form: Form) -> dict[str, list[Spot]]:
    tables: dict[str, list[Spot]] = {}
    for spot in form.spots.values():
        if spot.field.table:
            tables.setdefault(spot.field.table, []).append(spot)
    return tables


def _filled(sheet: Sheet, row: int, columns: Iterable[int]) -> bool:
    return any((row, column) in sheet.cells for column in columns)


def _fitting(rows: list[int], filled: set[int], most: int) -> list[int]:
    """Return at most `most` rows in their order, leaving out blank ones from the end."""
    spare = len(rows) - most
    for row in sorted(set(rows) - filled, reverse=True)[: max(spare, 0)]:
        rows.remove(row)
    return rows[:most]


def _spots(
    form: Form, rows: Lines, columns: Lines, tables: _TableRows
) -> tuple[dict[Position, Spot], tuple[Spot, ...]]:
    spots: dict[Position, Spot] = {}
    missing = []
    shrunk = {table for table, _ in tables}
    for spot in form.spots.values():
        table = spot.field.table
        row = tables.get((table, spot.row)) if table else rows.now.get(spot.address.row)
        column = columns.now.get(spot.address.column)
        if row and column and (row, column) not in spots:
            spots[row, column] = spot
        elif column is None or table not in shrunk:
            missing.append(spot)
    return spots, tuple(missing)


def _contradictions(
    sheet: Sheet, book: Book, spots: dict[Position, Spot], rows: Lines, columns: Lines
) -> tuple[tuple[tuple[Spot, Area, Position], ...], tuple[tuple[Spot, Area, Position], ...]]:
    """Return the fields whose name points elsewhere, and those of which it can't be told which place is right."""
    misnamed: list[tuple[Spot, Area, Position]] = []
    doubtful: list[tuple[Spot, Area, Position]] = []
    for position, spot in spots.items():
        area = book.names.get(spot.field.name)
        unsure = spot.address.row in rows.doubtful or spot.address.column in columns.doubtful
        if area is None:
            continue
        if spot.field.table:
            if spot.row == 1 and (area.sheet, area.left) != (sheet.name, position[1]):
                misnamed.append((spot, area, position))
        elif (area.sheet, area.top, area.left) != (sheet.name, *position):
            if unsure and _differ(sheet, (area.top, area.left), position):
                doubtful.append((spot, area, position))
            elif not unsure:
                misnamed.append((spot, area, position))
    return tuple(misnamed), tuple(doubtful)


def _differ(sheet: Sheet, first: Position, second: Position) -> bool:
    """Whether two cells do not hold the same."""
    one, other = sheet.cells.get(first), sheet.cells.get(second)
    return (one and one.text) != (other and other.text)
