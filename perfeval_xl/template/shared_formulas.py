"""How a formula that several cells share, written once in the file, reads in each of them."""

from __future__ import annotations

import re

from perfeval_xl.records.address import LAST_COLUMN, LAST_ROW, cell_position, column_letters, column_number
from perfeval_xl.workbook.cells import Position
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.parts import Attributes, Package, parse
from perfeval_xl.workbook.sheets import sheet_parts

_REFERENCE = re.compile(
    r"""("[^"]*"|'[^']*'|\[[^\]]*\])"""
    r"|(?<![\w.$])(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})(?![\w.(!])"
    r"|(?<![\w.$])(\$?)([A-Z]{1,3}):(\$?)([A-Z]{1,3})(?![\w.(!$])"
    r"|(?<![\w.$])(\$?)([0-9]{1,7}):(\$?)([0-9]{1,7})(?![\w.(!$])"
)
"""What moves with a formula: cells, whole columns, whole rows; first what only looks like them and stays."""
_GONE = "#REF!"


def moved(formula: str, rows: int, columns: int) -> str:
    """Return a formula as it reads so many rows below and columns to the right; `$` keeps a row or column."""

    def letters(fixed: str, name: str) -> str:
        column = column_number(name) + (0 if fixed else columns)
        return fixed + column_letters(column) if 1 <= column <= LAST_COLUMN else _GONE

    def number(fixed: str, digits: str) -> str:
        row = int(digits) + (0 if fixed else rows)
        return f"{fixed}{row}" if 1 <= row <= LAST_ROW else _GONE

    def there(match: re.Match[str]) -> str:
        stays, *parts = match.groups()
        if stays is not None:
            return stays
        if parts[1] is not None:
            found = letters(parts[0], parts[1]) + number(parts[2], parts[3])
        elif parts[5] is not None:
            found = f"{letters(parts[4], parts[5])}:{letters(parts[6], parts[7])}"
        else:
            found = f"{number(parts[8], parts[9])}:{number(parts[10], parts[11])}"
        return _GONE if _GONE in found else found

    return _REFERENCE.sub(there, formula)


def written_out(package: Package, sheet: str, limits: Limits) -> dict[Position, str]:
    """Return the formulas of the cells of a sheet that refer to another cell for theirs."""
    part = sheet_parts(package, limits)[sheet]
    first: dict[str, tuple[Position, str]] = {}
    others: dict[Position, str] = {}
    for position, number, text in _shared(package, part, limits):
        if text:
            first[number] = position, text
        else:
            others[position] = number
    found = {}
    for position, number in others.items():
        if number in first:
            origin, text = first[number]
            found[position] = moved(text, position[0] - origin[0], position[1] - origin[1])
    return found


def _shared(package: Package, part: str, limits: Limits) -> list[tuple[Position, str, str]]:
    """Return the cells with a shared formula, its number, and its text where it is written."""
    found: list[tuple[Position, str, str]] = []
    cell, number = "", ""
    pieces: list[str] = []

    def start(tag: str, attributes: Attributes, _: int) -> None:
        nonlocal cell, number
        local = tag.rpartition(":")[2]
        if local == "c":
            cell = attributes.get("r", "")
        elif local == "f":
            number = attributes.get("si", "") if attributes.get("t") == "shared" else ""
            pieces.clear()

    def end(tag: str) -> None:
        if tag.rpartition(":")[2] == "f" and number and cell:
            found.append((cell_position(cell), number, "".join(pieces)))

    parse(package.text(part), part, limits, start=start, end=end, characters=pieces.append)
    return found
