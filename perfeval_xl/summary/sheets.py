"""What stands on each sheet of the summary but the overview: narrative, sums, details, ranks, findings."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.address import Address, column_letters
from perfeval_xl.contract import UNIT_NAME, Role
from perfeval_xl.finding import Level
from perfeval_xl.kinds import KINDS
from perfeval_xl.summary import figures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from perfeval_xl.contract import SummaryLine
    from perfeval_xl.standing import Standing
    from perfeval_xl.summary.figures import Grid
    from perfeval_xl.summary.page import Binder, Page
    from perfeval_xl.summary.workbook import Material

REPORT, SUMS, DETAIL, RANKING, FINDINGS, STANDINGS, FIGURES = (
    *("汇总报告", "汇总表", "部门明细", "排名", "核对结果", "报送情况", "_指标"),
)
TITLE = '=地区&年度&"年度部门整体支出绩效自评'
HEAD_ROW, FIRST_ROW = 4, 5
ORDER, RATE_KEY = "排名_顺序", "排名_执行率键"
"""Names of two columns of the details that put units in a strict order: by score and rate, and by rate alone,
where equal rates are told apart by a billionth per row."""
_NAME = re.compile(r'("(?:[^"]|"")*")|([^\W\d][\w.]*)(?![\w.(])')
_NUMERALS = "一二三四五六七八九十"
_TABS = {"文": "#2E75B6", "表": "#3A7D44", "查": "#E08A00"}
_ABOUT = {
    REPORT: "按汇总数据自动写成的分析报告，数字随部门明细变化",
    "总览": "一页看全：关键数字和图",
    SUMS: "附件1、表2各行的全区合计，比率由合计数重新计算",
    DETAIL: "每个单位一行，全部数字；改动这里的数，其他各表随之变化",
    RANKING: "按自评总分排名，同分同名次",
    FINDINGS: "核对发现的每一个问题，以及单位的说明",
    STANDINGS: "每个应报单位的报送情况",
    "部门整体自评汇总": "按名次列出各单位的预算执行、各类指标得分、等级和预警",
    "三公和公用经费": "各单位“三公”经费、公用经费的控制率和变动率",
    "等级分布": "各等级的户数和资金",
    "核实说明": "单位对核实事项的说明",
    "抽查名单": "按规则和随机抽取的复核单位及理由",
    "复核表": "抽查单位的指标，供复核时填写",
    "数据勾对": "证明填写的格子都读入了、金额都进了汇总",
    "分部门报告": "各单位的自评报告全文",
}


def write_contents(page: Page, names: list[str]) -> None:
    """Write the contents: every sheet with a link and what it holds."""
    page.widths(6, 24, 70)
    page.title(
        TITLE + '汇总"',
        3,
        '="应报"&应报户数&"户，已报"&已报户数&"户，计入汇总"&计入户数&"户"'
        '&IF(计入户数<已报户数,"；核对未通过的单位没有计入，改正或说明后重新生成即可","")',
    )
    for column, heading in enumerate(("序号", "工作表", "内容"), 1):
        page.text(HEAD_ROW, column, heading, "head")
    shown = [name for name in names if not name.startswith("_") and name != page.name]
    for number, name in enumerate(shown, 1):
        row = HEAD_ROW + number
        page.value(row, 1, Decimal(number), "board_center", KINDS["count"])
        page.link(row, 2, name, name)
        page.text(row, 3, _ABOUT.get(name, "各单位填报的明细，一条一行"), "board")
        page.sheet.set_row(row - 1, 22)
    page.printed(HEAD_ROW + len(shown), 3, landscape=False)
    page.sheet.activate()


def write_report(binder: Binder, material: Material) -> None:
    """Write the narrative: one paragraph a row, every sentence a formula."""
    page = binder.page(REPORT, _TABS["文"])
    page.sheet.set_column(0, 0, 74)
    page.sheet.set_column(1, 1, None, None, {"hidden": True})
    lines = [line for line in material.template.summary if line.part == "段落"]
    headings = 0
    for row, line in enumerate(lines, 1):
        style = line.values.get("样式", "body")
        text = line.values["公式"]
        formula = text.lstrip("=").strip() if text.startswith("=") else f'"{text}"'
        if style == "h1":
            formula = f'"　　{_NUMERALS[headings]}、"&{formula}'
            headings += 1
        elif style == "body":
            formula = f'"　　"&{formula}'
        condition = line.values.get("条件", "")
        page.formula(row, 1, f'=IF({condition},{formula},"")' if condition else f"={formula}", f"report_{style}")
        stored = binder.stored.get((REPORT, row, 1))
        page.sheet.set_row(row - 1, _height(str(stored or "")))
    page.printed(max(len(lines), 1), 1, landscape=False)
    page.sheet.set_margins(0.8, 0.8, 1, 1)
    page.sheet.center_horizontally()


def _height(text: str) -> float:
    """Return the points of a paragraph in a column that holds 30 characters of 14 points in a line."""
    lines = sum(max(1, -(-len(line) // 30)) for line in text.split("\n"))
    return min(409.0, lines * 22.5 + 4) if text else 4.0


def write_sums(binder: Binder, material: Material) -> None:
    """Write the sums over all units; changes and rates are computed from the sums, never added up."""
    page = binder.page(SUMS, _TABS["表"])
    page.widths(34, 15, 15, 15, 15, 15, 12, 12, 12)
    page.title(TITLE + '汇总表"', 9, "金额单位：万元；变动和比率由合计数计算")
    heads = (
        "项目",
        "上年决算",
        "年初预算",
        "全年预算",
        "本年决算",
        "比上年增减",
        "增减率",
        "完成年初预算",
        "完成全年预算",
    )
    for column, heading in enumerate(heads, 1):
        page.text(HEAD_ROW, column, heading, "head")
    page.sheet.set_row(HEAD_ROW - 1, 30)
    lines = [line for line in material.template.summary if line.part == "行"]
    for row, line in enumerate(lines, FIRST_ROW):
        _sum_row(page, row, line)
    page.sheet.freeze_panes(HEAD_ROW, 1)
    page.printed(HEAD_ROW + max(len(lines), 1), 9, HEAD_ROW)


def _sum_row(page: Page, row: int, line: SummaryLine) -> None:
    money, rate = KINDS["money"], KINDS["rate"]
    indent = "　" * int(float(line.values.get("层次", "0")))
    page.text(row, 1, indent + line.values["标签"], "label" if indent else "label_bold")
    for column, part in enumerate(("上年决算", "年初预算", "全年预算", "本年决算"), 2):
        name = line.values.get(part)
        if name:
            page.formula(row, column, f"=ROUND(SUM({name}),2)", "figure", money)
        else:
            page.text(row, column, "—", "fixed")
    has = {part: bool(line.values.get(part)) for part in ("上年决算", "年初预算", "全年预算", "本年决算")}
    _ratio(page, row, 6, f"=ROUND(E{row}-B{row},2)", has["本年决算"] and has["上年决算"], "money")
    _ratio(page, row, 7, f"=IF(B{row}=0,0,ROUND(F{row}/B{row},4))", has["本年决算"] and has["上年决算"], rate.id)
    _ratio(page, row, 8, f"=IF(C{row}=0,0,ROUND(E{row}/C{row},4))", has["本年决算"] and has["年初预算"], rate.id)
    _ratio(page, row, 9, f"=IF(D{row}=0,0,ROUND(E{row}/D{row},4))", has["本年决算"] and has["全年预算"], rate.id)


def _ratio(page: Page, row: int, column: int, formula: str, possible: bool, kind: str) -> None:
    if possible:
        page.formula(row, column, formula, "figure", KINDS[kind])
    else:
        page.text(row, column, "—", "fixed")


def write_detail(binder: Binder, material: Material) -> None:
    """Write one row per unit; each column has its field's name: a formula over it is over all units."""
    last = write_grid(binder, material.detail, title=TITLE + '部门明细"')
    page = last.page
    score, rate = material.parts.get("得分"), material.parts.get("执行率")
    column = len(material.detail.columns) + 1
    for offset, (name, heading) in enumerate((("排名_名次", "名次"), (ORDER, "排序"))):
        page.text(HEAD_ROW, column + offset, heading, "head")
        binder.name(name, page, FIRST_ROW, column + offset, last.last_row)
    binder.name(RATE_KEY, page, FIRST_ROW, column + 2, last.last_row)
    page.sheet.set_column(column + 1, column + 1, None, None, {"hidden": True})
    if not score:
        return
    letters = {one.name: column_letters(number) for number, one in enumerate(material.detail.columns, 1)}
    second = rate or score
    for row in range(FIRST_ROW, last.last_row + 1):
        own, tie = f"${letters[score]}{row}", f"${letters[second]}{row}"
        area = {name: f"${letters[name]}${FIRST_ROW}:${letters[name]}{row}" for name in (score, second)}
        page.formula(row, column, f'=IF(ISNUMBER({own}),RANK({own},{score}),"")', "board_center", KINDS["count"])
        order = (
            f'COUNTIF({score},">"&{own})+COUNTIFS({score},{own},{second},">"&{tie})'
            f"+COUNTIFS({area[score]},{own},{area[second]},{tie})"
        )
        page.formula(row, column + 1, f'=IF(ISNUMBER({own}),{order},"")', "board_center", KINDS["count"])
        page.formula(row, column + 2, f'=IF(ISNUMBER({tie}),{tie}+ROW()/10^9,"")', "plain")


class Written:
    """Where a grid's rows ended up."""

    def __init__(self, page: Page, last_row: int) -> None:
        self.page, self.last_row = page, last_row


def write_grid(binder: Binder, grid: Grid, title: str = "") -> Written:
    """Write rows under named columns; a grid without rows keeps one blank row, so that its names have cells."""
    page = binder.page(grid.title, _TABS["表"])
    columns = len(grid.columns)
    page.title(title or TITLE + f'{grid.title}"', min(columns, 12))
    last_row = FIRST_ROW + max(len(grid.rows), 1) - 1
    for number, column in enumerate(grid.columns, 1):
        page.sheet.set_column(number - 1, number - 1, _width(column.kind.id, column.title))
        page.text(HEAD_ROW - 1, number, column.group, "note")
        page.text(HEAD_ROW, number, _head(column), "head")
        binder.name(column.name, page, FIRST_ROW, number, last_row)
    page.sheet.set_row(HEAD_ROW - 1, 62)
    letters = {column.name: column_letters(number) for number, column in enumerate(grid.columns, 1)}
    for row, values in enumerate(grid.rows, FIRST_ROW):
        for number, (column, value) in enumerate(zip(grid.columns, values, strict=True), 1):
            if column.formula:
                page.formula(row, number, _own_row(column.formula, letters, row), "board", column.kind)
            else:
                page.value(row, number, value, "board", column.kind)
    page.sheet.freeze_panes(HEAD_ROW, 2)
    page.sheet.autofilter(HEAD_ROW - 1, 0, last_row - 1, columns - 1)
    page.printed(last_row, columns, HEAD_ROW)
    if columns > 30:
        page.sheet.fit_to_pages(0, 0)
        page.sheet.repeat_columns(0, 1)
        page.sheet.set_print_scale(70)
    return Written(page, last_row)


def _own_row(formula: str, letters: Mapping[str, str], row: int) -> str:
    """Return a formula over names as one over the cells of a row; settings keep their names."""

    def cell(match: re.Match[str]) -> str:
        return match[1] or (f"${letters[match[2]]}{row}" if match[2] in letters else match[2])

    return _NAME.sub(cell, formula)


def _head(column: figures.Column) -> str:
    return f"{column.title}（{column.unit}）" if column.unit in ("万元", "元", "㎡") else column.title


def _width(kind: str, title: str) -> float:
    if title in ("单位名称", "项目名称", "三级指标"):
        return 26
    return {"longtext": 36, "text": 14, "code": 12, "rate": 10, "count": 9, "score": 9}.get(kind, 13)


def write_ranking(binder: Binder, material: Material) -> None:
    """Write the units by rank; the order follows the scores in the details as they change."""
    page = binder.page(RANKING, _TABS["表"])
    page.widths(8, 30, 12, 10, 14, 14, 12)
    page.title(TITLE + '得分排名"', 7, "按自评总分从高到低，同分同名次；同分的按预算执行率先后列出")
    heads = ("名次", "单位", "自评总分", "等级", "全年预算（万元）", "全年执行（万元）", "执行率")
    parts = ("得分", "等级", "预算", "支出", "执行率")
    kinds = ("score", "text", "money", "money", "rate")
    for column, heading in enumerate(heads, 1):
        page.text(HEAD_ROW, column, heading, "head")
    rows = len(material.detail.rows)
    for number in range(1, rows + 1):
        row = HEAD_ROW + number
        at = f"MATCH({number},{ORDER},0)"
        page.formula(row, 1, f'=IFERROR(INDEX(排名_名次,{at}),"")', "board_center", KINDS["count"])
        page.formula(row, 2, f'=IFERROR(INDEX({UNIT_NAME},{at}),"")', "board")
        for column, (part, kind) in enumerate(zip(parts, kinds, strict=True), 3):
            name = material.parts.get(part)
            if name:
                look = "board_center" if kind == "text" else "figure"
                page.formula(row, column, f'=IFERROR(INDEX({name},{at}),"")', look, KINDS[kind])
    page.sheet.freeze_panes(HEAD_ROW, 2)
    page.printed(HEAD_ROW + max(rows, 1), 7, HEAD_ROW, landscape=False)


def write_findings(binder: Binder, material: Material) -> None:
    """Write every finding with its unit, and how often each rule was broken."""
    page = binder.page(FINDINGS, _TABS["查"])
    page.widths(12, 24, 8, 9, 26, 60, 16, 16, 12, 36, 4, 9, 8, 50, 9, 9)
    page.title(TITLE + '核对结果"', 10, "每个问题一行；右边是各项核对发现问题的次数和涉及的单位数")
    heads = ("单位代码", "单位名称", "级别", "编号", "位置", "问题", "现在的值", "应为", "差额", "单位的说明")
    names = ("核对_代码", "核对_单位", "核对_级别", "核对_编号", "", "", "", "", "", "核对_说明")
    rows = material.findings
    last_row = FIRST_ROW + max(len(rows), 1) - 1
    for column, (heading, name) in enumerate(zip(heads, names, strict=True), 1):
        page.text(HEAD_ROW, column, heading, "head")
        if name:
            binder.name(name, page, FIRST_ROW, column, last_row)
    for row, noted in enumerate(rows, FIRST_ROW):
        _finding_row(page, row, noted)
    binder.name("核对_计一次", page, FIRST_ROW, 17, last_row)
    for row in range(FIRST_ROW, FIRST_ROW + len(rows)):
        once = f"=IF(COUNTIFS($D${FIRST_ROW}:$D{row},$D{row},$A${FIRST_ROW}:$A{row},$A{row})=1,1,0)"
        page.formula(row, 17, once, "board_center")
    page.sheet.set_column(16, 16, None, None, {"hidden": True})
    _rule_counts(binder, page, material)
    page.sheet.autofilter(HEAD_ROW - 1, 0, last_row - 1, len(heads) - 1)
    page.sheet.freeze_panes(HEAD_ROW, 2)
    page.printed(last_row, len(heads), HEAD_ROW)


def _finding_row(page: Page, row: int, noted: figures.Noted) -> None:
    finding = noted.finding
    page.text(row, 1, noted.code, "board")
    page.text(row, 2, noted.name, "board")
    page.text(row, 3, finding.level.label, "board_center")
    page.text(row, 4, finding.rule, "board_center")
    page.text(row, 5, str(finding.place) if isinstance(finding.place, Address) else "", "board")
    page.text(row, 6, finding.message, "board")
    for column, value in ((7, finding.value), (8, finding.expected), (9, finding.difference)):
        number = isinstance(value, Decimal)
        page.value(
            row,
            column,
            value if number or value is None else str(value),
            "board",
            KINDS["number" if number else "text"],
        )
    page.text(row, 10, finding.explanation, "board")


def _rule_counts(binder: Binder, page: Page, material: Material) -> None:
    """Write how often each rule was broken and by how many units, the most frequent first."""
    for column, heading in enumerate(("编号", "级别", "核对内容", "问题数", "单位数"), 12):
        page.text(HEAD_ROW, column, heading, "head")
    ranked = ranked_rules(material)
    last_row = FIRST_ROW + max(len(ranked), 1) - 1
    for name, column in (
        ("规则_编号", 12),
        ("规则_级别", 13),
        ("规则_内容", 14),
        ("规则_问题数", 15),
        ("规则_单位数", 16),
    ):
        binder.name(name, page, FIRST_ROW, column, last_row)
    for row, (level, rule, title) in enumerate(ranked, FIRST_ROW):
        page.text(row, 12, rule, "board_center")
        page.text(row, 13, level, "board_center")
        page.text(row, 14, title, "board")
        page.formula(row, 15, f"=COUNTIFS(核对_编号,L{row},核对_级别,M{row})", "board_center", KINDS["count"])
        page.formula(row, 16, f"=SUMIFS(核对_计一次,核对_编号,L{row})", "board_center", KINDS["count"])


def ranked_rules(material: Material) -> list[tuple[str, str, str]]:
    """Return level, rule and title of every rule that was broken, the most frequent first."""
    counts: dict[tuple[str, str, str], int] = {}
    for noted in material.findings:
        finding = noted.finding
        if finding.level is not Level.NOTICE:
            key = finding.level.label, finding.rule, _rule_title(material, finding.rule)
            counts[key] = counts.get(key, 0) + 1
    return sorted(counts, key=lambda key: (-counts[key], key))


def _rule_title(material: Material, rule: str) -> str:
    title = next((check.title for check in material.template.checks if check.rule == rule), "")
    own = {"F01": "必填的内容已填写", "F02": "自动计算的格子没有被改写"}
    return own.get(rule) or title.split("（")[0] or "填写的内容能够读取"


def write_standings(binder: Binder, material: Material) -> None:
    """Write who reported, when, how often, and where it stands."""
    page = binder.page(STANDINGS, _TABS["查"])
    page.widths(6, 12, 28, 20, 14, 10, 16, 17, 17, 7, 7, 8, 11, 10, 34)
    page.title(TITLE + '报送情况"', 15, '="应报"&应报户数&"户，已报"&已报户数&"户，未报"&未报户数&"户"')
    heads = (
        *("序号", "单位代码", "单位名称", "主管部门", "业务股室", "联系人", "联系电话"),
        *("首次报送", "最近报送", "次数", "错误", "待说明", "状态", "计入汇总", "采用的文件"),
    )
    standings, counted = material.overview.standings, frozenset(id(one.standing) for one in material.counted)
    last_row = FIRST_ROW + max(len(standings), 1) - 1
    for column, heading in enumerate(heads, 1):
        page.text(HEAD_ROW, column, heading, "head")
    for row, standing in enumerate(standings, FIRST_ROW):
        for column, value in enumerate(
            _standing_values(row - FIRST_ROW + 1, standing, id(standing) in counted), 1
        ):
            page.value(row, column, value, "board", KINDS["count" if isinstance(value, Decimal) else "text"])
    columns = {"报送_单位": 3, "报送_错误": 11, "报送_待说明": 12, "报送_状态": 13, "报送_计入": 14}
    for name, column in columns.items():
        binder.name(name, page, FIRST_ROW, column, last_row)
    _running_list(binder, page, 16, "未报名单", '$M{row}="未报"', last_row)
    _running_list(binder, page, 17, "有错名单", '$M{row}="有错误"', last_row)
    page.sheet.autofilter(HEAD_ROW - 1, 0, last_row - 1, len(heads) - 1)
    page.sheet.freeze_panes(HEAD_ROW, 3)
    page.printed(last_row, len(heads), HEAD_ROW)


def _standing_values(number: int, standing: Standing, counts: bool) -> Iterator[Decimal | str | None]:
    unit, receipts = standing.unit, standing.receipts
    yield Decimal(number)
    yield from (unit.code, unit.name, unit.parent, unit.section, unit.contact, unit.phone)
    yield f"{receipts[0].modified:%Y-%m-%d %H:%M}" if receipts else ""
    yield f"{receipts[-1].modified:%Y-%m-%d %H:%M}" if receipts else ""
    levels = [finding.level for finding in standing.all_findings if not finding.explanation]
    yield Decimal(len(receipts)) if receipts else None
    yield Decimal(levels.count(Level.ERROR)) if receipts else None
    yield Decimal(levels.count(Level.WARNING)) if receipts else None
    yield standing.state
    yield ("是" if counts else "否") if receipts else ""
    yield receipts[-1].file if receipts else ""


def _running_list(binder: Binder, page: Page, column: int, name: str, condition: str, last_row: int) -> None:
    """Write a hidden column that gathers names from top to bottom; its last cell is the whole list.

    Functions that join texts are newer than the oldest Excel in use; a list stops growing at 400 characters.
    """
    letters = column_letters(column)
    page.sheet.set_column(column - 1, column - 1, None, None, {"hidden": True})
    for row in range(FIRST_ROW, last_row + 1):
        before = f"{letters}{row - 1}" if row > FIRST_ROW else '""'
        item = f'IF({before}="","","、")&$C{row}'
        grown = f"IF(AND({condition.format(row=row)},LEN({before})<400),{before}&{item},{before})"
        page.formula(row, column, f"={grown}", "plain")
    binder.name(name, page, last_row, column)


def write_figures(binder: Binder, material: Material) -> None:
    """Write the hidden sheet of named figures: settings, counts, and what the template declares."""
    page = binder.page(FIGURES)
    page.sheet.hide()
    for column, heading in enumerate(("名称", "含义", "值"), 1):
        page.text(1, column, heading, "plain")
    row = 2
    for name, label, formula, kind in _named_figures(material):
        page.text(row, 1, name, "plain")
        page.text(row, 2, label, "plain")
        if isinstance(formula, str) and formula.startswith("="):
            page.formula(row, 3, formula, "plain", KINDS[kind])
        else:
            page.value(row, 3, formula, "plain", KINDS[kind])
        binder.name(name, page, row, 3)
        row += 1


def _named_figures(material: Material) -> Iterator[tuple[str, str, Decimal | str, str]]:
    template = material.template
    for field in template.fields:
        if field.role is Role.SETTING:
            value = template.defaults.get(field.name)
            yield field.name, field.label, value if isinstance(value, Decimal) else str(value or ""), field.kind.id
    states = "报送_状态"
    due = f'=COUNTA(报送_单位)-COUNTIF({states},"免报")' if material.overview.standings else "=0"
    yield "应报户数", "应报单位数", due, "count"
    yield "未报户数", "未报单位数", f'=COUNTIF({states},"未报")', "count"
    yield "已报户数", "已报单位数", "=应报户数-未报户数", "count"
    yield "计入户数", "计入汇总的单位数", '=COUNTIF(报送_计入,"是")', "count"
    yield "通过户数", "核对通过的单位数", f'=COUNTIF({states},"通过")', "count"
    yield "未通过户数", "核对未通过的单位数", "=已报户数-通过户数", "count"
    yield "错误总数", "核对发现的错误数", '=COUNTIF(核对_级别,"错误")', "count"
    yield "核实总数", "核对发现的须说明事项数", '=COUNTIF(核对_级别,"核实")', "count"
    yield "已说明数", "已作说明的事项数", '=SUMPRODUCT((核对_级别="核实")*(核对_说明<>""))', "count"
    for line in template.summary:
        if line.part == "指标":
            values = line.values
            yield values["名称"], values["标签"], "=" + values["公式"].lstrip("="), values.get("类型", "money")
