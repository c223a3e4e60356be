"""What proves the summary: every unit's report, and that no filled cell was lost on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.records.kind import KINDS
from perfeval_xl.workbook.row_writer import ROW, Pattern, Rows, Style
from perfeval_xl.workbook.sheet_writer import FIRST_ROW, HEAD_ROW, titled

if TYPE_CHECKING:
    from perfeval_xl.summary.gather import Material
    from perfeval_xl.workbook.sheet_writer import Binder

REPORTS, PROOF = "分部门报告", "数据勾对"


def draw_reports(binder: Binder, material: Material) -> None:
    """Draw every counted unit's report, one paragraph a row, to read and to filter.

    No formula reads them, so that the engine is not given them.
    """
    page = binder.page(REPORTS, "#2E75B6")
    page.widths(12, 28, 7, 110)
    rows = material.report_rows
    note = "各单位的自评报告，一段一行；用筛选选择单位"
    if rows.dropped:
        note += f"。Excel的行数有限，最后{rows.dropped}段没有列出，见各单位的 Word 报告"
    page.title(titled("分部门报告"), 4, note)
    page.heads("单位代码", "单位", "段", "正文")
    styles = (Style("board_center"), Style("board"), Style("board_center", KINDS["count"]), Style("board"))
    page.body((Pattern(styles),), rows if binder.results else Rows())
    last_row = FIRST_ROW + max(rows.count, 1) - 1
    page.filtered(last_row, 4, 2)
    page.printed(last_row, 4, HEAD_ROW)


def draw_proof(binder: Binder, material: Material) -> None:
    """Draw, for each counted unit, cells filled = read + named by a finding, and that its amounts arrived."""
    page = binder.page(PROOF, "#E08A00")
    page.widths(12, 30, 12, 12, 14, 10, 18, 18, 12, 10)
    note = "填写的格数 = 读入的格数 + 已列出的格数；报来的数字合计 = 部门明细和各明细表中的数字合计"
    page.title(titled("数据勾对"), 10, note)
    page.heads(
        *("单位代码", "单位", "填写格数", "读入格数", "已列出格数", "格数差"),
        *("报来数字合计", "汇总中合计", "差额", "结果"),
    )
    page.sheet.set_row(HEAD_ROW - 1, 34)
    count, money = Style("board_center", KINDS["count"]), Style("board_line", KINDS["money"])
    styles = (
        *(Style("board_center"), Style("board_line"), count, count, count),
        Style("board_center", KINDS["count"], f"=C{ROW}-D{ROW}-E{ROW}"),
        *(money, money),
        Style("board_line", KINDS["money"], f'=IF(H{ROW}="","",ROUND(G{ROW}-H{ROW},2))'),
        Style(
            "board_result",
            None,
            f'=IF(H{ROW}="",IF(F{ROW}=0,"—","✘"),IF(AND(F{ROW}=0,ABS(I{ROW})<0.005),"✔","✘"))',
        ),
    )
    page.body((Pattern(styles, 18),), material.proof_rows)
    last_row = FIRST_ROW + max(material.proof_rows.count, 1) - 1
    page.filtered(last_row, 10, 2)
    page.printed(last_row, 10, HEAD_ROW)
