"""What an .xlsb file says that python-calamine does not pass on: short cells, error values, where formulas are.

A short cell names no column: it stands beside the cell before it. SheetJS writes most cells so.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping

from perfeval_xl.workbook.cells import BOOLEAN, NUMBER, TEXT, Cell, Position
from perfeval_xl.workbook.legacy.biff import ERRORS, packed_number
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.parts import Package
from perfeval_xl.workbook.rules_of_files import refuse

WORKBOOK = "xl/workbook.bin"
_ROW, _SHEET, _TEXT_ITEM = 0, 156, 19
_CELLS, _SHORT_CELLS = range(1, 12), range(12, 19)
_FORMULAS = range(8, 12)
_FULL_ERRORS, _SHORT_ERROR = (3, 11), 14

Seen = tuple[dict[str, dict[Position, str]], dict[str, frozenset[Position]], dict[str, dict[Position, Cell]]]


def scan(package: Package, limits: Limits) -> Seen:
    """Return error values, formula cells and short cells by sheet; RefusalError where the records are damaged."""
    relations = {one.id: one.target for one in package.relations(WORKBOOK) if not one.external}
    texts = _texts(package, relations)
    seen: Seen = ({}, {}, {})
    for name, link in _sheets(package):
        if package.has(relations.get(link, "")):
            for found, of_sheet in zip(seen, _sheet(package.part(relations[link]), texts, limits), strict=True):
                found[name] = of_sheet  # type: ignore[index]  # each is one of the three
    return seen


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the kind and the body of each record; both head numbers have seven bits a byte."""
    at = 0
    while at < len(part):
        kind, at = _number(part, at, 2)
        size, at = _number(part, at, 4)
        if at + size > len(part):
            raise refuse("G13", format=".xlsb", what="内容残缺")
        yield kind, part[at : at + size]
        at += size


def _number(part: bytes, at: int, most: int) -> tuple[int, int]:
    value = 0
    for place in range(most):
        if at >= len(part):
            raise refuse("G13", format=".xlsb", what="内容残缺")
        byte, at = part[at], at + 1
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            break
    return value, at


def _sheets(package: Package) -> Iterator[tuple[str, str]]:
    """Give the name of each sheet and the id of its relation."""
    for kind, body in _records(package.part(WORKBOOK)):
        if kind == _SHEET:
            link, at = _string(body, 8)
            yield _string(body, at)[0], link


def _string(body: bytes, at: int) -> tuple[str, int]:
    """Return the text at a place, and where it ends."""
    length = int.from_bytes(body[at : at + 4], "little")
    stop = at + 4 + 2 * length
    return body[at + 4 : stop].decode("utf-16-le", "surrogatepass"), stop


def _texts(package: Package, relations: Mapping[str, str]) -> list[str]:
    part = next((target for target in relations.values() if target.lower().endswith("sharedstrings.bin")), "")
    if not package.has(part):
        return []
    return [_string(body, 1)[0] for kind, body in _records(package.part(part)) if kind == _TEXT_ITEM]


def _sheet(
    part: bytes, texts: list[str], limits: Limits
) -> tuple[dict[Position, str], frozenset[Position], dict[Position, Cell]]:
    errors, formulas, short = dict[Position, str](), set[Position](), dict[Position, Cell]()
    row = column = 0
    for kind, body in _records(part):
        if kind == _ROW and len(body) >= 4:
            row, column = int.from_bytes(body[:4], "little") + 1, 0
        elif kind in _CELLS and len(body) >= 8:
            column = int.from_bytes(body[:4], "little") + 1
            if kind in _FORMULAS:
                formulas.add((row, column))
            if kind in _FULL_ERRORS and len(body) > 8:
                errors[row, column] = ERRORS.get(body[8], "#ERROR")
        elif kind in _SHORT_CELLS and len(body) >= 4:
            column += 1
            if kind == _SHORT_ERROR:
                errors[row, column] = ERRORS.get(body[4], "#ERROR") if len(body) > 4 else "#ERROR"
            elif cell := _VALUES[kind](body[4:], texts):
                short[row, column] = cell
        if len(short) + len(errors) > limits.old_cells:
            raise refuse("G08", what="单元格太多", limit=f"{limits.old_cells} 个")
    return errors, frozenset(formulas), short


def _packed(body: bytes, _: list[str]) -> Cell | None:
    return Cell(NUMBER, packed_number(body[:4])) if len(body) >= 4 else None


def _real(body: bytes, _: list[str]) -> Cell | None:
    return Cell(NUMBER, repr(struct.unpack_from("<d", body)[0])) if len(body) >= 8 else None


def _boolean(body: bytes, _: list[str]) -> Cell | None:
    return Cell(BOOLEAN, str(int(body[0] != 0))) if body else None


def _own_text(body: bytes, _: list[str]) -> Cell | None:
    text = _string(body, 0)[0]
    return Cell(TEXT, text) if text.strip() else None


def _shared_text(body: bytes, texts: list[str]) -> Cell | None:
    number = int.from_bytes(body[:4], "little")
    if number >= len(texts):
        raise refuse("G13", format=".xlsb", what="文字编号超出范围")
    return Cell(TEXT, texts[number]) if texts[number].strip() else None


_VALUES: Mapping[int, Callable[[bytes, list[str]], Cell | None]] = {
    12: lambda *_: None,
    13: _packed,
    15: _boolean,
    16: _real,
    17: _own_text,
    18: _shared_text,
}
"""How the content of a short cell is read, by its kind."""
