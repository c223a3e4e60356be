"""Tables: figures computed inside, heads of several rows, standing tables, units, and the text beside them."""

from __future__ import annotations

import io
from decimal import Decimal

import docx
import pytest

from perfeval_xl.proofread import load, proofread
from perfeval_xl.records.finding import Finding, Level, Passage


def found(table: str, *text: str, caption: str = "单位：万元") -> list[Finding]:
    """Return what is found in a document with some paragraphs and one table; cells are parted by |."""
    document = docx.Document()
    for paragraph in ("水务局2023年度部门决算说明", *text, caption):
        document.add_paragraph(paragraph)
    rows = [line.split("|") for line in table.strip().splitlines()]
    grid = document.add_table(rows=len(rows), cols=max(map(len, rows)))
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            grid.cell(number, column).text = cell.strip()
    written = io.BytesIO()
    document.save(written)
    return list(proofread(load(written.getvalue(), "报告.docx")))


def grave(table: str, *text: str, caption: str = "单位：万元") -> list[tuple[str, str]]:
    return [
        (item.rule, item.place.quote)
        for item in found(table, *text, caption=caption)
        if item.level is not Level.NOTICE and isinstance(item.place, Passage)
    ]


SPENDING = """
项 目|预 算 数|决 算 数|执行率
合 计|246|167.37|68.04%
因公出国（境）费|0|0|
公务接待费|1|2.14|214.00%
公务用车购置及运行维护费|245|165.23|67.44%
其中：公务用车运行维护费|165|87.07|52.77%
公务用车购置费|80|78.16|97.70%
"""
GROWN = """
项目|2023年决算数|2022年决算数|增减额|增减率
工资|120.00|100.00|20.00|20.00%
办公|55.00|50.00|5.00|10.00%
差旅|18.00|20.00|-2.00|-10.00%
合计|193.00|170.00|23.00|13.53%
"""
SCORES = """
序号|一级指标|二级指标|分值|得分
1|产出|数量指标|40|38
2|产出|质量指标|20|20
3|效益|社会效益|30|28.5
4|满意度|服务对象满意度|10|9
|总分||100|95.5
"""
GROUPS = """
类别|项目|预算数|决算数
人员|工资|100|98
人员|补贴|40|39
人员|小计|140|137
公用|办公费|30|28
公用|差旅费|20|18
公用|小计|50|46
合计||190|183
"""
STANDING = """
指标|甲乡|乙乡|丙乡
预算数|100|200|300
执行数|95|180|270
执行率|95%|90%|90%
"""
HEADS = """
项目|预算情况|预算情况|支出情况|支出情况
|年初预算数|调整预算数|决算数|完成调整预算（%）
道路|100|120|114|95.0
绿化|50|50|45|90.0
照明|30|40|40|100.0
合计|180|210|199|94.8
"""
STAFF = """
单位|编制数|实有在职人数|在职人员控制率
机关|20|18|90.00%
普查中心|10|10|100.00%
合计|30|28|93.33%
"""


@pytest.mark.parametrize("table", [SPENDING, GROWN, SCORES, GROUPS, STANDING, HEADS, STAFF])
def test_a_right_table_is_passed_over(table: str) -> None:
    assert grave(table) == []


@pytest.mark.parametrize(
    ("table", "right", "wrong", "rule", "quote"),
    [
        (SPENDING, "合 计|246|", "合 计|264|", "P01", "264"),
        (SPENDING, "|78.16|97.70%", "|87.16|97.70%", "P01", "165.23"),
        (SPENDING, "68.04%", "86.04%", "P10", "86.04"),
        (GROWN, "|5.00|", "|6.00|", "P04", "6.00"),
        (GROWN, "|20.00%", "|25.00%", "P05", "25.00"),
        (GROWN, "193.00", "198.00", "P01", "198.00"),
        (SCORES, "95.5", "96.5", "P01", "96.5"),
        (GROUPS, "人员|小计|140|137", "人员|小计|140|139", "P01", "139"),
        (GROUPS, "合计||190|183", "合计||190|193", "P01", "193"),
        (STANDING, "90%|90%", "90%|80%", "P10", "80"),
        (HEADS, "90.0\n照明", "92.0\n照明", "P10", "92.0"),
        (HEADS, "合计|180|210", "合计|180|220", "P01", "220"),
        (STAFF, "93.33%", "95.33%", "P10", "95.33"),
    ],
)
def test_the_figure_that_breaks_a_table_s_rule_is_found(
    table: str, right: str, wrong: str, rule: str, quote: str
) -> None:
    assert right in table
    assert (rule, quote) in grave(table.replace(right, wrong))


def test_what_a_table_computes_is_shown() -> None:
    (item,) = [item for item in found(GROWN.replace("|5.00|", "|6.00|")) if item.rule == "P04"]
    assert "55.00-50.00=5.00万元" in item.message


def test_hints_that_are_left_in_cells_are_found() -> None:
    assert ("P24", "（填写金额）") in [
        (rule, quote) for rule, quote in grave("项目|金额\n工资|（填写金额）\n办公|12", caption="单位：万元")
    ]


def test_text_is_held_against_the_cell_of_its_head_and_row() -> None:
    text = "2023年公务接待费支出决算2.41万元，年初预算为1万元。"
    assert ("P08", "2.14") in grave(SPENDING, text) or ("P08", "2.41万元") in grave(SPENDING, text)
    assert grave(SPENDING, text.replace("2.41", "2.14")) == []


def test_rows_of_two_groups_are_not_taken_for_one() -> None:
    table = "科室|项目|决算数\n一科|培训费|3\n一科|会议费|4\n二科|培训费|5\n二科|会议费|6"
    assert grave(table, "2023年各科都按计划办理。") == []


def test_a_table_of_tabbed_lines_is_read_as_a_table() -> None:
    lines = "水务局2023年度三公经费说明\n单位：万元\n" + SPENDING.strip().replace("|", "\t").replace(
        "合 计\t246", "合 计\t264"
    )
    rules = {item.rule: item for item in proofread(load(lines.encode(), "报告.txt"))}
    assert rules["P01"].value == Decimal(264)
