"""Sheets with one row per unit whose columns are formulas over the details: declared views, and the ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.records.address import column_letters
from perfeval_xl.records.contract import UNIT_CODE, UNIT_NAME
from perfeval_xl.records.kind import KINDS
from perfeval_xl.records.summary_line import RANKED, Part, Plays
from perfeval_xl.summary.detail import ORDER, RANK
from perfeval_xl.summary.figures import sheet_name
from perfeval_xl.workbook.row_formula import is_own_cell, row_formula
from perfeval_xl.workbook.row_writer import ROW, Alike, Pattern, Rows, Style
from perfeval_xl.workbook.sheet_writer import FIRST_ROW, HEAD_ROW, titled

if TYPE_CHECKING:
    from perfeval_xl.records.summary_line import SummaryLine
    from perfeval_xl.summary.gather import Material
    from perfeval_xl.workbook.sheet_writer import Binder

RANKING = "排名"
LEAD = 3
_TAB = "#3A7D44"
_HEIGHT = 18


def draw_views(binder: Binder, material: Material) -> None:
    """Draw every view that the template declares."""
    for title, columns in declared_views(material).items():
        _draw_view(binder, material, title, columns)


def declared_views(material: Material) -> dict[str, list[SummaryLine]]:
    """Return the columns of every declared view by its title."""
    views: dict[str, list[SummaryLine]] = {}
    for line in material.template.summary:
        if line.part is Part.VIEW:
            views.setdefault(line.name, []).append(line)
    return views


def _draw_view(binder: Binder, material: Material, title: str, columns: list[SummaryLine]) -> None:
    page = binder.page(sheet_name(title), _TAB)
    ranked = columns[0].style == RANKED
    page.widths(8, 12, 28, *(_width(line) for line in columns))
    last_column = LEAD + len(columns)
    note = "按自评总分从高到低" if ranked else "按名册顺序"
    words = title.replace('"', '""')
    page.title(f'=地区&年度&"年度{words}"', last_column, f"{note}；合计行的比率由合计数计算，不是各单位比率的平均")
    page.heads("名次" if ranked else "序号", "单位代码", "单位", *(line.label for line in columns))
    page.sheet.set_row(HEAD_ROW - 1, 34)
    at = f"${column_letters(last_column + 2)}{ROW}"
    rows = Rows()
    for _ in range(material.units):
        rows.add((None,) * (last_column + 2))
    rows.add((*(None,) * (LEAD - 1), "合计", *(None,) * (len(columns) + 2)), pattern=1)
    last_row = FIRST_ROW + material.units
    patterns = (_unit_pattern(columns, at, ranked=ranked), _total_pattern(columns, material.units))
    page.body(patterns, rows)
    page.hide(last_column + 2)
    page.filtered(last_row - 1, last_column, LEAD)
    page.printed(last_row, last_column, HEAD_ROW)


def _unit_pattern(columns: list[SummaryLine], at: str, *, ranked: bool) -> Pattern:
    number = f"ROW()-{FIRST_ROW - 1}"
    first = f'=IFERROR(INDEX({RANK},{at}),"")' if ranked else f"={number}"
    styles = [
        Style("board_center", KINDS["count"], first),
        Style("board_center", None, f'=IFERROR(INDEX({UNIT_CODE},{at}),"")'),
        Style("board_line", None, f'=IFERROR(INDEX({UNIT_NAME},{at}),"")'),
    ]
    for line in columns:
        kind = line.kind
        formula = row_formula(line.formula, lambda name: f"INDEX({name},{at})")
        styles.append(Style("board_line" if kind.numeric else "board_center", kind, f'=IFERROR({formula},"")'))
    seek = f"=IFERROR(MATCH({number},{ORDER},0),0)" if ranked else f"={number}"
    return Pattern((*styles, Style("plain"), Style("plain", None, seek)), _HEIGHT)


def _total_pattern(columns: list[SummaryLine], units: int) -> Pattern:
    styles = [Style("label_bold")] * LEAD
    last = FIRST_ROW + units - 1
    for column, line in enumerate(columns, LEAD + 1):
        kind = line.kind
        letters = column_letters(column)
        total = line.when
        if not total and kind.adds and is_own_cell(line.formula) and units:
            total = f"ROUND(SUM({letters}{FIRST_ROW}:{letters}{last}),2)"
        styles.append(Style("total", kind, f"={total}" if total else ""))
    return Pattern((*styles, Style("plain"), Style("plain")), _HEIGHT + 2)


def _width(line: SummaryLine) -> float:
    return line.kind.narrow


def draw_ranking(binder: Binder, material: Material) -> None:
    """Draw the units by rank; the order follows the scores in the details as they change."""
    page = binder.page(RANKING, _TAB)
    page.widths(8, 30, 12, 10, 14, 14, 12)
    page.title(titled("得分排名"), 7, "按自评总分从高到低，同分同名次；同分的按预算执行率先后列出")
    page.heads(
        "名次",
        "单位",
        "自评总分",
        "等级",
        f"全年预算（{material.money}）",
        f"全年执行（{material.money}）",
        "执行率",
    )
    at = f"$I{ROW}"
    styles = [
        Style("board_center", KINDS["count"], f'=IFERROR(INDEX({RANK},{at}),"")'),
        Style("board_line", None, f'=IFERROR(INDEX({UNIT_NAME},{at}),"")'),
    ]
    for part, kind in (
        (Plays.SCORE, "score"),
        (Plays.GRADE, "text"),
        (Plays.BUDGET, "money"),
        (Plays.SPENT, "money"),
        (Plays.RATE, "rate"),
    ):
        name = material.parts.get(part)
        formula = f'=IFERROR(INDEX({name},{at}),"")' if name else ""
        styles.append(Style("board_center" if KINDS[kind].words else "board_line", KINDS[kind], formula))
    styles.append(Style("plain"))
    styles.append(Style("plain", None, f"=IFERROR(MATCH(ROW()-{FIRST_ROW - 1},{ORDER},0),0)"))
    page.body((Pattern(tuple(styles), _HEIGHT),), Alike(material.units, len(styles)))
    page.hide(9)
    page.filtered(HEAD_ROW + material.units, 7, 2)
    page.printed(HEAD_ROW + max(material.units, 1), 7, HEAD_ROW, landscape=False)
