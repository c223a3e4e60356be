"""How cells look: the few styles of a form, in the fonts and colours of a government form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import xlsxwriter
from xlsxwriter import Workbook as Workbook  # noqa: PLC0414  # other rooms draw with these
from xlsxwriter.format import Format as Format  # noqa: PLC0414
from xlsxwriter.worksheet import Worksheet as Worksheet  # noqa: PLC0414

from perfeval_xl.workbook.cell_text import clean

if TYPE_CHECKING:
    from perfeval_xl.records.kind import Kind

BODY_FONT, HEAD_FONT, TITLE_FONT = "宋体", "黑体", "方正小标宋简体"
INK, LINE, HEAD_FILL, INPUT_FILL, GREY_FILL = "#1F2933", "#8A98A8", "#DCE6F1", "#FFFDF0", "#EEF0F2"
ERROR_FILL, DOUBT_FILL = "#9C2A1F", "#FFF3CF"
"""Behind the words 错误 and 核实: one dark, one light, so that they are told apart in black and white."""
MISSING_FILL, WRONG_FILL, WRONG_INK, RIGHT_INK, WARN_INK = "#FFE9B8", "#FBD5D0", "#B42318", "#1E7B34", "#9A5B00"
TABS = {"封面": "#C00000", "填报说明": "#7F7F7F", "核对": "#E08A00", "报告": "#2E75B6", "核对意见": "#E08A00"}
FORM_TAB = "#3A7D44"
LOCKED = {
    "objects": True,
    "format_columns": True,
    "format_rows": True,
    "autofilter": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}
"""What stays allowed on a protected sheet: everything that does not change a figure, comments among it."""
ONLY_INPUTS = {**LOCKED, "select_locked_cells": False}
"""The same on a form, where Enter and Tab then go from input to input."""

NOT_PRINTED = 0, 0, 0, 0
"""The print area of a sheet that is not for paper: one empty cell, in a hidden row, of which no page is made."""

_BOX = {"border": 1, "border_color": LINE}
_WRAP = {"text_wrap": True, "valign": "vcenter"}
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"font_name": HEAD_FONT, "font_size": 18, "bold": True, "align": "center", "valign": "vcenter"},
    "caption": {"align": "left", "valign": "vcenter"},
    "warning": {"align": "left", "valign": "vcenter", "bold": True, "font_color": "#C00000"},
    "corner": {"align": "right", "valign": "vcenter"},
    "state": {"align": "left", "valign": "vcenter", "font_name": HEAD_FONT, "font_size": 10.5},
    "returned": {
        "align": "left",
        "valign": "vcenter",
        "font_name": HEAD_FONT,
        "font_size": 12,
        "bold": True,
        "font_color": WRONG_INK,
        "underline": 1,
    },
    "banner": {"font_name": HEAD_FONT, "font_size": 24, "bold": True, "align": "center", **_WRAP},
    "section": {"font_name": HEAD_FONT, "bold": True, "align": "left", **_WRAP, **_BOX, "bg_color": HEAD_FILL},
    "note": {"align": "left", **_WRAP, "font_size": 10},
    "hint": {"align": "left", **_WRAP, "font_size": 9, "font_color": WARN_INK},
    "head": {"font_name": HEAD_FONT, "align": "center", **_WRAP, **_BOX, "bg_color": HEAD_FILL},
    "label": {"align": "left", **_WRAP, **_BOX},
    "label_bold": {"align": "left", "bold": True, **_WRAP, **_BOX},
    "label_center": {"align": "center", **_WRAP, **_BOX, "bg_color": HEAD_FILL, "font_name": HEAD_FONT},
    "fixed": {"align": "center", **_WRAP, **_BOX},
    "number": {"align": "center", **_WRAP, **_BOX},
    "input": {**_WRAP, **_BOX, "bg_color": INPUT_FILL, "locked": False},
    "prefill": {**_WRAP, **_BOX, "bg_color": GREY_FILL},
    "computed": {**_WRAP, **_BOX, "bg_color": GREY_FILL},
    "board": {**_WRAP, **_BOX, "font_size": 10},
    "answer": {**_WRAP, **_BOX, "font_size": 10, "bg_color": INPUT_FILL, "locked": False},
    "board_line": {"valign": "vcenter", **_BOX, "font_size": 10},
    "board_center": {**_WRAP, **_BOX, "font_size": 10, "align": "center"},
    "figure": {**_WRAP, **_BOX, "font_size": 10},
    "total": {**_WRAP, **_BOX, "font_size": 10, "bold": True, "bg_color": GREY_FILL},
    "board_right": {**_WRAP, **_BOX, "font_size": 10, "align": "right"},
    "level": {**_WRAP, **_BOX, "font_size": 10, "align": "center", "bold": True},
    "board_result": {**_WRAP, **_BOX, "font_size": 11, "align": "center", "bold": True},
    "link": {**_WRAP, **_BOX, "font_size": 10, "align": "center", "font_color": "#1155CC", "underline": 1},
    "link_line": {**_BOX, "font_size": 10, "align": "center", "font_color": "#1155CC", "underline": 1},
    "failing": {"font_size": 10, "font_color": WRONG_INK, "valign": "vcenter", "indent": 1},
    "failed": {**_WRAP, "font_size": 10, "align": "left"},
    "link_plain": {
        "font_size": 10,
        "align": "center",
        "font_color": "#1155CC",
        "underline": 1,
        "valign": "vcenter",
    },
    "back": {"font_size": 10, "font_color": "#1155CC", "underline": 1, "valign": "vcenter"},
    "board_grey": {"valign": "vcenter", **_BOX, "font_size": 10, "bg_color": GREY_FILL},
    "board_open": {**_WRAP, **_BOX, "font_size": 10, "locked": False},
    "guide": {**_WRAP, "font_size": 11, "indent": 1},
    "guide_head": {"font_name": HEAD_FONT, "font_size": 13, "bold": True, "valign": "vcenter"},
    "overall": {"font_name": HEAD_FONT, "font_size": 14, "bold": True, "align": "center", **_WRAP, **_BOX},
    "brief": {**_WRAP, **_BOX, "align": "left"},
    "report_title": {"font_name": TITLE_FONT, "font_size": 18, "align": "center", **_WRAP},
    "report_h1": {"font_name": HEAD_FONT, "font_size": 12, **_WRAP},
    "report_h2": {"font_name": "楷体", "font_size": 12, "bold": True, **_WRAP},
    "report_h3": {"font_name": "仿宋", "font_size": 12, "bold": True, **_WRAP},
    "report_body": {"font_name": "仿宋", "font_size": 12, **_WRAP},
    "report_note": {"font_name": "仿宋", "font_size": 11, **_WRAP},
    "report_signed": {"font_name": "仿宋", "font_size": 14, "align": "right", "indent": 2, "valign": "vcenter"},
    "tile_label": {"align": "center", "valign": "vcenter", "font_size": 10, "bg_color": HEAD_FILL, **_BOX},
    "tile": {
        "align": "center",
        "valign": "vcenter",
        "font_name": HEAD_FONT,
        "font_size": 16,
        "bold": True,
        **_BOX,
    },
    "plain": {},
}


class _Sheet(Worksheet):  # type: ignore[misc]  # the library has no types
    """A sheet on which every text, typed or computed, is made to fit its cell, by whatever call it is written."""

    def _write_string(self, row: int, col: int, string: str, cell_format: Format | None = None) -> int:
        return int(super()._write_string(row, col, clean(string), cell_format))

    def _write_formula(
        self, row: int, col: int, formula: str, cell_format: Format | None = None, value: object = 0
    ) -> int:
        stored = clean(value) if isinstance(value, str) else value
        return int(super()._write_formula(row, col, formula, cell_format, stored))

    def _write_url(
        self,
        row: int,
        col: int,
        url: object,
        cell_format: Format | None = None,
        string: str | None = None,
        tip: str | None = None,
    ) -> int:
        return int(super()._write_url(row, col, url, cell_format, clean(string) if string else string, tip))


class _Book(xlsxwriter.Workbook):  # type: ignore[misc]  # the library has no types
    """A workbook of such sheets."""

    worksheet_class = _Sheet


def new_workbook(target: BinaryIO) -> Workbook:
    """Begin a workbook in which texts stay texts and columns are measured in the office's own font."""
    return _Book(
        target,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": BODY_FONT, "font_size": 11},
        },
    )


class Formats:
    """The workbook's formats, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[object, ...], Format] = {}

    def of(self, look: str, kind: Kind | None = None, level: int = 0) -> Format:
        """Return the format of a look, with a kind's number format and alignment and a level's indent."""
        key = (look, kind.id if kind else "", level)
        if key not in self._made:
            self._made[key] = self._book.add_format(_properties(look, kind, level))
        return self._made[key]

    def extra(self, **properties: Any) -> Format:
        """Return a format with just these properties, for conditional formats."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]


def _properties(look: str, kind: Kind | None, level: int) -> dict[str, Any]:
    properties = {"font_name": BODY_FONT, "font_size": 11, "font_color": INK, **LOOKS[look]}
    if kind:
        properties.setdefault("num_format", kind.number_format)
        if look in (
            "input",
            "prefill",
            "computed",
            "board",
            "board_line",
            "board_grey",
            "board_open",
            "figure",
            "total",
        ):
            properties.setdefault("align", kind.side)
        if kind.long and look in ("input", "prefill", "answer"):
            properties["valign"] = "top"
    if level:
        properties["indent"] = level * 2
    return properties
