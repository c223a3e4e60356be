"""The summary's sheets: live over tables, folded by department, cut by a stated rule, safe to pass on."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import libreoffice
import openpyxl
import own_form
import pytest
from summary_units import Figures, county, found, report, spending, summed, told, unit, without_charts, workbook

from perfeval_xl.paper import bureau_report
from perfeval_xl.records.blocks import Line, Table
from perfeval_xl.records.papers import Held
from perfeval_xl.records.standing import Overview, Standing
from perfeval_xl.records.unit import Unit
from perfeval_xl.records.verdict import Record
from perfeval_xl.summary import bound, charts, gather, narrative, published, tables
from perfeval_xl.summary.detail import draw_table
from perfeval_xl.template.load import load
from perfeval_xl.workbook.cell_text import clean
from perfeval_xl.workbook.row_writer import Pattern, Rows, Style
from perfeval_xl.workbook.sheet_writer import Binder

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

THREE: list[tuple[Unit, Figures | None]] = [
    (unit(1), {**spending(100, 0.9, 80), ("项目_名称", 1): "项目甲", ("项目_全年预算", 1): 7}),
    (unit(2), spending(300, 0.8, 70)),
    (unit(3), spending(200, 0.95, 85)),
]


def opened(data: bytes, *, values: bool = False) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def area(book: Workbook, name: str) -> tuple[str, str, int, int]:
    """Return the sheet, column, first and last row of a name."""
    sheet, letters, first, last = re.fullmatch(
        r"'?([^'!]*)'?!\$([A-Z]+)\$(\d+):\$[A-Z]+\$(\d+)", book.defined_names[name].attr_text
    ).groups()
    return sheet, letters, int(first), int(last)


def column(book: Workbook, name: str) -> list[object]:
    sheet, letters, first, last = area(book, name)
    return [book[sheet][f"{letters}{row}"].value for row in range(first, last + 1)]


def test_sums_over_a_table_s_rows_are_formulas_over_the_unit_s_own_rows() -> None:
    data = workbook(THREE)
    formulas = column(opened(data), "指标_得分合计")
    assert [re.findall(r"明细'!\$[A-Z]+\$(\d+):", str(formula)) for formula in formulas] == [["5"], ["6"], ["7"]]
    assert column(opened(data, values=True), "指标_得分合计") == [80, 70, 85]
    assert column(opened(data, values=True), "产出得分") == [80, 70, 85]
    assert column(opened(data, values=True), "项目_全年预算合计") == [7, 0, 0]
    assert column(opened(data, values=True), "项目个数") == [1, 0, 0]


@pytest.mark.libreoffice
@libreoffice.needed
def test_one_changed_indicator_changes_score_rank_grade_share_sentence_and_chart(tmp_path: Path) -> None:
    path, changed = tmp_path / "summary.xlsx", tmp_path / "changed.xlsx"
    path.write_bytes(workbook(THREE))
    book = openpyxl.load_workbook(path)
    sheet, letters, first, _ = area(book, "指标_得分")
    book[sheet][f"{letters}{first + 1}"] = 90
    book.save(changed)
    before, after = (libreoffice.values(file) for file in (path, libreoffice.convert([changed], tmp_path)[0]))
    names = {name: area(book, name)[1] + "6" for name in ("自评总分", "自评等级", "排名_名次")}
    assert [before["部门明细", cell] for cell in names.values()] == [78, "中", 3]
    assert [after["部门明细", cell] for cell in names.values()] == [98, "优", 1]
    assert (before["排名", "B5"], after["排名", "B5"]) == ("第3局", "第2局")
    assert (before["等级分布", "B5"], after["等级分布", "B5"]) == (1, 2)
    assert (before["等级分布", "E5"], after["等级分布", "E5"]) == (0.3333, 0.8333)
    told_before, told_after = (
        "".join(str(value) for (sheet, _), value in cells.items() if sheet == "汇总报告")
        for cells in (before, after)
    )
    assert "最低的是第2局（78.00分）" in told_before
    assert "得分最高的是第2局（98.00分）" in told_after
    assert [value for key, value in before.items() if key[0] == "_图表"] != [
        value for key, value in after.items() if key[0] == "_图表"
    ]


def test_one_more_unit_extends_every_name_and_every_chart() -> None:
    def ends(count: int) -> tuple[dict[str, int], list[str]]:
        data = workbook([(unit(number + 1), spending(100, 0.9)) for number in range(count)])
        book = opened(data)
        names = {
            name: area(book, name)[3]
            for name, defined in book.defined_names.items()
            if defined.attr_text.startswith(("'部门明细'", "'报送情况'", "部门明细", "报送情况"))
        }
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = [package.read(name).decode() for name in package.namelist() if "/charts/" in name]
        return names, [formula for part in parts for formula in re.findall("<c:f>([^<]*)</c:f>", part)]

    (four, charts_of_four), (five, charts_of_five) = ends(4), ends(5)
    assert len(four) > 100
    assert {name: last + 1 for name, last in four.items()} == five
    assert "_散点!$B$5:$B$8" in charts_of_four
    assert "_散点!$B$5:$B$9" in charts_of_five


@pytest.mark.parametrize(("count", "bars"), [(1, [1]), (2, [2]), (20, [20]), (21, [10, 10]), (300, [10, 10])])
def test_charts_of_units_stay_readable(count: int, bars: list[int]) -> None:
    data = workbook([(unit(number), spending(100, 0.5 + number / 1000)) for number in range(1, count + 1)])
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [package.read(name).decode() for name in sorted(package.namelist()) if "/charts/" in name]
    told_bars = [part.count("局</c:v>") for part in parts if "执行率" in part and "barDir" in part]
    assert told_bars == bars
    ranks = column(opened(data, values=True), "排名_名次")
    assert sorted(ranks) == list(range(1, count + 1)) or set(ranks) == {1}


def test_equal_scores_share_the_first_rank_and_every_unit_is_listed() -> None:
    data = workbook([(unit(number), spending(100, 0.9)) for number in range(1, 8)])
    assert column(opened(data, values=True), "排名_名次") == [1] * 7
    listed = [row[1] for row in opened(data, values=True)["排名"].iter_rows(min_row=5, values_only=True)]
    assert listed == [f"第{number}局" for number in range(1, 8)]


FAMILY = [
    (unit(1, "教育局", "教育局"), spending(100, 0.9)),
    (unit(2, "一中", "教育局"), spending(50, 0.8)),
    (unit(3, "水利局"), spending(200, 0.95)),
    (unit(4, "教育系统汇总", "教育局", gathers=True), spending(150, 0.87)),
]


def test_units_fold_under_their_department_and_a_gathering_unit_is_not_counted_twice() -> None:
    data = workbook(FAMILY)
    book = opened(data, values=True)
    rows = [tuple(row[:5]) for row in book["主管部门汇总"].iter_rows(min_row=5, values_only=True)]
    assert rows == [
        ("教育局", None, 2, 150, 130),
        ("　教育局", "000001", 1, 100, 90),
        ("　一中", "000002", 1, 50, 40),
        ("没有下属单位的部门", None, 1, 200, 190),
        ("　水利局", "000003", 1, 200, 190),
        ("合计", None, 3, 350, 320),
    ]
    levels = [opened(data)["主管部门汇总"].row_dimensions[row].outlineLevel for row in range(5, 11)]
    assert levels == [0, 1, 1, 0, 1, 0]
    assert column(book, "单位名称") == ["教育局", "一中", "水利局"]
    assert column(book, "报送_计入") == ["是", "是", "是", "汇总户"]


def test_without_a_hierarchy_there_is_no_such_sheet() -> None:
    assert "主管部门汇总" not in opened(workbook(THREE)).sheetnames


@pytest.mark.libreoffice
@libreoffice.needed
def test_libreoffice_computes_families_and_own_forms_the_same(tmp_path: Path) -> None:
    files = [tmp_path / "family.xlsx", tmp_path / "own.xlsx"]
    files[0].write_bytes(workbook(FAMILY))
    files[1].write_bytes(own())
    for ours, theirs in zip(files, libreoffice.convert(files, tmp_path), strict=True):
        assert libreoffice.differences(ours, theirs) == []


def own() -> bytes:
    vehicles: Figures = {"车辆_数量": 2, "费用_燃料": 4, "费用_维修": 3, "费用_合计": 7}
    return workbook([(unit(1), vehicles), (unit(2), vehicles), (unit(3), None)], load(own_form.adopted()))


def test_a_form_that_declares_nothing_has_sums_units_and_a_report() -> None:
    book = opened(own(), values=True)
    sums = [tuple(row) for row in book["汇总表"].iter_rows(min_row=4, values_only=True, max_col=2)]
    assert sums[0] == ("项目", "合计")
    assert ("费用合计（万元）", 14) in sums
    text = "".join(str(row[0]) for row in book["汇总报告"].iter_rows(values_only=True))
    assert "计入汇总的2户合计：车辆数4辆，燃料费8.00万元" in text
    assert "尚未报送的有第3局。" in text
    assert len(book["总览"]._charts) == 2


def test_the_public_copy_has_values_and_nothing_of_the_bureau_s_own() -> None:
    one = replace(unit(1), contact="张三", phone="0734-5660000")
    computed = summed([(one, spending(100, 0.9)), (unit(2), spending(300, 0.8, 90))])
    data, whole = published(computed), opened(bound(computed), values=True)
    book = opened(data)
    assert book.sheetnames[:4] == ["目录", "一页概览", "汇总报告", "总览"]
    hidden = {"部门明细", "核对结果", "核实说明", "抽查名单", "复核表", "数据勾对", "分部门报告", "_指标"}
    assert hidden.isdisjoint(book.sheetnames)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert not [name for name in book.defined_names if not name.startswith("_xlnm")]
    assert all(sheet.protection.sheet for sheet in book.worksheets)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        everything = b"".join(package.read(name) for name in package.namelist())
    assert not [word for word in ("张三", "0734", "000001.xlsx") if word.encode() in everything]
    for sheet in ("汇总表", "等级分布", "排名"):
        assert list(book[sheet].iter_rows(values_only=True, max_col=7)) == list(
            whole[sheet].iter_rows(values_only=True, max_col=7)
        ), sheet
    assert any("供公开、传阅的副本" in str(cell.value) for row in book["目录"].iter_rows() for cell in row)


def test_what_finds_no_room_is_said_and_its_sums_are_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "ROOM", 2)
    template = county()
    records: dict[str, Record] = {}
    for one, figures in THREE:
        record = report(template, one, figures or {})
        computed = {("指标_得分合计", 0): record.submission.values["指标_得分", 1]} if record.submission else {}
        records[one.code] = replace(record, verdict=replace(record.verdict, computed=computed))
    standings = tuple(Standing(one, (records[one.code].receipt,)) for one, _ in THREE[:2])
    seen = Overview((*standings, Standing(THREE[2][0], (records["000003"].receipt,))), (), ())
    material = gather.gather(template, seen, lambda receipt: records[receipt.unit], everything=True)
    rows = material.table_rows["指标"]
    assert (rows.count, rows.dropped) == (2, 1)
    binder = Binder("试")
    draw_table(binder, material, next(one for one in material.details.tables if one.table.name == "指标"))
    note = opened(binder.bytes()).worksheets[0]["A2"].value
    assert note.startswith("Excel的行数有限，有1行没有列出")


def test_rows_come_back_as_they_were_added_and_a_full_sheet_counts_the_others() -> None:
    rows = Rows(room=250)
    for number in range(260):
        rows.add((Decimal(number), f"第{number}局", None, True), pattern=number % 2)
    assert list(rows) == [(number % 2, (float(number), f"第{number}局", None, True)) for number in range(250)]
    assert list(rows) == list(rows)
    assert (rows.count, rows.dropped) == (250, 10)


def test_a_word_of_an_enumeration_is_a_text_in_a_table_of_any_length() -> None:
    rows = Rows()
    for _ in range(250):
        rows.add((Held.DIFFERS,))
    assert {(type(text), text) for _, (text,) in rows} == {(str, "与通过稿不符")}


def test_texts_are_texts_and_no_limit_is_passed_in_silence() -> None:
    hostile = [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "@x",
        "http://" + "a" * 3000,
        "_x0041_",
        "a\x00b\ud800c",
        "长" * 40_000,
    ]
    rows = Rows()
    for text in hostile:
        rows.add((text,))
    binder = Binder("=1+1" * 100)
    page = binder.page("甲")
    page.body((Pattern((Style("board"),)),), rows)
    page.text(1, 1, hostile[3], "plain")
    page.text(2, 1, hostile[5], "plain")
    sheet = opened(binder.bytes()).worksheets[0]
    cells = [sheet[f"A{row}"] for row in range(5, 5 + len(hostile))]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert [cell.value for cell in cells[:4]] == hostile[:4]
    assert cells[4].value == "_x005F_x0041_", "Excel decodes the first escape, openpyxl shows it"
    assert cells[5].value == "a\ufffdb\ufffdc"
    assert cells[6].value.endswith("……（原文共40000字，超过Excel单元格32767字的上限，此处截断，全文见原来的文件）")
    assert len(cells[6].value) == 32_767
    assert sheet["A1"].value == hostile[3]
    assert clean("短") == "短"


def links(sheet: Worksheet) -> list[str]:
    return [cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink]


def test_every_sheet_can_be_filtered_printed_and_left() -> None:
    book = opened(workbook(FAMILY))
    for sheet in book.worksheets:
        if sheet.sheet_state == "hidden":
            continue
        assert sheet.print_area, sheet.title
        assert int(sheet.page_setup.paperSize) == 9, sheet.title
        if sheet.title not in ("目录", "一页概览", "汇总报告", "总览"):
            assert sheet.freeze_panes, sheet.title
        assert sheet.title == "目录" or "'目录'!A1" in links(sheet), sheet.title
    assert (
        len(links(book["目录"])) == len([sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]) - 1
    )


def test_findings_and_units_lead_to_each_other() -> None:
    computed = summed(THREE, findings={"000002": (found("B01"),)})
    book = opened(bound(computed))
    assert "\"#'核对结果'!A\"" in book["部门明细"]["G6"].value
    assert "\"#'部门明细'!A\"" in book["核对结果"]["M5"].value
    values = opened(bound(computed), values=True)
    assert [values["部门明细"][f"G{row}"].value for row in (5, 6, 7)] == [None, "核对结果", None]
    assert values["核对结果"]["M5"].value == "明细"
    assert book["部门明细"]["H6"].value == '=HYPERLINK("#\'分部门报告\'!A7","自评报告")'


def test_every_filled_cell_and_amount_is_accounted_for() -> None:
    proof = opened(workbook(THREE), values=True)["数据勾对"]
    rows = [tuple(row) for row in proof.iter_rows(min_row=5, values_only=True, max_col=10)]
    assert [row[9] for row in rows] == ["✔"] * 3
    assert rows[0][6] == rows[0][7] == 100 + 100 + 90 + 90 + 80 + 7


def test_the_bureau_s_word_report_has_native_charts_with_their_data() -> None:
    computed = summed(THREE)
    data = bureau_report(narrative(computed), tables(computed), charts(bound(computed)))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [name for name in package.namelist() if name.startswith("word/charts/")]
        document = package.read("word/document.xml").decode()
        assert len(parts) == document.count("<c:chart ") == 6
        assert "第3局</c:v>" in "".join(package.read(name).decode() for name in parts)
    assert data == bureau_report(narrative(computed), tables(computed), charts(bound(computed)))


def test_printed_tables_of_many_units_keep_both_ends() -> None:
    reports = [(unit(number), spending(100, 0.5 + number / 1000)) for number in range(1, 205)]
    captions = [block.text for block in tables(summed(reports)) if isinstance(block, Line)]
    rows = [len(block.rows) for block in tables(summed(reports)) if isinstance(block, Table)]
    assert captions == ["一页概览", "部门整体支出绩效自评结果（名次最前、最后的各30个，全部见汇总工作簿）"]
    assert rows[1:] == [61]


def test_the_narrative_in_the_workbook_is_the_one_that_is_told() -> None:
    computed = summed(THREE)
    column_of_report = opened(bound(computed), values=True)["汇总报告"].iter_rows(values_only=True, max_col=1)
    text = "\n".join(str(row[0]).strip("　") for row in column_of_report if row[0])
    assert without_charts(text) == told(computed)
    assert re.search("（图[0-9]）", text), "it cites the charts"


def test_a_department_that_is_not_added_up_says_so_above_its_units() -> None:
    reports = [
        (unit(1, "教育局"), None),
        (unit(2, "中学", "教育局"), spending(100, 0.9)),
        (unit(3), spending(50, 0.9)),
    ]
    heads = [row[0] for row in opened(workbook(reports), values=True)["主管部门汇总"].iter_rows(values_only=True)]
    assert "教育局（本级未计入）" in heads
    both = [(unit(1, "教育局"), spending(10, 0.9)), *reports[1:]]
    heads = [row[0] for row in opened(workbook(both), values=True)["主管部门汇总"].iter_rows(values_only=True)]
    assert "教育局" in heads


def test_the_printed_table_lists_who_did_not_pass_at_once() -> None:
    late = (found("B01"),)
    reports = [(unit(1), spending(100, 0.9)), (unit(2), spending(100, 0.9)), (unit(3), None)]
    blocks = tables(summed(reports, findings={"000002": late}))
    place = next(number for number, block in enumerate(blocks) if "一次报送就通过的不列" in str(block))
    table = blocks[place + 1]
    assert isinstance(table, Table)
    assert [row[1].text for row in table.rows[1:]] == ["第2局", "第3局"]
