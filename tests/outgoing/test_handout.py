"""What goes out with the workbooks: the list, the archives, and nothing that was changed by hand."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import docx
import libreoffice
import openpyxl
import pytest
from small_campaign import make

from perfeval_xl.campaign.folder import create
from perfeval_xl.outgoing.guidance import write_guidance
from perfeval_xl.outgoing.handout import HandedOut, archives, handout_list
from perfeval_xl.outgoing.issue import file_name, issue, write_archives, write_list
from perfeval_xl.records.office import Office
from perfeval_xl.records.unit import Unit

UNITS = (
    Unit("1", "教育局", "教育局"),
    Unit("11", "一中", "教育局", superior="1"),
    Unit("2", "水利局"),
    Unit("21", "水库:管理所", "水利局"),
)
FILES = {unit.code: (file_name(unit), unit.code.encode()) for unit in UNITS if unit.code != "21"}


def test_one_archive_for_each_parent_department_and_itself() -> None:
    made = dict(archives(UNITS, FILES))
    assert list(made) == ["教育局.zip", "水利局.zip"]
    names = {name: zipfile.ZipFile(io.BytesIO(data)).namelist() for name, data in made.items()}
    assert names == {"教育局.zip": ["1 教育局.xlsx", "11 一中.xlsx"], "水利局.zip": ["2 水利局.xlsx"]}


def test_names_are_marked_as_utf_8_and_the_bytes_are_stable() -> None:
    first, again = (dict(archives(UNITS, FILES))["教育局.zip"] for _ in range(2))
    assert first == again
    members = zipfile.ZipFile(io.BytesIO(first)).infolist()
    assert all(member.flag_bits & 0x800 for member in members)
    assert {(member.date_time, member.create_system) for member in members} == {((1980, 1, 1, 0, 0, 0), 0)}


def test_the_list_says_who_gets_which_file_and_what_stands_in_it() -> None:
    unit = Unit("1", "=教育局", "教育局", "教科文股", "王敏", "0734-1")
    book = openpyxl.load_workbook(io.BytesIO(handout_list([HandedOut(unit, "1.xlsx", True, False, "无")], "清单")))
    row = [cell.value for cell in book["发放清单"][3]]
    assert row[:11] == [1, "1", "=教育局", "教育局", "教科文股", "王敏", "0734-1", "1.xlsx", "是", "否", "无"]
    assert book["发放清单"]["C3"].data_type == "s"


def test_a_column_of_what_the_template_has_no_cells_for_is_left_out() -> None:
    def heads(last_year: bool | None, controls: bool | None) -> list[object]:
        lines = [HandedOut(unit, "1.xlsx", last_year, controls) for unit in UNITS]
        sheet = openpyxl.load_workbook(io.BytesIO(handout_list(lines, "清单")))["发放清单"]
        return [cell.value for cell in sheet[2]][8:]

    assert heads(last_year=True, controls=False) == ["预填上年数", "显示控制数", "说明", "签收"]
    assert heads(last_year=False, controls=None) == ["预填上年数", "说明", "签收"]
    assert heads(last_year=None, controls=None) == ["说明", "签收"]


@pytest.mark.parametrize(
    ("template_id", "shown"), [("hunan-2023", True), ("mof-project", False), ("yunnan-dept", False)]
)
def test_the_list_speaks_of_control_figures_only_where_departments_see_them(
    template_id: str, shown: bool, tmp_path: Path
) -> None:
    campaign = create(tmp_path / "年", template_id, {"年度": Decimal(2023), "地区": "示范区"}, UNITS[:1])
    issue(campaign, campaign.units)
    book = openpyxl.load_workbook(write_list(campaign, datetime(2024, 3, 1, tzinfo=UTC)))
    assert ("显示控制数" in [cell.value for cell in book["发放清单"][2]]) is shown


def test_the_list_and_the_archives_are_of_what_lies_there(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", reports=())
    issue(campaign, campaign.units[:2])
    (campaign.out / file_name(campaign.units[0])).write_bytes(b"changed by hand")
    moment = datetime(2024, 3, 1, tzinfo=UTC)
    book = openpyxl.load_workbook(write_list(campaign, moment))
    assert [row[1].value for row in book["发放清单"].iter_rows(min_row=3)] == ["402001", "402002"]
    (archive,) = write_archives(campaign)
    assert archive.name == "区政府.zip"
    assert zipfile.ZipFile(archive).read("402001 交通局.xlsx") == b"changed by hand"


def page_of(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def test_the_guidance_tells_those_who_fill_of_this_year_the_deadline_and_whom_to_ask(tmp_path: Path) -> None:
    office = Office(deadline=date(2024, 3, 15), operator="王敏", phone="0734-1", place="绩效股")
    settings = {"年度": Decimal(2023), "地区": "示范区"}
    campaign = create(tmp_path / "年", "hunan-2023", settings, UNITS[:1], office)
    text = page_of(write_guidance(campaign))
    assert text.startswith("示范区2023年度部门整体支出绩效自评\n工作簿填报须知")
    assert "请于2024年3月15日前报送，交到绩效股。联系人：王敏，联系电话：0734-1。" in text


@pytest.mark.parametrize(
    ("template_id", "told"), [("hunan-2023", "万元"), ("mof-project", "万元"), ("yunnan-dept", "元")]
)
def test_the_guidance_says_in_which_unit_this_template_has_its_amounts(
    template_id: str, told: str, tmp_path: Path
) -> None:
    campaign = create(tmp_path / "年", template_id, {"年度": Decimal(2023), "地区": "示范区"}, UNITS[:1])
    assert f"金额以{told}为单位，请不要填错单位。" in page_of(write_guidance(campaign))


@libreoffice.needed
@pytest.mark.libreoffice
def test_the_guidance_is_one_page_with_all_that_may_stand_in_it(tmp_path: Path) -> None:
    office = Office(
        deadline=date(2024, 3, 15), operator="示例经办人", phone="0734-0000000", place="区财政局工作邮箱"
    )
    settings = {"年度": Decimal(2023), "地区": "南岳区", "发文机关": "南岳区财政局"}
    campaign = create(tmp_path / "年", "hunan-2023", settings, UNITS[:1], office)
    (printed,) = libreoffice.convert([write_guidance(campaign)], tmp_path, "pdf")
    assert len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes())) == 1


def test_what_somebody_added_to_the_guidance_is_kept_when_the_deadline_changes(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", reports=())
    path = write_guidance(campaign)
    added = docx.Document(str(path))
    added.add_paragraph("另附培训时间")
    added.save(str(path))
    write_guidance(replace(campaign, office=Office(deadline=date(2024, 4, 1))))
    assert "2024年4月1日" in page_of(path)
    assert any("另附培训时间" in page_of(kept) for kept in path.parent.joinpath("留存").iterdir())


def test_each_archive_holds_the_guidance(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", reports=())
    issue(campaign, campaign.units[:1])
    (archive,) = write_archives(campaign, for_all=(write_guidance(campaign),))
    assert zipfile.ZipFile(archive).namelist() == ["填报须知.docx", "402001 交通局.xlsx"]
