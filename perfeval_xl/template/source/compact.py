"""How a built workbook is made small: repeated formulas are written once, and nothing that nobody reads."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.records.address import column_number
from perfeval_xl.workbook.cell_widths import widths_of
from perfeval_xl.workbook.granted import require_count, require_none

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORMULA_CELL = re.compile(r'(<c r="([A-Z]+)([0-9]+)"[^>]*>)<f>([^<]*)</f>')
_ANY_FORMULA = re.compile(r'<f(?! t="array")[ >]')
"""A formula in whatever form, but for those of several cells at once, which are left as they are."""
_TEXT_OR_ROW = re.compile(r"""("[^"]*")|('[^']*')|(\$?[A-Z]{1,3})([0-9]+)(?![0-9(])""")
_LISTED = re.compile(rb"<HeadingPairs>.*</TitlesOfParts>", re.DOTALL)
"""A second list of all sheets and names, in the document's properties, that no program needs."""
_SPANS = re.compile(rb' spans="[0-9:]+"')
"""Which columns a row has, which every program sees for itself."""
_FIXED = re.compile(rb'(<row r="([0-9]+)"[^>]*?) customHeight="1"([^>]*>)')
"""A row that keeps its height whatever is typed into it."""
_ANY_SPANS = re.compile(rb"<row [^>]*spans=")
_NOTHING = re.compile(rb' t="str"(><f t="shared"[^>]*/>)<v></v>')
"""The stored value of a formula that gives an empty text: a cell without one looks the same."""
_ANY_NOTHING = re.compile(rb'<f t="shared"[^>]*/><v(?:></v>|\s*/>)')
_SHORTEST = 12
_LEVEL = 9


@dataclass(frozen=True, slots=True)
class _Run:
    """A formula that runs down a column, by its number on the sheet."""

    number: int
    column: str
    first: int
    last: int


def compacted(package: bytes) -> bytes:
    """Return the same workbook with repeated formulas shared and every part packed tightly."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as packed,
    ):
        for info in source.infolist():
            part = source.read(info)
            if info.filename.startswith("xl/worksheets/sheet"):
                part = _sheet(part, info.filename)
            elif info.filename == "docProps/app.xml":
                part, lists = _LISTED.subn(b"", part)
                require_count(info.filename, "<HeadingPairs>…</TitlesOfParts>", 1, lists)
            packed.writestr(info, part, zipfile.ZIP_DEFLATED, _LEVEL)
    return target.getvalue()


def _sheet(part: bytes, name: str) -> bytes:
    """Return a sheet with repeated formulas shared, without what every program sees for itself."""
    part = _SPANS.sub(b"", _shared(part.decode("utf-8"), name).encode("utf-8"))
    part = _growing(part)
    require_none(name, "spans of rows", len(_ANY_SPANS.findall(part)))
    part = _NOTHING.sub(rb"\1", part)
    require_none(name, "empty value of a shared formula", len(_ANY_NOTHING.findall(part)))
    return part


def _growing(part: bytes) -> bytes:
    """Return a sheet whose rows grow with what is typed, from the height that they are given.

    A row with a merged cell does not grow in Excel, and would be made as low as its other cells need.
    """
    merged = widths_of(part).merged_rows
    return _FIXED.sub(lambda row: row[0] if int(row[2]) in merged else row[1] + row[3], part)


def _shared(sheet: str, name: str) -> str:
    require_count(
        name, "formula of a cell as <f>…</f>", len(_ANY_FORMULA.findall(sheet)), len(_FORMULA_CELL.findall(sheet))
    )
    cells = {(match[2], int(match[3])): match[4] for match in _FORMULA_CELL.finditer(sheet)}
    runs = _runs(cells)

    def once(match: re.Match[str]) -> str:
        run = runs.get((match[2], int(match[3])))
        if run is None:
            return match[0]
        if int(match[3]) > run.first:
            return f'{match[1]}<f t="shared" si="{run.number}"/>'
        area = f"{run.column}{run.first}:{run.column}{run.last}"
        return f'{match[1]}<f t="shared" ref="{area}" si="{run.number}">{match[4]}</f>'

    return _FORMULA_CELL.sub(once, sheet)


def _runs(cells: Mapping[tuple[str, int], str]) -> dict[tuple[str, int], _Run]:
    """Find the formulas that are the same, counted from their own row, in cells one below the other."""
    runs: dict[tuple[str, int], _Run] = {}
    number = 0
    members: list[tuple[str, int]] = []
    before = ""
    for column, row in [*sorted(cells, key=lambda cell: (column_number(cell[0]), cell[1])), ("", 0)]:
        text = cells.get((column, row), "")
        seen = relative(text, row)
        if members and members[-1] == (column, row - 1) and seen == before:
            members.append((column, row))
            continue
        if len(members) > 1:
            run = _Run(number, members[0][0], members[0][1], members[-1][1])
            runs |= dict.fromkeys(members, run)
            number += 1
        members = [(column, row)] if len(text) >= _SHORTEST else []
        before = seen
    return runs


def relative(formula: str, row: int) -> str:
    """Return a formula with the rows that move counted from its own; all else stays as it is."""

    def counted(match: re.Match[str]) -> str:
        return match[1] or match[2] or f"{match[3]}[{int(match[4]) - row}]"

    return _TEXT_OR_ROW.sub(counted, formula)
