"""What goes out with the workbooks: the list of who gets which file, and an archive for each parent department."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from perfeval_xl.records.kind import KINDS
from perfeval_xl.records.typed_cells import BASE, SIGNED, SIGNING, Values, base_rows
from perfeval_xl.records.unit import Unit
from perfeval_xl.workbook.styles import Formats, new_workbook

LIST_NAME = "发放清单.xlsx"
ARCHIVES = "按主管部门"
_CREATED = datetime(2024, 1, 1)  # noqa: DTZ001 - a fixed date without zone, so that the same list gives the same bytes
_MEMBER_DATE = (1980, 1, 1, 0, 0, 0)
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_COLUMNS = (
    ("序号", 5),
    ("单位代码", 10),
    ("单位名称", 24),
    ("主管部门", 20),
    ("业务股室", 11),
    ("联系人", 8),
    ("联系电话", 13),
    ("文件", 26),
    ("预填上年数", 7),
    ("显示控制数", 7),
    ("说明", 36),
    (SIGNED, 10),
)
_LAST_YEAR, _CONTROLS = 8, 9
"""Columns that only a template with cells for them has."""


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

    A column that says of no workbook anything, since the template has no such cells, is left out. `signed` is
    what was typed into its last column before; see `typed`.
    """
    target = io.BytesIO()
    book = new_workbook(target)
    book.set_properties({"title": title, "created": _CREATED})
    formats, sheet = Formats(book), book.add_worksheet("发放清单")
    listed = tuple(lines)
    shown = _shown_columns(listed)
    sheet.merge_range(0, 0, 0, len(shown) - 1, title, formats.of("title"))
    sheet.set_row(0, 36)
    for column, (heading, width) in enumerate(_COLUMNS[position] for position in shown):
        sheet.set_column(column, column, width)
        sheet.write_string(1, column, heading, formats.of("head"))
    sheet.set_row(1, 34)
    row = 1
    for row, line in enumerate(listed, 2):
        sheet.set_row(row, 32)
        sheet.write_number(row, 0, row - 1, formats.of("board_center"))
        texts = ("", *_texts(line), signed.get((line.unit.key, ""), {}).get(SIGNED, ""))
        for column, text in enumerate((texts[position] for position in shown[1:]), 1):
            look = "board_center" if text in ("是", "否") else "board"
            sheet.write_string(row, column, text, formats.of(look, KINDS["text"]))
        link = formats.of("link")
        sheet.write_url(row, 7, f"external:{line.file}", link, string=line.file, tip="打开这份工作簿")
    sheet.freeze_panes(2, 3)
    sheet.autofilter(1, 0, row, len(shown) - 1)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    sheet.set_footer("&R第&P页，共&N页")
    if signed:
        _write_base(book.add_worksheet(BASE), signed)
    book.close()
    return target.getvalue()


def _shown_columns(lines: Sequence[HandedOut]) -> tuple[int, ...]:
    """Return the columns that have anything to say, by their positions."""
    silent = {_LAST_YEAR} if lines and all(line.last_year is None for line in lines) else set()
    silent |= {_CONTROLS} if lines and all(line.controls is None for line in lines) else set()
    return tuple(position for position in range(len(_COLUMNS)) if position not in silent)


def _write_base(sheet: Any, signed: Mapping[tuple[str, str], Values]) -> None:
    for row, texts in enumerate(base_rows(signed, SIGNING)):
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text)
    sheet.hide()


def _texts(line: HandedOut) -> tuple[str, ...]:
    unit = line.unit
    return (
        *(unit.key, unit.label, unit.parent, unit.section, unit.contact, unit.phone, line.file),
        *("是" if yes else "否" for yes in (line.last_year, line.controls)),
        line.note,
    )


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
                archive.writestr(_member(name), data)
            for unit in several:
                if unit.key in files:
                    name, data = files[unit.key]
                    archive.writestr(_member(name), data)
        yield f"{without_unsafe(parent)}.zip", target.getvalue()


def _member(name: str) -> zipfile.ZipInfo:
    """Return a member that is the same on every machine; zipfile marks a Chinese name as UTF-8 itself."""
    member = zipfile.ZipInfo(name, _MEMBER_DATE)
    member.create_system = 0
    return member
