"""The worked example of docs/own-template.zh-CN.md: a bureau's plain form, made in Excel, turned into a template.

`plain` is the form before, `adopted` after the manual's steps; openpyxl draws both, not our builder.
"""

from __future__ import annotations

import io

import openpyxl
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.workbook.defined_name import DefinedName

SHEET = "公务车运行情况表"
NAMES = {
    "单位名称": "$C$3",
    "单位代码": "$E$3",
    "车辆_数量": "$C$5",
    "费用_燃料": "$C$6",
    "费用_维修": "$C$7",
    "费用_合计": "$C$8",
    "每车费用": "$C$9",
    "超支原因": "$C$10",
}
"""Step 1: the name of each cell, as the name box has it."""
FIELDS = (
    ("名称", "显示名", "类型", "计量单位", "谁填", "必填", "汇总"),
    ("单位名称", "单位名称", "text", "", "预填", "", ""),
    ("单位代码", "单位代码", "code", "", "预填", "", ""),
    ("车辆_数量", "车辆数", "count", "辆", "填报", "是", "合计"),
    ("费用_燃料", "燃料费", "money", "万元", "填报", "是", "合计"),
    ("费用_维修", "维修费", "money", "万元", "填报", "是", "合计"),
    ("费用_合计", "费用合计", "money", "万元", "填报", "是", "合计"),
    ("每车费用", "平均每辆车费用", "money", "万元", "计算", "", ""),
    ("超支原因", "费用偏高的原因", "longtext", "", "填报", "", ""),
    ("年度", "年度", "count", "年", "设置", "", ""),
    ("设置_每车上限", "平均每辆车费用的上限", "money", "万元", "设置", "", ""),
    ("标识_模板", "模板编号", "code", "", "标识", "", ""),
    ("标识_版本", "模板版本", "code", "", "标识", "", ""),
    ("标识_指纹", "模板指纹", "code", "", "标识", "", ""),
)
"""Step 2: the sheet `_字段`."""
IDENTITY = (
    ("名称", "含义", "值"),
    ("标识_模板", "模板编号", "gongwuche"),
    ("标识_版本", "模板版本", "1.0"),
    ("标识_指纹", "模板指纹", "1"),
    ("年度", "年度", 2023),
    ("设置_每车上限", "平均每辆车费用的上限", 5),
)
"""Step 3: the sheet `_标识`; each value has the name that stands before it."""
BOARD = (
    ("编号", "级别", "核对内容", "左", "关系", "右", "容差", "结果", "说明", "提示"),
    (
        *(
            "G01",
            "错误",
            "费用合计等于燃料费与维修费之和",
            "=N(费用_合计)",
            "=",
            "=SUM(费用_燃料,费用_维修)",
            0.01,
        ),
        '=IF(COUNTA(费用_合计,费用_燃料,费用_维修)=0,"未填",IF(ABS(ROUND(E3-G3,6))<=H3,"✔","✘"))',
        *(None, "请核对合计和两个分项，改正填错的那一个。"),
    ),
    (
        *("G02", "核实", "平均每辆车费用不超过上限", "=N(每车费用)", "≤", "=设置_每车上限", 0.005),
        '=IF(COUNTA(车辆_数量,费用_合计)<2,"未填",IF(ROUND(E4-G4,6)<=H4,"✔",IF(LEN(TRIM(J4))>=10,"已说明","✘")))',
        *(None, "平均每辆车的费用偏高，请核对；属实的请写明原因。"),
    ),
)
"""Step 4: the sheet 核对, from B2 on."""
REPORT = (
    ('=单位名称&年度&"年公务车运行情况报告"', "title"),
    ("一、基本情况", "h1"),
    (
        (
            '="本单位有公务车"&N(车辆_数量)&"辆，全年费用"&TEXT(N(费用_合计),"0.00")&"万元，平均每辆"'
            '&TEXT(N(每车费用),"0.00")&"万元。"&IF(LEN(TRIM(超支原因))=0,"",TRIM(超支原因))'
        ),
        "body",
    ),
)
"""Step 5: the sheet 报告, texts in B and styles in C from row 3 on."""


def plain() -> openpyxl.Workbook:
    """Draw the form that the bureau has used all along."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.merge_cells("B1:E1")
    sheet["B1"] = "公务车运行情况表"
    sheet["B1"].font = Font(name="黑体", size=16, bold=True)
    sheet["B1"].alignment = Alignment(horizontal="center")
    sheet["B3"], sheet["D3"] = "单位名称", "单位代码"
    labels = (
        "车辆数（辆）",
        "燃料费（万元）",
        "维修费（万元）",
        "费用合计（万元）",
        "平均每辆（万元）",
        "费用偏高的原因",
    )
    line = Side(style="thin", color="1F4E78")
    for row, label in enumerate(labels, 5):
        sheet.cell(row, 2, label).fill = PatternFill("solid", fgColor="DDEBF7")
        sheet.merge_cells(start_row=row, start_column=3, end_row=row, end_column=5)
        for column in range(2, 6):
            sheet.cell(row, column).border = Border(line, line, line, line)
    sheet["C9"] = "=IF(N(C5)=0,0,ROUND(C8/C5,2))"
    sheet.column_dimensions["B"].width = 22
    sheet.row_dimensions[10].height = 48
    sheet.print_area = "B1:E10"
    return book


def adopted(**changes: str) -> bytes:
    """Make the template of the manual; `changes` replace names' cells, to show what lint says."""
    book = plain()
    _name_cells(book, {**NAMES, **changes})
    _write(book, "_字段", FIELDS)
    _write(book, "_标识", IDENTITY)
    for row, (name, *_) in enumerate(IDENTITY[1:], 2):
        book.defined_names[name] = DefinedName(name, attr_text=f"_标识!$C${row}")
    board = book.create_sheet("核对")
    for row, line in enumerate(BOARD, 2):
        for column, value in enumerate(line, 2):
            board.cell(row, column, value)
        board.cell(row, 10).protection = Protection(locked=False)
    report = book.create_sheet("报告")
    for row, (text, style) in enumerate(REPORT, 3):
        report.cell(row, 2, text)
        report.cell(row, 3, style)
    for name in ("_字段", "_标识"):
        book[name].sheet_state = "hidden"
    sheet = book[SHEET]
    sheet.protection.sheet = True
    for cell in ("C5", "C6", "C7", "C8", "C10"):
        sheet[cell].protection = Protection(locked=False)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _name_cells(book: openpyxl.Workbook, names: dict[str, str]) -> None:
    for name, cell in names.items():
        book.defined_names[name] = DefinedName(name, attr_text=f"{SHEET}!{cell}" if "!" not in cell else cell)


def _write(book: openpyxl.Workbook, name: str, lines: tuple[tuple[object, ...], ...]) -> None:
    sheet = book.create_sheet(name)
    for line in lines:
        sheet.append(line)
