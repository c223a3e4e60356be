"""Views: sheets with one row per unit whose columns are formulas declared by the template, and a row of totals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from perfeval_xl.address import column_letters
from perfeval_xl.contract import UNIT_CODE, UNIT_NAME
from perfeval_xl.kinds import KINDS
from perfeval_xl.summary.sheets import FIRST_ROW, HEAD_ROW, ORDER, TITLE

if TYPE_CHECKING:
    from perfeval_xl.contract import SummaryLine
    from perfeval_xl.summary.page import Binder, Page
    from perfeval_xl.summary.workbook import Material

_LEAD = 3
_OWN_CELL = re.compile(r'("(?:[^"]|"")*")|@([^\W\d][\w.]*)')
_BARE = re.compile(r"@[^\W\d][\w.]*")


def write_views(binder: Binder, material: Material) -> None:
    """Write every view that the template declares."""
    lines = [line for line in material.template.summary if line.part == "视图"]
    for title in dict.fromkeys(line.values["名称"] for line in lines):
        _write_view(binder, material, title, [line for line in lines if line.values["名称"] == title])


def _write_view(binder: Binder, material: Material, title: str, columns: list[SummaryLine]) -> None:
    page = binder.page(title, "#3A7D44")
    ranked = columns[0].values.get("样式") == "名次"
    page.widths(7, 12, 28, *(_width(line) for line in columns))
    last_column = _LEAD + len(columns)
    note = "按自评总分从高到低" if ranked else "按名册顺序"
    page.title(TITLE + f'{title}"', last_column, f"{note}；比率由合计数计算，不是各单位比率的平均")
    heads = ("名次" if ranked else "序号", "单位代码", "单位", *(line.values["标签"] for line in columns))
    for column, heading in enumerate(heads, 1):
        page.text(HEAD_ROW, column, heading, "head")
    page.sheet.set_row(HEAD_ROW - 1, 34)
    units = len(material.detail.rows)
    for number in range(1, units + 1):
        _write_row(page, number, ranked, columns)
    _write_totals(page, FIRST_ROW + units, columns)
    page.sheet.freeze_panes(HEAD_ROW, _LEAD)
    page.sheet.autofilter(HEAD_ROW - 1, 0, FIRST_ROW + max(units, 1) - 2, last_column - 1)
    page.printed(FIRST_ROW + units, last_column, HEAD_ROW)


def _width(line: SummaryLine) -> float:
    return {"text": 8, "rate": 10, "score": 10}.get(line.values.get("类型", "money"), 13)


def _write_row(page: Page, number: int, ranked: bool, columns: list[SummaryLine]) -> None:
    row = FIRST_ROW + number - 1
    at = f"MATCH({number},{ORDER},0)" if ranked else str(number)
    first = f"INDEX(排名_名次,{at})" if ranked else str(number)
    page.formula(row, 1, f'=IFERROR({first},"")', "board_center", KINDS["count"])
    page.formula(row, 2, f'=IFERROR(INDEX({UNIT_CODE},{at}),"")', "board_center")
    page.formula(row, 3, f'=IFERROR(INDEX({UNIT_NAME},{at}),"")', "board")
    for column, line in enumerate(columns, _LEAD + 1):
        kind = KINDS[line.values.get("类型", "money")]
        formula = _OWN_CELL.sub(lambda match: match[1] or f"INDEX({match[2]},{at})", line.values["公式"])
        look = "figure" if kind.numeric else "board_center"
        page.formula(row, column, f'=IFERROR({formula},"")', look, kind)


def _write_totals(page: Page, row: int, columns: list[SummaryLine]) -> None:
    page.text(row, 1, "", "label_bold")
    page.text(row, 2, "", "label_bold")
    page.text(row, 3, "合计", "label_bold")
    for column, line in enumerate(columns, _LEAD + 1):
        kind = KINDS[line.values.get("类型", "money")]
        letters = column_letters(column)
        total = line.values.get("条件", "")
        if (
            not total
            and kind.id in ("money", "count")
            and _BARE.fullmatch(line.values["公式"])
            and row > FIRST_ROW
        ):
            total = f"SUM({letters}{FIRST_ROW}:{letters}{row - 1})"
        if total:
            page.formula(row, column, f"={total}", "total", kind)
        else:
            page.text(row, column, "", "label_bold")
