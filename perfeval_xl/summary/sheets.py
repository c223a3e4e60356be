"""The sheets that every summary has besides its details: contents, sums, who reported, named figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.records.address import column_letters
from perfeval_xl.records.check_code import CHECK_CODE
from perfeval_xl.records.contract import Role
from perfeval_xl.records.finding import Level
from perfeval_xl.records.handling import Handling, corrected
from perfeval_xl.records.handling import counted as handled
from perfeval_xl.records.kind import KINDS
from perfeval_xl.records.standing import Stage
from perfeval_xl.records.summary_line import AMOUNTS, IN_WORDS, Part
from perfeval_xl.summary import lists
from perfeval_xl.summary.amounts import in_words
from perfeval_xl.summary.charts import cited
from perfeval_xl.summary.figures import DETAIL
from perfeval_xl.workbook.row_writer import ABOVE, ROW, Pattern, Rows, Style
from perfeval_xl.workbook.sheet_writer import FIRST_ROW, HEAD_ROW, titled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.records.standing import Standing
    from perfeval_xl.records.summary_line import SummaryLine
    from perfeval_xl.records.verdict import Receipt
    from perfeval_xl.summary.gather import Material
    from perfeval_xl.workbook.sheet_writer import Binder, Page

SUMS, STANDINGS, FIGURES = "汇总表", "报送情况", "_指标"
_TABS = {"表": "#3A7D44", "查": "#E08A00"}
_MOST_BROKEN = 20
_HIDDEN = ("报送_已改正", "报送_未计预算", "报送_未计支出", "报送_未计等级", "报送_已说明")
"""Columns of 报送情况 behind those that are seen, and behind the one that leads back to the contents."""


@dataclass(frozen=True, slots=True)
class _Ratio:
    """A column of the sums that compares two amounts, which its formula names {0} and {1}."""

    title: str
    formula: str
    needs: tuple[str, str]
    kind: str = "rate"


_RATIOS = (
    _Ratio("比上年增减", "=ROUND({0}-{1},2)", ("本年决算", "上年决算"), "money"),
    _Ratio("增减率", '=IF({1}=0,"—",ROUND({0}/{1}-1,4))', ("本年决算", "上年决算")),
    _Ratio("完成年初预算", '=IF({1}=0,"—",ROUND({0}/{1},4))', ("本年决算", "年初预算")),
    _Ratio("完成全年预算", '=IF({1}=0,"—",ROUND({0}/{1},4))', ("本年决算", "全年预算")),
)
_ABOUT = {
    "一页概览": "最先要知道的事，一页看完，每句话随数字变化",
    "汇总报告": "按汇总数据自动写成的分析报告，数字随部门明细变化",
    "总览": "一页看全：关键数字和图",
    SUMS: "各行的全区合计，比率由合计数重新计算",
    DETAIL: "每个单位一行，全部数字；改动这里的数，其他各表随之变化",
    "排名": "按自评总分排名，同分同名次",
    "主管部门汇总": "按主管部门分组，可以展开、收起",
    "核对结果": "核对发现的每一个问题，以及单位的说明",
    "问题归类": "问题按类别归并：多少处、涉及多少、主要是哪些单位",
    STANDINGS: "每个应报单位的报送情况，以及没有归属的文件",
    "部门整体自评汇总": "按名次列出各单位的预算执行、各类指标得分、等级和预警",
    "项目支出自评汇总": "按名次列出各项目的预算执行、各类指标得分、等级和预警",
    "三公和公用经费": "各单位“三公”经费、公用经费的控制率和变动率",
    "等级分布": "各等级有多少，资金多少",
    "核实说明": "单位对核实事项的说明",
    "抽查名单": "按规则和随机抽取的复核单位及理由",
    "复核表": "抽查单位的指标，供复核时填写",
    "数据勾对": "证明填写的格子都读入了、金额都进了汇总",
    "分部门报告": "各单位的自评报告全文",
}


def draw_contents(binder: Binder, material: Material, page: Page) -> None:
    """Draw the contents: every sheet with a link and what it holds, and what could not be computed."""
    page.widths(6, 24, 74)
    measure = material.template.measure
    page.title(
        titled("汇总"),
        3,
        f'="应报"&应报户数&"{measure}，已报"&已报户数&"{measure}，计入汇总"&计入户数&"{measure}"'
        f'&IF(未计户数=0,"","；还没有通过的"&未计户数&"{measure}没有计入，通过以后重新生成即可")',
    )
    page.heads("序号", "工作表", "内容")
    shown = [other.name for other in binder.pages if not other.name.startswith("_") and other is not page]
    for number, name in enumerate(shown, 1):
        row = HEAD_ROW + number
        page.value(row, 1, Decimal(number), "board_center", KINDS["count"])
        page.link(row, 2, name, name)
        page.text(row, 3, _ABOUT.get(name, "各单位填报的明细，一条一行"), "board")
        page.sheet.set_row(row - 1, 22)
    last_row = _draw_notes(binder, material, page, HEAD_ROW + len(shown) + 2)
    page.printed(last_row, 3, landscape=False)
    page.sheet.activate()


def _draw_notes(binder: Binder, material: Material, page: Page, row: int) -> int:
    """Say what the copy is for, and name what could not be computed."""
    notes = []
    if binder.public:
        notes.append(
            "本文件是供公开、传阅的副本：只有数值，没有公式，没有联系人、电话、核对意见和单位的说明；工作表已保护。"
        )
    if binder.broken:
        cells = "、".join(map(str, binder.broken[:_MOST_BROKEN]))
        rest = f"等{len(binder.broken)}处" if len(binder.broken) > _MOST_BROKEN else ""
        notes.append(f"有公式算不出结果，其余不受影响：{cells}{rest}。请检查模板的汇总设置。")
    if material.faults:
        notes.append(f"模板的汇总设置中有几项不能用，没有采用，其余不受影响：{'；'.join(material.faults)}。")
    for offset, note in enumerate(notes):
        page.text(row + offset, 1, note, "board", 3)
        page.sheet.set_row(row + offset - 1, 34)
    return row + len(notes) - 1


def draw_sums(binder: Binder, material: Material) -> None:
    """Draw the sums over all units; changes and rates are computed from the sums, never added up.

    Amounts and rates that no row has, have no column.
    """
    lines = [line for line in material.template.summary if line.part is Part.ROW]
    given = {part for line in lines for part in AMOUNTS if line.amounts.get(part) in material.details.letters}
    if not given:
        return
    parts = [part for part in AMOUNTS if part in given]
    ratios = [ratio for ratio in _RATIOS if given.issuperset(ratio.needs)]
    heads = ["合计"] if len(parts) == 1 else parts
    last_column = 1 + len(parts) + len(ratios)
    page = binder.page(SUMS, _TABS["表"])
    page.widths(34, *(15,) * len(parts), *(13,) * len(ratios))
    page.title(titled("汇总表"), last_column, "变动和比率由合计数计算，不是各单位的数相加")
    page.heads("项目", *heads, *(ratio.title for ratio in ratios))
    page.sheet.set_row(HEAD_ROW - 1, 30)
    for row, line in enumerate(lines, FIRST_ROW):
        _sum_row(page, row, line, material, parts, ratios)
    page.sheet.freeze_panes(HEAD_ROW, 1)
    page.printed(HEAD_ROW + len(lines), last_column, HEAD_ROW)


def _sum_row(
    page: Page, row: int, line: SummaryLine, material: Material, parts: list[str], ratios: list[_Ratio]
) -> None:
    money = KINDS["money"]
    indent = "　" * line.level
    page.text(row, 1, indent + line.label, "label" if indent else "label_bold")
    cells: dict[str, str] = {}
    for column, part in enumerate(parts, 2):
        name = line.amounts.get(part, "")
        if name in material.details.letters:
            cells[part] = f"{column_letters(column)}{row}"
            page.formula(row, column, f"=ROUND(SUM({name}),2)", "figure", money)
        else:
            page.value(row, column, "—", "figure", money)
    for column, ratio in enumerate(ratios, 2 + len(parts)):
        if cells.keys() >= set(ratio.needs):
            one, other = (cells[part] for part in ratio.needs)
            page.formula(row, column, ratio.formula.format(one, other), "figure", KINDS[ratio.kind])
        else:
            page.value(row, column, "—", "figure", money)


def draw_standings(binder: Binder, material: Material) -> None:
    """Draw who reported, when, how often, and where it stands; then the files that belong to no unit."""
    page = binder.page(STANDINGS, _TABS["查"])
    page.widths(6, 12, 28, 20, 14, 10, 16, 17, 17, 7, 7, 8, 11, 10, 34, 12)
    measure = material.template.measure
    note = f'="应报"&应报户数&"{measure}，已报"&已报户数&"{measure}，未报"&未报户数&"{measure}"'
    page.title(titled("报送情况"), 16, note)
    page.heads(
        *("序号", "单位代码", "单位名称", "主管部门", "业务股室", "联系人", "联系电话"),
        *("首次报送", "最近报送", "次数", "错误", "待说明", "状态", "计入汇总", "采用的文件", CHECK_CODE),
    )
    last_row = FIRST_ROW + max(len(material.overview.standings), 1) - 1
    columns = {
        "报送_单位": 3,
        "报送_股室": 5,
        "报送_首次": 8,
        "报送_次数": 10,
        "报送_错误": 11,
        "报送_待说明": 12,
        "报送_状态": 13,
        "报送_计入": 14,
    }
    for name, column in columns.items():
        binder.name(name, page, FIRST_ROW, column, last_row)
    rows = _standing_rows(material, public=binder.public)
    line, count, center = Style("board_line"), Style("board_center", KINDS["count"]), Style("board_center")
    kinds = ("count", "money", "money", "text", "count")
    hidden = (Style("plain"), *(Style("plain", KINDS[kind]) for kind in kinds))
    plain = (count, center, *(line,) * 7, count, count, count, center, center, line, center, *hidden)
    for column, name in enumerate(() if binder.public else _HIDDEN, 18):
        page.text(HEAD_ROW, column, name, "head")
        binder.name(name, page, FIRST_ROW, column, last_row)
        page.hide(column)
    first = 18 + len(_HIDDEN)
    counters = (
        [] if binder.public else [_counting(one, first + offset) for offset, one in enumerate(lists.REPORTING)]
    )
    for column, one in enumerate(lists.REPORTING if counters else (), first):
        page.text(HEAD_ROW, column, one.counter.name, "head")
        binder.name(one.counter.name, page, FIRST_ROW, column, last_row)
        page.hide(column)
    page.body(
        (Pattern((*plain, *counters), 18), Pattern((*plain, *(Style("plain"),) * len(counters)), 18)),
        rows.widened(len(counters)),
    )
    end = FIRST_ROW + max(rows.count, 1) - 1
    if binder.public:
        for column in (6, 7, 11, 12, 15, 16):
            page.hide(column)
    page.filtered(end, 16, 3)
    page.printed(end, 16, HEAD_ROW)


def _counting(one: lists.Listed, column: int) -> Style:
    condition = one.condition.replace("{row}", ROW)
    return Style("plain", KINDS["count"], f"=N({column_letters(column)}{ABOVE})+IF({condition},1,0)")


def _standing_rows(material: Material, *, public: bool) -> Rows:
    rows, counted = Rows(), frozenset(map(id, material.counted))
    for number, standing in enumerate(material.overview.standings, 1):
        counts = counts_as(standing, counted=id(standing) in counted)
        cells = _standing_cells(number, standing, counts, public=public)
        rows.add(
            (
                *cells,
                None,
                *(() if public else _left_out(material, standing, counts)),
                *(None,) * len(_HIDDEN) * public,
            )
        )
    for state, receipts in (("不在名册", material.overview.strangers), ("未能读取", material.overview.rejected)):
        for receipt in () if public else receipts:
            rows.add((*_loose_cells(state, receipt), None, *(None,) * len(_HIDDEN)), pattern=1)
    return rows


def counts_as(standing: Standing, *, counted: bool) -> str:
    """Say whether a unit's figures are added up, or as what they are not."""
    if standing.receipt is None:
        return ""
    if standing.stage is Stage.EXEMPT:
        return "免报"
    if standing.unit.gathers:
        return "汇总户"
    return "是" if counted else "否"


def _left_out(material: Material, standing: Standing, counts: str) -> Iterator[Decimal | str | None]:
    """Give how many errors a unit corrected, what it reported where that is not added up, what it explained."""
    nothing = (None, None, "")
    yield Decimal(corrected(standing)) or None
    yield from material.left_out.get(standing.unit.key, nothing) if counts == "否" else nothing
    became = handled(standing)
    yield Decimal(sum(count for (kind, _), count in became.items() if kind is Handling.EXPLAINED)) or None


def _standing_cells(
    number: int, standing: Standing, counts: str, *, public: bool
) -> Iterator[Decimal | str | None]:
    unit, receipts = standing.unit, standing.receipts
    yield Decimal(number)
    yield from (unit.key, unit.label, unit.parent, unit.section)
    yield from ("", "") if public else (unit.contact, unit.phone)
    yield f"{receipts[0].modified:%Y-%m-%d %H:%M}" if receipts else ""
    yield f"{receipts[-1].modified:%Y-%m-%d %H:%M}" if receipts else ""
    levels = [finding.level for finding in standing.all_findings if not finding.explanation]
    yield Decimal(len(receipts)) if receipts else None
    told = receipts and not public and standing.stage is not Stage.EXEMPT
    yield Decimal(levels.count(Level.ERROR)) if told else None
    yield Decimal(levels.count(Level.WARNING)) if told else None
    yield _published_state(standing) if public else standing.state
    yield counts
    yield receipts[-1].file if receipts and not public else ""
    yield "" if public else standing.accepted_code


def _published_state(standing: Standing) -> str:
    """Return a unit's state for others: who has reported, not in whose figures faults were found."""
    return standing.state if standing.receipt is None or standing.stage is Stage.EXEMPT else "已报"


def _loose_cells(state: str, receipt: Receipt) -> Iterator[str | None]:
    """Give the cells of a file that belongs to no unit, so that everything that came in is listed."""
    yield from (None, receipt.unit, receipt.unit_name or "（不明）", None, None, None, None)
    yield from (f"{receipt.modified:%Y-%m-%d %H:%M}",) * 2
    yield from (None, None, None, state, "否", receipt.file, None)


def _found() -> Iterator[tuple[str, str, str, str]]:
    """Give in numbers what has become of what was found; a consequence of another finding is not counted."""
    became = {
        "错误总数": ("没有改正的错误数", '核对_处理,"未改正",核对_类别,"?*"'),
        "核实总数": ("须说明的事项数", '核对_级别,"核实",核对_处理,"<>免报不计"'),
        "已说明数": ("单位已作说明的事项数", '核对_级别,"核实",核对_处理,"已说明"'),
        "未说明数": ("没有说明的事项数", '核对_处理,"未说明",核对_类别,"?*"'),
        "豁免数": ("财政部门决定不作要求的项数", '核对_处理,"已豁免"'),
        "采用错误数": ("审核决定采用的单位没有改正的错误数", '核对_级别,"错误",核对_处理,"审核采用"'),
        "采用核实数": ("审核决定采用的单位没有说明的事项数", '核对_级别,"核实",核对_处理,"审核采用"'),
    }
    for name, (label, conditions) in became.items():
        yield name, label, f"=COUNTIFS({conditions})", "count"
    causes = '=SUMIFS(核对_原因,核对_处理,"未改正",核对_类别,"?*")'
    yield "错误原因数", "没有改正的错误归并成的原因数", causes, "count"
    yield "已改正数", "退回后改正的错误数", "=SUM(报送_已改正)", "count"


def draw_figures(binder: Binder, material: Material) -> None:
    """Draw the hidden sheet of named figures: settings, counts, lists, and what the template declares."""
    page = binder.page(FIGURES)
    page.sheet.hide()
    for column, heading in enumerate(("名称", "含义", "值"), 1):
        page.text(1, column, heading, "plain")
    for row, (name, label, formula, kind) in enumerate(named_figures(material), 2):
        page.text(row, 1, name, "plain")
        page.text(row, 2, label, "plain")
        if isinstance(formula, str) and formula.startswith("="):
            page.formula(row, 3, formula, "plain", KINDS[kind])
        else:
            page.value(row, 3, formula, "plain", KINDS[kind])
        binder.name(name, page, row, 3)


def named_figures(material: Material) -> Iterator[tuple[str, str, Decimal | str, str]]:
    """Give every named figure: its name, what it is called, its formula or value, the id of its kind."""
    template = material.template
    yield "汇总_名目", "汇总的工作", material.subject, "text"
    yield from ((name, name, "", "text") for name in ("地区", "年度") if name not in template.defaults)
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
    yield "待审户数", "等待财政部门审核的单位数", f'=COUNTIF({states},"待审")', "count"
    yield "未计户数", "报送了、没有计入汇总的单位数", '=COUNTIF(报送_计入,"否")', "count"
    yield "含未通过户数", "没有通过、也计入汇总的单位数", f'=COUNTIFS(报送_计入,"是",{states},"<>通过")', "count"
    yield "未计预算", "没有计入汇总的单位报来的预算", "=ROUND(SUM(报送_未计预算),2)", "money"
    yield "未计支出", "没有计入汇总的单位报来的支出", "=ROUND(SUM(报送_未计支出),2)", "money"
    for name in ("未计预算", "未计支出"):
        yield name + IN_WORDS, f"{name}（文字）", f"={in_words(name, material.money)}", "text"
    for name, label, day in (
        ("截止日", "报送截止日期", material.deadline),
        ("统计日", "统计截止日期", material.as_of),
    ):
        yield name, label, f"{day:%Y-%m-%d}" if day else "", "text"
        yield f"{name}期", label, f"{day.year}年{day.month}月{day.day}日" if day else "", "text"
    yield "抽查户数", "抽查的单位数", "=COUNTA(抽查_单位)", "count"
    yield "公开", "供公开、传阅的副本为1，其余为0", "=0", "count"
    yield "通过户数", "核对通过的单位数", f'=COUNTIF({states},"通过")', "count"
    yield "未通过户数", "核对未通过的单位数", "=已报户数-通过户数", "count"
    yield from _found()
    yield from lists.named_figures(material)
    yield from ((name, "引用的图", text, "text") for name, text in cited(material).items())
    for line in template.summary:
        if line.part is Part.FIGURE:
            yield line.name, line.label, "=" + line.formula.lstrip("="), line.kind.id
            if line.in_money:
                yield line.name + IN_WORDS, f"{line.label}（文字）", f"={in_words(line.name, line.unit)}", "text"
    units = {one.unit.code for one in material.overview.standings if not one.exempt}
    yield "应报单位数", "应报的单位，有几份报送都算一户", Decimal(len(units)), "count"
