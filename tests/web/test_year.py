"""A bureau's year by the desk's pages alone, and what each of them shows on the way."""

from __future__ import annotations

import re
from pathlib import Path

from browsing import Browser, text_of, year_of
from reviewing_office import FINE, ROADS, SCHOOLS, WRONG
from two_years import workbook_of

import perfeval_xl as px
from perfeval_xl.campaign.roster import write_roster

BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_a_year_by_clicks(tmp_path: Path) -> None:
    desk = Browser(tmp_path)
    begun(desk, tmp_path)
    year = year_of(tmp_path / "2023")
    handed_out(desk, year, tmp_path / "2023")
    taken_in(desk, year, tmp_path / "2023")
    decided(desk, year, tmp_path / "2023")
    summed_up(desk, year)


def begun(desk: Browser, root: Path) -> None:
    assert "还没有工作文件夹" in desk.entered.text
    wrong = desk.post("new", year="二三", region="示范区", template="hunan-2023")
    assert (wrong.status_code, "年度要写成四位数字" in wrong.text, "示范区" in wrong.text) == (422, True, True)
    board = desk.post("new", year="2023", region="示范区", template="hunan-2023", operator="赵六")
    folder = root / "2023"
    assert "处要改" in text_of(board.text)
    assert f"perfeval-xl init {folder}" in board.text


def handed_out(desk: Browser, year: str, folder: Path) -> None:
    campaign = px.open_campaign(folder)
    roster = write_roster((ROADS, SCHOOLS), campaign.template)
    page = desk.post("year", year, "roster", files=[("名册（改）.xlsx", roster)])
    assert "教育局" in page.text
    assert "填报工作簿还没有发放" in desk.get("year", year).text
    page = desk.post("year", year, "handout")
    assert "生成2份" in page.text
    assert "perfeval-xl issue" in page.text
    link = re.search(r'href="([^"]*/file/[0-9a-f]+)">发放/1 交通局.xlsx', page.text)
    assert link
    given = desk.client.get(link[1])
    assert given.content == (folder / "发放" / "1 交通局.xlsx").read_bytes()
    assert given.headers["content-disposition"].startswith("attachment")


def taken_in(desk: Browser, year: str, folder: Path) -> None:
    campaign = px.open_campaign(folder)
    books = [("a/../交通局.xlsx", workbook_of(campaign, ROADS, WRONG)), ("x", b""), ("x", b"MZ")]
    page = desk.post("year", year, "inbox", files=books)
    assert "已放进收件：交通局.xlsx" in page.text
    assert "已放进收件：x（2）" in page.text
    assert {path.name for path in (folder / "收件").iterdir()} == {"交通局.xlsx", "x", "x（2）"}
    page = desk.post("year", year, "collect")
    assert "共看到3份文件" in page.text
    assert "已退回（第1次）" in page.text
    assert "另有2份文件还没有归到单位" in text_of(page.text)
    page = desk.post("year", year, "decide", deed="ignore", file="x（2）", why="不是工作簿", back="waiting")
    assert "不处理：x（2）" in page.text


def decided(desk: Browser, year: str, folder: Path) -> None:
    campaign = px.open_campaign(folder)
    unit = desk.get("year", year, "unit", key="1").text
    assert "审核退回" in unit
    page = desk.post("year", year, "decide", deed="accept", unit="1", back="unit")
    assert "没有全部办成" in page.text
    page = desk.post("year", year, "decide", deed="accept", unit="1", why="决算已公开", back="unit")
    assert "1 交通局：已通过" in page.text
    assert "perfeval-xl accept 1" in page.text
    number = re.search(r'name="number" value="(\d+)"', page.text)
    assert number
    page = desk.post("year", year, "decide", deed="withdraw", unit="1", number=number[1], by="赵六", back="unit")
    assert "1 交通局：已退回" in page.text

    desk.post("year", year, "inbox", files=[("更正.xlsx", workbook_of(campaign, ROADS, FINE))])
    assert "共看到4份文件" in desk.post("year", year, "collect").text
    page = desk.post("year", year, "docket/write")
    assert "审核单：" in page.text
    page = desk.post("year", year, "docket/apply")
    assert "没有可以办理的" in page.text
    page = desk.post("year", year, "decide", deed="exempt", unit=["1", "2"], why="机构改革")
    assert "整批撤销" in page.text
    page = desk.post("year", year, "decide", deed="undo", batch="第1批", by="赵六", back="acts")
    assert "免报" in page.text


def summed_up(desk: Browser, year: str) -> None:
    assert "教育局" in desk.get("year", year, "chase").text
    assert "已写好：催报清单.xlsx" in desk.post("year", year, "chase").text
    page = desk.post("year", year, "summary", word="1", public="1")
    assert page.text.count("已写好：") == 3
    assert "<table>" in page.text
    page = desk.post("year", year, "keeping")
    key = re.search(r'<option value="([0-9a-f]+)"', page.text)
    assert key
    assert "已恢复到“2023-2”" in desk.post("year", year, "restore", backup=key[1]).text
    assert desk.get().text.count("示范区2023年度") == 2
