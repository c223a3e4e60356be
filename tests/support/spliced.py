"""Workbooks with one cell written as another program would have written it, all else as it was."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping

from drafts import packed

from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.parts import unpack
from perfeval_xl.workbook.sheets import _main_part, _sheet_part, _workbook


def parts(data: bytes) -> dict[str, bytes]:
    """Return what is in an archive, by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_cells(data: bytes, sheet: str, cells: Mapping[str, str]) -> bytes:
    """Return a workbook in which cells, by their references, hold this XML: `<f>1+1</f><v>2</v>`."""

    def changed(xml: str) -> str:
        for cell, content in cells.items():
            xml, count = re.subn(
                rf'<c r="{cell}"((?: s="[0-9]+")?)(?: t="[a-z]+")?(?:/>|>.*?</c>)',
                lambda match, cell=cell, content=content: f'<c r="{cell}"{match[1]}>{content}</c>',
                xml,
                count=1,
                flags=re.DOTALL,
            )
            assert count == 1, f"{sheet} has no {cell}"
        return xml

    return with_part(data, part_of(data, sheet), changed)


def with_part(data: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """Return a workbook with one part changed, which must change something."""
    found = parts(data)
    before = found[name].decode()
    found[name] = change(before).encode()
    assert found[name].decode() != before
    return packed(found)


def part_of(data: bytes, sheet: str) -> str:
    """Return the part in which a sheet's cells are."""
    package = unpack(data, Limits())
    main = _main_part(package)
    relations = {relation.id: relation for relation in package.relations(main)}
    listed = next(one for one in _workbook(package, main, Limits()).sheets if one.name == sheet)
    part = _sheet_part(package, relations, listed)
    assert part is not None
    return part


def with_rows(data: bytes, sheet: str, at: int, count: int, *, names: bool = True) -> bytes:
    """Return a workbook with blank rows put in before a row, as programs do that shift names, or forget them."""

    def row(digits: str) -> int:
        return int(digits) + count if int(digits) >= at else int(digits)

    def moved(xml: str) -> str:
        xml = re.sub(r'<row r="(\d+)"', lambda match: f'<row r="{row(match[1])}"', xml)
        xml = re.sub(r'<c r="([A-Z]+)(\d+)"', lambda match: f'<c r="{match[1]}{row(match[2])}"', xml)
        corners = r'<mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"'
        return re.sub(corners, lambda m: f'<mergeCell ref="{m[1]}{row(m[2])}:{m[3]}{row(m[4])}"', xml)

    def renamed(xml: str) -> str:
        own = rf"(?<=>)('?{re.escape(sheet)}'?!)([^<]*)(?=</definedName>)"
        return re.sub(own, lambda m: m[1] + re.sub(r"\$(\d+)", lambda d: f"${row(d[1])}", m[2]), xml)

    found = with_part(data, part_of(data, sheet), moved)
    return with_part(found, "xl/workbook.xml", renamed) if names else found
