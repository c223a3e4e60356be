"""How the check board is drawn: what a department sees of its checks, and what the loader reads back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.records.address import column_letters
from perfeval_xl.records.contract import MIN_EXPLANATION
from perfeval_xl.records.kind import KINDS
from perfeval_xl.template.source import failed_first
from perfeval_xl.template.source.board import COLUMNS, LAST_PRINTED, SAID, BoardRow, said
from perfeval_xl.template.source.board import FIRST_ROW as BOARD_FIRST
from perfeval_xl.workbook.styles import LOCKED, NOT_PRINTED, RIGHT_INK, WARN_INK, WRONG_FILL, WRONG_INK, Formats

if TYPE_CHECKING:
    from perfeval_xl.workbook.styles import Worksheet

HEADINGS = {"左": "您填的", "右": "应等于", "差额": "相差", "提示": "对不上时怎样做"}
"""What the heading says of a column where it is not the column's own name."""
_FROZEN = 3
"""Rows that stay in sight: the title, and how many checks fail."""
_TITLE_LINE, _MESSAGE_LINE = 22, 26
"""How many characters of a title, and of what to do, stand on one line."""
_INKS = {"✔": RIGHT_INK, "已说明": RIGHT_INK, "✘": WRONG_INK, "无法计算": WRONG_INK, "未填": WARN_INK}


def write_board(sheet: Worksheet, rows: tuple[BoardRow, ...], formats: Formats) -> None:
    """Write the check board: what a department sees of its checks, and what the loader reads back."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, None, None, {"hidden": True})
    for name, width in {
        "编号": 8, "级别": 6, "核对内容": 38, "左": 12, "关系": 6, "右": 12, "差额": 11,
        "结果": 9, "说明": 32, "定位": 7, "提示": 44,
    }.items():  # fmt: skip
        sheet.set_column(COLUMNS[name] - 1, COLUMNS[name] - 1, width)
    sheet.set_column(COLUMNS["容差"] - 1, COLUMNS["容差"] - 1, None, None, {"hidden": True})
    sheet.set_column(LAST_PRINTED, max(COLUMNS.values()) - 1, None, None, {"hidden": True})
    for name, column in COLUMNS.items():
        sheet.write_string(0, column - 1, name)
        if column <= LAST_PRINTED:
            sheet.write_string(BOARD_FIRST - 2, column - 1, HEADINGS.get(name, name), formats.of("head"))
    sheet.set_row(0, None, None, {"hidden": True})
    last = BOARD_FIRST + len(rows) - 1
    sheet.merge_range(1, 1, 1, LAST_PRINTED - 1, "核对表", formats.of("title"))
    sheet.set_row(1, 34)
    sheet.merge_range(2, 1, 2, LAST_PRINTED - 1, "", formats.of("state"))
    sheet.write_formula(2, 1, _overall(last), formats.of("state"))
    sheet.set_row(2, 22)
    how = (
        f"“错误”必须改正；“核实”确有原因的，在“说明”栏写明原因（不少于{MIN_EXPLANATION}个字），结果即变为“已说明”；"
        "只有数字、符号、空格，或者反复写同一句话的，不算。"
        "点“查看”可跳到要改的单元格。"
    )
    sheet.merge_range(3, 1, 3, LAST_PRINTED - 1, how, formats.of("note"))
    sheet.set_row(3, 20)
    failed_first.write(sheet, last, formats)
    for number, row in enumerate(rows, BOARD_FIRST):
        _board_row(sheet, number, row, formats)
    _board_behaviour(sheet, last, formats)


def _overall(last: int) -> str:
    level, result = (
        f"${column_letters(COLUMNS[n])}${BOARD_FIRST}:${column_letters(COLUMNS[n])}${last}"
        for n in ("级别", "结果")
    )
    errors = f'COUNTIFS({level},"错误",{result},"✘")+COUNTIF({result},"无法计算")'
    explain = f'COUNTIFS({level},"核实",{result},"✘")'
    passed = f'COUNTIF({result},"✔")+COUNTIF({result},"已说明")+COUNTIF({result},"不适用")'
    return (
        f'="共"&ROWS({result})&"项核对：通过"&({passed})&"项，错误"&({errors})&"项，待说明"&({explain})'
        f'&"项，未填"&COUNTIF({result},"未填")&"项"'
    )


def _board_row(sheet: Worksheet, number: int, row: BoardRow, formats: Formats) -> None:
    line = number - 1
    center, text, figure = formats.of("board_center"), formats.of("board"), formats.of("board_line", row.kind)

    def put(name: str, value: str | float, style: object = None) -> None:
        column = COLUMNS[name] - 1
        if isinstance(value, str) and value.startswith("=") and name not in ("关系", "行关系", "行左", "行右"):
            sheet.write_formula(line, column, value, style)
        elif isinstance(value, str):
            sheet.write_string(line, column, value, style) if value else sheet.write_blank(
                line, column, None, style
            )
        else:
            sheet.write_number(line, column, value, style)

    sheet.write_string(line, 0, row.id)
    lines = max(1 + len(row.title) // _TITLE_LINE, 1 + len(row.message) // _MESSAGE_LINE)
    sheet.set_row(line, 14 * lines + 4)
    put("编号", row.id.replace("_", "-"), center)
    put("级别", {"error": "错误", "warning": "核实"}[row.level], center)
    put("核对内容", row.title, text)
    put("左", row.left, figure)
    put("关系", row.relation, center)
    put("右", row.right, figure)
    left, right = (f"{column_letters(COLUMNS[name])}{number}" for name in ("左", "右"))
    gap = f'=IF(AND(ISNUMBER({left}),ISNUMBER({right})),ROUND({left}-{right},6),"")'
    put("差额", gap if row.kind.numeric and row.right else "", figure)
    put("容差", row.tolerance, formats.of("board_center", KINDS["number"]))
    put("结果", row.result, formats.of("board_result"))
    sheet.write_blank(line, COLUMNS["说明"] - 1, None, formats.of("input", KINDS["longtext"]))
    if row.level == "warning":
        for name, formula in zip(SAID, said(number), strict=True):
            put(name, formula)
    put("目标", row.target)
    target = f"{column_letters(COLUMNS['目标'])}{number}"
    put("定位", f'=HYPERLINK({target},"查看")' if row.target else "", formats.of("link"))
    put("数样", row.kind.number_format if row.kind.numeric and row.kind.number_format != "General" else "")
    put("次序", failed_first.count_formula(number))
    put("提示", row.message, text)
    hidden = {
        "规则": row.rule if row.rule != row.id else "", "所在表": row.sheet, "依据": row.source, "表": row.table,
        "行左": row.row_left, "行关系": row.row_relation, "行右": row.row_right, "标志列": row.flags,
        "类型": row.sides.id, "叫法": row.measure,
    }  # fmt: skip
    for name, value in hidden.items():
        if value:
            sheet.write_string(line, COLUMNS[name] - 1, value)


def _board_behaviour(sheet: Worksheet, last: int, formats: Formats) -> None:
    result = COLUMNS["结果"] - 1
    for text, colour in _INKS.items():
        style = formats.extra(
            font_color=colour, bold=True, **({"bg_color": WRONG_FILL} if colour == WRONG_INK else {})
        )
        rule = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": style}
        sheet.conditional_format(BOARD_FIRST - 1, result, last - 1, result, rule)
    sheet.autofilter(BOARD_FIRST - 2, 1, last - 1, LAST_PRINTED - 1)
    sheet.freeze_panes(_FROZEN, 1)
    sheet.protect("", LOCKED)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.6, 0.6)
    sheet.repeat_rows(BOARD_FIRST - 2)
    sheet.print_area(*NOT_PRINTED)
    sheet.set_footer("&C第 &P 页，共 &N 页")
