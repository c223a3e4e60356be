"""What a file must be so that Excel and Word open it without a question: a validator's word, and ours."""

from __future__ import annotations

import zipfile
from functools import cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from openxml_audit import FileFormat, OpenXmlValidator

from perfeval_xl.workbook.cell_text import LONGEST, units

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OFFICES = (FileFormat.OFFICE_2010, FileFormat.MICROSOFT_365)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LONGEST_FORMULA = 8_192


def faults(path: Path) -> list[str]:
    """Return what is wrong with a workbook or paper, each with its part."""
    found = [f"{office.value}: {fault}" for office in OFFICES for fault in _audited(path, office)]
    return [*found, *unsound(path)] if path.suffix == ".xlsx" else found


@cache
def _validator(office: FileFormat) -> OpenXmlValidator:
    return OpenXmlValidator(file_format=office)


def _audited(path: Path, office: FileFormat) -> list[str]:
    result = _validator(office).validate(path)
    return [f"{error.part_uri} {error.path}: {error.description}" for error in result.errors]


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


def _long(root: ElementTree.Element, tag: str) -> Iterator[str]:
    return (f"a text of {units(text)} in {tag}" for text in _texts(root, tag) if units(text) > LONGEST)


def _texts(root: ElementTree.Element, tag: str) -> Iterator[str]:
    return ("".join(element.itertext()) for element in root.iter(f"{_MAIN}{tag}"))
