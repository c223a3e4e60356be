"""How single cells of an .xlsx package are rewritten while every other byte of it stays as it is.

A workbook is handed out some thousand times with a few cells changed. Loading and saving it with a library
costs some hundred milliseconds and loses what the library does not know (drawings, print settings, vendor
extensions). Here a sheet is indexed once, by the byte offsets that expat gives, and a changed copy is spliced;
what lies between changed cells is compressed once.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree
from xml.parsers import expat

from perfeval_xl.records.address import cell_position, column_letters
from perfeval_xl.records.errors import PerfevalError
from perfeval_xl.workbook.cell_text import clean, literal
from perfeval_xl.workbook.cell_widths import USUAL_HEIGHT, CellWidths, widths_of
from perfeval_xl.workbook.cells import Position

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Scalar = float | str | bool | None

_MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""The namespace of workbooks, as nearly every program writes it, and as Excel does in its strict format."""
_KNOWN = {f"{space} {name}": name for space in _MAIN for name in ("sheetData", "row", "c", "f", "dimension")}
_TAG = re.compile(rb"""<[^\s/>]+(?:[^"'>]++|"[^"]*"|'[^']*')*+>""")
_NAME = re.compile(rb"<([^\s/>]+)")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")
_HEIGHT = re.compile(rb"""\sht\s*=\s*["']([0-9.]+)["']""")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_DECLARATION = re.compile(rb"""<\?xml\b[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["'][^>]*\?>""")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SHORT, _MOST_BLOCKS = 1_000, 1_000
"""Bytes below which a stretch is not worth compressing by itself, and how many of them a sheet keeps."""
_MOST_ORIGINALS = 4
_FIXED_TIME = struct.pack("<HH", 0, 0x21)  # 1980-01-01 00:00, so that the same content gives the same bytes


class OriginalError(PerfevalError):
    """A workbook of the bureau's own that cannot be rewritten."""


@dataclass(frozen=True, slots=True)
class _Member:
    """A part as it lies in the archive: compressed bytes, method, checksum and size."""

    data: bytes
    method: int
    crc: int
    size: int


@dataclass(frozen=True, slots=True)
class _Span:
    """Where an element lies in its part: its start tag ends at `body`, its content at `close`, all of it at `end`.

    One that closes itself has all three at the end of its only tag.
    """

    start: int
    body: int
    close: int
    end: int

    @property
    def closes_itself(self) -> bool:
        """Whether it is a single tag."""
        return self.body == self.end


@dataclass(frozen=True, slots=True)
class _CellSpan:
    """Where a cell lies in its sheet's XML: the whole element, its start tag and its formula."""

    column: int
    start: int
    end: int
    head: bytes
    formula: bytes


@dataclass(frozen=True, slots=True)
class _RowSpan:
    """Where a row lies, with its number and its cells."""

    row: int
    span: _Span
    cells: tuple[_CellSpan, ...]


@dataclass(frozen=True, slots=True)
class _Look:
    """What is to be different in a row besides its cells; None leaves it as it is.

    A row is `fixed` that has a merged cell: Excel makes it no higher when its text grows, and would make it as low
    as its other cells need. All others keep growing.
    """

    height: float | None = None
    hidden: bool | None = None
    fixed: bool = False

    @property
    def replaced(self) -> tuple[bytes, ...]:
        """The attributes that are not kept."""
        names = (b"ht", b"customHeight", b"hidden") if self.height is not None else ()
        return names if self.hidden is None else (*names, b"hidden")

    def attributes(self) -> bytes:
        height = b"" if self.height is None else b' ht="%g"' % self.height
        fixed = b' customHeight="1"' if height and self.fixed else b""
        return height + fixed + (b' hidden="1"' if self.hidden else b"")


_AS_IT_IS = _Look()


class Original:
    """An .xlsx file as its parts; `rewritten` gives a copy with some cells changed."""

    def __init__(self, data: bytes) -> None:
        self._members = _members(data)
        self.book = _book_part(self)
        self._parts = dict(_sheet_parts(self))
        self._spans: dict[str, _Spans] = {}
        self._widths: dict[str, CellWidths] = {}

    def read(self, part: str) -> bytes:
        """Return a part's bytes; OriginalError where there is none."""
        member = self._members.get(part)
        if member is None:
            raise OriginalError(f"工作簿缺少组成部分 {part}，请重新取得模板。")
        return zlib.decompress(member.data, -15) if member.method == zipfile.ZIP_DEFLATED else member.data

    @property
    def sheets(self) -> tuple[str, ...]:
        """The names of the sheets, in order."""
        return tuple(self._parts)

    def formula_cells(self, sheet: str) -> tuple[Position, ...]:
        """Return (row, column) of every cell of a sheet that holds a formula."""
        rows = self._index(self.part(sheet)).rows
        return tuple((row.row, cell.column) for row in rows for cell in row.cells if cell.formula)

    def hidden_rows(self, sheet: str) -> frozenset[int]:
        """Return the rows of a sheet that its file hides."""
        spans = self._index(self.part(sheet))
        return frozenset(row.row for row in spans.rows if _HIDDEN.search(spans.tag(row.span)))

    def widths(self, sheet: str) -> CellWidths:
        """Return how wide the cells of a sheet are."""
        part = self.part(sheet)
        if part not in self._widths:
            self._widths[part] = widths_of(self._index(part).xml)
        return self._widths[part]

    def height(self, sheet: str, row: int) -> float:
        """Return how high a row is, in points."""
        spans = self._index(self.part(sheet))
        span = spans.by_row.get(row)
        found = _HEIGHT.search(spans.tag(span.span)) if span else None
        return float(found[1]) if found else USUAL_HEIGHT

    def rewritten(
        self,
        values: Mapping[str, Mapping[Position, Scalar]],
        heights: Mapping[str, Mapping[int, float]] | None = None,
        folded: Mapping[str, Mapping[int, bool]] | None = None,
    ) -> bytes:
        """Return the package with cells (and row heights, in points) changed, by sheet and (row, column).

        A cell that holds a formula keeps it and gets the value as its stored result. None empties a cell. A row
        that gets a height is shown, if it was hidden; `folded` says of rows of these sheets whether they are.
        """
        changed = {}
        for sheet, cells in values.items():
            part = self.part(sheet)
            spans = self._index(part)
            _require_order(spans, sheet)
            merged = self.widths(sheet).merged_rows if heights and heights.get(sheet) else frozenset()
            looks = _looks((heights or {}).get(sheet, {}), (folded or {}).get(sheet, {}), merged)
            changed[part] = spans.packed(_spliced(spans, cells, looks))
        return _zipped({name: changed.get(name, member) for name, member in self._members.items()})

    def part(self, sheet: str) -> str:
        """Return where in the package a sheet is; OriginalError where there is none of that name."""
        if sheet not in self._parts:
            raise OriginalError(f"模板中没有名为“{sheet}”的工作表。")
        return self._parts[sheet]

    def _index(self, part: str) -> _Spans:
        if part not in self._spans:
            try:
                self._spans[part] = _Spans(self.read(part))
            except (expat.ExpatError, UnicodeError, LookupError, ValueError) as error:
                raise OriginalError(f"工作簿的组成部分 {part} 已损坏（{error}），请重新取得模板。") from error
        return self._spans[part]


class _Spans:
    """The offsets of rows and cells in a sheet's XML, which is in UTF-8 here, whatever it was in the package."""

    def __init__(self, xml: bytes) -> None:
        self.xml = _in_utf8(xml)
        self.data: _Span | None = None
        self.dimension: _Span | None = None
        self.rows: list[_RowSpan] = []
        self._blocks: dict[tuple[int, int], bytes] = {}
        _Walk(self).run()

    @cached_property
    def by_row(self) -> dict[int, _RowSpan]:
        return {row.row: row for row in self.rows}

    @cached_property
    def prefix(self) -> bytes:
        """What stands before the names of the elements, with its colon: nothing in nearly every workbook."""
        return self.name(self.data).removesuffix(b"sheetData") if self.data else b""

    @cached_property
    def disordered(self) -> int:
        """The first row that does not follow the one before, or whose cells don't; 0 where all is in order."""
        for before, row in pairwise(self.rows):
            if before.row >= row.row:
                return row.row
        for row in self.rows:
            if any(left.column >= right.column for left, right in pairwise(row.cells)):
                return row.row
        return 0

    def tag(self, span: _Span) -> bytes:
        """Return an element's start tag."""
        return self.xml[span.start : span.body]

    def name(self, span: _Span) -> bytes:
        """Return an element's name as it is written, with its prefix."""
        return _name(self.tag(span))

    def packed(self, pieces: Iterable[bytes | tuple[int, int]]) -> _Member:
        """Return the part made of new bytes and of stretches of the old, compressed."""
        deflated: list[bytes] = []
        fresh: list[bytes] = []
        crc = size = 0
        for piece in pieces:
            content = piece if isinstance(piece, bytes) else self.xml[slice(*piece)]
            crc, size = zlib.crc32(content, crc), size + len(content)
            if isinstance(piece, bytes) or len(content) < _SHORT:
                fresh.append(content)
            else:
                deflated += [_block(b"".join(fresh)), self._old_block(piece)]
                fresh.clear()
        return _Member(b"".join([*deflated, _last_block(b"".join(fresh))]), zipfile.ZIP_DEFLATED, crc, size)

    def _old_block(self, stretch: tuple[int, int]) -> bytes:
        """Return a stretch of the part compressed; kept, since the same stretches come back with every unit."""
        known = self._blocks.get(stretch)
        if known is None:
            if len(self._blocks) >= _MOST_BLOCKS:
                self._blocks.clear()
            known = self._blocks[stretch] = _block(self.xml[slice(*stretch)])
        return known


original = lru_cache(maxsize=_MOST_ORIGINALS)(Original)
"""A file as its parts, kept for who asks again: a template is filled, checked and issued from the same bytes."""


def _in_utf8(xml: bytes) -> bytes:
    """Return a part in UTF-8 without mark or declaration of another encoding; most are so already."""
    if xml.startswith(_UTF_16):
        xml = xml.decode("utf-16").encode("utf-8")
        return _DECLARATION.sub(b"", xml, count=1)
    xml = xml.removeprefix(b"\xef\xbb\xbf")
    declared = _DECLARATION.match(xml)
    if declared is None or declared[1].lower() == b"utf-8":
        return xml
    return xml[declared.end() :].decode(declared[1].decode("ascii")).encode("utf-8")


@dataclass(slots=True)
class _Walk:
    """One pass over a sheet's XML, which finds its rows and cells, numbered or not."""

    spans: _Spans
    open: list[int] = field(default_factory=list)
    """The starts of the elements of ours that are open."""
    formula: bytes = b""
    cells: list[_CellSpan] = field(default_factory=list)
    row: int = 0
    column: int = 0
    parser: expat.XMLParserType = field(init=False)

    def run(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.Parse(self.spans.xml, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        known = _KNOWN.get(name)
        if known is None:
            return
        self.open.append(self.parser.CurrentByteIndex)
        if known == "c":
            reference = attributes.get("r")
            self.column = cell_position(reference)[1] if reference else self.column + 1
            self.formula = b""
        elif known == "row":
            self.row = int(attributes.get("r") or self.row + 1)
            self.column = 0
            self.cells = []

    def _end(self, name: str) -> None:
        known = _KNOWN.get(name)
        if known is None:
            return
        spans, span = self.spans, self._span(self.open.pop())
        if known == "f":
            self.formula = spans.xml[span.start : span.end]
        elif known == "c":
            self.cells.append(_CellSpan(self.column, span.start, span.end, spans.tag(span), self.formula))
        elif known == "row":
            spans.rows.append(_RowSpan(self.row, span, tuple(self.cells)))
        elif known == "sheetData":
            spans.data = span
        else:
            spans.dimension = span

    def _span(self, start: int) -> _Span:
        """Return the span of the element that ends here; expat is behind its tag where it closes itself."""
        xml, at = self.spans.xml, self.parser.CurrentByteIndex
        tag = _TAG.match(xml, start)
        if tag is None:
            raise ValueError(f"{start}")
        body = tag.end()
        if xml[body - 2 : body] == b"/>":
            return _Span(start, body, body, body)
        return _Span(start, body, at, xml.index(b">", at) + 1)


def _require_order(spans: _Spans, sheet: str) -> None:
    """Refuse a sheet that new cells have no place in; Excel would not open it either."""
    if spans.data is None:
        raise OriginalError(f"“{sheet}”不是普通的工作表，没有可以填写的单元格。请检查模板。")
    if spans.disordered:
        raise OriginalError(
            f"工作表“{sheet}”第{spans.disordered}行的行号或单元格没有按顺序排列，无法填写。"
            "请用 Excel 或 WPS 打开这个工作簿，另存为 .xlsx 后再用。"
        )


def _name(tag: bytes) -> bytes:
    match = _NAME.match(tag)
    return match[1] if match else b""


@lru_cache(maxsize=1 << 16)
def _emptied(tag: bytes, computed: bool) -> bytes:
    """Return a cell's start tag, left open, without what belongs to its old value; kept, as it comes again."""
    return _opened(tag, b"t", b"vm", *(() if computed else (b"cm",)))


def _opened(tag: bytes, *without: bytes) -> bytes:
    """Return a start tag without its end and without some attributes."""
    kept = (b" %b=%b" % pair for pair in _ATTRIBUTE.findall(tag) if pair[0] not in without)
    return b"<%b%b" % (_name(tag), b"".join(kept))


def _spliced(
    spans: _Spans, cells: Mapping[Position, Scalar], looks: Mapping[int, _Look]
) -> Iterator[bytes | tuple[int, int]]:
    """Give the pieces of a changed part: new bytes, and stretches of the old between offsets."""
    data = spans.data
    if data is None:
        raise AssertionError("a part without cells is refused before")
    by_row: dict[int, dict[int, Scalar]] = {}
    for (row, column), value in cells.items():
        by_row.setdefault(row, {})[column] = value
    done = 0
    grown = _grown(spans, cells)
    if grown and spans.dimension and spans.dimension.start < data.start:
        yield done, spans.dimension.start
        yield grown
        done = spans.dimension.body
    if data.closes_itself:
        yield done, data.start
        yield _opened(spans.tag(data)) + b">"
        done = data.end
    for row in sorted(by_row.keys() | looks.keys()):
        span = spans.by_row.get(row)
        if span:
            yield done, span.span.start
            yield b"".join(_row(spans, span, by_row.get(row, {}), looks.get(row, _AS_IT_IS)))
            done = span.span.end
        else:
            at = next((other.span.start for other in spans.rows if other.row > row), data.close)
            yield done, at
            yield _new_row(spans.prefix, row, by_row.get(row, {}), looks.get(row, _AS_IT_IS))
            done = at
    if data.closes_itself:
        yield b"</%b>" % spans.name(data)
    yield done, len(spans.xml)


def _grown(spans: _Spans, cells: Mapping[Position, Scalar]) -> bytes:
    """Return the tag that says which cells a sheet has, if they become more; else nothing."""
    tag = spans.tag(spans.dimension) if spans.dimension else b""
    area = dict(_ATTRIBUTE.findall(tag)).get(b"ref", b"")[1:-1].decode("ascii", "replace")
    first, _, last = area.partition(":")
    try:
        corners = [cell_position(first), cell_position(last or first)]
    except ValueError:
        return b""
    filled = [*corners, *(position for position, value in cells.items() if value is not None)]
    rows, columns = [row for row, _ in filled], [column for _, column in filled]
    top, left, bottom, right = min(rows), min(columns), max(rows), max(columns)
    if [(top, left), (bottom, right)] == corners:
        return b""
    ref = f"{column_letters(left)}{top}:{column_letters(right)}{bottom}".encode()
    return _opened(tag, b"ref") + b' ref="%b"' % ref + (b"/>" if tag.endswith(b"/>") else b">")


def _new_row(prefix: bytes, row: int, values: Mapping[int, Scalar], look: _Look) -> bytes:
    new = b"".join(_new_cell(prefix, row, column, value) for column, value in sorted(values.items()))
    return b'<%brow r="%d"%b>%b</%brow>' % (prefix, row, look.attributes(), new, prefix)


def _looks(heights: Mapping[int, float], folded: Mapping[int, bool], merged: frozenset[int]) -> dict[int, _Look]:
    rows = heights.keys() | folded.keys()
    return {row: _Look(heights.get(row), folded.get(row), row in merged) for row in rows}


def _row(spans: _Spans, row: _RowSpan, values: dict[int, Scalar], look: _Look) -> Iterable[bytes]:
    xml, prefix, span = spans.xml, spans.prefix, row.span
    yield _opened(spans.tag(span), b"spans", *look.replaced) + look.attributes() + b">"
    done = span.body
    left = dict(values)
    for cell in row.cells:
        before = [column for column in left if column < cell.column]
        if cell.column in left or before:
            yield xml[done : cell.start]
            done = cell.start
            for column in sorted(before):
                yield _new_cell(prefix, row.row, column, left.pop(column))
        if cell.column in left:
            yield _cell(prefix, _emptied(cell.head, bool(cell.formula)), cell.formula, left.pop(cell.column))
            done = cell.end
    yield xml[done : span.close]
    for column in sorted(left):
        yield _new_cell(prefix, row.row, column, left[column])
    yield b"</%b>" % spans.name(span)


def _new_cell(prefix: bytes, row: int, column: int, value: Scalar) -> bytes:
    return _cell(prefix, b'<%bc r="%b%d"' % (prefix, column_letters(column).encode(), row), b"", value)


def _cell(prefix: bytes, head: bytes, formula: bytes, value: Scalar) -> bytes:
    """Return a cell's element: the old one's style and formula with a new value."""
    end = b"</%b>" % _name(head)
    if value is None:
        return head + b">" + formula + end if formula else head + b"/>"
    if isinstance(value, bool):
        return head + b' t="b">' + formula + _v(prefix, b"%d" % value) + end
    if isinstance(value, float | int):
        return head + b">" + formula + _v(prefix, _figure(value).encode()) + end
    text = _escaped(value)
    if not formula:
        tags = (prefix, prefix, text, prefix, prefix)
        return head + b' t="inlineStr"><%bis><%bt xml:space="preserve">%b</%bt></%bis>' % tags + end
    kind = b"e" if value.startswith("#") and value.endswith(("!", "?", "A")) else b"str"
    return head + b' t="' + kind + b'">' + formula + _v(prefix, text) + end


def _v(prefix: bytes, content: bytes) -> bytes:
    return b"<%bv>%b</%bv>" % (prefix, content, prefix)


def _figure(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _escaped(text: str) -> bytes:
    """Return a text as XML, no longer than a cell is, without what XML or Excel would not take as it is."""
    text = literal(clean(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "_x000D_").encode("utf-8")


def _book_part(package: Original) -> str:
    """Return the part that lists the sheets, wherever the package keeps it."""
    targets = _relations(package, "").values()
    return next((part for kind, part in targets if kind == "officeDocument"), "xl/workbook.xml")


def _sheet_parts(package: Original) -> Iterable[tuple[str, str]]:
    """Give the names of the sheets with their parts."""
    targets = _relations(package, package.book)
    for sheet in _root(package, package.book).iter():
        if sheet.tag in {f"{{{space}}}sheet" for space in _MAIN}:
            marks = [value for name, value in sheet.items() if name.endswith("/relationships}id")]
            yield sheet.get("name", ""), targets.get(marks[0] if marks else "", ("", ""))[1]


def _relations(package: Original, part: str) -> dict[str, tuple[str, str]]:
    """Return what a part refers to, by its id: the kind, which is the last word of its type, and the part."""
    folder, name = posixpath.split(part)
    listed = _root(package, posixpath.join(folder, "_rels", f"{name}.rels"))
    return {
        relation.get("Id", ""): (
            relation.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/"),
        )
        for relation in listed
    }


def _root(package: Original, part: str) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(package.read(part))  # noqa: S314 - the bureau's own file
    except ElementTree.ParseError as error:
        raise OriginalError(f"工作簿的组成部分 {part} 已损坏（{error}），请重新取得模板。") from error


def _members(data: bytes) -> dict[str, _Member]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {info.filename: _member(data, info) for info in archive.infolist()}
    except (zipfile.BadZipFile, struct.error) as error:
        raise OriginalError(f"不是完整的 .xlsx 文件：{error}") from error


def _member(data: bytes, info: zipfile.ZipInfo) -> _Member:
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise OriginalError(f"组成部分 {info.filename} 的压缩方式不受支持，请用 Excel 另存为 .xlsx。")
    name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
    begin = info.header_offset + 30 + name + extra
    return _Member(data[begin : begin + info.compress_size], info.compress_type, info.CRC, info.file_size)


def _block(content: bytes) -> bytes:
    """Compress a piece of a part so that whatever comes before and after it can be compressed by itself."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH) if content else b""


def _last_block(content: bytes) -> bytes:
    """Compress the last piece of a part."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def _zipped(members: Mapping[str, _Member]) -> bytes:
    """Return an archive of parts that are compressed already."""
    body, directory = bytearray(), bytearray()
    for name, member in members.items():
        raw = name.encode("utf-8")
        flags = 0 if raw.isascii() else 0x800
        fields = struct.pack("<HHH", 20, flags, member.method) + _FIXED_TIME
        sizes = struct.pack("<III", member.crc, len(member.data), member.size)
        directory += b"PK\1\2" + struct.pack("<H", 20) + fields + sizes
        directory += struct.pack("<HHHHHII", len(raw), 0, 0, 0, 0, 0, len(body)) + raw
        body += b"PK\3\4" + fields + sizes + struct.pack("<HH", len(raw), 0) + raw + member.data
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory), len(body), 0)
    return bytes(body + directory + b"PK\5\6" + end)
