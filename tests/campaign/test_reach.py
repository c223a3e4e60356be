"""How a unit is reached: from the roster, with columns of the bureau's own, to the lists and the letters."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from perfeval_xl.campaign.roster import RosterError, read_roster, write_roster
from perfeval_xl.campaign.status import chase_book
from perfeval_xl.campaign.status.lines import Line as StatusLine
from perfeval_xl.outgoing.handout import HandedOut, handout_list
from perfeval_xl.paper.notice import Letterhead, Passing, Received, return_paper, slip_paper, unread_paper
from perfeval_xl.records.blocks import Line, Paper, Table
from perfeval_xl.records.office import Office
from perfeval_xl.records.standing import Stage
from perfeval_xl.records.unit import Unit, reached_by

REACHED = Unit(
    *("401001", "教育局", "", "教科文股", "王敏", "0734-1"),
    mobile="13900000001",
    email="jyj@example.gov.cn",
    qq="10001",
    more=(("微信", "jyj-wm"), ("楼层", "=3楼")),
)
PLAIN = Unit("402001", "水利局", "", "农业股", "李立", "0734-2", more=(("传真", "0734-3"),))
HEADINGS = ["手机", "邮箱", "QQ", "微信", "楼层", "传真"]


def test_a_roster_gives_back_every_way_to_reach_a_unit(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    path.write_bytes(write_roster([REACHED, PLAIN]))
    units = read_roster(path).units
    assert units == (REACHED, PLAIN)
    assert list(reached_by(units)) == HEADINGS
    again = tmp_path / "明年.xlsx"
    again.write_bytes(write_roster(units))
    assert read_roster(again).units == units


def test_a_number_that_excel_took_for_one_is_read_as_it_is_typed(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["序号", "单位代码", "单位名称", "手机", "邮箱", "QQ", "备 注", "座机"])
    sheet.append([1, 401001, "教育局", 13900000001, "jyj@example.gov.cn", 123456789012, " 二楼 ", None])
    book.save(tmp_path / "名册.xlsx")
    (unit,) = read_roster(tmp_path / "名册.xlsx").units
    assert (unit.mobile, unit.email, unit.qq) == ("13900000001", "jyj@example.gov.cn", "123456789012")
    assert unit.more == (("备注", "二楼"),)


def test_an_error_value_is_no_address(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["单位代码", "单位名称", "邮箱"])
    sheet.append(["401001", "教育局", "#REF!"])
    book.save(tmp_path / "名册.xlsx")
    with pytest.raises(RosterError, match="Sheet!C2"):
        read_roster(tmp_path / "名册.xlsx")


def test_a_new_address_makes_nothing_doubtful_that_was_accepted() -> None:
    assert repr(REACHED) == repr(replace(REACHED, mobile="", email="", qq="", more=()))


def test_the_list_of_what_was_handed_out_carries_them_as_texts() -> None:
    lines = [HandedOut(unit, f"{unit.code}.xlsx", None, None) for unit in (REACHED, PLAIN)]
    sheet = openpyxl.load_workbook(io.BytesIO(handout_list(lines, "清单")))["发放清单"]
    heads, first, second = ([cell.value for cell in row] for row in sheet.iter_rows(2, 4))
    assert heads[7:] == [*HEADINGS, "文件", "说明", "签收"]
    assert first[7:14] == [*REACHED.reach.values(), "", "401001.xlsx"]
    assert second[7:14] == ["", "", "", "", "", "0734-3", "402001.xlsx"]
    assert sheet["L3"].data_type == "s"
    assert sheet["N3"].hyperlink is not None


def test_the_list_of_those_to_be_called_carries_them() -> None:
    table = tuple(
        StatusLine(unit, Stage.MISSING, "未报送", None, None, 0, 0, 0, 0, 1, "", "", "", "", "")
        for unit in (REACHED, PLAIN)
    )
    sheet = openpyxl.load_workbook(io.BytesIO(chase_book("", table, None, date(2024, 3, 1))))["催报清单"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    heads = next(row for row in rows if "单位代码" in row)
    told = next(row for row in rows if "401001" in row)
    assert heads[4:12] == ["电话", *HEADINGS, "需要做什么"]
    assert told[4:12] == ["0734-1", *REACHED.reach.values(), None, "报送工作簿"]
    assert heads[-1] == "催办情况"


def test_letters_carry_them_and_a_unit_without_any_has_the_letter_that_it_had() -> None:
    head = Letterhead(2023, "示范区财政局", "", Office(), "自评")
    received = Received("表.xlsx", datetime(2024, 3, 1, 1, tzinfo=UTC), "ab", 1)
    day = date(2024, 3, 10)
    told = "王敏，联系电话：0734-1，手机：13900000001，邮箱：jyj@example.gov.cn，QQ10001，微信：jyj-wm，楼层：=3楼"
    for unit, said in ((REACHED, True), (replace(REACHED, mobile="", email="", qq="", more=()), False)):
        papers = (
            return_paper(head, unit, received, (), day),
            unread_paper(head, unit, received, "加了密码。", day),
            slip_paper(head, unit, received, Passing("自动通过"), day),
        )
        assert [told in texts(paper) for paper in papers] == [said] * 3


def texts(paper: Paper) -> str:
    blocks = [block for pages in paper.pages for block in pages.blocks]
    lines = [block.text for block in blocks if isinstance(block, Line)]
    cells = [cell.text for block in blocks if isinstance(block, Table) for row in block.rows for cell in row]
    return "\n".join((*lines, *cells))
