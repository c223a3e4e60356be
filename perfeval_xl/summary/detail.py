"""The sheets that all others lead back to: one row per unit, and per used row of a table; each column named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.records.address import column_letters
from perfeval_xl.records.kind import KINDS
from perfeval_xl.records.summary_line import Plays
from perfeval_xl.summary.figures import DETAIL, LEAD, leading
from perfeval_xl.summary.lists import Counter, counters
from perfeval_xl.workbook.row_writer import ABOVE, ROW, Pattern, Style
from perfeval_xl.workbook.sheet_writer import FIRST_ROW, HEAD_ROW, link_formula, titled

if TYPE_CHECKING:
    from perfeval_xl.records.kind import Kind
    from perfeval_xl.summary.figures import Column, TableColumns
    from perfeval_xl.summary.gather import Material
    from perfeval_xl.workbook.sheet_writer import Binder, Page

RANK, ORDER = "排名_名次", "排名_顺序"
"""Names of two columns of the details: the rank, shared by equal scores, and a strict order of all units."""
RATE_KEY = "排名_执行率键"
"""A column of rates in which equal ones are told apart by a billionth per row."""
UNSPENT, UNSPENT_KEY = "排名_未执行", "排名_未执行键"
"""Columns of what is left of each budget, none where nothing is; in the second equal ones are told apart."""
_SCORE_KEY, _STRICT_KEY = "排名_得分", "排名_排序键"
_TAB = "#3A7D44"
_HEIGHT = 18


def draw_detail(binder: Binder, material: Material) -> None:
    """Draw one row per unit; each column has its field's name: a formula over it is over all units."""
    page = binder.page(DETAIL, _TAB)
    figures, ranks = material.details.figures, [*_ranks(material), *_unspent(material)]
    lists = counters(material)
    count = LEAD + len(figures)
    note = "每个单位一行，一列一个数字；白底的数可以改，其他各表随之变化；灰底的是算出来的"
    page.title(titled("部门明细"), 12, note, wide=True)
    last_row = FIRST_ROW + max(material.units, 1) - 1
    styles = [*_leading_styles(), *(_figure_style(column) for column in figures)]
    _head(binder, page, 1, leading(), last_row)
    for column, heading in ((LEAD - 1, "核对"), (LEAD, "报告")):
        page.text(HEAD_ROW, column, heading, "head")
        page.widths(9, first=column)
    _head(binder, page, LEAD + 1, figures, last_row)
    for column, (name, heading, style) in enumerate(ranks, count + 1):
        page.text(HEAD_ROW, column, heading, "head")
        binder.name(name, page, FIRST_ROW, column, last_row)
        styles.append(style)
        if name != RANK:
            page.hide(column)
    for column, counter in enumerate(lists, count + len(ranks) + 1):
        page.text(HEAD_ROW, column, counter.name, "head")
        binder.name(counter.name, page, FIRST_ROW, column, last_row)
        styles.append(_counting(material, counter, column_letters(column)))
        page.hide(column)
    page.sheet.set_row(HEAD_ROW - 1, 62)
    extra = len(ranks) + len(lists)
    page.body((Pattern(tuple(styles), _HEIGHT),), material.detail_rows.widened(extra))
    page.filtered(last_row, count + 1, 2)
    page.printed(last_row, count + 1, HEAD_ROW)
    if count > 30:
        page.sheet.fit_to_pages(0, 0)
        page.sheet.repeat_columns(0, 1)
        page.sheet.set_print_scale(70)


def draw_table(binder: Binder, material: Material, one: TableColumns) -> None:
    """Draw the used rows of a table, unit after unit.

    Sorting would tear a unit's rows apart, on which its sums in the details stand; so the sheet is protected
    against that alone: every figure may be changed and rows may be filtered.
    """
    page = binder.page(one.sheet, _TAB)
    rows = material.table_rows[one.table.name]
    note = "一条一行，白底的数可以改，部门明细随之变化；可以筛选，不能排序（排序会打乱各单位的合计）"
    if rows.dropped:
        note = (
            f"Excel的行数有限，有{rows.dropped}行没有列出；没有列出的单位，部门明细中的合计是直接存入的数。" + note
        )
    page.title(titled(one.sheet), min(len(one.columns), 12), note, wide=True)
    last_row = FIRST_ROW + max(rows.count, 1) - 1
    _head(binder, page, 1, one.columns, last_row)
    page.sheet.set_row(HEAD_ROW - 1, 34)
    styles = [Style("board", column.kind) for column in one.columns[:2]]
    styles += [Style("board_open", column.kind) for column in one.columns[2:]]
    page.body((Pattern(tuple(styles)),), rows)
    page.filtered(last_row, len(one.columns), 2)
    page.printed(last_row, len(one.columns), HEAD_ROW)
    page.sheet.protect(options={"autofilter": True, "format_columns": True, "format_rows": True})


def _head(binder: Binder, page: Page, first: int, columns: tuple[Column, ...], last_row: int) -> None:
    for number, column in enumerate(columns, first):
        page.widths(_width(column.kind, column.title), first=number)
        if column.group:
            page.text(HEAD_ROW - 1, number, column.group, "note")
        page.text(HEAD_ROW, number, _heading(column), "head")
        binder.name(column.name, page, FIRST_ROW, number, last_row)


def _leading_styles() -> list[Style]:
    found = link_formula("核对结果", f"MATCH($A{ROW},核对_代码,0)", "核对结果")
    text, count = KINDS["text"], KINDS["count"]
    styles = [
        Style("board_line", KINDS["code"]),
        *(Style("board_line", text),) * 3,
        *(Style("board_line", count),) * 2,
    ]
    return [*styles, Style("link_line", None, found), Style("link_line")]


def _figure_style(column: Column) -> Style:
    look = "board_grey" if column.formula else "board_line"
    return Style(look, column.kind, "" if column.tables else column.formula)


def _ranks(material: Material) -> list[tuple[str, str, Style]]:
    """Return the columns that order the units, with headings.

    Ranks go by the score as it is printed, with two decimals. One key puts score, rate and row into one whole
    number of at most fifteen digits, so that a single comparison gives a strict order, however many units.
    """
    count, text = KINDS["count"], KINDS["number"]
    score, rate = (material.parts.get(part) for part in (Plays.SCORE, Plays.RATE))
    if not score:
        return [
            (RANK, "名次", Style("board_grey", count, '=""')),
            (ORDER, "排序", Style("plain", count, f"=ROW()-{FIRST_ROW - 1}")),
        ]
    own = material.details.over_row(score)
    tie = material.details.over_row(rate) if rate else "0"
    points = f"IF(ISNUMBER({own}),ROUND(MAX({own},0)*100,0)+1,0)"
    part = f"ROUND(MIN(MAX(N({tie}),0),9.9999)*10000,0)"
    first = LEAD + len(material.details.figures) + 1
    key, strict = column_letters(first + 1), column_letters(first + 2)
    columns = [
        (
            RANK,
            "名次",
            Style("board_grey", count, f'=IF(${key}{ROW}="","",COUNTIF({_SCORE_KEY},">"&${key}{ROW})+1)'),
        ),
        (_SCORE_KEY, "得分", Style("plain", text, f'=IF(ISNUMBER({own}),ROUND({own},2),"")')),
        (_STRICT_KEY, "排序键", Style("plain", text, f"={points}*10^10+{part}*10^5+99999-ROW()+{FIRST_ROW}")),
        (ORDER, "排序", Style("plain", count, f'=COUNTIF({_STRICT_KEY},">"&${strict}{ROW})+1')),
    ]
    if rate:
        columns.append((RATE_KEY, "执行率键", Style("plain", text, f'=IF(ISNUMBER({tie}),{tie}+ROW()/10^9,"")')))
    return columns


def _unspent(material: Material) -> list[tuple[str, str, Style]]:
    """Return the columns of what is left of each budget, and of the same with equal amounts told apart by row."""
    budget, spent = (material.parts.get(part) for part in (Plays.BUDGET, Plays.SPENT))
    if not budget or not spent:
        return []
    left = f"ROUND(N({material.details.over_row(budget)})-N({material.details.over_row(spent)}),2)"
    formulas = {UNSPENT: f'=IF({left}>0,{left},"")', UNSPENT_KEY: f'=IF({left}>0,{left}-ROW()/10^8,"")'}
    return [(name, name[3:], Style("plain", KINDS["number"], formula)) for name, formula in formulas.items()]


def _counting(material: Material, counter: Counter, letters: str) -> Style:
    """Return the hidden column that numbers the units of a list from top to bottom."""
    condition = material.details.over_row(counter.condition)
    return Style("plain", KINDS["count"], f"=N(${letters}{ABOVE})+IF(IFERROR({condition},FALSE),1,0)")


def _heading(column: Column) -> str:
    return f"{column.title}（{column.unit}）" if column.unit in ("万元", "元", "㎡") else column.title


def _width(kind: Kind, title: str) -> float:
    if title in ("单位名称", "项目名称", "三级指标", "主管部门"):
        return 26
    return kind.width
