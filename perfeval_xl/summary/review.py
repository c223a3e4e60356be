"""What the bureau decides from: grades with their money, whom to go over again and why, and the form for it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.records.address import column_letters
from perfeval_xl.records.contract import UNIT_CODE
from perfeval_xl.records.kind import KINDS
from perfeval_xl.records.summary_line import Plays
from perfeval_xl.records.typed_cells import (
    CODE,
    REMARK,
    REVIEW_SHEET,
    REVIEWED,
    SCORE,
    base_rows,
    heading,
    review_form,
)
from perfeval_xl.summary.gather import seed
from perfeval_xl.workbook.row_writer import ROW, Pattern, Rows, Style
from perfeval_xl.workbook.sheet_writer import FIRST_ROW, HEAD_ROW, draw_base, titled

if TYPE_CHECKING:
    from perfeval_xl.records.typed_cells import Form
    from perfeval_xl.summary.gather import Material
    from perfeval_xl.workbook.sheet_writer import Binder

GRADES_SHEET, SAMPLE_SHEET = "等级分布", "抽查名单"
REVIEWED_SCORES, DEVIATIONS = "复核_得分", "复核_偏差"
"""Names of two columns of the form: the scores that reviewers gave, and by how much a unit's own are higher."""
GRADES = ("优", "良", "中", "差")
_TAB = "#E08A00"


def draw_grades(binder: Binder, material: Material) -> None:
    """Draw how many units and how much money have each grade."""
    grade, budget = material.parts.get(Plays.GRADE), material.parts.get(Plays.BUDGET)
    if not grade or not budget:
        return
    page = binder.page(GRADES_SHEET, "#3A7D44")
    page.widths(12, 12, 12, 20, 14)
    page.title(titled("等级分布"), 5)
    page.heads("等级", material.template.counted, "占比", f"全年预算（{material.money}）", "资金占比")
    total = FIRST_ROW + len(GRADES)
    for row, name in enumerate(GRADES, FIRST_ROW):
        page.text(row, 1, name, "board_center")
        page.formula(row, 2, f'=COUNTIF({grade},"{name}")', "board_center", KINDS["count"])
        page.formula(row, 4, f'=ROUND(SUMIF({grade},"{name}",{budget}),2)', "figure", KINDS["money"])
    page.text(total, 1, "合计", "label_bold")
    page.formula(total, 2, f"=SUM(B{FIRST_ROW}:B{total - 1})", "total", KINDS["count"])
    page.formula(total, 4, f"=SUM(D{FIRST_ROW}:D{total - 1})", "total", KINDS["money"])
    for row in range(FIRST_ROW, total + 1):
        look = "total" if row == total else "figure"
        for column, letters in ((3, "B"), (5, "D")):
            share = f"=IF({letters}${total}=0,0,ROUND({letters}{row}/{letters}${total},4))"
            page.formula(row, column, share, look, KINDS["rate"])
    page.sheet.freeze_panes(HEAD_ROW, 1)
    page.printed(total, 5, HEAD_ROW, landscape=False)


def draw_sample(binder: Binder, material: Material) -> None:
    """Draw the list for spot checks, and a form with the chosen units' indicators to fill while checking."""
    page = binder.page(SAMPLE_SHEET, _TAB)
    page.widths(6, 12, 30, 16, 12, 12, 50)
    note = (
        f"按规则选取，并随机抽取一部分；随机种子为“{seed(material.template)}”，用同样的种子可以重新抽出同样的单位"
    )
    page.title(titled("抽查名单"), 7, note)
    page.heads("序号", "单位代码", "单位", f"全年预算（{material.money}）", "执行率", "自评总分", "选取理由")
    rows = Rows()
    for number, one in enumerate(material.chosen, 1):
        unit = one.standing.unit
        rows.add((Decimal(number), unit.key, unit.label, None, None, None, "；".join(one.reasons)))
    styles = [Style("board_center", KINDS["count"]), Style("board_center"), Style("board")]
    for part, kind in ((Plays.BUDGET, "money"), (Plays.RATE, "rate"), (Plays.SCORE, "score")):
        name = material.parts.get(part)
        formula = f'=IFERROR(INDEX({name},MATCH($B{ROW},{UNIT_CODE},0)),"")' if name else ""
        styles.append(Style("figure", KINDS[kind], formula))
    page.body((Pattern((*styles, Style("board"))),), rows)
    last_row = FIRST_ROW + max(rows.count, 1) - 1
    binder.name("抽查_单位", page, FIRST_ROW, 3, last_row)
    binder.name("抽查_理由", page, FIRST_ROW, 7, last_row)
    page.filtered(last_row, 7, 3)
    page.printed(last_row, 7, HEAD_ROW)
    form = review_form(material.template)
    if form:
        _draw_review(binder, material, form)


def draw_reviewed(binder: Binder, material: Material) -> None:
    """Draw the hidden sheet of what was typed into the form before, where there is anything."""
    form = review_form(material.template)
    if form and material.reviews:
        draw_base(binder, base_rows(material.reviews, form))


def _draw_review(binder: Binder, material: Material, form: Form) -> None:
    fields = material.template.columns[material.parts[Plays.REVIEWED]]
    page = binder.page(REVIEW_SHEET, _TAB)
    page.widths(12, 26, *(22 if field.kind.words else 11 for field in fields), 14, 11, 11, 24)
    last_column = len(fields) + 6
    note = "浅黄色的格子由复核人员填写：复核完成值、复核得分、备注；再次汇总时读入台账，写进新的汇总"
    page.title(titled("复核表"), last_column, note)
    page.heads(CODE, form.unit, *map(heading, fields), REVIEWED, SCORE, "偏差", REMARK)
    page.sheet.set_row(HEAD_ROW - 1, 34)
    names = [field.name for field in fields]
    score = column_letters(3 + names.index(material.parts[Plays.REVIEWED_SCORE]))
    again = column_letters(len(fields) + 4)
    deviation = f'=IF({again}{ROW}="","",ROUND(N({score}{ROW})-{again}{ROW},2))'
    styles = (
        *(Style("board_center"), Style("board")),
        *(Style("board", field.kind) for field in fields),
        *(Style("input"), Style("input", KINDS["score"])),
        *(Style("figure", KINDS["score"], deviation), Style("input")),
    )
    page.body((Pattern(styles),), material.review_rows)
    last_row = FIRST_ROW + max(material.review_rows.count, 1) - 1
    binder.name(REVIEWED_SCORES, page, FIRST_ROW, len(fields) + 4, last_row)
    binder.name(DEVIATIONS, page, FIRST_ROW, len(fields) + 5, last_row)
    page.filtered(last_row, last_column, 2)
    page.printed(last_row, last_column, HEAD_ROW)
