"""What proves the summary: explanations, every unit's report, and that no filled cell was lost on the way."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.address import column_letters, quoted
from perfeval_xl.contract import Role
from perfeval_xl.kinds import KINDS
from perfeval_xl.summary.sheets import DETAIL, FIRST_ROW, HEAD_ROW, TITLE

if TYPE_CHECKING:
    from perfeval_xl.standing import Standing
    from perfeval_xl.summary.figures import Counted
    from perfeval_xl.summary.page import Binder, Page
    from perfeval_xl.summary.workbook import Material

EXPLANATIONS, REPORTS, PROOF = "核实说明", "分部门报告", "数据勾对"
_STRAYS = ("R25", "R26", "R27")


def write_explanations(binder: Binder, material: Material) -> None:
    """Write what units said of figures that are unusual but right."""
    page = binder.page(EXPLANATIONS, "#E08A00")
    page.widths(12, 28, 9, 50, 60)
    page.title(TITLE + '核实说明"', 5, "核对时要求说明、单位已作说明的事项")
    for column, heading in enumerate(("单位代码", "单位", "编号", "事项", "单位的说明"), 1):
        page.text(HEAD_ROW, column, heading, "head")
    explained = [noted for noted in material.findings if noted.finding.explanation]
    for row, noted in enumerate(explained, FIRST_ROW):
        finding = noted.finding
        texts = (noted.code, noted.name, finding.rule, finding.label, finding.explanation)
        for column, text in enumerate(texts, 1):
            page.text(row, column, text, "board_center" if column == 3 else "board")
    page.sheet.freeze_panes(HEAD_ROW, 2)
    page.printed(FIRST_ROW + max(len(explained), 1) - 1, 5, HEAD_ROW)


def write_reports(binder: Binder, material: Material) -> None:
    """Write every counted unit's report, one paragraph a row, to read and to filter."""
    page = binder.page(REPORTS, "#2E75B6")
    page.widths(12, 28, 7, 110)
    page.title(TITLE + '分部门报告"', 4, "各单位的自评报告，一段一行；用筛选选择单位")
    for column, heading in enumerate(("单位代码", "单位", "段", "正文"), 1):
        page.text(HEAD_ROW, column, heading, "head")
    row = FIRST_ROW
    for counted in material.counted:
        for number, text in enumerate(counted.record.verdict.paragraphs, 1):
            page.text(row, 1, counted.unit.code, "board_center")
            page.text(row, 2, counted.unit.name, "board")
            page.value(row, 3, Decimal(number), "board_center", KINDS["count"])
            page.text(row, 4, text, "board")
            row += 1
    page.sheet.autofilter(HEAD_ROW - 1, 0, max(row - 2, HEAD_ROW), 3)
    page.sheet.freeze_panes(HEAD_ROW, 2)
    page.printed(max(row - 1, HEAD_ROW), 4, HEAD_ROW)


def write_proof(binder: Binder, material: Material) -> None:
    """Write, for each counted unit, cells filled = read + named by a finding, and that its amounts arrived."""
    page = binder.page(PROOF, "#E08A00")
    page.widths(12, 30, 12, 12, 14, 10, 18, 18, 12, 10)
    note = "填写的格数 = 读入的格数 + 已列出的格数；报表数字合计 = 部门明细数字合计（表外单格的数字）"
    page.title(TITLE + '数据勾对"', 10, note)
    heads = (
        "单位代码",
        "单位",
        "填写格数",
        "读入格数",
        "已列出格数",
        "格数差",
        "报表数字合计",
        "部门明细合计",
        "差额",
        "结果",
    )
    for column, heading in enumerate(heads, 1):
        page.text(HEAD_ROW, column, heading, "head")
    page.sheet.set_row(HEAD_ROW - 1, 34)
    for number, counted in enumerate(material.counted):
        _proof_row(page, material, counted, FIRST_ROW + number)
    page.sheet.freeze_panes(HEAD_ROW, 2)
    page.printed(FIRST_ROW + max(len(material.counted), 1) - 1, 10, HEAD_ROW)


def _proof_row(page: Page, material: Material, counted: Counted, row: int) -> None:
    submission = counted.record.submission
    if submission is None:
        return
    read = sum(material.template.field[entry.name].role.typed for entry in submission.entries)
    page.text(row, 1, counted.unit.code, "board_center")
    page.text(row, 2, counted.unit.name, "board")
    for column, count in ((3, submission.filled), (4, read), (5, _listed(counted.standing))):
        page.value(row, column, Decimal(count), "board_center", KINDS["count"])
    page.formula(row, 6, f"=C{row}-D{row}-E{row}", "board_center", KINDS["count"])
    page.value(row, 7, _control_sum(material, counted), "figure", KINDS["money"])
    page.formula(row, 8, f"=ROUND({_arrived(material, row)},2)", "figure", KINDS["money"])
    page.formula(row, 9, f"=ROUND(G{row}-H{row},2)", "figure", KINDS["money"])
    page.formula(row, 10, f'=IF(AND(F{row}=0,ABS(I{row})<0.005),"✔","✘")', "board_result")


def _listed(standing: Standing) -> int:
    """Count the filled cells that no field reads; the findings of reading name each."""
    return sum(1 + len(finding.related) for finding in standing.all_findings if finding.rule in _STRAYS)


def _control_sum(material: Material, counted: Counted) -> Decimal:
    """Add up all typed figures outside tables, as they were read from the file."""
    values = counted.record.submission.values if counted.record.submission else {}
    names = {column.name for column in material.detail.columns}
    return sum(
        (
            value
            for (name, line), value in values.items()
            if not line and isinstance(value, Decimal) and name in names and _typed(material, name)
        ),
        Decimal(0),
    ).quantize(Decimal("0.01"))


def _typed(material: Material, name: str) -> bool:
    field = material.template.field.get(name)
    return field is not None and field.role is Role.INPUT and field.kind.numeric


def _arrived(material: Material, row: int) -> str:
    """Return the formula that adds up the same figures where they stand in the details, run by run of columns."""
    typed = [_typed(material, column.name) for column in material.detail.columns]
    runs, start = [], None
    for column, own in enumerate([*typed, False], 1):
        if own and start is None:
            start = column
        elif not own and start is not None:
            first, last = column_letters(start), column_letters(column - 1)
            runs.append(f"SUM({quoted(DETAIL)}!{first}{row}:{last}{row})")
            start = None
    return "+".join(runs) or "0"
