"""How thousands of like rows are written: their values are kept packed, one pattern row is designed for all.

A sheet library takes some eight microseconds for every cell that is written through it, most of them for looking
at what it already knows. Here the library designs a sheet with one row of each pattern; the rows themselves take
their cells' formats from it and are spliced in as XML, a tenth of that.
"""

from __future__ import annotations

import io
import marshal
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import repeat
from math import ceil
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

from perfeval_xl.records.address import LAST_ROW, column_letters
from perfeval_xl.records.kind import day_count
from perfeval_xl.workbook.cell_text import clean, literal
from perfeval_xl.workbook.chart_parts import explicit
from perfeval_xl.workbook.engine import is_error
from perfeval_xl.workbook.granted import ChangedOutputError, require_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.kind import Kind
    from perfeval_xl.workbook.engine import Result

Packed = float | str | bool | tuple[str] | None
"""A cell as it is kept: a tuple of one is a formula of this row alone."""
Row = tuple[int, tuple[Packed, ...]]
"""A row as it is kept: which pattern it follows, and its cells."""
Results = Callable[[str, int, int], "Result"]
"""What the engine gave for a cell, by sheet, row and column."""

ROW = "\x01"
"""Stands for the row's own number in a pattern's formulas."""
ABOVE = "\x04"
"""Stands for the number of the row above."""
_CELL = re.compile(r"<c ([^>]*)>")
_STYLE = re.compile(r'\bs="([0-9]+)"')
_DIMENSION = re.compile(r'(<dimension ref="[A-Z]+[0-9]+:[A-Z]+)([0-9]+)(")')
_SPANS = re.compile(r' spans="[^"]*"')
_ZIP_TIME = (2024, 1, 1, 0, 0, 0)
_CHUNK = 100
_IN_MEMORY = 1 << 22


@dataclass(frozen=True, slots=True)
class Style:
    """A column of a pattern row: its look, and its formula where all rows have the same with their own number."""

    look: str
    kind: Kind | None = None
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One kind of row. `level` is its place in the outline; with `height` 0 a row is as high as its texts need."""

    styles: tuple[Style, ...]
    height: float = 0
    level: int = 0


class Rows:
    """Rows of values in their order, packed by the hundred; a few megabytes of them stay in memory."""

    def __init__(self, room: int = LAST_ROW) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed when the rows are dropped
        self._blocks: list[int] = []
        self._last: list[Row] = []
        self._room = room
        self.count = 0
        self.dropped = 0
        """Rows that found no room on the sheet."""

    def add(self, values: Iterable[Value | tuple[str]], pattern: int = 0) -> None:
        """Add a row, one value for each column of its pattern; where the sheet is full it is only counted."""
        if self.count >= self._room:
            self.dropped += 1
            return
        self._last.append((pattern, tuple(map(_packed, values))))
        self.count += 1
        if len(self._last) == _CHUNK:
            block = marshal.dumps(self._last)
            self._blocks.append(len(block))
            self._file.write(block)
            self._last = []

    def __iter__(self) -> Iterator[Row]:
        """Give every row with the number of its pattern."""
        self._file.seek(0)
        for size in self._blocks:
            yield from marshal.loads(self._file.read(size))  # noqa: S302 - our own temporary file
        self._file.seek(0, io.SEEK_END)
        yield from self._last

    def widened(self, columns: int) -> Widened:
        """Return the rows with so many columns more, which are formulas of the pattern."""
        return Widened(self, columns)


@dataclass(frozen=True, slots=True)
class Widened:
    """Rows with columns behind them that have no values of their own."""

    rows: Rows
    columns: int

    @property
    def count(self) -> int:
        """How many rows they are."""
        return self.rows.count

    def __iter__(self) -> Iterator[Row]:
        """Give every row with the number of its pattern."""
        blanks = (None,) * self.columns
        return ((pattern, values + blanks) for pattern, values in self.rows)


@dataclass(frozen=True, slots=True)
class Alike:
    """So many rows that follow one pattern of formulas and have no values of their own."""

    count: int
    columns: int

    def __iter__(self) -> Iterator[Row]:
        """Give every row with the number of its pattern."""
        return repeat((0, (None,) * self.columns), self.count)


@dataclass(frozen=True, slots=True)
class Body:
    """The rows of a sheet from `first_row` on, with the patterns that they follow."""

    sheet: str
    first_row: int
    patterns: tuple[Pattern, ...]
    rows: Rows | Widened | Alike
    widths: tuple[float, ...] = ()
    """The columns' widths, from the first on, in which texts are wrapped."""


def spliced(
    package: bytes, bodies: Mapping[int, Body], results: Results | None, *, values_only: bool = False
) -> bytes:
    """Return a designed workbook with its bodies in it, by the number of their sheet from 1.

    Without `results` every formula has 0 stored, in a package made for the engine; with `values_only` what a
    formula gave stands in its place.
    """
    target = io.BytesIO()
    bodies_by_part = {f"xl/worksheets/sheet{number}.xml": body for number, body in bodies.items()}
    with (
        zipfile.ZipFile(io.BytesIO(package)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6 if results else 1) as new,
    ):
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            body = bodies_by_part.get(name)
            if body is None:
                new.writestr(info, explicit(old.read(name), name) if "/charts/" in name else old.read(name))
                continue
            with new.open(info, "w") as part:
                for piece in _with_rows(old.read(name).decode("utf-8"), body, results, values_only=values_only):
                    part.write(piece.encode("utf-8"))
    return target.getvalue()


def _with_rows(xml: str, body: Body, results: Results | None, *, values_only: bool) -> Iterator[str]:
    """Give a sheet's XML with its pattern rows replaced by the body's rows."""
    designs, begin, end = [], 0, 0
    for row, pattern in enumerate(body.patterns, body.first_row):
        match = _pattern_row(xml, body.sheet, row)
        begin, end = begin or match.start(), match.end()
        widths = () if pattern.height else body.widths
        styles = _styles(match[2], f"{body.sheet} row {row}", len(pattern.styles))
        designs.append(_Design(pattern, _SPANS.sub("", match[1]), styles, widths, values_only=values_only))
    last_row = max(body.first_row, body.first_row + body.rows.count - 1)
    yield _grown(xml[:begin], body.sheet, last_row)
    row, lines = body.first_row, []
    for row, (number, values) in enumerate(body.rows, body.first_row):
        lines.append(designs[number].row(body.sheet, row, values, results))
        if len(lines) == _CHUNK:
            yield "".join(lines)
            lines.clear()
    yield "".join(lines)
    yield xml[end:]


def _pattern_row(xml: str, sheet: str, row: int) -> re.Match[str]:
    """Find a pattern row: its attributes and its cells."""
    match = re.compile(rf'<row r="{row}"([^>]*[^/>]|)>(.*?)</row>').search(xml)
    if match is None:
        raise ChangedOutputError(sheet, f'<row r="{row}" …> with cells', "none")
    return match


def _styles(cells: str, place: str, columns: int) -> list[str]:
    """Return the number of the format of each cell of a pattern row."""
    found = _CELL.findall(cells)
    require_count(place, "<c …>", columns, len(found))
    return [style[1] if (style := _STYLE.search(attributes)) else "0" for attributes in found]


def _grown(head: str, sheet: str, last_row: int) -> str:
    """Return what stands before the rows, saying that the sheet reaches down to `last_row`."""
    grown, found = _DIMENSION.subn(
        lambda match: f"{match[1]}{max(last_row, int(match[2]))}{match[3]}", head, count=1
    )
    require_count(sheet, '<dimension ref="A1:…"/>', 1, found)
    return grown


class _Design:
    """A pattern with the numbers of its formats: makes rows as XML."""

    def __init__(
        self, pattern: Pattern, attributes: str, styles: list[str], widths: tuple[float, ...], *, values_only: bool
    ) -> None:
        self._attributes = attributes
        self._widths = widths
        self._values_only = values_only
        self._columns = [
            (number, column_letters(number), f'" s="{style}', _pieces(one.formula))
            for number, (one, style) in enumerate(zip(pattern.styles, styles, strict=True), 1)
        ]

    def row(self, sheet: str, row: int, values: tuple[Packed, ...], results: Results | None) -> str:
        here, above = str(row), str(row - 1)
        cells = [f'<row r="{here}"{self._attributes}{self._height(values)}>']
        for (column, letters, style, pieces), value in zip(self._columns, values, strict=True):
            head = f'<c r="{letters}{here}{style}'
            if pieces:
                formula = here.join(pieces).replace(ABOVE, above)
            elif isinstance(value, tuple):
                formula = _escaped(value[0][1:])
            else:
                cells.append(_constant(head, value))
                continue
            result = results(sheet, row, column) if results else 0.0
            if self._values_only:
                cells.append(_constant(head, result))
            else:
                cells.append(_computed(head, formula, result))
        cells.append("</row>")
        return "".join(cells)

    def _height(self, values: tuple[Packed, ...]) -> str:
        """Return a row's height as an attribute; not every program fits it to wrapped texts by itself."""
        if not self._widths:
            return ""
        texts = zip(values, self._widths, strict=False)
        lines = max((lines_of(value, width) for value, width in texts if isinstance(value, str)), default=1)
        return f' ht="{height_of(lines):g}" customHeight="1"'


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a column so many narrow characters wide; a Chinese one counts two."""
    if len(text) * 2 <= width:
        return 1
    lines = text.split("\n") if "\n" in text else (text,)
    return sum(max(1, ceil(len(line.encode("gbk", "replace")) / max(width - 1, 1))) for line in lines)


def height_of(lines: int) -> float:
    """Return the height in points of a row with so many lines of ten points."""
    return min(409.0, 13.5 * lines + 4.5)


def _pieces(formula: str) -> list[str]:
    return [_escaped(piece) for piece in formula.removeprefix("=").split(ROW)] if formula else []


def _constant(head: str, value: Packed | Result) -> str:
    if isinstance(value, float):
        return f'{head}"><v>{value!r}</v></c>'
    if value is None or value == "":
        return f'{head}"/>'
    if isinstance(value, bool):
        return f'{head}" t="b"><v>{value:d}</v></c>'
    text = _escaped(literal(clean(str(value))))
    return f'{head}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _computed(head: str, formula: str, result: Result) -> str:
    if isinstance(result, float):
        return f'{head}"><f>{formula}</f><v>{result!r}</v></c>'
    if isinstance(result, bool):
        return f'{head}" t="b"><f>{formula}</f><v>{result:d}</v></c>'
    kind = "e" if is_error(result) else "str"
    stored = _escaped(literal(clean(result))) if result else ""
    return f'{head}" t="{kind}"><f>{formula}</f><v>{stored}</v></c>'


def _escaped(text: str) -> str:
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def _packed(value: Value | tuple[str]) -> Packed:
    if value is None:
        return None
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, str):
        return clean(str(value))  # a word of an enumeration as plain text: only that can be packed
    return day_count(value) if isinstance(value, date) else value
