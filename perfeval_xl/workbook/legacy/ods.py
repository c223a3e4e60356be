"""What an .ods workbook says, whoever wrote it: values, texts, errors, where formulas are, merged cells.

Read by a walk of our own: python-calamine refuses a workbook with white space between its cells, and hides errors.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from perfeval_xl.records.finding import Finding
from perfeval_xl.workbook.cells import BOOLEAN, DATE, NUMBER, TEXT, Position
from perfeval_xl.workbook.frame import A_DATE, A_NUMBER
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.parts import Attributes, Package, parse
from perfeval_xl.workbook.rules_of_files import refuse

CONTENT, MANIFEST = "content.xml", "META-INF/manifest.xml"
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_SPACES = re.compile(rb'text:c="([0-9]{7,})"')
_LAYOUT = re.compile("[ \t]*[\r\n][ \t\r\n]*")
_TIME = re.compile(
    r"(-?)P(?:([0-9]{1,9})D)?T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9}(?:[.,][0-9]{1,9})?)S)?"
)
_CELLS = ("table:table-cell", "table:covered-table-cell")
_ASIDE = frozenset(
    (
        "office:annotation",
        "table:tracked-changes",
        "table:dde-links",
        "table:shapes",
        "draw:frame",
        "draw:custom-shape",
    )
)
"""Elements whose content is in no cell: remarks, what was before a change, other files' figures, pictures."""
_MIDNIGHT = "T00:00:00"

Scan = tuple[
    dict[str, dict[Position, str]], dict[str, frozenset[Position]], tuple[Finding, ...], tuple[dict[str, Any], ...]
]


@dataclass(slots=True)
class _Table:
    """One sheet as far as it was walked through; rows and columns are counted from 1, merges from 0."""

    name: str
    style: str = ""
    cells: list[tuple[int, int, str, str]] = field(default_factory=list)
    merges: list[list[int]] = field(default_factory=list)
    errors: dict[Position, str] = field(default_factory=dict)
    formulas: set[Position] = field(default_factory=set)


@dataclass(slots=True)
class _Walk:
    """Where the walk through the tables is."""

    limits: Limits
    tables: list[_Table] = field(default_factory=list)
    unseen: set[str] = field(default_factory=set)
    style: str = ""
    row: int = 0
    column: int = 0
    down: int = 0
    across: int = 0
    count: int = 0
    aside: int = 0
    cell: Attributes | None = None
    paragraphs: list[str] = field(default_factory=list)
    open_paragraph: bool = False

    def start(self, tag: str, attributes: Attributes, _: int) -> None:
        """Take note of an opened element."""
        if self.aside or tag in _ASIDE:
            self.aside += 1
        elif tag == "style:style":
            self.style = attributes.get("style:name", "")
        elif tag == "style:table-properties" and attributes.get("table:display") == "false":
            self.unseen.add(self.style)
        elif tag == "table:table":
            self.tables.append(_Table(attributes.get("table:name", ""), attributes.get("table:style-name", "")))
            self.row = self.down = 0
        elif tag == "table:table-row":
            self.row, self.column = self.row + self.down, 0
            self.down = _count(attributes, "table:number-rows-repeated", _LAST_ROW)
        elif tag in _CELLS and self.tables:
            self.cell, self.paragraphs = attributes, []
            self.across = _count(attributes, "table:number-columns-repeated", _LAST_COLUMN)
        else:
            self._text(tag, attributes)

    def _text(self, tag: str, attributes: Attributes) -> None:
        """Take note of what stands for characters within a cell."""
        if self.cell is None:
            return
        if tag == "text:p":
            self.paragraphs.append("")
            self.open_paragraph = True
        elif self.paragraphs and tag in ("text:s", "text:tab", "text:line-break"):
            times = _count(attributes, "text:c", 1_000_000) if tag == "text:s" else 1
            self.paragraphs[-1] += {"text:s": " ", "text:tab": "\t", "text:line-break": "\n"}[tag] * times

    def characters(self, data: str) -> None:
        """Take note of text; a line end of the file's layout is one space, and none at the beginning."""
        if self.open_paragraph and not self.aside:
            so_far = self.paragraphs[-1]
            if not so_far and (layout := _LAYOUT.match(data)):
                data = data[layout.end() :]
            self.paragraphs[-1] += _LAYOUT.sub(" ", data)

    def end(self, tag: str) -> None:
        """Take note of a closed element."""
        if self.aside:
            self.aside -= 1
        elif tag == "text:p":
            self.open_paragraph = False
        elif tag in _CELLS and self.cell is not None:
            self._cell(self.cell, "\n".join(self.paragraphs))
            self.column += self.across
            self.cell = None

    def _cell(self, attributes: Attributes, text: str) -> None:
        """Keep a cell, as often as it is repeated."""
        table, place = self.tables[-1], (self.row + 1, self.column + 1)
        typed = attributes.get("calcext:value-type", attributes.get("office:value-type", ""))
        if "table:formula" in attributes:
            table.formulas.add(place)
        self._merge(table, attributes)
        if not typed and not text:
            return
        self.count += self.across * self.down
        if self.count > self.limits.old_cells:
            raise refuse("G08", what="单元格太多", limit=f"{self.limits.old_cells} 个")
        if typed == "error":
            table.errors[place] = text.strip() or "#ERROR"
            return
        found, value = _value(typed, attributes, text)
        table.cells += [
            (self.row + 1 + down, self.column + 1 + across, found, value)
            for down in range(self.down)
            for across in range(self.across)
        ]

    def _merge(self, table: _Table, attributes: Attributes) -> None:
        wide = _count(attributes, "table:number-columns-spanned", _LAST_COLUMN)
        high = _count(attributes, "table:number-rows-spanned", _LAST_ROW)
        if wide * high > 1:
            table.merges.append([self.row, self.column, self.row + high - 1, self.column + wide - 1])
        if len(table.merges) > self.limits.merges:
            raise refuse("G08", what=f"工作表“{table.name}”的合并单元格太多", limit=f"{self.limits.merges} 处")


def _value(typed: str, attributes: Attributes, text: str) -> tuple[str, str]:
    """Return kind and text of a cell; a value that is none of its type is what the cell shows."""
    value = attributes.get(f"office:{_KEPT.get(typed, 'value')}", "")
    if typed in ("float", "percentage", "currency") and A_NUMBER.fullmatch(value):
        return NUMBER, value
    if typed == "boolean" and value:
        return BOOLEAN, "1" if value.lower() in ("true", "1") else "0"
    if typed == "date" and A_DATE.fullmatch(value):
        return DATE, value.removesuffix(_MIDNIGHT)
    if typed == "time" and (match := _TIME.fullmatch(value)):
        return NUMBER, _days(match)
    return TEXT, (value if typed == "string" and not text else text) or value


_KEPT = {"boolean": "boolean-value", "date": "date-value", "time": "time-value", "string": "string-value"}
"""The attribute that holds the value of a kind; that of numbers is `office:value`."""


def _days(match: re.Match[str]) -> str:
    """Return a duration as the number that is shown so."""
    days, hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in match.groups()[1:])
    return f"{match[1]}{round(days + (hours * 3600 + minutes * 60 + seconds) / 86_400, 9)!r}"


def _count(attributes: Attributes, name: str, most: int) -> int:
    text = attributes.get(name, "1")
    if not (text.isascii() and text.isdecimal()):
        raise refuse("G11", part=CONTENT, what="重复次数不是数字")
    return min(int(text[:9]), most)


def scan(package: Package, limits: Limits) -> Scan:
    """Return error values and formula cells by sheet, nothing to be said, and the sheets as the worker gives them.

    RefusalError for encrypted files and absurd repeats.
    """
    if package.has(MANIFEST) and b"encryption-data" in package.part(MANIFEST):
        raise refuse("G09")
    if _SPACES.search(package.part(CONTENT)):
        raise refuse("G08", what="文字中有大量空格", limit="100 万个")
    walk = _Walk(limits)
    text, start, end = package.text(CONTENT), walk.start, walk.end
    parse(text, CONTENT, limits, start=start, end=end, characters=walk.characters)
    return (
        {table.name: table.errors for table in walk.tables},
        {table.name: frozenset(table.formulas) for table in walk.tables},
        (),
        tuple(
            {"name": one.name, "hidden": one.style in walk.unseen, "cells": one.cells, "merges": one.merges}
            for one in walk.tables
        ),
    )
