"""The roster workbook: made for filling, read back whole, and every fault told with its cell."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from perfeval_xl.campaign.roster import Roster, RosterError, read_roster, write_roster
from perfeval_xl.campaign.roster.layout import unit_note
from perfeval_xl.records.known import controls, openings
from perfeval_xl.records.succession import Change, Step
from perfeval_xl.records.unit import Unit
from perfeval_xl.template.shelf import find

UNITS = (Unit("1", "教育局", "教育局"), Unit("2", "一中", "1"), Unit("3", "二中", "教育局"), Unit("4", "水利局"))
Edits = dict[str, Any]
"""What is typed into a roster, by `sheet!cell`."""


def edited(path: Path, edits: Edits, units: tuple[Unit, ...] = UNITS) -> Path:
    book = openpyxl.load_workbook(io.BytesIO(write_roster(units, find("hunan-2023"))))
    for place, value in edits.items():
        sheet, _, cell = place.partition("!")
        book[sheet][cell] = value
    book.save(path)
    return path


def read(path: Path, edits: Edits, units: tuple[Unit, ...] = UNITS, last: frozenset[str] | None = None) -> Roster:
    return read_roster(edited(path, edits, units), lambda: find("hunan-2023"), lambda: last)


def faults(
    path: Path, edits: Edits, units: tuple[Unit, ...] = UNITS, last: frozenset[str] | None = None
) -> list[str]:
    with pytest.raises(RosterError) as caught:
        read(path, edits, units, last)
    return sorted(fault.partition("：")[0] for fault in caught.value.faults)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "名册.xlsx"


def test_the_same_roster_gives_the_same_bytes() -> None:
    assert write_roster(UNITS, find("hunan-2023")) == write_roster(UNITS, find("hunan-2023"))


@pytest.mark.parametrize(
    ("template_id", "unit", "shown"),
    [("hunan-2023", "万元", True), ("mof-project", "万元", False), ("yunnan-dept", "元", False)],
)
def test_the_sheets_of_figures_say_the_template_s_unit_and_whether_departments_see_them(
    template_id: str, unit: str, shown: bool
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_roster(UNITS, find(template_id))))
    assert str(book["控制数"]["A2"].value).endswith(f"单位是{unit}，只填数字，不要写单位。")
    assert f"单位是{unit}，" in str(book["控制数"]["A2"].value)
    guide = "".join(str(cell.value) for row in book["填写说明"] for cell in row if cell.value)
    assert ("发放时显示在单位的工作簿里" in guide) is shown
    assert "{" not in guide


def test_columns_in_several_units_do_not_share_one() -> None:
    assert "单位写在表头下面" in unit_note(["万元", "人", "万元"])
    assert unit_note([]) == ""


def test_a_parent_is_found_by_code_or_by_name(path: Path) -> None:
    units = read(path, {}).units
    assert [(unit.parent, unit.superior) for unit in units] == [
        ("教育局", ""), ("教育局", "1"), ("教育局", "1"), ("", "")
    ]  # fmt: skip


def test_a_parent_whose_name_two_units_have_is_written_by_its_code(path: Path) -> None:
    twice = (Unit("1", "一中"), Unit("2", "一中"), Unit("3", "分校", "一中", superior="2"))
    assert read(path, {}, twice).units == twice


BUREAU = Unit("402001", "青山县教育局（本级）")


@pytest.mark.parametrize("parent", ["青山县教育局(本级)", "青山县 教育局（本级）", "４０２００１"])
def test_a_parent_that_is_only_typed_otherwise_is_the_one_meant_and_told(path: Path, parent: str) -> None:
    schools = tuple(Unit(f"40200{number}", f"{number}中", parent) for number in (2, 3))
    roster = read(path, {}, (BUREAU, *schools))
    assert [(unit.parent, unit.superior) for unit in roster.units[1:]] == [(BUREAU.name, BUREAU.code)] * 2
    (told,) = roster.doubts
    assert told.startswith("名册!C6等2处：")
    assert f"主管部门“{parent}”当作名册中的“{BUREAU.name}”（402001），只是写法不同" in told


@pytest.mark.parametrize("parent", ["教育局", "青山县教育局", "青山县教育局（本极）"])
def test_a_parent_that_resembles_a_unit_is_told_with_it_and_left_as_it_is(path: Path, parent: str) -> None:
    roster = read(path, {}, (BUREAU, Unit("402002", "一中", parent), Unit("402009", "水利局", "县政府")))
    assert [(unit.parent, unit.superior) for unit in roster.units[1:]] == [(parent, ""), ("县政府", "")]
    (told,) = roster.doubts
    assert told.startswith(f"名册!C6：主管部门“{parent}”不在名册中，最接近的是“{BUREAU.name}”（402001）。")


def test_a_parent_that_is_as_written_or_resembles_nobody_or_two_is_not_doubted(path: Path) -> None:
    two = (Unit("402003", "甲县教育局"), Unit("402004", "乙县教育局"))
    listed = (BUREAU, *two, *(Unit(f"5{number}", f"{number}中", one) for number, one in enumerate(
        (BUREAU.name, "402001", "省财政厅", "丙县教育局", "")
    )))  # fmt: skip
    assert read(path, {}, listed).doubts == ()


def test_a_wrong_code_of_a_parent_is_told_with_the_likeliest(path: Path) -> None:
    with pytest.raises(RosterError) as caught:
        read(path, {}, (BUREAU, Unit("518888", "一中", "40200l")))
    (fault,) = caught.value.faults
    assert fault.startswith(f"名册!C6：主管部门“40200l”不在名册中，最接近的是402001 {BUREAU.name}。请核对代码")


def test_a_gathering_unit_that_nothing_is_below_is_told_with_the_name_that_may_mean_it(path: Path) -> None:
    whole = Unit("402001", "青山县教育局", "", gathers=True)
    for parent, told in (("教育局", "（写作“教育局”的主管部门，可能指的就是它）"), ("县政府", "")):
        with pytest.raises(RosterError) as caught:
            read(path, {}, (whole, Unit("402002", "一中", parent)))
        assert f"没有单位以它为主管部门{told}，请补上" in caught.value.faults[0]


def test_a_name_that_two_units_share_but_for_its_typing_is_written_by_its_code(path: Path) -> None:
    twice = (Unit("1", "一中（南校）"), Unit("2", "一中(南校)"), Unit("3", "分校", "一中（南校)"))
    assert faults(path, {}, twice) == ["名册!C7"]
    exact = (*twice[:2], Unit("3", "分校", "一中(南校)"))
    assert read(path, {}, exact).units[2].superior == "2"


def test_columns_in_another_order_and_headings_further_down_are_found(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["某区2023年名册"], [], ["序号", "单位名称", "备注", "单位\n代码"], [1, "甲局", "", 401001.0]):
        sheet.append(row)
    book.save(path)
    assert read_roster(path).units == (Unit("401001", "甲局"),)


def test_the_sheets_for_figures_have_what_the_template_can_know() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_roster((), find("hunan-2023"))))
    assert [cell.value for cell in book["控制数"][3]][2:] == list(controls(find("hunan-2023")))
    assert [cell.value for cell in book["上年数"][3]][2:] == list(openings(find("hunan-2023")))
    assert book["控制数"]["C4"].value == "基本支出（一般公共预算）\n年初预算数"
    assert book.sheetnames == ["名册", "控制数", "上年数", "沿革", "填写说明"]
    assert not book["控制数"].row_dimensions[4].hidden
    assert book["控制数"].row_dimensions[3].hidden


@pytest.mark.parametrize(
    ("template", "known"),
    [
        ("mof-project", ("资金总额_全年预算", "资金总额_全年执行")),
        ("yunnan-dept", ("资金总额_全年预算", "资金总额_全年执行")),
    ],
)
def test_a_template_without_cells_of_the_bureau_has_its_budget_and_expenditure(
    template: str, known: tuple[str, ...]
) -> None:
    assert controls(find(template)) == known
    assert "上年结转_全年预算" not in openings(find(template))


def test_figures_are_read_as_tolerantly_as_returns(path: Path) -> None:
    edits = {"控制数!C5": "1,200.50", "控制数!D5": "１３００万元", "控制数!E5": 0.3, "控制数!F5": "—",
             "控制数!A8": 4, "控制数!C8": 7, "上年数!A5": "1", "上年数!C5": "88"}  # fmt: skip
    roster = read(path, edits)
    assert {known.field: known.value for known in roster.controls["1"]} == {
        "基本支出_年初预算": Decimal("1200.50"),
        "基本支出_全年预算": Decimal(1300),
        "基本支出_本年决算": Decimal("0.3"),
    }
    assert [known.value for known in roster.controls["4"]] == [7]
    assert [(known.field, known.value, known.last_year) for known in roster.openings["1"]] == [
        ("三公经费_上年决算", Decimal(88), True)
    ]


def test_a_heading_is_known_by_the_name_above_it_its_own_or_its_label(path: Path) -> None:
    edits = {"控制数!C3": None, "控制数!D3": None, "控制数!D4": "项目支出_全年预算",
             "控制数!E4": "决算（万元）", "控制数!C5": 1, "控制数!D5": 2, "控制数!E5": 3}  # fmt: skip
    assert [known.field for known in read(path, edits).controls["1"]] == [
        *("基本支出_年初预算", "项目支出_全年预算", "基本支出_本年决算")
    ]


def test_steps_are_read(path: Path) -> None:
    rows = (("1", "改码", "2", None), ("9", "合并", "3", None), ("8", "合并", "3", None), ("7", "分立", "1", 60),
            ("7", "分立", "4", "40%"), ("6", "撤销", None, None), ("5", "更名", "4", None))  # fmt: skip
    edits = {f"沿革!{letter}{number}": value for number, row in enumerate(rows, 5)
             for letter, value in zip("ACDF", row, strict=True)}  # fmt: skip
    assert read(path, edits).steps == (
        Step("1", Change.RECODED, "2"),
        Step("9", Change.MERGED, "3"),
        Step("8", Change.MERGED, "3"),
        Step("7", Change.SPLIT, "1", Decimal("0.6")),
        Step("7", Change.SPLIT, "4", Decimal("0.4")),
        Step("6", Change.ENDED),
        Step("5", Change.RENAMED, "4"),
    )


def test_a_share_that_excel_shows_in_per_cent_is_one(path: Path) -> None:
    book = openpyxl.load_workbook(
        edited(path, {"沿革!A5": "7", "沿革!A6": "7", "沿革!C5": "分立", "沿革!C6": "分立"})
    )
    for row, code, share in ((5, "1", 0.6), (6, "4", 0.4)):
        book["沿革"][f"D{row}"] = code
        cell = book["沿革"][f"F{row}"]
        cell.value, cell.number_format = share, "0%"
    book.save(path)
    assert [step.share for step in read_roster(path).steps] == [Decimal("0.6"), Decimal("0.4")]


@pytest.mark.parametrize(
    ("edits", "places"),
    [
        ({"名册!A6": "1"}, ["名册!A5", "名册!A6"]),
        ({"名册!B6": None}, ["名册!B6"]),
        ({"名册!C8": "999"}, ["名册!C8"]),
        ({"名册!B6": "教育局"}, ["名册!C7"]),
        ({"名册!C5": "2"}, ["名册!C5", "名册!C6"]),
        ({"名册!K8": "是"}, ["名册!K8"]),
        ({"名册!J8": "不用"}, ["名册!J8"]),
        ({"名册!A4": "编号"}, ["控制数!A5", "名册"]),
        ({"控制数!A9": "77", "控制数!C9": 1}, ["控制数!A9"]),
        ({"控制数!C9": 1}, ["控制数!A9"]),
        ({"控制数!A6": "1", "控制数!C6": 1, "控制数!C5": 1}, ["控制数!A5", "控制数!A6"]),
        ({"控制数!C5": "约1200", "控制数!D5": "12万", "控制数!E5": -3, "控制数!F5": True},
         ["控制数!C5", "控制数!D5", "控制数!E5", "控制数!F5"]),
        ({"控制数!L4": "应交款", "控制数!C5": 1}, ["控制数!L4"]),
    ],
)  # fmt: skip
def test_each_fault_of_units_and_figures_is_told_at_its_cell(path: Path, edits: Edits, places: list[str]) -> None:
    more = {"控制数!C5": 1} if places[-1] == "名册" else {}
    found = faults(path, {**edits, **more})
    assert sorted(set(found)) == sorted(places)


@pytest.mark.parametrize(
    ("rows", "places"),
    [
        ([("9", "改码", "77", None)], ["沿革!D5"]),
        ([("9", "消失", "1", None)], ["沿革!C5"]),
        ([(None, "改码", "1", None)], ["沿革!A5"]),
        ([("9", "改码", None, None)], ["沿革!D5"]),
        ([("9", "撤销", "1", None)], ["沿革!D5"]),
        ([("9", "分立", "1", None), ("9", "分立", "2", 40)], ["沿革!D6", "沿革!F5"]),
        ([("9", "分立", "1", 60), ("9", "分立", "2", 30)], ["沿革!F5、F6"]),
        ([("9", "分立", "1", 100)], ["沿革!D5"]),
        ([("9", "改码", "1", None), ("9", "改码", "2", None)], ["沿革!D5"]),
        ([("9", "分立", "1", 50), ("9", "合并", "2", None)], ["沿革!C5"]),
        ([("9", "合并", "1", None), ("9", "合并", "1", None)], ["沿革!A5", "沿革!A6", "沿革!D5"]),
        ([("9", "合并", "1", 50)], ["沿革!F5"]),
        ([("9", "分立", "1", "一半"), ("9", "分立", "2", 150)], ["沿革!F5", "沿革!F6"]),
        ([("6", "改码", "1", None)], ["沿革!A5"]),
    ],
)
def test_each_fault_of_the_succession_is_told_at_its_cell(path: Path, rows: Any, places: list[str]) -> None:
    edits = {f"沿革!{letter}{number}": value for number, row in enumerate(rows, 5)
             for letter, value in zip("ACDF", row, strict=True)}  # fmt: skip
    assert faults(path, edits, last=frozenset("9")) == places


def test_a_circle_of_parents_is_told_once_for_each_unit_in_it(path: Path) -> None:
    circle = (Unit("1", "甲", "2"), Unit("2", "乙", "3"), Unit("3", "丙", "1"), Unit("4", "丁", "1"))
    assert faults(path, {}, circle) == ["名册!C5", "名册!C6", "名册!C7"]


def test_faults_of_all_sheets_come_together(path: Path) -> None:
    edits = {"名册!B8": None, "控制数!C5": "约三", "上年数!A5": "66", "上年数!C5": 1, "沿革!A5": "9"}
    assert faults(path, edits) == ["上年数!A5", "名册!B8", "控制数!C5", "沿革!C5", "沿革!D5"]


def test_what_is_no_workbook_is_one_sentence(path: Path) -> None:
    path.write_bytes(b"not a workbook")
    with pytest.raises(RosterError, match="打不开"):
        read_roster(path)


def test_a_sheet_whose_size_is_stated_wrong_and_that_has_gaps_is_read_whole(path: Path) -> None:
    edited(path, {"名册!A12": "5", "名册!B12": "林业局"})
    rewritten(path, lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A2"', xml))
    rewritten(path, lambda xml: re.sub(rb'<row r="10".*?</row>', b"", xml, flags=re.DOTALL))
    assert [unit.code for unit in read_roster(path).units] == ["1", "2", "3", "4", "5"]


def test_a_sheet_that_is_cut_off_is_one_sentence(path: Path) -> None:
    edited(path, {})
    rewritten(path, lambda xml: xml[: len(xml) // 2])
    with pytest.raises(RosterError, match="打不开"):
        read_roster(path)


def rewritten(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Change the XML of the sheet 名册."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = change(parts["xl/worksheets/sheet1.xml"])
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
