"""What an .xls file says that python-calamine hides: errors, formulas, macros, numbers shown as times."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from decimal import Decimal

from perfeval_xl.records.finding import Finding
from perfeval_xl.workbook.cells import NUMBER, Cell, Position
from perfeval_xl.workbook.legacy.ole import compound
from perfeval_xl.workbook.rules_of_files import refuse, say

_BOF, _BOUNDSHEET, _FILEPASS, _EOF = (0x0809,), 0x0085, 0x002F, 0x000A
_FORMULA, _BOOLERR = (0x0006, 0x0206, 0x0406), 0x0205
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_MACRO_SHEET = 1
_FORMAT, _XF, _NUMBER, _RK, _SEVERAL_RK = 0x041E, 0x00E0, 0x0203, 0x027E, 0x00BD
_TIMES = frozenset((18, 19, 20, 21, 45, 46, 47))
"""The numbers of the formats that every .xls has and that show the time of a day, or hours."""
_NO_CODE = re.compile(r'"[^"]*"|\\.|_.|\[[$<>=][^\]]*\]')

Scan = tuple[
    dict[str, dict[Position, str]],
    dict[str, frozenset[Position]],
    tuple[Finding, ...],
    dict[str, dict[Position, Cell]],
]


def scan(data: bytes) -> Scan:
    """Return errors and formula cells by sheet, what is to be said of the file, and numbers shown as times."""
    file = compound(data)
    root = file.root
    book = root.get("WORKBOOK") or root.get("BOOK")
    if book is None:
        raise refuse("G13", format=".xls", what="没有工作簿内容")
    stream = file.stream(book)
    sheets, macro_sheets = _bound_sheets(stream)
    times, timed = _time_formats(stream), dict[str, dict[Position, Cell]]()
    errors: dict[str, dict[Position, str]] = {}
    formulas: dict[str, frozenset[Position]] = {}
    for name, offset in sheets.items():
        errors[name], formulas[name] = _sheet(stream, offset)
        timed[name] = {place: Cell(NUMBER, text) for place, text in _timed(stream, offset, times)}
    findings = [say("R06", what="VBA 宏")] if "_VBA_PROJECT_CUR" in root else []
    if macro_sheets:
        findings.append(say("R06", what="Excel 4.0 宏表"))
    return errors, formulas, tuple(findings), timed


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
            errors[_position(body)] = ERRORS.get(body[6], "#ERROR")
        elif kind in _FORMULA and len(body) >= 14:
            position = _position(body)
            formulas.add(position)
            if body[12:14] == b"\xff\xff" and body[6] == 2:
                errors[position] = ERRORS.get(body[8], "#ERROR")
    return errors, frozenset(formulas)


def _position(body: bytes) -> Position:
    row, column = struct.unpack_from("<2H", body)
    return row + 1, column + 1


def _time_formats(stream: bytes) -> frozenset[int]:
    """Return which looks of cells show a number as a time without a day."""
    times, looks = set(_TIMES), list[int]()
    for kind, body in _records(stream, 0):
        if kind == _FORMAT and len(body) >= 5:
            wide, code = body[4] & 1, body[5:]
            if _shows_time(code.decode("utf-16-le" if wide else "latin-1", "replace")):
                times.add(int.from_bytes(body[:2], "little"))
        elif kind == _XF and len(body) >= 4:
            looks.append(int.from_bytes(body[2:4], "little"))
    return frozenset(at for at, look in enumerate(looks) if look in times)


def _shows_time(code: str) -> bool:
    letters = set(_NO_CODE.sub("", code.lower()))
    return bool(letters & {"h", "s"}) and not letters & {"y", "d"}


def _timed(stream: bytes, offset: int, times: frozenset[int]) -> Iterator[tuple[Position, str]]:
    """Give the numbers of a sheet that are shown as times: what they are, not what a library makes of them."""
    for kind, body in _records(stream, offset):
        if kind in (_NUMBER, *_FORMULA) and len(body) >= 14 and _look(body, 4) in times:
            if kind == _NUMBER or body[12:14] != b"\xff\xff":
                yield _position(body), repr(struct.unpack_from("<d", body, 6)[0])
        elif kind == _RK and len(body) >= 10 and _look(body, 4) in times:
            yield _position(body), packed_number(body[6:10])
        elif kind == _SEVERAL_RK:
            row, first = _position(body)
            for at in range((len(body) - 6) // 6):
                if _look(body, 4 + 6 * at) in times:
                    yield (row, first + at), packed_number(body[6 + 6 * at : 10 + 6 * at])


def _look(body: bytes, at: int) -> int:
    return int.from_bytes(body[at : at + 2], "little")


def packed_number(raw: bytes) -> str:
    """Return a number in four bytes: 30 bits of an integer or of a double, perhaps a hundred times too large."""
    flags = raw[0]
    if flags & 2:
        value = Decimal(int.from_bytes(raw, "little", signed=True) >> 2)
    else:
        value = Decimal(repr(struct.unpack("<d", bytes(4) + bytes((flags & ~3,)) + raw[1:])[0]))
    return f"{value / 100 if flags & 1 else value:f}"
