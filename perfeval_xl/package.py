"""How single cells of an .xlsx package are rewritten while every other byte of it stays as it is.

A workbook is handed out some thousand times with a few cells changed. Loading and saving it with a library
costs some hundred milliseconds and loses what the library does not know (drawings, print settings, vendor
extensions). Here a sheet is indexed once, by the byte offsets that expat gives, and a changed copy is spliced;
what lies between changed cells is compressed once.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from xml.etree import ElementTree
from xml.parsers import expat

from perfeval_xl.address import cell_position, column_letters
from perfeval_xl.errors import PerfevalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Scalar = float | str | bool | None
Position = tuple[int, int]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_HEIGHT = re.compile(rb'\s(?:ht|customHeight|hidden)="[^"]*"')
_CELL_TYPE = re.compile(rb'\st="[^"]*"')
_SHORT, _MOST_BLOCKS = 1_000, 1_000
"""Bytes below which a stretch is not worth compressing by itself, and how many of them a sheet keeps."""
_FIXED_TIME = struct.pack("<HH", 0, 0x21)  # 1980-01-01 00:00, so that the same content gives the same bytes


class PackageError(PerfevalError):
    """A workbook of the bureau's own that cannot be rewritten."""


@dataclass(frozen=True, slots=True)
class _Member:
    """A part as it lies in the archive: compressed bytes, method, checksum and size."""

    data: bytes
    method: int
    crc: int
    size: int


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
    """Where a row lies: its start tag ends at `body`, its content at `close`; empty rows have both at `end`."""

    row: int
    start: int
    body: int
    close: int
    end: int
    cells: tuple[_CellSpan, ...]


class Package:
    """An .xlsx file as its parts; `rewritten` gives a copy with some cells changed."""

    def __init__(self, data: bytes) -> None:
        self._members = _members(data)
        self._parts = dict(_sheet_parts(self))
        self._spans: dict[str, _Spans] = {}

    def read(self, part: str) -> bytes:
        """Return a part's bytes; PackageError where there is none."""
        member = self._members.get(part)
        if member is None:
            raise PackageError(f"工作簿缺少组成部分 {part}，请重新取得模板。")
        return zlib.decompress(member.data, -15) if member.method == zipfile.ZIP_DEFLATED else member.data

    @property
    def sheets(self) -> tuple[str, ...]:
        """The names of the sheets, in order."""
        return tuple(self._parts)

    def formula_cells(self, sheet: str) -> tuple[Position, ...]:
        """Return (row, column) of every cell of a sheet that holds a formula."""
        rows = self._index(self._part(sheet)).rows
        return tuple((row.row, cell.column) for row in rows for cell in row.cells if cell.formula)

    def rewritten(
        self,
        values: Mapping[str, Mapping[Position, Scalar]],
        heights: Mapping[str, Mapping[int, float]] | None = None,
    ) -> bytes:
        """Return the package with cells (and row heights, in points) changed, by sheet and (row, column).

        A cell that holds a formula keeps it and gets the value as its stored result. None empties a cell. A row
        that gets a height is shown, if it was hidden.
        """
        changed = {}
        for sheet, cells in values.items():
            part = self._part(sheet)
            spans = self._index(part)
            changed[part] = spans.packed(_spliced(spans, cells, (heights or {}).get(sheet, {})))
        return _zipped({name: changed.get(name, member) for name, member in self._members.items()})

    def _part(self, sheet: str) -> str:
        if sheet not in self._parts:
            raise PackageError(f"模板中没有名为“{sheet}”的工作表。")
        return self._parts[sheet]

    def _index(self, part: str) -> _Spans:
        if part not in self._spans:
            self._spans[part] = _Spans(self.read(part))
        return self._spans[part]


class _Spans:
    """The offsets of rows and cells in a sheet's XML."""

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        self.rows: list[_RowSpan] = []
        self.insert_at = 0
        self._blocks: dict[tuple[int, int], bytes] = {}
        self._walk()

    @cached_property
    def by_row(self) -> dict[int, _RowSpan]:
        return {row.row: row for row in self.rows}

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
        if stretch not in self._blocks:
            if len(self._blocks) >= _MOST_BLOCKS:
                self._blocks.clear()
            self._blocks[stretch] = _block(self.xml[slice(*stretch)])
        return self._blocks[stretch]

    def _walk(self) -> None:
        parser = expat.ParserCreate()
        open_row: list[int] = []
        open_cell: list[int] = []
        formula: list[int] = []
        cells: list[_CellSpan] = []
        reference = ""

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal reference
            at = parser.CurrentByteIndex
            if name == "row":
                open_row[:] = [int(attributes["r"]), at]
                cells.clear()
            elif name == "c":
                reference = attributes["r"]
                open_cell[:] = [at]
                formula.clear()
            elif name == "f":
                formula[:] = [at]

        def end(name: str) -> None:
            at = parser.CurrentByteIndex
            if name == "f":
                body = self._after(formula[0])
                formula.append(body if self._is_empty(body) else self._after(at))
            elif name == "c":
                begin = open_cell[0]
                body = self._after(begin)
                source = self.xml[formula[0] : formula[1]] if formula else b""
                after = body if self._is_empty(body) else self._after(at)
                cells.append(_CellSpan(cell_position(reference)[1], begin, after, self.xml[begin:body], source))
            elif name == "row":
                number, begin = open_row
                body = self._after(begin)
                close, after = (body, body) if self._is_empty(body) else (at, self._after(at))
                self.rows.append(_RowSpan(number, begin, body, close, after, tuple(cells)))
            elif name == "sheetData":
                self.insert_at = at

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.Parse(self.xml, True)

    def _is_empty(self, body: int) -> bool:
        """Whether the tag that ends at `body` closes itself; expat gives no offset of its own for its end."""
        return self.xml[body - 2 : body] == b"/>"

    def _after(self, at: int) -> int:
        """Return the offset behind the tag that begins at `at`; `>` cannot stand in our attributes unescaped."""
        return self.xml.index(b">", at) + 1


def _spliced(
    spans: _Spans, cells: Mapping[Position, Scalar], heights: Mapping[int, float]
) -> Iterator[bytes | tuple[int, int]]:
    """Give the pieces of a changed part: new bytes, and stretches of the old between offsets."""
    by_row: dict[int, dict[int, Scalar]] = {}
    for (row, column), value in cells.items():
        by_row.setdefault(row, {})[column] = value
    done = 0
    for row in sorted(by_row.keys() | heights.keys()):
        span = spans.by_row.get(row)
        if span:
            yield done, span.start
            yield b"".join(_row(spans.xml, span, by_row.get(row, {}), heights.get(row)))
            done = span.end
        else:
            at = next((other.start for other in spans.rows if other.row > row), spans.insert_at)
            new = b"".join(_cell(row, column, b"", b"", value) for column, value in sorted(by_row[row].items()))
            yield done, at
            yield b'<row r="%d">%b</row>' % (row, new)
            done = at
    yield done, len(spans.xml)


def _row(xml: bytes, span: _RowSpan, values: dict[int, Scalar], height: float | None) -> Iterable[bytes]:
    head = xml[span.start : span.body].removesuffix(b"/>").removesuffix(b">")
    if height is not None:
        head = _HEIGHT.sub(b"", head) + b' ht="%g" customHeight="1"' % height
    yield head + b">"
    done = span.body
    left = dict(values)
    for cell in span.cells:
        before = [column for column in left if column < cell.column]
        if cell.column in left or before:
            yield xml[done : cell.start]
            done = cell.start
            for column in sorted(before):
                yield _cell(span.row, column, b"", b"", left.pop(column))
        if cell.column in left:
            yield _cell(span.row, cell.column, cell.head, cell.formula, left.pop(cell.column))
            done = cell.end
    yield xml[done : span.close]
    for column in sorted(left):
        yield _cell(span.row, column, b"", b"", left[column])
    yield b"</row>"


def _cell(row: int, column: int, head: bytes, formula: bytes, value: Scalar) -> bytes:
    """Return a cell's element: the old one's style and formula with a new value."""
    if not head:
        head = f'<c r="{column_letters(column)}{row}">'.encode()
    head = _CELL_TYPE.sub(b"", head).removesuffix(b"/>").removesuffix(b">")
    if value is None:
        return head + b">" + formula + b"</c>" if formula else head + b"/>"
    if isinstance(value, bool):
        return head + b' t="b">' + formula + b"<v>%d</v></c>" % value
    if isinstance(value, float | int):
        return head + b">" + formula + f"<v>{_figure(value)}</v></c>".encode()
    text = _escaped(value)
    if not formula:
        return head + b' t="inlineStr"><is><t xml:space="preserve">' + text + b"</t></is></c>"
    kind = b"e" if value.startswith("#") and value.endswith(("!", "?", "A")) else b"str"
    return head + b' t="' + kind + b'">' + formula + b"<v>" + text + b"</v></c>"


def _figure(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _escaped(text: str) -> bytes:
    """Return a text as XML, without the characters that XML or Excel would not take as they are."""
    clean = _ESCAPE.sub("_x005F_", _ILLEGAL.sub("\ufffd", text))
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode("utf-8")


def _sheet_parts(package: Package) -> Iterable[tuple[str, str]]:
    relations = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - the bureau's own file
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    book = ElementTree.fromstring(package.read("xl/workbook.xml"))  # noqa: S314 - the bureau's own file
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(f"{_RELATION}id"), "")
        yield sheet.get("name", ""), target[1:] if target.startswith("/") else f"xl/{target}"


def _members(data: bytes) -> dict[str, _Member]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {info.filename: _member(data, info) for info in archive.infolist()}
    except (zipfile.BadZipFile, struct.error) as error:
        raise PackageError(f"不是完整的 .xlsx 文件：{error}") from error


def _member(data: bytes, info: zipfile.ZipInfo) -> _Member:
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise PackageError(f"组成部分 {info.filename} 的压缩方式不受支持，请用 Excel 另存为 .xlsx。")
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
