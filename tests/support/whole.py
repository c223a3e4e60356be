"""What a file must be so that Excel and Word open it without a question: a validator's word, and ours.

The validator takes four seconds for a workbook of forty thousand cells, most of which differ in figures alone.
So it is given each shape of a cell once for each sheet, with PERFEVAL_AUDIT=all the whole file; what rests on a
single figure, `unsound` looks at in every cell.
"""

from __future__ import annotations

import os
import re
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from openxml_audit import FileFormat, OpenXmlValidator

from perfeval_xl.workbook.cell_text import LONGEST, units

if TYPE_CHECKING:
    from collections.abc import Iterator

OFFICES = (FileFormat.OFFICE_2010, FileFormat.MICROSOFT_365)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LONGEST_FORMULA = 8_192
_TEXT = re.compile(rb"<si\b[^>]*?(?:/>|>.*?</si>)", re.DOTALL)
_CELL = re.compile(rb"<c\b[^>]*?(?:/>|>.*?</c>)", re.DOTALL)
_TEXT_NUMBER = re.compile(rb'(<c\b[^>]*\bt="s"[^>]*><v>)[0-9]+<')
_ROW = re.compile(rb"<row\b[^>]*?(?:/>|>.*?</row>)", re.DOTALL)
_SINGLE = re.compile(rb'\b(?:r|si|ref|spans)="[^"]*"|(?<=>)[^<]+')
"""What is of one cell alone: its place, its formula, its figure."""


def faults(path: Path) -> list[str]:
    """Return what is wrong with a workbook or paper, each with its part."""
    if path.suffix != ".xlsx":
        return _audited(path)
    with tempfile.TemporaryDirectory() as folder:
        judged = path if os.environ.get("PERFEVAL_AUDIT") == "all" else _thinned(path, Path(folder))
        return [*_audited(judged), *unsound(path)]


def _thinned(path: Path, folder: Path) -> Path:
    """Return a copy of a workbook without the cells and rows that have the shape of others before them."""
    thin = folder / path.name
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(thin, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            shaped = name.startswith("xl/worksheets/sheet") or name == "xl/sharedStrings.xml"
            target.writestr(name, _shapes_once(data) if shaped else data)
    return thin


def _shapes_once(part: bytes) -> bytes:
    seen: set[bytes] = set()

    def fresh(found: re.Match[bytes]) -> bytes:
        shape = _SINGLE.sub(b"", found[0])
        known = shape in seen
        seen.add(shape)
        return b"" if known else _TEXT_NUMBER.sub(rb"\g<1>0<", found[0])

    return _TEXT.sub(fresh, _ROW.sub(fresh, _CELL.sub(fresh, part)))


@cache
def _validator(office: FileFormat) -> OpenXmlValidator:
    return OpenXmlValidator(file_format=office)


def _audited(path: Path) -> list[str]:
    return [
        f"{office.value}: {error.part_uri} {error.path}: {error.description}"
        for office in OFFICES
        for error in _validator(office).validate(path).errors
    ]


def unsound(path: Path) -> Iterator[str]:
    """Give what the validator passes over and Excel does not."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    if len(parts) != len({name.lower() for name in parts}):
        yield "two parts of one name"
    roots = {
        name: ElementTree.fromstring(data)  # noqa: S314 - our own file
        for name, data in parts.items()
        if name.endswith(".xml")
    }
    sheets = {name: root for name, root in roots.items() if name.startswith("xl/worksheets/")}
    yield from _unsound_book(roots["xl/workbook.xml"], list(sheets.values()))
    for name, root in sheets.items():
        yield from (f"{name}: {fault}" for fault in _unsound_sheet(root))
    texts = len(list(roots["xl/sharedStrings.xml"])) if "xl/sharedStrings.xml" in roots else 0
    known = set(map(str, range(texts)))
    looks = {str(number) for number in range(len(list(roots["xl/styles.xml"].iterfind(f"{_MAIN}cellXfs/*"))))}
    for name, root in sheets.items():
        yield from (f"{name}: text {number} of {texts}" for number in _text_numbers(root) if number not in known)
        used = {look for tag in ("c", "row") for one in root.iter(f"{_MAIN}{tag}") if (look := one.get("s"))}
        yield from (f"{name}: look {number} of {len(looks)}" for number in sorted(used - looks))
    for name in {"xl/sharedStrings.xml"} & roots.keys():
        yield from (f"{name}: {fault}" for fault in _long(roots[name], "si"))


def _unsound_book(book: ElementTree.Element, sheets: list[ElementTree.Element]) -> Iterator[str]:
    listed = list(book.iter(f"{_MAIN}sheet"))
    views = [view for sheet in sheets for view in sheet.iter(f"{_MAIN}sheetView")]
    selected = sum(view.get("tabSelected") in ("1", "true") for view in views)
    if selected > 1:
        yield f"{selected} tabs are selected: what is typed goes into all of them"
    for view in book.iter(f"{_MAIN}workbookView"):
        active = int(view.get("activeTab", "0"))
        if active >= len(listed) or listed[active].get("state", "visible") != "visible":
            yield f"tab {active} is active and cannot be seen"
    for name in book.iter(f"{_MAIN}definedName"):
        if not 0 <= int(name.get("localSheetId", "0")) < len(listed):
            yield f"name {name.get('name')} is of no sheet"
    if len({sheet.get("name", "").lower() for sheet in listed}) != len(listed):
        yield "two sheets of one name"


def _unsound_sheet(sheet: ElementTree.Element) -> Iterator[str]:
    data = sheet.find(f"{_MAIN}sheetData")
    rows = list(data) if data is not None else []
    numbers = [int(row.get("r", "0")) for row in rows]
    if numbers != sorted(set(numbers)):
        yield "rows are not in order"
    for row in rows:
        cells = [cell.get("r", "") for cell in row]
        if len(set(cells)) != len(cells) or cells != sorted(cells, key=lambda cell: (len(cell), cell)):
            yield f"cells of row {row.get('r')} are not in order"
    yield from (f"formula of {len(text)}" for text in _texts(sheet, "f") if len(text) > _LONGEST_FORMULA)
    yield from (*_long(sheet, "v"), *_long(sheet, "is"))


def _text_numbers(sheet: ElementTree.Element) -> Iterator[str]:
    cells = (cell for cell in sheet.iter(f"{_MAIN}c") if cell.get("t") == "s")
    return (cell.findtext(f"{_MAIN}v") or "" for cell in cells)


def _long(root: ElementTree.Element, tag: str) -> Iterator[str]:
    return (f"a text of {units(text)} in {tag}" for text in _texts(root, tag) if units(text) > LONGEST)


def _texts(root: ElementTree.Element, tag: str) -> Iterator[str]:
    return ("".join(element.itertext()) for element in root.iter(f"{_MAIN}{tag}"))
