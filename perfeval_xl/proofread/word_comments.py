"""A copy of the report with its findings as Word comments, each beside the words that it is about."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Iterable
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.run import Run

from perfeval_xl.proofread.plain_text import read_text
from perfeval_xl.proofread.word_file import Block, blocks, opened
from perfeval_xl.records.finding import Finding, Passage

_PACKAGE = b"PK\x03\x04"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_AUTHOR, _INITIALS = "绩效报告审读", "审"
_STYLES = (
    ("CommentReference", "annotation reference", "character"),
    ("CommentText", "annotation text", "paragraph"),
)
"""The styles that a comment is written in: the library's names for them, Word's own, and what they are for."""
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def mark(data: bytes, findings: Iterable[Finding]) -> bytes:
    """Return the .docx with a comment for each finding that has a place in it; the text stays as it is.

    A text file comes back as a .docx with the same paragraphs.
    """
    document = opened(data if data.startswith(_PACKAGE) else _drafted(data), "报告")
    for item in sorted(findings, key=lambda found: found.sort_key):
        if isinstance(item.place, Passage):
            block = list(blocks(document))[item.place.paragraph - 1]
            runs = _runs(block, item.place)
            if runs:
                _comment(document, runs, item)
    _dress(document, document.element)
    written = io.BytesIO()
    document.save(written)
    return _dateless(written.getvalue())


def _drafted(data: bytes) -> bytes:
    """Return a text file as a .docx, a paragraph for each of its paragraphs."""
    document = docx.Document()
    for paragraph in read_text(data, "报告").paragraphs:
        document.add_paragraph(_UNPRINTABLE.sub(" ", paragraph.text))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _comment(document: Any, runs: list[Any], item: Finding) -> None:
    first, last = Run(runs[0], document), Run(runs[-1], document)
    text = f"{item.level.label} {item.rule}：{item.message}"
    added = document.add_comment(runs=[first, last], text=text, author=_AUTHOR, initials=_INITIALS)
    _dress(document, added._comment_elm)  # noqa: SLF001 - python-docx takes it for granted that the styles are there
    added._comment_elm.attrib.pop(qn("w:date"), None)  # noqa: SLF001 - python-docx has no way to leave the date out


def _dress(document: Any, element: Any) -> None:
    """Let comments have the document's own styles for them, whose ids differ; add what it lacks."""
    for mark in element.iter(qn("w:rStyle"), qn("w:pStyle")):
        for number, name, kind in _STYLES:
            if mark.get(qn("w:val")) == number:
                mark.set(qn("w:val"), _style_id(document.styles.element, number, name, kind))


def _style_id(styles: Any, number: str, name: str, kind: str) -> str:
    for style in styles.findall(qn("w:style")):
        named = style.find(qn("w:name"))
        if named is not None and named.get(qn("w:val"), "").lower() == name and style.get(qn("w:type")) == kind:
            return str(style.get(qn("w:styleId")))
    style, named = OxmlElement("w:style"), OxmlElement("w:name")
    style.set(qn("w:type"), kind)
    style.set(qn("w:styleId"), number)
    named.set(qn("w:val"), name)
    style.append(named)
    styles.append(style)
    return number


def _runs(block: Block, place: Passage) -> list[Any]:
    """Return the runs that hold exactly the words of a place; runs are cut where it begins or ends inside one."""
    if block.reference is not None:
        return [block.reference]
    found = []
    position = len(block.label)
    for piece in block.pieces:
        start, end = position, position + len(piece.text)
        position = end
        if start < place.end and end > place.start and piece.text:
            found.append(
                _cut(piece.run, max(place.start - start, 0), min(place.end, end) - start, len(piece.text))
            )
    return found or [piece.run for piece in block.pieces[:1]]


def _cut(run: Any, start: int, end: int, length: int) -> Any:
    """Split a run so that one holds just the characters from start to end; one with more than text stays whole."""
    texts = [child for child in run if child.tag != qn("w:rPr")]
    if (start, end) == (0, length) or len(texts) != 1 or texts[0].tag != qn("w:t") or len(texts[0].text) != length:
        return run
    text = texts[0].text
    if end < length:
        run.addnext(_like(run, text[end:]))
    if start > 0:
        run.addprevious(_like(run, text[:start]))
    _write(run, text[start:end])
    return run


def _like(run: Any, text: str) -> Any:
    other = copy.deepcopy(run)
    _write(other, text)
    return other


def _write(run: Any, text: str) -> None:
    element = run.find(qn("w:t"))
    element.text = text
    element.set(qn("xml:space"), "preserve")


def _dateless(package: bytes) -> bytes:
    """Return a package with the same contents and no time of day in it, so that equal input gives equal bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            entry = zipfile.ZipInfo(item.filename, _FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(item))
    return written.getvalue()
