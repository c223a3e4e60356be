"""Reports in Word: what a reader of the page sees once every tracked change is accepted."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from perfeval_xl.proofread.numbering import Numbering, read_numbering
from perfeval_xl.proofread.report import Cell, Kind, Paragraph, Report, ReportError

MOST_BYTES = 200_000_000
"""A document that unpacks to more than this is not opened."""

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT_BOX = qn("w:txbxContent")
_SKIPPED = {_FALLBACK, _TEXT_BOX, *map(qn, ("w:del", "w:moveFrom", "w:pPr", "w:rt"))}
_CONTAINERS = set(map(qn, ("w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:moveTo")))
_BROKEN = (KeyError, ValueError, OSError, AttributeError, zipfile.BadZipFile, SyntaxError)
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a paragraph with the text that it shows."""

    run: Any
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """What becomes one paragraph of the report: the number shown before it and its runs.

    `reference` is the run in the body that a footnote hangs on.
    """

    label: str
    pieces: tuple[Piece, ...]
    kind: Kind
    level: int = 0
    cell: Cell | None = None
    reference: Any = None

    @property
    def text(self) -> str:
        """The text with its number."""
        return self.label + "".join(piece.text for piece in self.pieces)


def read_word(data: bytes, file: str) -> Report:
    """Read a .docx: body, tables, text boxes and footnotes, numbered as displayed, tracked changes accepted."""
    try:
        found = tuple(blocks(opened(data, file)))
    except _BROKEN as error:
        raise _broken(file) from error
    return Report(
        file,
        tuple(
            Paragraph(number, block.text, block.kind, block.level, len(block.label), block.cell)
            for number, block in enumerate(found, 1)
        ),
    )


def opened(data: bytes, file: str) -> Any:
    """Open a document, or say why not."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            size = sum(item.file_size for item in package.infolist())
        if size > MOST_BYTES:
            raise ReportError(file, "解开后超过200MB", "请删去图片，另存后再试。")
        return docx.Document(io.BytesIO(data))
    except _BROKEN as error:
        raise _broken(file) from error


def _broken(file: str) -> ReportError:
    remedy = "请用 Word 或 WPS 打开，另存为“Word 文档(.docx)”后再试。"
    return ReportError(file, "文件已损坏，或者不是标准的 .docx", remedy)


def blocks(document: Any) -> Iterator[Block]:
    """Yield everything that holds text, in the order of the page; footnotes come last."""
    reader = _Reader(document)
    for block in (*reader.inside(document.element.body), *reader.footnotes()):
        if block.text.strip():
            yield block


class _Reader:
    """One reading of a document, with its lists counted as they come."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.numbering: Numbering = read_numbering(_part(document, RELATIONSHIP_TYPE.NUMBERING))
        self.styles = {item.get(qn("w:styleId")): item for item in document.styles.element.findall(qn("w:style"))}
        self.tables = 0

    def inside(self, container: Any) -> Iterator[Block]:
        """Yield the blocks of the body, a content control or a text box."""
        waiting: tuple[Piece, ...] = ()
        for child in container:
            if child.tag == qn("w:p"):
                block = self._paragraph(child, waiting)
                if _mark_deleted(child):
                    waiting = block.pieces
                    continue
                waiting = ()
                yield block
                yield from self._text_boxes(child)
            elif child.tag == qn("w:tbl"):
                yield from self._table(child)
            elif child.tag in _CONTAINERS:
                yield from self.inside(child)
        if waiting:
            yield Block("", waiting, Kind.BODY)

    def footnotes(self) -> Iterator[Block]:
        """Yield the footnotes that hold text, each with the run that refers to it."""
        root = _part(self.document, RELATIONSHIP_TYPE.FOOTNOTES)
        references = {
            mark.get(qn("w:id")): mark.getparent()
            for mark in self.document.element.iter(qn("w:footnoteReference"))
        }
        for note in () if root is None else root.findall(qn("w:footnote")):
            reference = references.get(note.get(qn("w:id")))
            if reference is not None:
                found = tuple(piece for paragraph in note.iter(qn("w:p")) for piece in _pieces(paragraph))
                yield Block("", found, Kind.NOTE, reference=reference)

    def _paragraph(self, element: Any, before: tuple[Piece, ...]) -> Block:
        return Block(self._label(element), (*before, *_pieces(element)), Kind.BODY, self._outline_level(element))

    def _text_boxes(self, element: Any) -> Iterator[Block]:
        for box in element.iter(_TEXT_BOX):
            if not any(parent.tag == _FALLBACK for parent in box.iterancestors()):
                yield from self.inside(box)

    def _table(self, table: Any) -> Iterator[Block]:
        own, self.tables = self.tables, self.tables + 1
        rows = [row for row in table.iter(qn("w:tr")) if _table_of(row) is table]
        kept = [row for row in rows if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is None]
        for number, row in enumerate(kept):
            column = 0
            for cell in (item for item in row.iter(qn("w:tc")) if _row_of(item) is row):
                yield self._cell(cell, Cell(own, number, column))
                for nested in cell.findall(qn("w:tbl")):
                    yield from self._table(nested)
                column += _span(cell)

    def _cell(self, cell: Any, place: Cell) -> Block:
        found: list[Piece] = []
        for paragraph in cell.findall(qn("w:p")):
            pieces = list(_pieces(paragraph))
            if found and pieces:
                found[-1] = Piece(found[-1].run, found[-1].text + "\n")
            label = self._label(paragraph)
            if label and pieces:
                pieces[0] = Piece(pieces[0].run, label + pieces[0].text)
            found += pieces
        return Block("", tuple(found), Kind.CELL, cell=place)

    def _label(self, element: Any) -> str:
        style = _style(element)
        properties = element.find(qn("w:pPr"))
        numbered = None if properties is None else properties.find(qn("w:numPr"))
        number, level = _list_of(numbered)
        while not number and style:
            number, level = _list_of(self._style_property(style, "w:numPr"))
            if number and not level:
                level = str(self.numbering.level_of(number, style))
            style = self._based_on(style)
        return self.numbering.label(number, int(level or 0)) if number and number != "0" else ""

    def _outline_level(self, element: Any) -> int:
        properties, style = element.find(qn("w:pPr")), _style(element)
        found = None if properties is None else properties.find(qn("w:outlineLvl"))
        while found is None and style:
            found, style = self._style_property(style, "w:outlineLvl"), self._based_on(style)
        level = 9 if found is None else int(found.get(qn("w:val"), 9))
        return 0 if level > 8 else level + 1

    def _style_property(self, style: str, name: str) -> Any:
        item = self.styles.get(style)
        return None if item is None else item.find(f"{qn('w:pPr')}/{qn(name)}")

    def _based_on(self, style: str) -> str:
        item = self.styles.get(style)
        base = None if item is None else item.find(qn("w:basedOn"))
        return "" if base is None else str(base.get(qn("w:val")))


def _part(document: Any, kind: str) -> Any:
    for relation in document.part.rels.values():
        if relation.reltype == kind:
            part = relation.target_part
            return part.element if hasattr(part, "element") else parse_xml(part.blob)
    return None


def _pieces(element: Any) -> Iterator[Piece]:
    """Yield the runs below an element with the text that remains when all changes are accepted."""
    for child in element:
        if child.tag in _SKIPPED:
            continue
        if child.tag == qn("w:r"):
            if not _hidden(child):
                yield Piece(child, "".join(_run_text(child)))
        elif isinstance(child.tag, str):
            yield from _pieces(child)


def _run_text(run: Any) -> Iterator[str]:
    for child in run:
        if child.tag == qn("w:t"):
            yield _INVISIBLE.sub("", child.text or "")
        elif child.tag == qn("w:tab"):
            yield "\t"
        elif child.tag in (qn("w:br"), qn("w:cr")):
            yield "\n" if child.get(qn("w:type")) is None else ""
        elif child.tag == qn("w:noBreakHyphen"):
            yield "-"
        elif child.tag == qn("w:ruby"):
            yield from (piece.text for base in child.findall(qn("w:rubyBase")) for piece in _pieces(base))


def _hidden(run: Any) -> bool:
    mark = run.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
    return mark is not None and mark.get(qn("w:val"), "1") not in ("0", "false", "off")


def _mark_deleted(element: Any) -> bool:
    return element.find(f"{qn('w:pPr')}/{qn('w:rPr')}/{qn('w:del')}") is not None


def _style(element: Any) -> str:
    found = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if found is None else str(found.get(qn("w:val")))


def _list_of(numbered: Any) -> tuple[str, str]:
    if numbered is None:
        return "", ""
    number, level = numbered.find(qn("w:numId")), numbered.find(qn("w:ilvl"))
    return (
        "" if number is None else str(number.get(qn("w:val"))),
        "" if level is None else str(level.get(qn("w:val"))),
    )


def _table_of(row: Any) -> Any:
    return next(parent for parent in row.iterancestors() if parent.tag == qn("w:tbl"))


def _row_of(cell: Any) -> Any:
    return next(parent for parent in cell.iterancestors() if parent.tag == qn("w:tr"))


def _span(cell: Any) -> int:
    found = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    return 1 if found is None else int(found.get(qn("w:val"), 1))
