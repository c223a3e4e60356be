"""What the bureau decides from: grades with their money, whom to go over again and why, and the form for it."""

from __future__ import annotations

import random
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.address import column_letters
from perfeval_xl.contract import UNIT_CODE
from perfeval_xl.finding import Level
from perfeval_xl.kinds import KINDS
from perfeval_xl.summary.figures import Counted, value_of
from perfeval_xl.summary.sheets import FIRST_ROW, HEAD_ROW, TITLE

if TYPE_CHECKING:
    from perfeval_xl.summary.page import Binder, Page
    from perfeval_xl.summary.workbook import Material

GRADES_SHEET, SAMPLE_SHEET, REVIEW_SHEET = "等级分布", "抽查名单", "复核表"
GRADES = ("优", "良", "中", "差")
_TOP, _SHARE, _LEAST = 3, 20, 2
_HIGH_SCORE, _LOW_RATE = Decimal(98), Decimal("0.9")


def write_grades(binder: Binder, material: Material) -> None:
    """Write how many units and how much money have each grade."""
    grade, budget = material.parts.get("等级"), material.parts.get("预算")
    if not grade or not budget:
        return
    page = binder.page(GRADES_SHEET, "#3A7D44")
    page.widths(12, 12, 12, 20, 14)
    page.title(TITLE + '等级分布"', 5)
    for column, heading in enumerate(("等级", "户数", "占比", "全年预算（万元）", "资金占比"), 1):
        page.text(HEAD_ROW, column, heading, "head")
    total = FIRST_ROW + len(GRADES)
    for row, name in enumerate(GRADES, FIRST_ROW):
        page.text(row, 1, name, "board_center")
        page.formula(row, 2, f'=COUNTIF({grade},"{name}")', "board_center", KINDS["count"])
        page.formula(row, 4, f'=ROUND(SUMIF({grade},"{name}",{budget}),2)', "figure", KINDS["money"])
    page.text(total, 1, "合计", "label_bold")
    page.formula(total, 2, f"=SUM(B{FIRST_ROW}:B{total - 1})", "total", KINDS["count"])
    page.formula(total, 4, f"=SUM(D{FIRST_ROW}:D{total - 1})", "total", KINDS["money"])
    for row in range(FIRST_ROW, total + 1):
        for column, letters in ((3, "B"), (5, "D")):
            share = f"=IF({letters}${total}=0,0,ROUND({letters}{row}/{letters}${total},4))"
            page.formula(row, column, share, "figure", KINDS["rate"])
    page.printed(total, 5, HEAD_ROW, landscape=False)


def sampled(material: Material) -> list[tuple[Counted, list[str]]]:
    """Return whom to go over again, with every reason: by rule, and some drawn by lot with a recorded seed."""
    reasons: dict[str, list[str]] = {counted.unit.code: [] for counted in material.counted}
    for counted in material.counted:
        reasons[counted.unit.code] += _own_reasons(counted, material)
    for code in _largest(material):
        reasons[code].append("资金量居前")
    for code in _most_doubts(material):
        reasons[code].append("核实事项较多")
    others = [code for code, given in reasons.items() if not given]
    draw = random.Random(seed(material))  # noqa: S311 - a lot that anybody can draw again, not a secret
    for code in draw.sample(others, min(len(others), max(_LEAST, len(reasons) // _SHARE))):
        reasons[code].append("随机抽取")
    return [(counted, reasons[counted.unit.code]) for counted in material.counted if reasons[counted.unit.code]]


def seed(material: Material) -> str:
    """Return the seed of the draw: the region and the year, so that anybody can repeat it."""
    return f"{material.template.defaults.get('地区') or ''}{material.template.defaults.get('年度') or ''}"


def _own_reasons(counted: Counted, material: Material) -> list[str]:
    reasons = []
    if any(finding.rule == "D14" for finding in counted.standing.all_findings):
        reasons.append("自评得分明显高于预算执行率")
    score, rate = (_figure(counted, material.parts.get(part, "")) for part in ("得分", "执行率"))
    if score is not None and rate is not None and score >= _HIGH_SCORE and rate < _LOW_RATE:
        reasons.append("得分98分以上而执行率低于90%")
    return reasons


def _largest(material: Material) -> list[str]:
    budget = material.parts.get("预算", "")
    amounts = {counted.unit.code: _figure(counted, budget) or Decimal(0) for counted in material.counted}
    return sorted((code for code in amounts if amounts[code]), key=lambda code: (-amounts[code], code))[:_TOP]


def _most_doubts(material: Material) -> list[str]:
    counts = Counter(
        counted.unit.code
        for counted in material.counted
        for finding in counted.standing.all_findings
        if finding.level is Level.WARNING
    )
    return [
        code for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_TOP] if count > 1
    ]


def _figure(counted: Counted, name: str) -> Decimal | None:
    value = value_of(counted, name, 0)
    return value if isinstance(value, Decimal) else None


def write_sample(binder: Binder, material: Material) -> None:
    """Write the list for spot checks, and a form with the chosen units' indicators to fill while checking."""
    chosen = sampled(material)
    page = binder.page(SAMPLE_SHEET, "#E08A00")
    page.widths(6, 12, 30, 16, 12, 12, 50)
    note = f"按规则选取，并随机抽取一部分；随机种子为“{seed(material)}”，用同样的种子可以重新抽出同样的单位"
    page.title(TITLE + '抽查名单"', 7, note)
    heads = ("序号", "单位代码", "单位", "全年预算（万元）", "执行率", "自评总分", "选取理由")
    for column, heading in enumerate(heads, 1):
        page.text(HEAD_ROW, column, heading, "head")
    for row, (counted, reasons) in enumerate(chosen, FIRST_ROW):
        page.value(row, 1, Decimal(row - FIRST_ROW + 1), "board_center", KINDS["count"])
        page.text(row, 2, counted.unit.code, "board_center")
        page.text(row, 3, counted.unit.name, "board")
        for column, (part, kind) in enumerate((("预算", "money"), ("执行率", "rate"), ("得分", "score")), 4):
            name = material.parts.get(part)
            if name:
                formula = f'=IFERROR(INDEX({name},MATCH(B{row},{UNIT_CODE},0)),"")'
                page.formula(row, column, formula, "figure", KINDS[kind])
        page.text(row, 7, "；".join(reasons), "board")
    page.sheet.freeze_panes(HEAD_ROW, 3)
    page.printed(FIRST_ROW + len(chosen) - 1, 7, HEAD_ROW)
    if material.parts.get("复核表") and material.parts.get("复核得分"):
        _write_review(binder, material, [counted for counted, _ in chosen])


def _write_review(binder: Binder, material: Material, chosen: list[Counted]) -> None:
    fields = material.template.columns[material.parts["复核表"]]
    page = binder.page(REVIEW_SHEET, "#E08A00")
    page.widths(26, *(22 if field.kind.id in ("text", "longtext") else 11 for field in fields), 14, 11, 11, 24)
    last_column = len(fields) + 5
    page.title(TITLE + '自评复核表"', last_column, "浅黄色的格子由复核人员填写：复核完成值、复核得分、备注")
    heads = (
        "单位",
        *(field.column_label or field.label for field in fields),
        "复核完成值",
        "复核得分",
        "偏差",
        "备注",
    )
    for column, heading in enumerate(heads, 1):
        page.text(HEAD_ROW, column, heading, "head")
    page.sheet.set_row(HEAD_ROW - 1, 34)
    row = FIRST_ROW
    for counted in chosen:
        row = _review_rows(page, material, counted, row)
    page.sheet.freeze_panes(HEAD_ROW, 1)
    page.printed(max(row - 1, HEAD_ROW), last_column, HEAD_ROW)


def _review_rows(page: Page, material: Material, counted: Counted, row: int) -> int:
    """Write a unit's indicator rows with the cells to fill; return the next free row."""
    table = material.template.table[material.parts["复核表"]]
    fields = material.template.columns[table.name]
    score = 2 + [field.name for field in fields].index(material.parts["复核得分"])
    again = len(fields) + 3
    for number in range(1, table.rows + 1):
        values = [value_of(counted, field.name, number) for field in fields]
        if all(value in (None, "") for value in values):
            continue
        page.text(row, 1, counted.unit.name, "board")
        for column, (field, value) in enumerate(zip(fields, values, strict=True), 2):
            page.value(row, column, value, "board", field.kind)
        page.value(row, again - 1, None, "input")
        page.value(row, again, None, "input", KINDS["score"])
        cell, own = f"{column_letters(again)}{row}", f"{column_letters(score)}{row}"
        page.formula(row, again + 1, f'=IF({cell}="","",ROUND(N({own})-{cell},2))', "figure", KINDS["score"])
        page.value(row, again + 2, None, "input")
        row += 1
    return row
