"""The sheets about findings: all of them by unit, the problems by group, and what units explained."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import UNIT_CODE
from perfeval_xl.records.finding import Value
from perfeval_xl.records.kind import KINDS, Holds
from perfeval_xl.records.summary_names import PROBLEM_NAMES
from perfeval_xl.summary.figures import DETAIL
from perfeval_xl.workbook.row_writer import ROW, Pattern, Rows, Style
from perfeval_xl.workbook.sheet_writer import FIRST_ROW, HEAD_ROW, link_formula, titled

if TYPE_CHECKING:
    from perfeval_xl.records.kind import Kind
    from perfeval_xl.summary.gather import Material
    from perfeval_xl.workbook.sheet_writer import Binder, Page
FINDINGS, PROBLEMS, EXPLANATIONS = "核对结果", "问题归类", "核实说明"
_RULE_NAMES = ("规则_编号", "规则_级别", "规则_内容", "规则_问题数", "规则_单位数", "规则_类别")
_TAB = "#E08A00"
_FIGURE_KINDS = tuple(kind for kind in KINDS.values() if kind.holds in (Holds.FIGURE, Holds.DAY))


def draw_problems(binder: Binder, material: Material) -> None:
    """Draw the groups of problems, and below them how often each rule was broken and by how many units."""
    page = binder.page(PROBLEMS, _TAB)
    page.widths(34, 9, 46, 10, 10, 10, 40, 60)
    page.title(
        titled("问题归类"),
        8,
        "只计还没有改正、没有说明的，随别的问题而来的不另计；同一单位同一条核对、同一个差额的，算一个原因；单位列出问题最多的几个",
    )
    page.heads("类别", "序号", "主要表现", "问题数", "原因数", "单位数", "涉及的单位", "一例")
    count = KINDS["count"]
    row = FIRST_ROW
    for row, problem in enumerate(material.problems, FIRST_ROW):
        page.text(row, 1, problem.title, "board")
        page.value(row, 2, Decimal(row - FIRST_ROW + 1), "board_center", count)
        page.text(row, 3, problem.shown, "board")
        page.formula(row, 4, f"=SUMIFS(规则_问题数,规则_类别,A{row})", "board_center", count)
        page.formula(row, 5, f"=SUMIFS(核对_类原因,核对_类别,A{row})", "board_center", count)
        page.formula(row, 6, f"=SUMIFS(核对_类计一次,核对_类别,A{row})", "board_center", count)
        page.text(row, 7, problem.units, "board")
        page.text(row, 8, problem.case, "board")
    for name, column in zip(PROBLEM_NAMES, (1, 4, 6, 7, 3, 8, 5), strict=True):
        binder.name(name, page, FIRST_ROW, column, row)
    page.fit(FIRST_ROW, row)
    last_row = _draw_rules(binder, page, material, row + 3)
    page.sheet.freeze_panes(HEAD_ROW, 1)
    page.printed(last_row, 8, HEAD_ROW)


def _draw_rules(binder: Binder, page: Page, material: Material, first_row: int) -> int:
    heads = ("类别", "级别", "错处", "问题数", "编号", "单位数")
    for column, heading in enumerate(heads, 1):
        page.text(first_row - 1, column, heading, "head")
    row, count = first_row, KINDS["count"]
    for row, rule in enumerate(material.rules, first_row):
        page.text(row, 1, rule.group, "board")
        page.text(row, 2, rule.level, "board_center")
        page.text(row, 3, rule.title, "board")
        page.formula(row, 4, f'=COUNTIFS(核对_编号,E{row},核对_级别,B{row},核对_类别,"?*")', "board_center", count)
        page.text(row, 5, rule.id, "board_center")
        page.formula(row, 6, f"=SUMIFS(核对_计一次,核对_编号,E{row},核对_级别,B{row})", "board_center", count)
    for name, column in zip(_RULE_NAMES, (5, 2, 3, 4, 6, 1), strict=True):
        binder.name(name, page, first_row, column, row)
    return row


def draw_findings(binder: Binder, material: Material) -> None:
    """Draw every finding with its unit, and a link to the unit's figures."""
    page = binder.page(FINDINGS, _TAB)
    page.widths(12, 24, 8, 9, 24, 26, 60, 16, 16, 12, 36, 10, 8)
    rows = _finding_rows(material)
    note = "每个问题一行；“类别”只写还要单位办理的，随别的问题而来的不另计；点“明细”到该单位的数字"
    if rows.dropped:
        note += f"。Excel的行数有限，最后{rows.dropped}个问题没有列出"
    page.title(titled("核对结果"), 12, note)
    page.heads(
        *("单位代码", "单位名称", "级别", "编号", "类别", "位置", "问题"),
        *("现在的值", "对照数", "差额", "单位的说明", "处理", "明细"),
    )
    last_row = FIRST_ROW + max(rows.count, 1) - 1
    names = {"核对_代码": 1, "核对_单位": 2, "核对_级别": 3, "核对_编号": 4, "核对_类别": 5, "核对_说明": 11}
    for name, column in {
        **names,
        "核对_处理": 12,
        "核对_计一次": 14,
        "核对_类计一次": 15,
        "核对_规则处理": 16,
        "核对_类原因": 17,
        "核对_原因": 18,
    }.items():
        binder.name(name, page, FIRST_ROW, column, last_row)
    link = link_formula(DETAIL, f"MATCH($A{ROW},{UNIT_CODE},0)", "明细")
    board, center = Style("board"), Style("board_center")
    head = (board, board, center, center, board, board, board)
    tail = (board, center, Style("link", None, link), *(Style("plain"),) * 5)
    figures = (_figures(kind) for kind in _FIGURE_KINDS)
    page.body(tuple(Pattern((*head, *three, *tail)) for three in figures), rows)
    for column in range(14, 19):
        page.hide(column)
    page.filtered(last_row, 13, 2)
    page.printed(last_row, 12, HEAD_ROW)


def _figures(kind: Kind) -> tuple[Style, ...]:
    """Return how a check's two sides and their difference look."""
    side = Style("board", kind)
    return side, side, Style("board", kind.gap)


def _side(value: Value) -> Value:
    """Return a side of a finding for its cell: a figure to four decimals, which no kind shows more of."""
    if isinstance(value, Decimal):
        return round(value, 4)
    return None if isinstance(value, bool) else value


def _finding_rows(material: Material) -> Rows:
    """Return the findings as rows; the last columns count once for a unit, and say what became of a rule."""
    rows = Rows()
    seen: set[tuple[str, ...]] = set()
    for one in material.findings:
        finding = one.finding
        unit, rule, cause = one.code, (finding.level.label, finding.rule), str(one.cause)
        once = [_first(seen, key, one.group) for key in ((unit, *rule), (unit, one.group))]
        causes = [_first(seen, key, one.group) for key in ((unit, one.group, "因", cause), (unit, "因", cause))]
        place = str(finding.place) if isinstance(finding.place, Address) else ""
        values = (_side(value) for value in (finding.value, finding.expected, finding.difference))
        head = (one.code, one.name, finding.level.label, finding.rule, one.group, place, finding.message)
        kind = material.template.kind_of(finding)
        pattern = _FIGURE_KINDS.index(kind) if kind in _FIGURE_KINDS else 0
        became = f"{finding.rule} {one.became.value}"
        rows.add((*head, *values, finding.explanation, one.became.value, None, *once, became, *causes), pattern)
    return rows


def _first(seen: set[tuple[str, ...]], key: tuple[str, ...], group: str) -> Decimal:
    """Return 1 for the first finding of a key that belongs to a group of problems, 0 for all others."""
    first = bool(group) and key not in seen
    seen.add(key)
    return Decimal(int(first))


def draw_explanations(binder: Binder, material: Material) -> None:
    """Draw what units said of figures that are unusual but right."""
    page = binder.page(EXPLANATIONS, _TAB)
    page.widths(12, 28, 9, 50, 60)
    page.title(titled("核实说明"), 5, "核对时要求说明、单位已作说明的事项")
    page.heads("单位代码", "单位", "编号", "事项", "单位的说明")
    rows = Rows()
    for one in material.findings:
        if one.finding.explanation:
            finding = one.finding
            what = finding.label or finding.message
            rows.add((one.code, one.name, finding.rule, what, finding.explanation))
    board = Style("board")
    page.body((Pattern((board, board, Style("board_center"), board, board)),), rows)
    page.filtered(FIRST_ROW + rows.count - 1, 5, 2)
    page.printed(FIRST_ROW + max(rows.count, 1) - 1, 5, HEAD_ROW)
