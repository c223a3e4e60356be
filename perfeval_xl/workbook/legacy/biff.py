"""What an .xls file says that python-calamine does not pass on: error values, formulas, macros, passwords."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from perfeval_xl.records.finding import Finding
from perfeval_xl.workbook.cells import Position
from perfeval_xl.workbook.legacy.ole import compound
from perfeval_xl.workbook.rules import refuse, say

_BOF, _BOUNDSHEET, _FILEPASS, _EOF = (0x0809,), 0x0085, 0x002F, 0x000A
_FORMULA, _BOOLERR = (0x0006, 0x0206, 0x0406), 0x0205
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_MACRO_SHEET = 1

Scan = tuple[dict[str, dict[Position, str]], dict[str, frozenset[Position]], tuple[Finding, ...]]


def scan(data: bytes) -> Scan:
    """Return error values and formula cells by sheet, and what is to be said of the file."""
    file = compound(data)
    root = file.root
    book = root.get("WORKBOOK") or root.get("BOOK")
    if book is None:
        raise refuse("G13", format=".xls", what="没有工作簿内容")
    stream = file.stream(book)
    sheets, macro_sheets = _bound_sheets(stream)
    errors: dict[str, dict[Position, str]] = {}
    formulas: dict[str, frozenset[Position]] = {}
    for name, offset in sheets.items():
        errors[name], formulas[name] = _sheet(stream, offset)
    findings = [say("R06", what="VBA 宏")] if "_VBA_PROJECT_CUR" in root else []
    if macro_sheets:
        findings.append(say("R06", what="Excel 4.0 宏表"))
    return errors, formulas, tuple(findings)


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    while offset + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, offset)
        yield kind, stream[offset + 4 : offset + 4 + length]
        offset += 4 + length
        if kind == _EOF:
            return


def _bound_sheets(stream: bytes) -> tuple[dict[str, int], bool]:
    """Return where each worksheet begins, and whether there are macro sheets."""
    sheets: dict[str, int] = {}
    macros = False
    for kind, body in _records(stream, 0):
        if kind == _FILEPASS:
            raise refuse("G09")
        if kind == _BOUNDSHEET and len(body) > 8:
            macros = macros or body[5] == _MACRO_SHEET
            sheets[_name(body)] = int.from_bytes(body[:4], "little")
    return sheets, macros


def _name(body: bytes) -> str:
    length, wide = body[6], body[7] & 1
    raw = body[8 : 8 + length * (2 if wide else 1)]
    return raw.decode("utf-16-le" if wide else "latin-1", "replace")


def _sheet(stream: bytes, offset: int) -> tuple[dict[Position, str], frozenset[Position]]:
    errors: dict[Position, str] = {}
    formulas = set()
    for kind, body in _records(stream, offset):
        if kind == _BOOLERR and len(body) >= 8 and body[7]:
            errors[_position(body)] = _ERRORS.get(body[6], "#ERROR")
        elif kind in _FORMULA and len(body) >= 14:
            position = _position(body)
            formulas.add(position)
            if body[12:14] == b"\xff\xff" and body[6] == 2:
                errors[position] = _ERRORS.get(body[8], "#ERROR")
    return errors, frozenset(formulas)


def _position(body: bytes) -> Position:
    row, column = struct.unpack_from("<2H", body)
    return row + 1, column + 1
