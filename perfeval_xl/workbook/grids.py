"""How a workbook that the bureau itself filled is read: sheets of cells with their values and how they are shown.

It passes the same gate as a return. What a department's file may have wrong is a finding; here it is the bureau's
own file, which we cannot go on without: ReadError with all that is wrong with it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from perfeval_xl.records.errors import PerfevalError, os_reason
from perfeval_xl.records.finding import Finding, Level, Value
from perfeval_xl.wording import numbers
from perfeval_xl.workbook.cells import BOOLEAN, BROKEN, DATE, ERROR, NOTHING, NUMBER, Book, Cell, Sheet
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.opening import open_book
from perfeval_xl.workbook.rules_of_files import RULES, RefusalError
from perfeval_xl.workbook.taking import Deferred, Staged, stage

_RESAVE = "请用 Excel 或 WPS 打开原文件，另存为“Excel 工作簿（*.xlsx）”后再试。"
_REMEDIES = {
    "G01": "请用备份的或原来的文件替换它。",
    "G02": "请删去插入的图片和附件后再试。",
    "G03": "请换成填好的 Excel 工作簿后再试。",
    "G08": "请删去大片无用的格式和内容后再试。",
    "G09": "请取消打开密码后再试。",
    "G15": "请换成工作簿文件本身。",
    "G16": "请关闭正在使用它的程序，或检查权限后再试。",
    **dict.fromkeys(("R61", "R62", "R63", "R65", "R66"), "请用 Excel 或 WPS 打开，重新填写这一格并保存。"),
    "R67": "请用 Excel 或 WPS 打开，给这张工作表重新命名并保存。",
}
"""What the bureau is to do about its own file; a return's remedy speaks to a department."""


class ReadError(PerfevalError):
    """A workbook of the bureau's own that can't be read; lists every fault, each a sentence with its place."""

    def __init__(self, name: str, faults: tuple[str, ...]) -> None:
        self.name, self.faults = name, faults
        if len(faults) == 1:
            super().__init__(f"“{name}”读不了：{faults[0]}")
            return
        lines = "\n".join(f"  {number}. {fault}" for number, fault in enumerate(faults, 1))
        super().__init__(f"“{name}”有{len(faults)}处读不了，改正后再试：\n{lines}")


class Filled(NamedTuple):
    """One cell: the value it holds, its text as the sheet shows it, and whether that is an error such as `#REF!`.

    A number is a Decimal unless its format makes it a day; 0.6 shown as 60% is 0.6 with the text `60%`. A blank
    cell, and a formula that no program has computed, is `BLANK`. `text` has nothing unseen at its ends.
    """

    value: Value = None
    text: str = ""
    error: bool = False

    @property
    def percent(self) -> bool:
        """Whether it is a number that the sheet shows in per cent."""
        return isinstance(self.value, Decimal) and self.text.endswith("%")


BLANK = Filled()


@dataclass(frozen=True)
class Grid:
    """One worksheet. Positions are (row, column), both from 1."""

    name: str
    hidden: bool
    _sheet: Sheet
    _book: Book

    def at(self, row: int, column: int) -> Filled:
        """Return a cell; BLANK where it holds nothing."""
        cell = self._sheet.cells.get((row, column))
        return _filled(cell, self._book) if cell else BLANK

    def row(self, row: int) -> dict[int, Filled]:
        """Return a row's filled cells by column, from left to right."""
        return {column: cell for column in self._columns.get(row, ()) if (cell := self.at(row, column)).text}

    def rows(self) -> Iterator[tuple[int, dict[int, Filled]]]:
        """Give each row that holds anything, in order, with its filled cells by column."""
        return ((row, cells) for row in self.filled_rows if (cells := self.row(row)))

    @cached_property
    def filled_rows(self) -> tuple[int, ...]:
        """The rows in which any cell is written, in order."""
        return tuple(self._columns)

    @cached_property
    def _columns(self) -> dict[int, list[int]]:
        """The columns of the cells written in each row, both in order."""
        found: dict[int, list[int]] = {}
        for row, column in sorted(self._sheet.cells):
            found.setdefault(row, []).append(column)
        return found


@dataclass(frozen=True)
class Grids:
    """A workbook's sheets in their order; `notices` are what was seen in it that does not keep it from being used.

    Two programs may have written the same sheet name in other capitals; here names are as they are written.
    """

    name: str
    sheets: tuple[Grid, ...]
    notices: tuple[Finding, ...] = field(default=(), compare=False)

    def sheet(self, name: str) -> Grid | None:
        """Return the sheet of that name."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


def open_grids(path: Path, limits: Limits | None = None, only: Container[str] | None = None) -> Grids:
    """Read a workbook from the disk once; ReadError where that goes wrong, whatever lies there."""
    found = stage(Path(os.path.realpath(path)), limits)
    if isinstance(found, Staged):
        return read_grids(found.data, path.name, limits, only)
    if isinstance(found, Deferred):
        raise ReadError(path.name, (_not_now(path, found),))
    raise ReadError(path.name, (bureau_sentence(found),))


def sound_package(path: Path, limits: Limits | None = None) -> bytes:
    """Return the bytes of a workbook that another reader may be trusted with: no trap, no larger than honest ones.

    ReadError says why not. What is wrong inside of its sheets is for that reader to say.
    """
    limits = limits or Limits()
    found = stage(Path(os.path.realpath(path)), limits)
    if isinstance(found, Deferred):
        raise ReadError(path.name, (_not_now(path, found),))
    if isinstance(found, Finding):
        raise ReadError(path.name, (bureau_sentence(found),))
    try:
        open_book(found.data, limits, lambda _: True)
    except RefusalError as refusal:
        raise ReadError(path.name, (bureau_sentence(refusal.finding),)) from None
    return found.data


def _not_now(path: Path, found: Deferred) -> str:
    try:
        path.stat()
    except OSError as error:
        return f"{os_reason(error)}。"
    return f"{found.reason}，请关闭后再试。"


def read_grids(data: bytes, name: str, limits: Limits | None = None, only: Container[str] | None = None) -> Grids:
    """Read a workbook of any readable format; ReadError says all that is wrong with it.

    Cells with a fault that lost something are errors; see `Grids.notices` for what was only cleaned. With `only`
    some sheets, the others have no cells where the format is .xlsx.
    """
    try:
        opened, findings = open_book(
            data, limits or Limits(), lambda sheet: only is not None and sheet not in only
        )
    except RefusalError as refusal:
        raise ReadError(name, (bureau_sentence(refusal.finding),)) from None
    faults = tuple(bureau_sentence(finding) for finding in findings if finding.level is not Level.NOTICE)
    if faults:
        raise ReadError(name, faults)
    if not opened.sheets:
        raise ReadError(name, (f"里面没有任何工作表。{_RESAVE}",))
    sheets = tuple(Grid(sheet.name, sheet.hidden, sheet, opened) for sheet in opened.sheets)
    return Grids(name, sheets, findings)


def bureau_sentence(finding: Finding) -> str:
    """Return what a finding of reading says, with what the bureau, not a department, is to do about it."""
    found = finding.message.removesuffix(RULES[finding.rule].remedy)
    return found + _REMEDIES.get(finding.rule, _RESAVE)


# --- cells ----------------------------------------------------------------------------------------------------


def _filled(cell: Cell, book: Book) -> Filled:
    kind, text = cell.kind, cell.text
    if kind == NUMBER:
        return _number(cell, book)
    if kind == BOOLEAN:
        return Filled(text == "1", "TRUE" if text == "1" else "FALSE")
    if kind == ERROR:
        return Filled(text, text, error=True)
    if kind in (NOTHING, BROKEN):
        return BLANK
    if kind == DATE:
        return _day(text)
    shown = numbers.stripped(text) if text else ""
    return Filled(shown, shown) if shown else BLANK


def _number(cell: Cell, book: Book) -> Filled:
    value, code = numbers.number(cell.text), book.format(cell)
    if book.look(cell) == "date":
        return _moment(value, code, book.epoch_1904)
    return Filled(value, numbers.as_shown(value, code, book.epoch_1904))


def _moment(value: Decimal, code: str, epoch_1904: bool) -> Filled:
    """Return a number that is shown as a day, a time of day, or both."""
    whole = value.to_integral_value(ROUND_FLOOR)
    time = _time(value - whole) if re.search("[hH]", code) else ""
    read = numbers.serial_day(whole, epoch_1904)
    if isinstance(read, numbers.Sure) and isinstance(read.value, date):
        return Filled(read.value, f"{read.value} {time}" if time and value != whole else str(read.value))
    return Filled(value, time if time and whole == 0 else numbers.plain_text(value))


def _time(fraction: Decimal) -> str:
    minutes, seconds = divmod(round(fraction * 86_400), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")


def _day(text: str) -> Filled:
    """Return a day as ISO 8601 has it, which other programs than Excel write."""
    plain = text.removesuffix("Z").removesuffix("T00:00:00")
    try:
        return Filled(date.fromisoformat(plain[:10]), plain.replace("T", " "))
    except ValueError:
        return Filled(plain, plain)
