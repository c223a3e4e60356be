"""A sheet as the usual programs write it, read by one pattern that must account for every character.

Anything else is declined before anything is lost; `elements` then reads it, and must give the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from perfeval_xl.address import LAST_COLUMN, LAST_ROW, column_number
from perfeval_xl.reading.book import BOOLEAN, DATE, ERROR, NOTHING, NUMBER, TEXT, Cell, Position, Sheet
from perfeval_xl.reading.frame import A_DATE, A_NUMBER, NUMBERS, Source, record, surroundings
from perfeval_xl.reading.limits import Limits
from perfeval_xl.reading.strings import UnfamiliarError, plain, resolved, usual

_FORMULA = (
    r'(<f(?: ?/>|>[^<]*+</f>|(?: t="[A-Za-z]+")?(?: aca="[a-z01]+")?(?: ref="[A-Z0-9:]+")?(?: ca="[a-z01]+")?'
    r'(?: si="[0-9]+")?(?: ?/>|>[^<]*+</f>)))?'
)
_TOKEN = re.compile(
    r'<(?:c r="([A-Z]++)([0-9]++)"(?: s="([0-9]++)")?(?: t="([A-Za-z]++)")?'
    rf"(?: ?/>|>{_FORMULA}"
    r'(?:<v>([^<]*+)</v>|<v ?/>|<is><t(?: xml:space="preserve")?>([^<]*+)</t></is>)?</c>)'
    r'|row r="([0-9]++)"((?: [A-Za-z0-9:]++="[^"<&\s]*+")*+ ?/?)>'
    r"|/row>)"
)
"""A cell, the opening of a row, or its closing, as the usual programs write them."""
_WIDTH = 1 + _TOKEN.groups
"""Pieces that the pattern's split gives for one token: what lies before it, and its groups."""
_FORMULA_AT = 5
"""Which of these pieces is the formula's element."""
_ATTRIBUTE = re.compile(r" ([A-Za-z0-9:]+)=")
_ROW_HIDDEN = (' hidden="1"', ' hidden="true"')


class _Columns(dict[str, int]):
    """The numbers of columns by their letters, remembered."""

    def __missing__(self, letters: str) -> int:
        number = column_number(letters) if len(letters) <= 3 else 0
        if not 1 <= number <= LAST_COLUMN:
            raise UnfamiliarError
        self[letters] = number
        return number


class _Styles(dict[str | None, int]):
    """The numbers of cell styles by their digits, remembered."""

    def __missing__(self, digits: str | None) -> int:
        if digits is None or len(digits) > 5:
            raise UnfamiliarError
        self[digits] = number = int(digits)
        return number


_COLUMN, _STYLE = _Columns(), _Styles({None: 0})


def by_pattern(source: Source, strings: dict[str, Cell], limits: Limits) -> Sheet:
    """Read a sheet as the usual programs write it; UnfamiliarError at anything else, before anything is lost."""
    text, opening = source.text, "<sheetData>"
    first, last = text.find(opening), text.rfind("</sheetData>")
    if first < 0 or last < first or not usual(source.raw, text, first, last):
        raise UnfamiliarError
    pieces = _TOKEN.split(text[first + len(opening) : last])
    if pieces.pop():
        raise UnfamiliarError
    cells, hidden_rows = _cells(pieces, strings)
    around = surroundings(source, text[: first + len(opening)] + text[last:], limits)
    if around.data_at != 2 or around.root != "worksheet":
        raise UnfamiliarError
    return record(source, cells, around, hidden_rows, limits)


def _cells(  # noqa: C901, PLR0912  # a function for each branch would cost as much time as all the rest
    pieces: list[str | None], strings: dict[str, Cell]
) -> tuple[dict[Position, Cell], list[int]]:
    """Turn the pattern's pieces into cells. Kept in one loop: it runs once for every cell of every workbook."""
    if any(pieces[::_WIDTH]):
        raise UnfamiliarError
    cells: dict[Position, Cell] = {}
    numbers: list[str] = []
    rows, formulas = _Rows(), _formulas(pieces[_FORMULA_AT::_WIDTH])
    count, row, row_text = 0, 0, ""
    make, column_of, style_of, width = tuple.__new__, _COLUMN, _STYLE, _WIDTH
    groups = [pieces[group::width] for group in range(1, width)]
    for letters, at, style, kind, formula, value, inline, new, others in zip(*groups, strict=True):
        if at != row_text:
            if letters is not None:
                raise UnfamiliarError
            row_text = rows.turn(new, others)
            row = rows.last
            continue
        if formula is not None:
            formula = next(formulas).partition(">")[2][:-4]  # noqa: PLW2901  # the element becomes its text
        if kind == "s" and inline is None:
            ready = strings.get(value or "")
            if ready is None:
                raise UnfamiliarError
            found, text = TEXT, ready.text
            if formula is None:
                if text:
                    count += 1
                    cells[row, column_of[letters]] = ready
                continue
        elif kind is None and inline is None:
            if value:
                found, text = NUMBER, value
                numbers.append(value)
            else:
                found, text = NOTHING, ""
        else:
            found, text = _other(kind, value, inline)
        if text or formula is not None:
            count += 1
            styled = style_of[style] if found == NUMBER else 0
            cells[row, column_of[letters]] = make(Cell, (found, text, formula, styled))
    rows.require_closed()
    _require_cells(cells, count, numbers)
    return cells, rows.hidden


@dataclass(slots=True)
class _Rows:
    """The rows met so far, while a sheet's pieces are gone through."""

    last: int = 0
    hidden: list[int] = field(default_factory=list)
    opened: bool = False
    seen: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)

    def turn(self, new: str | None, others: str | None) -> str:
        """Open a row or close the last; return the digits that its cells' addresses must end in, '' for none."""
        if new is None:
            self.require_open(opened=True)
            self.opened = False
            return ""
        self.require_open(opened=False)
        if new in self.seen or len(new) > 7 or new[0] == "0" or int(new) > LAST_ROW:
            raise UnfamiliarError
        self.seen.add(new)
        self.last, self.opened = int(new), True
        if others:
            empty = others.endswith("/")
            self._attributes(others.removesuffix("/"))
            self.opened = not empty
        return new if self.opened else ""

    def _attributes(self, attributes: str) -> None:
        if attributes not in self.known:
            _require_single(attributes)
            self.known.add(attributes)
        if _ROW_HIDDEN[0] in attributes or _ROW_HIDDEN[1] in attributes:
            self.hidden.append(self.last)

    def require_open(self, *, opened: bool) -> None:
        """Demand that rows neither nest nor close twice."""
        if self.opened is not opened:
            raise UnfamiliarError

    def require_closed(self) -> None:
        """Demand that the last row is closed."""
        self.require_open(opened=False)


def _require_single(attributes: str) -> None:
    """Demand that a row's attributes differ, as XML does; the pattern alone does not see that."""
    names = _ATTRIBUTE.findall(attributes)
    if len(names) != len(set(names)) or "r" in names:
        raise UnfamiliarError


def _other(kind: str | None, value: str | None, inline: str | None) -> tuple[str, str]:
    """Return kind and text of a cell that is neither plain number nor shared string."""
    if kind == "inlineStr" and value is None:
        return TEXT, plain(inline or "")
    if inline is not None:
        raise UnfamiliarError
    if kind == "str":
        return TEXT, plain(value or "")
    if not value:
        return NOTHING, ""
    if kind in _SPELT and _SPELT[kind][1].fullmatch(value):
        return _SPELT[kind][0], value
    raise UnfamiliarError


_SPELT = {
    "n": (NUMBER, A_NUMBER),
    "e": (ERROR, re.compile(r"[^&]+")),
    "b": (BOOLEAN, re.compile("[01]")),
    "d": (DATE, A_DATE),
}


def _formulas(elements: list[str | None]) -> Iterator[str]:
    """Return the formulas' elements with their entities resolved, all in one go."""
    whole = "\0".join([element for element in elements if element is not None])
    if "&" in whole:
        whole = resolved(whole)
    return iter(whole.split("\0"))


def _require_cells(cells: dict[Position, Cell], count: int, numbers: list[str]) -> None:
    """Demand that no cell comes twice and that every number is spelt as one."""
    if len(cells) != count:
        raise UnfamiliarError
    if not NUMBERS.fullmatch("\n".join([*numbers, ""])):
        raise UnfamiliarError
