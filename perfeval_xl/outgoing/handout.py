"""What goes out with the workbooks: the list of who gets which file, and an archive for each parent department."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from perfeval_xl.records.kind import KINDS
from perfeval_xl.records.typed_cells import BASE, SIGNED, SIGNING, Values, base_rows
from perfeval_xl.records.unit import Unit, reached_by
from perfeval_xl.workbook.styles import Formats, new_workbook

LIST_NAME = "发放清单.xlsx"
ARCHIVES = "按主管部门"
_CREATED = datetime(2024, 1, 1)  # noqa: DTZ001 - a fixed date without zone, so that the same list gives the same bytes
_MEMBER_DATE = (1980, 1, 1, 0, 0, 0)
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_FILE = "文件"
_REACH_WIDTH = 18


@dataclass(frozen=True, slots=True)
class HandedOut:
    """One line of the list: a unit's file as it lies there, and what of the bureau's figures stands in it.

    None means that the template has no cells for last year's figures, or for control figures.
    """

    unit: Unit
    file: str
    last_year: bool | None
    controls: bool | None
    note: str = ""


def without_unsafe(text: str) -> str:
    """Return a text without what Windows does not allow in a file's name."""
    return _UNSAFE.sub("", text).strip(" .")


def handout_list(
    lines: Iterable[HandedOut], title: str, signed: Mapping[tuple[str, str], Values] = MappingProxyType({})
) -> bytes:
    """Return the list of what was handed out, to be printed and signed for.

    A column that says nothing of any unit or workbook is left out. `signed` is what was typed into its last column
    before; see `typed`.
    """
    target = io.BytesIO()
    book = new_workbook(target)
    book.set_properties({"title": title, "created": _CREATED})
    formats, sheet = Formats(book), book.add_worksheet("发放清单")
    listed = tuple(lines)
    columns = tuple(_columns(listed, signed))
    sheet.merge_range(0, 0, 0, len(columns) - 1, title, formats.of("title"))
    sheet.set_row(0, 36)
    for column, (heading, width, _) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(1, column, heading, formats.of("head"))
    sheet.set_row(1, 34)
    for row, line in enumerate(listed, 2):
        sheet.set_row(row, 32)
        sheet.write_number(row, 0, row - 1, formats.of("board_center"))
        for column, (heading, _, told) in enumerate(columns[1:], 1):
            text = told(line)
            look = "board_center" if text in ("是", "否") else "board"
            sheet.write_string(row, column, text, formats.of(look, KINDS["text"]))
            if heading == _FILE:
                _link(sheet, row, column, text, formats)
    sheet.freeze_panes(2, 3)
    sheet.autofilter(1, 0, len(listed) + 1, len(columns) - 1)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    sheet.set_footer("&R第&P页，共&N页")
    if signed:
        _write_base(book.add_worksheet(BASE), signed)
    book.close()
    return target.getvalue()


def _link(sheet: Any, row: int, column: int, file: str, formats: Formats) -> None:
    sheet.write_url(row, column, f"external:{file}", formats.of("link"), string=file, tip="打开这份工作簿")


def _columns(
    lines: Sequence[HandedOut], signed: Mapping[tuple[str, str], Values]
) -> Iterator[tuple[str, int, Callable[[HandedOut], str]]]:
    """Give the columns that have anything to say: heading, width, and what stands in a line."""
    yield "序号", 5, lambda _: ""
    yield "单位代码", 10, lambda line: line.unit.key
    yield "单位名称", 24, lambda line: line.unit.label
    yield "主管部门", 20, lambda line: line.unit.parent
    yield "业务股室", 11, lambda line: line.unit.section
    yield "联系人", 8, lambda line: line.unit.contact
    yield "联系电话", 13, lambda line: line.unit.phone
    for heading in reached_by(line.unit for line in lines):
        yield heading, _REACH_WIDTH, partial(_reach, heading)
    yield _FILE, 26, lambda line: line.file
    if not lines or any(line.last_year is not None for line in lines):
        yield "预填上年数", 7, lambda line: "是" if line.last_year else "否"
    if not lines or any(line.controls is not None for line in lines):
        yield "显示控制数", 7, lambda line: "是" if line.controls else "否"
    yield "说明", 36, lambda line: line.note
    yield SIGNED, 10, lambda line: signed.get((line.unit.key, ""), {}).get(SIGNED, "")


def _reach(heading: str, line: HandedOut) -> str:
    return line.unit.reach.get(heading, "")


def _write_base(sheet: Any, signed: Mapping[tuple[str, str], Values]) -> None:
    for row, texts in enumerate(base_rows(signed, SIGNING)):
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text)
    sheet.hide()


def archives(
    units: Iterable[Unit], files: Mapping[str, tuple[str, bytes]], for_all: tuple[tuple[str, bytes], ...] = ()
) -> Iterator[tuple[str, bytes]]:
    """Give one archive for each parent department: its name and its bytes; `files` are name and bytes by key.

    `for_all` are names and bytes of what goes into each.
    A department without one above it is its own. The same files give the same bytes; names are in UTF-8.
    """
    below: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        below[unit.parent or unit.name].append(unit)
    for parent, several in below.items():
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for name, data in for_all:
                archive.writestr(member(name), data)
            for unit in several:
                if unit.key in files:
                    name, data = files[unit.key]
                    archive.writestr(member(name), data)
        yield f"{without_unsafe(parent)}.zip", target.getvalue()


def member(name: str) -> zipfile.ZipInfo:
    """Return a member that is the same on every machine; zipfile marks a Chinese name as UTF-8 itself."""
    member = zipfile.ZipInfo(name, _MEMBER_DATE)
    member.create_system = 0
    return member
