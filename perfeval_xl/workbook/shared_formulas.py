"""How a formula that several cells share, written once in the file, reads in each of them."""

from __future__ import annotations

import re
from functools import lru_cache

from perfeval_xl.records.address import LAST_COLUMN, LAST_ROW, column_letters, column_number
from perfeval_xl.workbook.cells import Position, Sheet

_REFERENCE = re.compile(
    r"""("[^"]*"|'[^']*'|\[[^\]]*\])"""
    r"|(?<![\w.$])(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})(?![\w.(!])"
    r"|(?<![\w.$])(\$?)([A-Z]{1,3}):(\$?)([A-Z]{1,3})(?![\w.(!$])"
    r"|(?<![\w.$])(\$?)([0-9]{1,7}):(\$?)([0-9]{1,7})(?![\w.(!$])"
)
"""What moves with a formula: cells, whole columns, whole rows; first what only looks like them and stays."""
_GONE = "#REF!"


@lru_cache(maxsize=20_000)
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


def written_out(sheet: Sheet) -> dict[Position, str]:
    """Return the formulas of the cells of a sheet that refer to another cell for theirs."""
    formulas = {at: (number, cell.formula) for at, number in sheet.shared.items() if (cell := sheet.cells.get(at))}
    first = {number: (position, text) for position, (number, text) in formulas.items() if text}
    found = {}
    for position, (number, text) in formulas.items():
        if text == "" and number in first:
            origin, leading = first[number]
            found[position] = moved(leading, position[0] - origin[0], position[1] - origin[1])
    return found


def formula_at(sheet: Sheet, position: Position) -> str | None:
    """Return the formula of a cell, written out; '' where only its presence is known, None where there is none."""
    cell = sheet.cells.get(position)
    if cell is None or cell.formula != "":
        return cell.formula if cell else None
    return written_out(sheet).get(position, "")
