"""One workbook for each project of a unit: from the list of projects to the summary, told apart all the way."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import docx
import openpyxl
import pytest
from commands import run
from projects import NOW, UNITS, amounts, hand_in_all, made, returned

import perfeval_xl as px
from perfeval_xl.campaign.decisions import DecisionError
from perfeval_xl.campaign.folder import ROSTER, Campaign, open_campaign
from perfeval_xl.campaign.roster import RosterError, read_roster, write_roster
from perfeval_xl.cli.screen import print_overview
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.standing import Overview, Stage, Standing
from perfeval_xl.records.unit import Part, Unit
from perfeval_xl.template.shelf import find

ROADS = tuple(unit for unit in UNITS if unit.code == "401001")
PLAIN = (
    Unit("401001", "交通局", "区政府"),
    Unit("402001", "教育局", "区政府"),
    Unit("403001", "水利局", "区政府"),
)
FIRST, SECOND = ROADS[:2]


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> tuple[Campaign, px.Issued, px.Collected]:
    """Return a year that was handed out, filled and collected; tests only look at it."""
    campaign = made(tmp_path_factory.mktemp("项目") / "2023")
    issued = px.issue(campaign, now=NOW, archives=True)
    hand_in_all(campaign)
    return campaign, issued, px.collect(campaign, jobs=1, now=NOW)


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return made(tmp_path / "2023")


def collected(campaign: Campaign, *workbooks: bytes) -> Overview:
    for number, data in enumerate(workbooks, 1):
        px.hand_in(campaign, f"{number}.xlsx", data, now=NOW + timedelta(hours=number))
    return px.collect(campaign, jobs=1, now=NOW + timedelta(days=1)).seen


def of(seen: Overview, key: str) -> Standing:
    return next(one for one in seen.standings if one.unit.key == key)


def found(standing: Standing) -> dict[str, Finding]:
    return {one.rule: one for one in standing.all_findings if one.level is not Level.NOTICE}


def without_list(folder: Path) -> Campaign:
    return made(folder / "2023", PLAIN[:1])


def named(campaign: Campaign, *names: str) -> Iterator[bytes]:
    """Give workbooks of one unit's code that are about projects of these names; nobody listed them."""
    for number, name in enumerate(names, 1):
        yield returned(campaign, PLAIN[0], number, {"项目名称": name})


def test_each_project_has_a_workbook_of_its_own(year: tuple[Campaign, px.Issued, px.Collected]) -> None:
    campaign, issued, _ = year
    assert [path.name for path in issued.written] == [
        "401001-XM01 交通局 农村公路日常养护.xlsx", "401001-XM02 交通局 候车亭建设.xlsx",
        "401001-XM03 交通局 水毁路段修复.xlsx", "402001-JY-1 教育局 薄弱学校改造.xlsx",
        "402001-JY-2 教育局 教师培训.xlsx",
    ]  # fmt: skip
    record = px.check_bytes(campaign.template, "x.xlsx", issued.written[1].read_bytes())
    assert record.submission is not None
    assert (record.submission.unit_code, record.submission.part, record.submission.part_name) == (
        "401001", "XM02", "候车亭建设",
    )  # fmt: skip
    listed = openpyxl.load_workbook(issued.listing).active
    assert listed is not None
    assert [row[1].value for row in listed.iter_rows(min_row=3)] == [unit.key for unit in UNITS]


def test_three_workbooks_of_one_unit_stand_side_by_side(
    year: tuple[Campaign, px.Issued, px.Collected],
) -> None:
    campaign, _, done = year
    assert [(one.unit.key, one.stage, len(one.receipts)) for one in done.seen.standings] == [
        (unit.key, Stage.PASSED, 1) for unit in UNITS
    ]
    slips = {path.name.split(" ")[0] for path in (campaign.returns / "通过回执").iterdir()}
    assert slips == {"401001-XM01", "401001-XM02", "401001-XM03", "402001-JY-1", "402001-JY-2"}
    again = px.collect(campaign, jobs=1, now=NOW + timedelta(days=2))
    assert again.seen.acts == done.seen.acts, "a second run decides nothing anew"


def test_every_figure_comes_back_in_the_summary(year: tuple[Campaign, px.Issued, px.Collected]) -> None:
    campaign, _, _ = year
    book = openpyxl.load_workbook(px.summarise(campaign, now=NOW).workbook, data_only=True)
    for name in ("资金总额_年初预算", "资金总额_全年预算", "资金总额_全年执行"):
        sheet, area = next(iter(book.defined_names[name].destinations))
        cells = [row[0].value for row in book[sheet][area.replace("$", "")]]
        assert cells == [amounts(number)[name] for number in range(1, len(UNITS) + 1)]
    codes = [row[0].value for row in book["部门明细"].iter_rows(min_row=5, max_row=4 + len(UNITS))]
    assert codes == [unit.key for unit in UNITS]
    assert book["部门明细"]["B6"].value == "交通局（候车亭建设）"
    states = [row[1].value for row in book["报送情况"].iter_rows(min_row=5, max_row=4 + len(UNITS))]
    assert states == codes


def test_tables_and_the_story_tell_the_projects_apart(year: tuple[Campaign, px.Issued, px.Collected]) -> None:
    campaign, _, done = year
    status = openpyxl.load_workbook(px.write_status(campaign, seen=done.seen, now=NOW).table)["报送情况"]
    rows = list(status.iter_rows(min_row=5, max_row=4 + len(UNITS), values_only=True))
    assert [row[1:3] for row in rows] == [(unit.key, unit.label) for unit in UNITS]
    table = px.export(campaign, now=NOW).files[0].read_text("utf-8-sig").splitlines()
    assert sorted(line.split(",")[5:7] for line in table[1:]) == sorted(
        [unit.part_code, unit.part.name] for unit in UNITS if unit.part
    )
    told = {event.what for event in px.history(campaign, "401001/XM02").events}
    assert told == {"发放", "收到第1次", "审核通过"}
    with pytest.raises(
        DecisionError, match="要分别报送3份，请写明是哪一份：401001/XM01 交通局（农村公路日常养护）、"
    ):
        px.history(campaign, "401001")


def test_units_and_projects_are_counted_each_as_what_they_are(
    year: tuple[Campaign, px.Issued, px.Collected], capsys: pytest.CaptureFixture[str]
) -> None:
    campaign, _, done = year
    print_overview(done.seen, campaign.office, NOW.date())
    assert capsys.readouterr().out.splitlines()[-1] == "应报2户5个项目：已通过5个项目"
    status = openpyxl.load_workbook(px.write_status(campaign, seen=done.seen, now=NOW).table)
    assert "应报2户5个项目：已通过5个项目。" in str(status["报送情况"]["A2"].value)
    assert status["按股室统计"]["B4"].value == "项目数"
    made = px.summarise(campaign, now=NOW, word=True)
    book = openpyxl.load_workbook(made.workbook, data_only=True)
    told = [str(cell.value).strip() for (cell, *_) in book["汇总报告"].iter_rows() if cell.value]
    assert "2023年，应当开展绩效自评的项目5个（图1），分属2户单位，已全部报送。" in told
    assert any(text.startswith("计入汇总的5个项目（图3），年初预算") for text in told)
    texts = [*told, *(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)]
    assert not [text for text in texts if re.search(r"\d户(?!单位)", text)], "no project is called a unit"
    assert made.report
    paper = "\n".join(one.text for one in docx.Document(str(made.report)).paragraphs)
    assert "项目5个（图1），分属2户单位" in paper


def test_a_list_to_chase_names_the_projects_that_are_missing(campaign: Campaign) -> None:
    hand_in_all(campaign, UNITS[:1])
    seen = px.collect(campaign, jobs=1, now=NOW).seen
    chase = px.write_status(campaign, chase=True, seen=seen, now=NOW).chase
    assert chase is not None
    path = chase
    sheet = openpyxl.load_workbook(path)["催报清单"]
    assert str(sheet["A2"].value).endswith("需要催办2户4个项目。")
    rows = {row[1]: row[9] for row in sheet.iter_rows(values_only=True) if row[1]}
    assert [code for code in rows if "/" in str(code)] == [unit.key for unit in UNITS[1:]]
    book = openpyxl.load_workbook(path)
    book["催报清单"]["J6"] = "已电话催办"
    book.save(path)
    acts = px.write_status(campaign, chase=True, now=NOW + timedelta(days=1))
    assert acts.chase
    (act,) = [one for one in px.overview(campaign).acts if one.deed.value == "chase"]
    assert act.key == "401001/XM02"
    assert openpyxl.load_workbook(path)["催报清单"]["J6"].value == "已电话催办"


def test_an_act_names_the_project_and_leaves_the_others(campaign: Campaign) -> None:
    hand_in_all(campaign, ROADS)
    px.collect(campaign, jobs=1, now=NOW)
    with pytest.raises(DecisionError, match="请写明是哪一份"):
        px.reopen(campaign, "401001", now=NOW)
    seen = px.reopen(campaign, "401001/XM02", why="补充材料", now=NOW).seen
    assert [one.stage for one in seen.standings[:3]] == [Stage.PASSED, Stage.WAITING, Stage.PASSED]
    assert px.accept(campaign, "401001/XM02", now=NOW).acts[0].part == "XM02"
    done = px.exempt(campaign, "402001", why="今年不报", now=NOW)
    assert (done.acts[0].key, [one.stage for one in done.seen.standings[3:]]) == ("402001", [Stage.EXEMPT] * 2)
    px.withdraw(campaign, done.seen.acts[-1].number, now=NOW)
    done = px.exempt(campaign, "402001/JY-1", why="今年不报", now=NOW)
    assert [one.stage for one in done.seen.standings[3:]] == [Stage.EXEMPT, Stage.MISSING]
    assert [unit.key for unit in px.due(campaign)] == ["401001/XM01", "401001/XM02", "401001/XM03", "402001/JY-2"]


def test_a_file_that_nobody_can_read_is_claimed_for_one_project(campaign: Campaign) -> None:
    px.hand_in(campaign, "扫描件.pdf", b"%PDF-1.7 no workbook", now=NOW)
    px.collect(campaign, jobs=1, now=NOW)
    several = run("claim", "扫描件.pdf", "401001", campaign.folder)
    assert (several.returncode, "请写明是哪一份" in several.stderr) == (2, True)
    unknown = run("claim", "扫描件.pdf", "401001", campaign.folder, "--part", "XM09")
    assert (unknown.returncode, "401001/XM09" in unknown.stderr) == (2, True)
    for number, words in enumerate((("401001", "--part", "XM02"), ("401001/XM03",)), 2):
        done = run("claim", "扫描件.pdf", words[0], campaign.folder, *words[1:])
        told = f"401001/XM0{number} 交通局（{ROADS[number - 1].part.name}）：已来文件，读不出"  # type: ignore[union-attr]  # each is of a project
        assert (done.returncode, done.stdout.splitlines()[0]) == (0, told), done.stderr


def test_a_second_workbook_of_a_project_replaces_its_own_only(campaign: Campaign) -> None:
    better = returned(campaign, SECOND, 7)
    hand_in_all(campaign, ROADS)
    seen = collected(campaign, better)
    assert [len(one.receipts) for one in seen.standings[:3]] == [1, 2, 1]


def test_three_projects_under_one_code_without_a_list_are_for_a_person(tmp_path: Path) -> None:
    campaign = without_list(tmp_path)
    (standing,) = collected(campaign, *named(campaign, "甲路养护", "乙桥加固", "丙站改造")).standings
    assert found(standing)["A20"].level is Level.ERROR
    assert "3个不同项目的工作簿（“甲路养护”、“乙桥加固”、“丙站改造”）" in found(standing)["A20"].message
    assert standing.stage is Stage.WAITING
    assert not list(campaign.returns.glob("*.*")), "the unit can do nothing about it, so nothing goes back"
    assert px.accept_waiting(campaign, by="赵六", now=NOW).acts == ()
    seen = px.ignore(campaign, "1.xlsx", why="补进名册再报", now=NOW).seen
    assert "A20" in found(seen.standings[0])
    (settled,) = px.accept(campaign, "401001", why="乙丙是同一个项目", now=NOW).seen.standings
    assert settled.stage is Stage.PASSED


def test_files_left_alone_settle_it_too(tmp_path: Path) -> None:
    campaign = without_list(tmp_path)
    collected(campaign, *named(campaign, "甲路养护", "乙桥加固"))
    (standing,) = px.ignore(campaign, "2.xlsx", why="另行报送", now=NOW).seen.standings
    assert (found(standing), standing.stage) == ({}, Stage.PASSED)


def test_one_project_sent_twice_without_a_list_is_two_submissions_of_one(tmp_path: Path) -> None:
    campaign = without_list(tmp_path)
    (standing,) = collected(campaign, *named(campaign, "甲路养护（一期）", "甲路 养护(一期)")).standings
    assert ("A20" in found(standing), len(standing.receipts)) == (False, 2)


def test_a_list_made_later_sorts_what_has_come_in(tmp_path: Path) -> None:
    campaign = without_list(tmp_path)
    collected(campaign, *named(campaign, *(unit.part.name for unit in ROADS if unit.part)))
    seen = px.overview(px.write_roster(campaign, ROADS), now=NOW)
    assert [(one.unit.key, len(one.receipts)) for one in seen.standings] == [(unit.key, 1) for unit in ROADS]


def test_what_was_decided_of_the_unit_stays_so_for_its_projects(tmp_path: Path) -> None:
    campaign = without_list(tmp_path)
    collected(campaign, *named(campaign, ROADS[0].part.name if ROADS[0].part else ""))
    px.exempt(campaign, "401001", why="今年不报", now=NOW)
    seen = px.overview(px.write_roster(campaign, ROADS), now=NOW)
    assert {one.stage for one in seen.standings} == {Stage.EXEMPT}


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (Part("XM09", "候车亭建造"), "项目是“XM09 候车亭建造”，项目名册中没有"),
        (Part("", "绿道工程"), "项目是“绿道工程”，项目名册中没有"),
    ],
    ids=["another code", "no code and a name that is not on the list"],
)
def test_a_project_that_is_not_on_the_list_is_told_and_replaces_nothing(
    campaign: Campaign, part: Part, told: str
) -> None:
    stray = replace(FIRST, part=part)
    seen = collected(campaign, returned(campaign, FIRST, 1), returned(campaign, stray, 2))
    assert [len(one.receipts) for one in seen.standings] == [1, 0, 0, 0, 0]
    (finding,) = seen.findings
    assert (finding.rule, told in finding.message) == ("A21", True)
    assert ("名称最接近的是“候车亭建设”（XM02）" in finding.message) == (part.code == "XM09")


def test_a_unit_without_any_project_is_told_as_such(tmp_path: Path) -> None:
    campaign = made(tmp_path / "2023", (*UNITS, PLAIN[2]))
    assert [unit.name for unit in campaign.roster.without_parts] == ["水利局"]
    assert [unit.code for unit in px.due(campaign) if unit.code == "403001"] == []
    seen = collected(campaign, returned(campaign, replace(PLAIN[2], part=Part("", "水库")), 1))
    assert "项目名册中没有这个单位的项目" in seen.findings[0].message


def test_a_project_that_is_called_otherwise_is_asked_about(campaign: Campaign) -> None:
    seen = collected(campaign, returned(campaign, FIRST, 1, {"项目名称": "农村公路养护工程"}))
    finding = found(of(seen, FIRST.key))["A22"]
    assert (finding.level, finding.value, finding.expected) == (
        Level.WARNING,
        "农村公路养护工程",
        "农村公路日常养护",
    )
    assert finding.place == campaign.template.field["项目名称"].address


def test_spaces_and_wide_brackets_are_no_other_name(tmp_path: Path) -> None:
    unit = replace(FIRST, part=Part("XM01", "公路养护（一期）"))
    campaign = made(tmp_path / "2023", (unit,))
    seen = collected(campaign, returned(campaign, unit, 1, {"项目名称": "公路养护 (一期)"}))
    assert found(seen.standings[0]) == {}


def test_a_workbook_that_is_filled_with_another_project_waits_and_is_an_error_when_claimed(
    campaign: Campaign,
) -> None:
    assert SECOND.part
    seen = collected(campaign, returned(campaign, FIRST, 1, {"项目名称": SECOND.part.name}))
    (waiting,) = seen.waiting
    assert (waiting.finding.rule, waiting.units) == ("A24", (FIRST.key, SECOND.key))
    assert [one.stage for one in seen.standings[:3]] == [Stage.WAITING, Stage.WAITING, Stage.MISSING]
    with pytest.raises(DecisionError, match="请写明是哪一份"):
        px.claim(campaign, "1.xlsx", "401001", now=NOW)
    seen = px.claim(campaign, "1.xlsx", FIRST.key, now=NOW).seen
    assert not seen.waiting
    finding = found(of(seen, FIRST.key))["A23"]
    assert (finding.level, "填的却是“候车亭建设”（项目代码 XM02）" in finding.message) == (Level.ERROR, True)


def test_another_code_on_the_cover_than_was_handed_out_waits_and_is_an_error_when_claimed(
    campaign: Campaign,
) -> None:
    seen = collected(campaign, returned(campaign, FIRST, 1, part=SECOND.part))
    assert [one.finding.rule for one in seen.waiting] == ["A24"]
    seen = px.claim(campaign, "1.xlsx", FIRST.key, now=NOW).seen
    finding = found(of(seen, FIRST.key))["R37"]
    assert (finding.value, finding.expected) == ("XM02", "XM01")
    assert "封面上的项目代码是“XM02”，下发时的项目代码是“XM01”" in finding.message


# --- the list of projects --------------------------------------------------------------------------------------


@contextmanager
def roster(path: Path, units: tuple[Unit, ...] = (*UNITS, PLAIN[2])) -> Iterator[openpyxl.Workbook]:
    book = openpyxl.load_workbook(io.BytesIO(write_roster(units, find("mof-project"))))
    yield book
    book.save(path)


def faults(path: Path) -> dict[str, str]:
    with pytest.raises(RosterError) as caught:
        read_roster(path, lambda: find("mof-project"))
    return {place: told for place, _, told in (fault.partition("：") for fault in caught.value.faults)}


def test_a_list_is_read_as_it_was_written(tmp_path: Path) -> None:
    with roster(tmp_path / ROSTER) as book:
        assert book.sheetnames == ["名册", "项目名册", "控制数", "上年数", "沿革", "填写说明"]
        assert [cell.value for cell in book["控制数"][4]][:3] == ["单位代码*", "单位名称", "项目代码"]
    read = read_roster(tmp_path / ROSTER, lambda: find("mof-project"))
    assert (read.reporting, read.units) == (UNITS, PLAIN)
    assert read_roster(tmp_path / ROSTER).units == PLAIN


def test_every_fault_of_a_list_is_told_at_once_by_its_cell(tmp_path: Path) -> None:
    path = tmp_path / ROSTER
    with roster(path) as book:
        sheet = book["项目名册"]
        edits = {"A5": "499", "C6": None, "C7": "XM/3", "D8": None, "A9": None, "C10": "JY-1", "A10": "402001",
                 "D10": "重复的", "C11": 12345678901234567, "A11": "402001", "D11": "长的", "A12": "402001",
                 "C12": "=1/0", "D12": "坏的"}  # fmt: skip
        for place, value in edits.items():
            sheet[place] = value
    told = faults(path)
    beginnings = {
        "A5": "单位代码“499”不在名册中", "C6": "没有项目代码",
        "C7": "项目代码“XM/3”只能由数字", "D8": "没有项目名称",
        "A9": "没有单位代码", "C8": "402001的项目代码“JY-1”重复了", "C10": "402001的项目代码“JY-1”重复了",
        "C11": "项目代码“1", "C12": "没有项目代码",
    }  # fmt: skip
    assert told.keys() == {f"项目名册!{cell}" for cell in beginnings}
    assert [cell for cell, begins in beginnings.items() if not told[f"项目名册!{cell}"].startswith(begins)] == []
    assert "超过15位" in told["项目名册!C11"]


def test_figures_are_those_of_a_project(tmp_path: Path) -> None:
    path = tmp_path / ROSTER
    with roster(path) as book:
        book["控制数"]["D6"] = 230
    read = read_roster(path, lambda: find("mof-project"))
    assert {key: [one.value for one in known] for key, known in read.controls.items()} == {"401001/XM02": [230]}
    with roster(path) as book:
        book["控制数"]["D6"], book["控制数"]["C6"], book["控制数"]["D7"], book["控制数"]["C7"] = (
            230,
            "XM9",
            1,
            None,
        )
    assert {place: told.partition("，")[0] for place, told in faults(path).items()} == {
        "控制数!C6": "401001的项目代码“XM9”不在项目名册中", "控制数!C7": "401001的项目代码没有填",
    }  # fmt: skip


def test_a_project_is_compared_with_its_own_control_figure(campaign: Campaign) -> None:
    with roster(campaign.folder / ROSTER, UNITS) as book:
        book["控制数"]["D6"] = 230
    again = open_campaign(campaign.folder)
    hand_in_all(again, ROADS)
    seen = px.collect(again, jobs=1, now=NOW).seen
    assert [sorted(found(one)) for one in seen.standings[:3]] == [[], ["X16"], []]


def test_a_template_without_parts_pays_no_heed_to_such_a_sheet(tmp_path: Path) -> None:
    path = tmp_path / ROSTER
    book = openpyxl.load_workbook(io.BytesIO(write_roster(PLAIN, find("hunan-2023"))))
    book.create_sheet("项目名册").append(["随便写的"])
    book.save(path)
    assert read_roster(path, lambda: find("hunan-2023")).reporting == PLAIN


def test_a_unit_let_off_is_let_off_with_projects_that_were_decided_before(campaign: Campaign) -> None:
    hand_in_all(campaign, ROADS[:1])
    assert of(px.collect(campaign, jobs=1, now=NOW).seen, FIRST.key).stage is Stage.PASSED
    seen = px.exempt(campaign, "401001", why="今年不报", now=NOW).seen
    assert {one.stage for one in seen.standings if one.unit.code == "401001"} == {Stage.EXEMPT}


def test_a_changed_control_figure_makes_its_own_project_stale_alone(campaign: Campaign) -> None:
    hand_in_all(campaign, ROADS)
    px.collect(campaign, jobs=1, now=NOW)
    with roster(campaign.folder / ROSTER, UNITS) as book:
        book["控制数"]["D6"] = 400
    seen = px.overview(open_campaign(campaign.folder), now=NOW)
    assert [one.stale for one in seen.standings[:3]] == [(), ("控制数和上年数",), ()]
