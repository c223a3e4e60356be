"""How the sheet 核对意见 is drawn: empty in what goes out, filled by the bureau in what goes back.

The unit may write in one column of it, 说明; all else is locked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.records.contract import (
    MIN_EXPLANATION,
    OPINION_COLUMNS,
    OPINION_FIRST_ROW,
    OPINION_ROWS,
    UNIT_NAME,
)
from perfeval_xl.workbook.styles import LOCKED

if TYPE_CHECKING:
    from perfeval_xl.workbook.styles import Formats, Worksheet

_WIDTHS = {
    "序号": 6,
    "级别": 7,
    "位置": 24,
    "问题和改法": 60,
    "现在的值": 15,
    "对照数": 15,
    "差额": 13,
    "怎样回应": 18,
    "说明": 38,
}
_LOOKS = {"序号": "board_center", "级别": "board_center", "怎样回应": "board_center", "说明": "answer"}
_FIRST, _LAST = min(OPINION_COLUMNS.values()), OPINION_COLUMNS["说明"]
_PROMPT = {
    "validate": "any",
    "input_title": "说明",
    "input_message": f"情况属实的，写明原因，不少于{MIN_EXPLANATION}个字。错误只能改正，不能说明。",
}


def write(sheet: Worksheet, fields: frozenset[str], formats: Formats) -> None:
    """Draw the headed list; it and its rows are hidden until the bureau fills them: nothing empty is printed.

    The place of a finding becomes a link once its target is filled.
    """
    sheet.hide()
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, None, None, {"hidden": True})
    for name, width in _WIDTHS.items():
        sheet.set_column(OPINION_COLUMNS[name] - 1, OPINION_COLUMNS[name] - 1, width)
    sheet.set_column(_LAST, max(OPINION_COLUMNS.values()) - 1, None, None, {"hidden": True})
    sheet.merge_range(1, _FIRST - 1, 1, _LAST - 1, "核 对 意 见", formats.of("title"))
    sheet.set_row(1, 34)
    unit = f'="填报单位："&{UNIT_NAME}' if UNIT_NAME in fields else '=""'
    sheet.merge_range(2, _FIRST - 1, 2, _LAST - 1, "", formats.of("caption"))
    sheet.write_formula(2, _FIRST - 1, unit, formats.of("caption"))
    how = (
        f"本表由财政部门填写。请逐条改正；可以说明的，情况属实就在最后一栏写明原因（不少于{MIN_EXPLANATION}个字），"
        "写在“核对”表的“说明”栏也可以。改完后保存，重新报送本文件。"
    )
    sheet.merge_range(3, _FIRST - 1, 3, _LAST - 1, how, formats.of("note"))
    for name in (*_WIDTHS, "问题标识"):
        sheet.write_string(OPINION_FIRST_ROW - 2, OPINION_COLUMNS[name] - 1, name, formats.of("head"))
    target, text = (_letter(OPINION_COLUMNS[name]) for name in ("目标", "位置文字"))
    for row in range(OPINION_FIRST_ROW, OPINION_FIRST_ROW + OPINION_ROWS):
        sheet.set_row(row - 1, None, None, {"hidden": row > OPINION_FIRST_ROW})
        for name in _WIDTHS:
            sheet.write_blank(row - 1, OPINION_COLUMNS[name] - 1, None, formats.of(_LOOKS.get(name, "board")))
        link = f'=IF({target}{row}="",{text}{row}&"",HYPERLINK({target}{row},{text}{row}))'
        sheet.write_formula(row - 1, OPINION_COLUMNS["位置"] - 1, link, formats.of("link"))
    answers = OPINION_COLUMNS["说明"] - 1
    sheet.data_validation(OPINION_FIRST_ROW - 1, answers, OPINION_FIRST_ROW + OPINION_ROWS - 2, answers, _PROMPT)
    sheet.freeze_panes(OPINION_FIRST_ROW - 1, 0)
    sheet.protect("", LOCKED)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.6, 0.6)
    sheet.repeat_rows(OPINION_FIRST_ROW - 2)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _letter(column: int) -> str:
    return f"${chr(ord('A') + column - 1)}"
