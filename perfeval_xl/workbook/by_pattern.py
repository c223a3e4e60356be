"""A sheet as the usual programs write it, read by patterns that must account for every character.

Anything else is declined before anything is lost; `elements` then reads it, and must give the same.

The values of the cells are taken out first, for the whole sheet at once. The skeleton of a row that then is left
is the same in every workbook that a program saves from a template, so that it is taken apart once and known from
then on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain, compress
from operator import not_

from perfeval_xl.records.address import LAST_COLUMN, LAST_ROW, column_number
from perfeval_xl.workbook.cells import BOOLEAN, DATE, ERROR, NOTHING, NUMBER, TEXT, Cell, Position, Sheet
from perfeval_xl.workbook.frame import A_DATE, A_NUMBER, NUMBERS, Source, record, surroundings, within_range
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.memory import Memory
from perfeval_xl.workbook.namespaces import has_two_spellings
from perfeval_xl.workbook.shared_texts import Strings, UnfamiliarError, plain, resolved, usual

_VALUE = re.compile(r"<v>([^<]++)</v>")
_SLOT = "\1"
"""In a skeleton: what stands for a value. XML has no such character."""
_FORMULA = (
    r'(<f(?: ?/>|>[^<]*+</f>|(?: t="[A-Za-z]+")?(?: aca="[a-z01]+")?(?: ref="[A-Z0-9:]+")?(?: ca="[a-z01]+")?'
    r'(?: si="[0-9]+")?(?: ?/>|>[^<]*+</f>)))?'
)
_TOKEN = re.compile(
    r'(?:<row r="([0-9]++)"((?: [A-Za-z0-9:]++="[^"<&\s]*+")*+ ?/?)>'
    r'|(?:<c r="[A-Z]++[0-9]++"(?: s="[0-9]++")? ?/>)++'
    r'|<c r="([A-Z]++)([0-9]++)"(?: s="([0-9]++)")?(?: t="([A-Za-z]++)")?'
    rf"(?: ?/>|>{_FORMULA}"
    rf'(?:({_SLOT})|<v></v>|<v ?/>|<is><t(?: xml:space="preserve")?>([^<]*+)</t></is>)?</c>))'
)
"""Within a row: its opening, empty cells, any other cell."""
_SHARED = re.compile(r'^<f t="shared"[^>]*? si="([0-9]+)"')
_OPEN, _CLOSE, _ROW_END = "<sheetData>", "</sheetData>", "</row>"
MANY_ROWS = 10_000
"""From so many rows on, those with formats alone are dropped first: a border was drawn down to the last row."""
_EMPTY_ROW = re.compile(
    r'<row r="[0-9]{1,7}"(?: spans="[0-9:]++")?(?: s="[0-9]++")?(?: customFormat="1")?(?: ht="[0-9.]++")?'
    r'(?: customHeight="1")?(?: x14ac:dyDescent="[0-9.]++")? ?'
    r'(?:/>|>(?:<c r="[A-Z]++[0-9]++"(?: s="[0-9]++")? ?/>)*+</row>)'
)
_ATTRIBUTE = re.compile(r" ([A-Za-z0-9:]+)=")
_ROW_HIDDEN = (' hidden="1"', ' hidden="true"')

_Slot = tuple[Position, str | None, str | None, int]
"""Where a value goes: its cell, the cell's type as written, its formula, its style."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """The skeleton of what stands between two ends of rows: usually one row, and empty ones before it.

    A cell whose value was taken out is there without it; `shared` says of each value in turn whether it is the
    number of a shared text, for one of the cells in `texts`, or is for one of `slots`.
    """

    numbers: tuple[str, ...]
    hidden: tuple[int, ...]
    cells: tuple[tuple[Position, Cell | None], ...]
    shared: tuple[bool, ...]
    texts: tuple[Position, ...]
    slots: tuple[_Slot, ...]
    sharing: tuple[tuple[Position, str], ...]
    """The cells with a shared formula, each with that formula's number."""


def by_pattern(source: Source, strings: Strings, limits: Limits) -> Sheet:
    """Read a sheet as the usual programs write it; UnfamiliarError at anything else, before anything is lost."""
    text = source.text.replace("<sheetData />", "<sheetData/>", 1).replace("<sheetData/>", _OPEN + _CLOSE, 1)
    first, last = text.find(_OPEN), text.rfind(_CLOSE)
    if first < 0 or last < first or not usual(source.raw, text, first, last) or has_two_spellings(text):
        raise UnfamiliarError
    start = first + len(_OPEN)
    cells, hidden_rows, shared = _cells(text[start:last], strings)
    around = surroundings(source, text[:start], text[last:], limits)
    if around.data_at != 2 or around.root != "worksheet":
        raise UnfamiliarError
    return record(source, cells, around, hidden_rows, shared, limits)


def _cells(data: str, strings: Strings) -> tuple[dict[Position, Cell], list[int], dict[Position, str]]:
    """Return the cells in the order of the sheet, which rows are hidden, and who shares a formula."""
    if data.count(_ROW_END) > MANY_ROWS:
        data = _EMPTY_ROW.sub("", data)
    pieces = _VALUE.split(data)
    values = pieces[1::2]
    *ended, rest = _SLOT.join(pieces[::2]).split(_ROW_END)
    rows = [*map(_ROWS.__getitem__, ended), *((_taken_apart(rest, opened=False),) if rest else ())]
    found = list(chain.from_iterable([row.cells for row in rows]))
    cells: dict[Position, Cell] = dict(found)
    numbers = list(chain.from_iterable([row.numbers for row in rows]))
    if len(cells) != len(found) or len(set(numbers)) != len(numbers):
        raise UnfamiliarError
    shared = list(chain.from_iterable([row.shared for row in rows]))
    _put_texts(cells, list(chain.from_iterable([row.texts for row in rows])), compress(values, shared), strings)
    own = compress(values, map(not_, shared))
    _put_values(cells, chain.from_iterable([row.slots for row in rows]), own)
    sharing = dict(chain.from_iterable([row.sharing for row in rows]))
    return cells, list(chain.from_iterable([row.hidden for row in rows])), sharing


def _put_texts(
    cells: dict[Position, Cell], positions: list[Position], indexes: Iterable[str], strings: Strings
) -> None:
    """Give cells their shared texts; one whose text is empty holds nothing."""
    try:
        cells.update(zip(positions, map(strings.numbered.__getitem__, indexes), strict=True))
    except KeyError:
        raise UnfamiliarError from None
    if strings.some_empty:
        for position in [position for position in positions if not cells[position].text]:
            del cells[position]


def _put_values(cells: dict[Position, Cell], slots: Iterable[_Slot], values: Iterable[str]) -> None:
    """Give cells their values. Written for speed: it runs once for every value of every workbook."""
    make, numbers = tuple.__new__, list[str]()
    for (position, kind, formula, style), value in zip(slots, values, strict=True):
        if kind is None:
            numbers.append(value)
            cells[position] = make(Cell, (NUMBER, value, formula, style))
        else:
            found, text = _typed(kind, value)
            cells[position] = make(Cell, (found, text, formula, style if found == NUMBER else 0))
    joined = "\n".join([*numbers, ""])
    if joined.count("\n") != len(numbers) or not NUMBERS.fullmatch(joined):
        raise UnfamiliarError
    large = "E" in joined or "e" in joined or max(map(len, numbers), default=0) > _DIGITS
    if large and not all(map(within_range, numbers)):
        raise UnfamiliarError


_DIGITS = 300
"""So many digits Excel can hold in any case."""


def _rows(text: str) -> _Rows:
    """Take the rows before an end of a row apart: the last of them is the one that ends there."""
    return _taken_apart(text, opened=True)


def _taken_apart(text: str, *, opened: bool) -> _Rows:
    """Return the rows of a skeleton, the last of which is or is not `opened` there."""
    pieces = _TOKEN.split(text)
    width = 1 + _TOKEN.groups
    if any(pieces[::width]):
        raise UnfamiliarError
    skeleton = _Skeleton()
    for start in range(1, len(pieces), width):
        new, others, *cell = pieces[start : start + width - 1]
        if new is not None:
            skeleton.open_row(new, others or "")
        elif cell[0] is not None:
            skeleton.add(*cell)
        else:
            skeleton.require_open()
    if bool(skeleton.row_text) is not opened:
        raise UnfamiliarError
    return skeleton.rows


@dataclass(slots=True)
class _Skeleton:
    """Rows while they are taken apart. `row_text` is the number of the open one as written, empty if none is."""

    numbers: list[str] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    cells: list[tuple[Position, Cell | None]] = field(default_factory=list)
    shared: list[bool] = field(default_factory=list)
    texts: list[Position] = field(default_factory=list)
    slots: list[_Slot] = field(default_factory=list)
    sharing: list[tuple[Position, str]] = field(default_factory=list)
    row: int = 0
    row_text: str = ""

    @property
    def rows(self) -> _Rows:
        """What was found, for good."""
        return _Rows(
            tuple(self.numbers),
            tuple(self.hidden),
            tuple(self.cells),
            tuple(self.shared),
            tuple(self.texts),
            tuple(self.slots),
            tuple(self.sharing),
        )

    def open_row(self, number: str, attributes: str) -> None:
        """Begin a row, which may be empty and end at once."""
        if self.row_text:
            raise UnfamiliarError
        self.row = _row_number(number)
        self.numbers.append(number)
        if attributes and _ATTRIBUTES[attributes.removesuffix("/")]:
            self.hidden.append(self.row)
        self.row_text = "" if attributes.endswith("/") else number

    def require_open(self) -> None:
        """Demand that cells stand in a row."""
        if not self.row_text:
            raise UnfamiliarError

    def position(self, letters: str, digits: str | None) -> Position:
        """Return a cell's position; its address must be of the open row."""
        self.require_open()
        if digits != self.row_text:
            raise UnfamiliarError
        return self.row, _COLUMN[letters]

    def add(
        self,
        letters: str,
        digits: str | None,
        style: str | None,
        kind: str | None,
        formula: str | None,
        slot: str | None,
        inline: str | None,
    ) -> None:
        """Take in a cell with whatever it holds: a formula, room for a value, a text of its own, nothing."""
        position = self.position(letters, digits)
        written = None if formula is None else _FORMULA_TEXT[formula]
        if formula is not None and (number := _SHARED.search(formula)):
            self.sharing.append((position, number[1]))
        if slot:
            self.shared.append(kind == "s" and written is None)
            if self.shared[-1]:
                self.texts.append(position)
            else:
                self.slots.append((position, _slot_kind(kind), written, _STYLE[style or "0"]))
            self.cells.append((position, None))
        elif cell := _constant(kind, written, inline):
            self.cells.append((position, cell))


def _row_number(digits: str) -> int:
    if len(digits) > 7 or digits[0] == "0" or int(digits) > LAST_ROW:
        raise UnfamiliarError
    return int(digits)


def _says_hidden(attributes: str) -> bool:
    """Whether a row's attributes hide it. They must differ, as XML demands; the pattern does not see that."""
    names = _ATTRIBUTE.findall(attributes)
    if len(names) != len(set(names)) or "r" in names:
        raise UnfamiliarError
    return _ROW_HIDDEN[0] in attributes or _ROW_HIDDEN[1] in attributes


def _constant(kind: str | None, formula: str | None, inline: str | None) -> Cell | None:
    """Return a cell without value; None if it holds nothing."""
    if inline is not None and kind != "inlineStr":
        raise UnfamiliarError
    text = plain(inline or "")
    if not text and formula is None:
        return None
    return Cell(TEXT if kind in _TEXTS else NOTHING, text, formula)


def _slot_kind(kind: str | None) -> str | None:
    if kind is not None and kind != "str" and kind not in _SPELT:
        raise UnfamiliarError
    return kind


def _typed(kind: str, value: str) -> tuple[str, str]:
    """Return kind and text of a value whose cell has a type."""
    if kind == "str":
        return TEXT, plain(value)
    found, pattern = _SPELT[kind]
    if not pattern.fullmatch(value) or (found == NUMBER and not within_range(value)):
        raise UnfamiliarError
    return found, value


_TEXTS = {"str", "inlineStr"}
"""Types of cells that hold a text, be it an empty one."""
_SPELT = {
    "n": (NUMBER, A_NUMBER),
    "e": (ERROR, re.compile(r"[^&]+")),
    "b": (BOOLEAN, re.compile("[01]")),
    "d": (DATE, A_DATE),
}


def _column(letters: str) -> int:
    number = column_number(letters) if len(letters) <= 3 else 0
    if not 1 <= number <= LAST_COLUMN:
        raise UnfamiliarError
    return number


def _style(digits: str) -> int:
    if len(digits) > 5:
        raise UnfamiliarError
    return int(digits)


def _formula_text(element: str) -> str:
    written = element.partition(">")[2][:-4]
    return resolved(written) if "&" in written else written


_COLUMN = Memory(_column, LAST_COLUMN)
_STYLE = Memory(_style, 70_000)
_FORMULA_TEXT = Memory(_formula_text, 5_000)
_ATTRIBUTES = Memory(_says_hidden, 2_000)
_ROWS = Memory(_rows, 5_000, longest=8_000)
