"""What a sheet says before and after its cells, and how numbers and dates are spelt in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from perfeval_xl.workbook.cells import Area, Cell, Position, Sheet, area
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.parts import Attributes, parse
from perfeval_xl.workbook.rules_of_files import RefusalError, refuse
from perfeval_xl.workbook.shared_texts import UnfamiliarError

TRUE = {"1", "true", "on"}
NUMBER_PATTERN = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
A_NUMBER, NUMBERS = re.compile(NUMBER_PATTERN), re.compile(rf"(?:{NUMBER_PATTERN}\n)*+")
_NATURAL = re.compile(r"0*([0-9]{1,9})")
A_DATE = re.compile(r"-?[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]+Z?)?|[0-9]{2}:[0-9]{2}(?::[0-9.]+)?Z?")


def natural(text: str) -> int | None:
    """Return a row, a column, the number of a text or of a format; None for what is none or beyond any sheet."""
    match = _NATURAL.fullmatch(text)
    return int(match[1]) if match else None


_LARGEST = 9.99999999999999e307


def within_range(number: str) -> bool:
    """Whether Excel can hold a number; a float makes infinity of one beyond that."""
    return abs(float(number)) <= _LARGEST


_LONG = 200_000
"""Characters after the cells from which on they are not remembered."""


@dataclass(frozen=True, slots=True)
class Source:
    """One sheet's part: its name in the package, its bytes and text, and how the workbook lists it."""

    part: str
    raw: bytes
    text: str
    name: str
    hidden: bool = False


@dataclass(slots=True)
class Around:
    """What a sheet says before and after its cells."""

    merges: list[Area] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    data_at: int = 0
    """Depth of the one element that holds the cells."""
    root: str = ""


def surroundings(source: Source, before: str, after: str, limits: Limits) -> Around:
    """Read what stands before and after the cells, each part for itself; UnfamiliarError where that goes wrong.

    What comes after the cells (merges, rules, highlighting) is the same in every workbook that a program saves.
    """
    try:
        head = _read(source.part, source.name, f"{before}</sheetData></worksheet>", limits)
        read = _known if len(after) < _LONG else _read
        tail = read(source.part, source.name, f"<worksheet><sheetData>{after}", limits)
    except RefusalError:
        raise UnfamiliarError from None
    data_at = head.data_at if tail.data_at == 2 else -1
    return Around([*head.merges, *tail.merges], [*head.hidden_columns, *tail.hidden_columns], data_at, head.root)


def _read(part: str, name: str, text: str, limits: Limits) -> Around:
    around = Around()

    def start(tag: str, attributes: Attributes, level: int) -> None:
        if level == 1:
            around.root = tag
        if tag in AROUND:
            note(around, tag, attributes, name, level)

    parse(text, part, limits, start=start, watched=AROUND)
    return around


_known = lru_cache(maxsize=200)(_read)


AROUND = frozenset({"sheetData", "col", "mergeCell"})
"""The elements that `note` knows."""


def note(around: Around, tag: str, attributes: Attributes, name: str, level: int) -> None:
    """Take note of an element outside the cells."""
    if level > 3:
        return
    if tag == "sheetData":
        around.data_at = level if around.data_at == 0 else -1
    elif tag == "mergeCell":
        merged = area(f"'{name.replace(chr(39), chr(39) * 2)}'!{attributes.get('ref', '')}")
        if merged:
            around.merges.append(merged)
    elif attributes.get("hidden", "") in TRUE:
        first, last = natural(attributes.get("min", "")), natural(attributes.get("max", ""))
        if first is not None and last is not None:
            around.hidden_columns.append((first, last))


def record(
    source: Source,
    cells: dict[Position, Cell],
    around: Around,
    hidden_rows: list[int],
    shared: dict[Position, str],
    limits: Limits,
) -> Sheet:
    """Return the sheet as both ways of reading give it."""
    if len(around.merges) > limits.merges:
        raise refuse("G08", what=f"工作表“{source.name}”的合并单元格太多", limit=f"{limits.merges} 处")
    hidden_columns = tuple(around.hidden_columns)
    merges, rows = tuple(around.merges), frozenset(hidden_rows)
    return Sheet(source.name, cells, merges, rows, hidden_columns, source.hidden, shared)
