"""Which formulas of a returned sheet are others than were handed out, however a program spells them.

Programs write the same formula in different ways: with or without `$`, blanks, quotes around a sheet's name. Where
rows were inserted or names were lost, the cells in a formula differ, too; then only its frame is compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from perfeval_xl.reading.placing import Placed
from perfeval_xl.reading.rules_of_returns import say
from perfeval_xl.reading.strays import LISTED, MOST
from perfeval_xl.records.address import Address, quoted
from perfeval_xl.records.finding import Finding, Related
from perfeval_xl.records.submission import Key
from perfeval_xl.workbook.cells import Book, Position, Sheet
from perfeval_xl.workbook.memory import Memory
from perfeval_xl.workbook.shared_formulas import written_out

_PIECES = re.compile(r'("(?:[^"]|"")*")')
_SPELLINGS = re.compile(r"\s+|\$|_xlfn\.|_xlws\.|'(?=!)|(?<![^-+*/^&=<>(),;:{}\s])'", re.IGNORECASE)
"""What stands in a formula, outside of its texts, without meaning anything."""
_TRUTH = re.compile(r"\b(TRUE|FALSE)\(\)")
_REFERENCE = re.compile(r"(?:#REF!|[^\W\d][\w.]*(?: [\w.]+)*!?)(?![\w(])|(?<=[§!])#REF!")
_RUN = re.compile(r"§+(?::§+)?")


@dataclass(frozen=True, slots=True)
class Changed:
    """The formulas of one sheet that are not the template's, as they read now, and which fields they give."""

    sheet: Sheet
    formulas: Mapping[Position, str]
    keys: frozenset[Key]


def spelt(formula: str) -> str:
    """Return a formula without what programs spell differently."""
    return _SPELT[formula]


def frame(formula: str) -> str:
    """Return a formula without the cells and names that it speaks of."""
    return _FRAMES[formula]


def _without_spelling(formula: str) -> str:
    pieces = _PIECES.split(formula)
    pieces[::2] = [_TRUTH.sub(r"\1", _SPELLINGS.sub("", piece).upper()) for piece in pieces[::2]]
    return "".join(pieces)


def _without_references(formula: str) -> str:
    pieces = _PIECES.split(_without_spelling(formula))
    pieces[::2] = [_RUN.sub("§", _REFERENCE.sub("§", piece)) for piece in pieces[::2]]
    return "".join(pieces)


_SPELT = Memory(_without_spelling, 10_000)
_FRAMES = Memory(_without_references, 10_000)


def changed_formulas(placed: Placed, *, moved: bool) -> Changed:
    """Return which formulas of a sheet are not the template's; with `moved`, whatever cells they speak of.

    A formula that is gone, or whose text cannot be seen, is not among them.
    """
    form, sheet = placed.form, placed.sheet
    found: dict[Position, str] = {}
    if not moved and _as_handed_out(placed):
        return Changed(sheet, found, frozenset())
    known, texts = (_FRAMES if moved else _SPELT), written_out(sheet)
    for origin, text in form.formula_texts.items():
        now = placed.now(origin)
        cell = sheet.cells.get(now) if now else None
        written = (cell.formula or texts.get(now, "")) if cell and now else ""
        if now and written and written != text and known[_at_home(written, sheet)] != known[text]:
            found[now] = written
    spots = placed.spots
    keys = frozenset((spots[now].field.name, spots[now].row) for now in found if now in spots)
    return Changed(sheet, found, keys)


def _at_home(formula: str, sheet: Sheet) -> str:
    """Return a formula without the name of its own sheet."""
    if sheet.name not in formula:
        return formula
    return formula.replace(f"{quoted(sheet.name)}!", "").replace(f"{sheet.name}!", "")


def _as_handed_out(placed: Placed) -> bool:
    """Whether every formula is written exactly as in the template: the case of files that no program rewrote."""
    cells, raw = placed.sheet.cells, placed.form.raw_formulas
    try:
        same = [cells[position].formula for position in raw] == list(raw.values())
    except KeyError:
        return False
    return same and placed.sheet.shared == placed.form.sheet.shared


def told_of_formulas(changed: Iterable[Changed], book: Book) -> Iterator[Finding]:
    """Name the formulas of each sheet that are not the template's; nothing where formulas can't be seen."""
    for one in changed if book.formulas else ():
        if one.formulas:
            yield _told(one)


def _told(changed: Changed) -> Finding:
    places = {Address(changed.sheet.name, *at): f"={text}" for at, text in sorted(changed.formulas.items())}
    (first, text), *others = places.items()
    listed = "、".join(place.cell for place in list(places)[:LISTED])
    more = f"等 {len(places)} 格" if len(places) > LISTED else ""
    related = tuple(Related(place, "", formula) for place, formula in others[:MOST])
    return say("R33", first, value=text, related=related, what=listed + more)
