"""Who decides is known; where a year asks for two people nothing that lets a unit off holds before the second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from commands import run
from reviewing_office import DOUBT, DOUBTFUL, FINE, NOW, OFFICE, ROADS, SCHOOLS, make, taken
from small_campaign import copied
from two_years import submit

import perfeval_xl as px
from perfeval_xl.api import person as people
from perfeval_xl.campaign.folder import SETTINGS, Campaign, open_campaign
from perfeval_xl.records.act import Deed
from perfeval_xl.records.errors import DecisionError
from perfeval_xl.records.standing import Stage, Standing

LATER = NOW + timedelta(hours=1)


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """Make a year where two have to decide, one unit waits for review and another has to explain something."""
    office = replace(OFFICE, by_hand=True, by_two=True)
    campaign = make(tmp_path_factory.mktemp("双") / "2023", office, (ROADS, SCHOOLS))
    submit(campaign, ROADS, FINE)
    submit(campaign, SCHOOLS, DOUBTFUL)
    taken(campaign)
    return campaign


@pytest.fixture
def year(pattern: Campaign, tmp_path: Path) -> Campaign:
    return copied(pattern, tmp_path / "2023")


def of(campaign: Campaign, unit: str = "1") -> Standing:
    return next(one for one in px.overview(campaign, now=LATER).standings if one.unit.code == unit)


def test_what_one_accepts_waits_until_another_confirms_it(year: Campaign) -> None:
    px.accept(year, "1", by="张三", now=NOW)
    assert (of(year).stage, of(year).progress) == (Stage.WAITING, "已报待审；审核通过待复核（张三）")
    assert not any((year.returns / "通过回执").glob("*.docx")), "no slip before it holds"
    px.confirm(year, "交通局", by="李四", now=LATER)
    assert (of(year).stage, of(year).accepted.by) == (Stage.PASSED, "张三")
    assert of(year).remark.endswith("（李四复核）")
    events = [(event.what, event.text) for event in px.history(year, "1", now=LATER).events[-2:]]
    assert [what for what, _ in events] == ["审核通过", "复核确认"]
    assert "李四，第" in events[1][1]


@pytest.mark.parametrize("decide", [px.accept, px.confirm])
@pytest.mark.parametrize("by", ["张三", " 张 三 "])
def test_the_same_person_is_refused(year: Campaign, decide: Callable[..., object], by: str) -> None:
    px.accept(year, "1", by="张三", now=NOW)
    with pytest.raises(DecisionError, match="经办和复核要是两个人"):
        decide(year, "1", by=by, now=LATER)
    assert of(year).stage is Stage.WAITING


def test_whoever_decides_the_same_as_another_confirms_it(year: Campaign) -> None:
    px.accept(year, "1", by="张三", now=NOW)
    done = px.accept(year, "1", by="李四", now=LATER)
    assert [act.deed for act in done.acts] == [Deed.CONFIRM]
    assert of(year).stage is Stage.PASSED


def test_a_waiver_and_an_exemption_wait_and_the_unit_is_not_sent_back_meanwhile(year: Campaign) -> None:
    assert of(year, "2").stage is Stage.DOUBTFUL
    px.waive(year, "2", rule=DOUBT, why="三年消化", by="张三", now=LATER)
    assert of(year, "2").progress == "已报待审；豁免待复核（张三）"
    assert of(year, "2").open_findings, "it is not waived yet"
    assert not list(year.returns.glob("2 *.xlsx"))
    px.confirm(year, "2", by="李四", now=LATER)
    assert of(year, "2").open_findings == ()
    px.exempt(year, "1", why="撤并", by="张三", now=NOW)
    assert not of(year).exempt
    assert "免报待复核（张三）" in of(year).progress
    px.confirm(year, "全部", by="李四", now=LATER)
    assert of(year).exempt


def test_what_was_decided_since_overtakes_what_waits(year: Campaign) -> None:
    number = px.accept(year, "1", by="张三", now=NOW).seen.acts[-1].number
    px.reject(year, "1", why="附件不全", by="李四", now=LATER)
    assert of(year).pending == ()
    assert of(year).stage is not Stage.WAITING
    with pytest.raises(DecisionError, match="已有变化，不能再复核"):
        px.decide(year, [px.Confirm(number)], by="李四", now=LATER)


def test_another_file_is_not_accepted_by_the_confirmation_of_the_one_before(year: Campaign) -> None:
    px.accept(year, "1", by="张三", now=NOW)
    submit(year, ROADS, {**FINE, ("联系人", 0): "他人"}, hour=5)
    taken(year)
    assert of(year).progress == "已报待审"
    with pytest.raises(DecisionError, match="没有待复核的"):
        px.confirm(year, "1", by="李四", now=LATER)


def test_an_undone_confirmation_leaves_the_decision_waiting_and_a_waiting_one_can_be_undone(
    year: Campaign,
) -> None:
    px.accept(year, "1", by="张三", now=NOW)
    number = px.confirm(year, "1", by="李四", now=LATER).seen.acts[-1].number
    px.withdraw(year, number, by="李四", now=LATER)
    assert "待复核（张三）" in of(year).progress
    accepted = next(
        act for act in px.overview(year, now=LATER).acts if act.deed is Deed.ACCEPT and not act.automatic
    )
    px.withdraw(year, accepted.number, by="张三", now=LATER)
    assert of(year).progress == "已报待审"


def test_a_batch_of_the_list_waits_and_is_confirmed_whole(year: Campaign) -> None:
    path = px.write_docket(year, now=NOW).path
    fill(path, "1 交通局", "通过", "张三")
    done = px.apply_docket(year, now=NOW)
    assert (len(done.told), done.faults) == (1, ())
    assert "待复核（张三）" in of(year).progress
    assert px.apply_docket(year, now=NOW).known == 1, "it is applied, though it waits"
    fill(px.write_docket(year, now=LATER).path, "1 交通局", "通过", "张三")
    assert "经办和复核要是两个人" in px.apply_docket(year, now=LATER).faults[0]
    px.confirm(year, done.done.batch, by="李四", now=LATER)
    assert of(year).stage is Stage.PASSED


def test_the_second_person_may_confirm_in_the_list(year: Campaign) -> None:
    px.accept(year, "1", by="张三", now=NOW)
    fill(px.write_docket(year, now=LATER).path, "1 交通局", "通过", "李四")
    assert [act.deed for act in px.apply_docket(year, now=LATER).acts] == [Deed.CONFIRM]
    assert of(year).stage is Stage.PASSED
    assert px.apply_docket(year, now=LATER).known == 1


def fill(path: Path, unit: str, choice: str, by: str) -> None:
    """Type a decision into the line of a unit, as a person does who saves the workbook."""
    book = openpyxl.load_workbook(path)
    sheet = book["审核单"]
    row = next(row for row in range(5, sheet.max_row + 1) if sheet.cell(row, 3).value == unit)
    sheet.cell(row, 8).value, sheet.cell(row, 11).value = choice, by
    book.save(path)


def test_a_year_may_note_who_is_logged_in_and_nobody_else(year: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    path = year.folder / SETTINGS
    path.write_text(path.read_text("utf-8").replace('"按登录名记" = ""', '"按登录名记" = "是"'), "utf-8")
    campaign = open_campaign(year.folder)
    monkeypatch.setattr(people, "login", lambda: "zhangsan")
    with pytest.raises(DecisionError, match="登录名是“zhangsan”，不能写成“李四”"):
        px.accept(campaign, "1", by="李四", now=NOW)
    assert px.accept(campaign, "1", now=NOW).acts[0].by == "zhangsan"
    monkeypatch.setattr(people, "login", lambda: "")
    with pytest.raises(DecisionError, match="说不出登录名"):
        px.confirm(campaign, "1", now=NOW)


def test_the_command_confirms_and_the_next_step_names_it(year: Campaign) -> None:
    folder = str(year.folder)
    first = run("accept", "1", folder, "--by", "张三")
    assert "perfeval-xl confirm 全部" in first.stdout
    assert "没有待复核的" in run("confirm", "教育局", folder, "--by", "李四").stderr
    second = run("confirm", "交通局", folder, "--by", "李四")
    assert second.returncode == 0, second.stderr
    assert "1 交通局：已通过" in second.stdout
