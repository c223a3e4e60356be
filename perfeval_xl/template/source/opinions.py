"""How the sheet 核对意见 is drawn: hidden and empty in what goes out, filled by the bureau in what goes back.

The unit may write in one column of it, 说明; all else is locked. Each line tells by itself whether it has been
dealt with: its look goes to the board, to a row's flags or to the cell, without any address as a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.records.address import column_letters, quoted
from perfeval_xl.records.contract import (
    BOARD,
    BROKEN,
    COVER,
    EXPLAINED,
    FAILED,
    MIN_EXPLANATION,
    OPINION_COLUMNS,
    OPINION_FIRST_ROW,
    OPINION_ROWS,
    PASSED,
    UNIT_NAME,
    Look,
    Role,
    sheets_filled,
)
from perfeval_xl.template.source.board import COLUMNS as BOARD_COLUMNS
from perfeval_xl.template.source.board import FIRST_ROW as BOARD_FIRST
from perfeval_xl.template.source.layout import FIRST_ROW, SheetLayout
from perfeval_xl.template.source.state import UNMENDED, UNSURE
from perfeval_xl.workbook.styles import DOUBT_FILL, ERROR_FILL, INK, LOCKED, RIGHT_INK, WRONG_INK

if TYPE_CHECKING:
    from perfeval_xl.workbook.styles import Formats, Worksheet

_WIDTHS = {
    "序号": 6,
    "级别": 7,
    "位置": 24,
    "问题和改法": 56,
    "现在的值": 15,
    "对照数": 15,
    "差额": 13,
    "怎样回应": 18,
    "办理情况": 11,
    "说明": 38,
}
_LOOKS = {
    "序号": "board_center",
    "级别": "level",
    **dict.fromkeys(("现在的值", "对照数", "差额"), "board_right"),
    "怎样回应": "board_center",
    "办理情况": "level",
    "说明": "answer",
}
_FIRST, _LAST = min(OPINION_COLUMNS.values()), OPINION_COLUMNS["说明"]
_PROMPT = {
    "validate": "any",
    "input_title": "说明",
    "input_message": f"情况属实的，写明原因，不少于{MIN_EXPLANATION}个字。错误只能改正，不能说明。",
}
_FILLED, _CHANGED = "已填", "已改动"
"""What a cell is found as that was blank, or held something else, when the workbook went back."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the lines look at: the form sheets, and the last row of the board."""

    sheets: tuple[SheetLayout, ...]
    last_check: int


def write(sheet: Worksheet, seen: Seen, formats: Formats) -> None:
    """Draw the headed list; it and its rows are hidden until the bureau fills them: nothing empty is printed.

    The place of a finding becomes a link once its target is filled.
    """
    sheet.hide()
    sheet.hide_gridlines(2)
    _heading(sheet, seen, formats)
    for row in range(OPINION_FIRST_ROW, OPINION_FIRST_ROW + OPINION_ROWS):
        sheet.set_row(row - 1, None, None, {"hidden": row > OPINION_FIRST_ROW})
        for name in _WIDTHS:
            sheet.write_blank(row - 1, OPINION_COLUMNS[name] - 1, None, formats.of(_LOOKS.get(name, "board")))
        sheet.write_formula(row - 1, OPINION_COLUMNS["位置"] - 1, _link(row), formats.of("link"))
        sheet.write_formula(row - 1, OPINION_COLUMNS["现况"] - 1, _found(row, seen))
        sheet.write_formula(row - 1, OPINION_COLUMNS["办理情况"] - 1, _state(row), formats.of("level"))
    answers = OPINION_COLUMNS["说明"] - 1
    sheet.data_validation(OPINION_FIRST_ROW - 1, answers, OPINION_FIRST_ROW + OPINION_ROWS - 2, answers, _PROMPT)
    _colours(sheet, formats)
    _behave(sheet)


def _heading(sheet: Worksheet, seen: Seen, formats: Formats) -> None:
    sheet.set_column(0, 0, None, None, {"hidden": True})
    for name, width in _WIDTHS.items():
        sheet.set_column(OPINION_COLUMNS[name] - 1, OPINION_COLUMNS[name] - 1, width)
    sheet.set_column(_LAST, max(OPINION_COLUMNS.values()) - 1, None, None, {"hidden": True})
    sheet.merge_range(1, _FIRST - 1, 1, _LAST - 1, "核 对 意 见", formats.of("title"))
    sheet.set_row(1, 34)
    named = any(placed.field.name == UNIT_NAME for layout in seen.sheets for placed in layout.fields)
    sheet.merge_range(2, _FIRST - 1, 2, _LAST - 1, "", formats.of("caption"))
    unit = f'="填报单位："&{UNIT_NAME}' if named else '=""'
    sheet.write_formula(2, _FIRST - 1, unit, formats.of("caption"))
    how = (
        "本表由财政部门填写。点“位置”跳到要改的格子；改好后“办理情况”变为“已改 ✔”。"
        f"可以说明的，情况属实就在最后一栏写明原因（不少于{MIN_EXPLANATION}个字），写在“核对”表的“说明”栏也可以。全部办完后保存，重新报送本文件。"
    )
    sheet.merge_range(3, _FIRST - 1, 3, _LAST - 1, how, formats.of("note"))
    sheet.set_row(3, 30)
    for name in (*_WIDTHS, "问题标识"):
        sheet.write_string(OPINION_FIRST_ROW - 2, OPINION_COLUMNS[name] - 1, name, formats.of("head"))


def _cell(name: str, row: int) -> str:
    return f"${column_letters(OPINION_COLUMNS[name])}{row}"


def _link(row: int) -> str:
    target, text = _cell("目标", row), _cell("位置文字", row)
    return f'=IF({target}="",{text}&"",HYPERLINK({target},{text}))'


def _found(row: int, seen: Seen) -> str:
    """Return the formula that gives how it is now where a line looks, in the words of the board."""
    where, what = _cell("看哪里", row), _cell("看什么", row)
    cell = _looked_at(row, seen)
    ids, results = (
        f"{quoted(BOARD)}!${letters}${BOARD_FIRST}:${letters}${seen.last_check}"
        for letters in ("A", column_letters(BOARD_COLUMNS["结果"]))
    )
    board = f'IFERROR(INDEX({results},MATCH({what},{ids},0)),"{BROKEN}")'
    flags = f'IF(ISNUMBER(FIND({what},{cell}&"")),"{FAILED}","{PASSED}")'
    same = f'IF(EXACT({cell}&"",{what}&""),"{FAILED}",IF(LEN({what})=0,"{_FILLED}","{_CHANGED}"))'
    cases = f'IF({where}="{Look.BOARD}",{board},IF({where}="{Look.FLAGS}",{flags},{same}))'
    return f'=IF({where}="","",{cases})'


def _looked_at(row: int, seen: Seen) -> str:
    """Return the cell at a line's sheet, row and column, found by counting: an address as a text is volatile."""
    names = sheets_filled(placed.field for layout in seen.sheets for placed in layout.fields)
    layouts = {layout.spec.name: layout for layout in seen.sheets}
    place = f"{_cell('行', row)}-{FIRST_ROW - 1},{_cell('列', row)}"
    areas = (f"INDEX({_area(layouts[name])},{place})" for name in names)
    return f"CHOOSE({_cell('表', row)},{','.join(areas)})"


def _area(layout: SheetLayout) -> str:
    """Return what may be looked at on a form: nothing that itself rests on the list."""
    fields = [
        placed.field.address.row for placed in layout.fields if placed.field.role in (Role.INPUT, Role.PREFILL)
    ]
    last_row = max(fields) if layout.spec.name == COVER else layout.last_row
    last = max([layout.last_column, *(flag.column for flag in layout.flags)])
    return f"{quoted(layout.spec.name)}!$A${FIRST_ROW}:${column_letters(last)}${last_row}"


def _state(row: int) -> str:
    """Return the formula that says of a line whether it has been dealt with."""
    found, said = _cell("现况", row), _cell("说明", row)
    answered = f'AND({_cell("级别", row)}="核实",LEN(TRIM({said}))>={MIN_EXPLANATION})'
    open_ones = f'OR({found}="{FAILED}",{found}="{BROKEN}",{found}="未填")'
    mended = f'IF({found}="{EXPLAINED}","{EXPLAINED} ✔",IF({found}="{_CHANGED}","{_CHANGED}","已改 ✔"))'
    told = f'IF({found}="","{UNSURE}",IF({open_ones},"{UNMENDED}",{mended}))'
    return f'=IF({_cell("问题标识", row)}="","",IF({answered},"{EXPLAINED} ✔",{told}))'


def _colours(sheet: Worksheet, formats: Formats) -> None:
    looks = (
        ("级别", "错误", {"bg_color": ERROR_FILL, "font_color": "#FFFFFF"}),
        ("级别", "核实", {"bg_color": DOUBT_FILL, "font_color": INK}),
        ("办理情况", UNMENDED, {"font_color": WRONG_INK}),
        ("办理情况", "已", {"font_color": RIGHT_INK}),
    )
    for name, begin, look in looks:
        column, last = OPINION_COLUMNS[name] - 1, OPINION_FIRST_ROW + OPINION_ROWS - 2
        rule = {"type": "text", "criteria": "begins with", "value": begin, "format": formats.extra(**look)}
        sheet.conditional_format(OPINION_FIRST_ROW - 1, column, last, column, rule)


def _behave(sheet: Worksheet) -> None:
    sheet.freeze_panes(OPINION_FIRST_ROW - 1, 0)
    sheet.protect("", LOCKED)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.6, 0.6)
    sheet.repeat_rows(OPINION_FIRST_ROW - 2)
    sheet.set_footer("&C第 &P 页，共 &N 页")
