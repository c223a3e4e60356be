"""审核单.xlsx: what waits in it, filled in Excel, tried, applied in two rounds, undone as a batch."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from commands import run
from reviewing_office import DOUBTFUL, FINE, NOW, OFFICE, ROADS, SCHOOLS, WATER, WHY, make, taken
from two_years import submit
from whole import faults

import perfeval_xl as px
from perfeval_xl.campaign.folder import ROSTER, Campaign, open_campaign
from perfeval_xl.campaign.roster import write_roster
from perfeval_xl.records.act import Deed, valid
from perfeval_xl.records.standing import Stage
from perfeval_xl.records.unit import Unit

LATER = NOW + timedelta(hours=1)
MORE = tuple(Unit(f"{number}", f"第{number}中心小学") for number in range(401, 441))
COLUMN = {"单位": 3, "文件": 5, "事项": 6, "决定": 8, "原因": 9, "有效期至": 10, "办理人": 11}
Line = Mapping[str, str | date]


@pytest.fixture(scope="module")
def _full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an office of 43 units where two workbooks wait for a person and eight files cannot be read."""
    folder = tmp_path_factory.mktemp("审核") / "年"
    campaign = make(folder, replace(OFFICE, by_hand=True))
    (folder / ROSTER).write_bytes(write_roster((ROADS, SCHOOLS, WATER, *MORE), campaign.template))
    campaign = open_campaign(folder)
    submit(campaign, ROADS, FINE)
    submit(campaign, SCHOOLS, {**DOUBTFUL, ("说明_B12", 0): WHY, ("财务负责人", 0): "赵明"})
    for number in range(401, 409):
        path = campaign.inbox / f"第{number}中心小学 扫描件{number}.pdf"
        path.write_bytes(f"%PDF-1.7 {number}".encode())
        os.utime(path, (1_709_280_000,) * 2)
    taken(campaign)
    px.write_docket(campaign, now=NOW)
    return folder


@pytest.fixture
def office(_full: Path, tmp_path: Path) -> Campaign:
    """Return such an office of a test's own, with its list written."""
    return open_campaign(shutil.copytree(_full, tmp_path / "年"))


def sheet_of(path: Path) -> tuple[openpyxl.Workbook, Any]:
    book = openpyxl.load_workbook(path)
    return book, book["审核单"]


def found(sheet: Any, heading: str, text: str) -> int:
    """Return the row under whose heading a text stands."""
    column = COLUMN[heading]
    return next(row for row in range(5, sheet.max_row + 1) if text in str(sheet.cell(row, column).value or ""))


def typed(path: Path, lines: Mapping[int, Line], saved: datetime = NOW) -> None:
    """Type into the cells of rows by their headings, as a person does who saves the workbook."""
    book, sheet = sheet_of(path)
    for row, line in lines.items():
        for heading, value in line.items():
            sheet.cell(row, COLUMN[heading]).value = value
    target = io.BytesIO()
    book.save(target)
    path.write_bytes(target.getvalue())
    os.utime(path, (saved.timestamp(),) * 2)


def forty(path: Path) -> dict[int, Line]:
    """Return forty decisions: of units, a rule, files, and by hand; three of them wrong."""
    _, sheet = sheet_of(path)
    first_spare = sheet.max_row - 19
    lines: dict[int, Line] = {
        found(sheet, "单位", "1 交通局"): {"决定": "通过", "办理人": "钱七"},
        found(sheet, "单位", "2 教育局"): {"决定": "退回", "原因": "绩效目标与批复的不同"},
        found(sheet, "事项", "B12　"): {"决定": "豁免", "原因": "三年消化", "有效期至": date(2025, 12, 31)},
    }
    for number in range(401, 405):
        lines[found(sheet, "文件", f"扫描件{number}")] = {"决定": "认领"}
    for number in range(405, 409):
        lines[found(sheet, "文件", f"扫描件{number}")] = {"决定": "不处理", "原因": "附件"}
    for row, unit in enumerate(MORE[8:37], first_spare):
        lines[row] = {"单位": unit.name, "决定": "免报", "原因": "机构改革"}
    assert len(lines) == 40
    lines[first_spare] = {"单位": MORE[8].name, "决定": "免报"}
    lines[first_spare + 1] = {"单位": "四一零小学", "决定": "免报", "原因": "机构改革"}
    lines[first_spare + 2] = {"单位": MORE[10].name, "决定": "同意", "原因": "机构改革"}
    return lines


def test_forty_decisions_of_which_three_are_wrong_are_applied_in_two_rounds_and_a_batch_is_undone(
    office: Campaign,
) -> None:
    campaign, path = office, office.results / "审核单.xlsx"
    before = px.overview(campaign, now=NOW)
    lines = forty(path)
    typed(path, lines)

    trial = px.try_docket(campaign, now=NOW)
    assert (len(trial.told), len(trial.faults), trial.done) == (37, 3, None)
    assert px.overview(campaign, now=NOW).acts == before.acts, "to try changes nothing"
    spare = max(lines) - 28
    assert [fault.partition("：")[0] for fault in sorted(trial.faults)] == [
        f"审核单!C{spare + 1}", f"审核单!H{spare + 2}", f"审核单!I{spare}",
    ]  # fmt: skip
    assert any("名册中没有“四一零小学”这个单位" in fault for fault in trial.faults)

    first = px.apply_docket(campaign, now=NOW)
    assert first.done is not None
    assert (len(first.acts), first.faults, first.done.batch) == (37, trial.faults, "第1批")
    assert first.told == trial.told
    stages = {one.unit.key: one.stage for one in first.done.seen.standings}
    assert (stages["1"], stages["2"]) == (Stage.PASSED, Stage.RETURNED)
    assert [stages[f"{number}"] for number in (401, 405, 409, 412)] == [
        Stage.UNREADABLE, Stage.MISSING, Stage.MISSING, Stage.EXEMPT,
    ]  # fmt: skip
    acts = {act.unit: act for act in first.done.acts if act.deed is Deed.ACCEPT}
    assert acts["1"].by == "钱七"
    assert "审核通过" in str(px.history(campaign, "交通局", now=NOW).events[-1].what)

    right: dict[int, Line] = {
        spare: {"原因": "机构改革"}, spare + 1: {"单位": "第410"}, spare + 2: {"决定": "免报"},
    }  # fmt: skip
    typed(path, right, LATER)
    second = px.apply_docket(campaign, now=LATER)
    assert second.done is not None
    assert (len(second.acts), second.faults, second.known, second.done.batch) == (3, (), 37, "第2批")
    assert px.apply_docket(campaign, now=LATER).known == 40, "no line is ever applied twice"

    undone = px.undo(campaign, "第1批", now=LATER)
    assert len(undone.acts) == 37
    kept = [act for act in valid(undone.seen.acts) if not act.automatic]
    assert [(act.deed, act.unit) for act in kept] == [
        (Deed.EXEMPT, "409"),
        (Deed.EXEMPT, "410"),
        (Deed.EXEMPT, "411"),
    ]
    told = [(event.what, event.text) for event in px.history(campaign, "412", now=LATER).events]
    assert [what for what, _ in told] == ["免报", "撤销"]
    assert "第1批" in told[0][1]
    again = px.apply_docket(campaign, now=LATER)
    assert (len(again.acts), len(again.faults), again.known) == (0, 37, 3)
    assert all("后来撤销了" in fault for fault in again.faults), "what was undone does not come back unasked"


def test_the_list_puts_the_doubtful_first_and_suggests_whose_a_file_is(office: Campaign) -> None:
    path = office.results / "审核单.xlsx"
    assert faults(path) == [], "whole for other programs"
    book, sheet = sheet_of(path)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=15, max_col=13)]
    assert [(row[1], row[2]) for row in rows[:4]] == [
        ("待审", "1 交通局"), ("待审", "2 教育局"), ("待审", "2 教育局"), ("读不出", "401 第401中心小学"),
    ]  # fmt: skip
    assert rows[2][6] == WHY, "what the unit wrote stands beside what was found"
    choices = {
        str(area): one.formula1 for one in sheet.data_validations.dataValidation for area in one.sqref.ranges
    }
    assert choices["H7"] == '"豁免,退回"'
    assert choices["H5:H6"] == '"通过,退回,免报"'
    assert choices["H8:H15"] == '"认领,不处理"'
    locked = [sheet.cell(6, column).protection.locked for column in range(1, 12)]
    assert locked == [True] * 7 + [False] * 4
    assert sheet.protection.sheet
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("D5", "$4:$4")
    assert (book["_单位"].sheet_state, sheet.column_dimensions["L"].hidden) == ("hidden", True)


def refused(campaign: Campaign, path: Path, lines: Mapping[int, Line]) -> Sequence[str]:
    typed(path, lines)
    done = px.try_docket(campaign, path, now=NOW)
    assert not done.acts
    return done.faults


def test_what_is_out_of_date_moved_or_clashing_is_told_with_its_cell_and_not_applied(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", replace(OFFICE, by_hand=True))
    submit(campaign, ROADS, {**DOUBTFUL, ("说明_B12", 0): WHY})
    taken(campaign)
    path = px.write_docket(campaign, now=NOW).path
    blank = path.read_bytes()
    cases: list[tuple[dict[int, Line], list[str]]] = [
        ({5: {"决定": "认领"}}, ["审核单!H5：这一行不能选认领，可以选通过、退回、免报。"]),
        ({5: {"原因": "属实"}}, ["审核单!H5：填了原因，没有选决定，没有办理。"]),
        ({5: {"决定": "通过", "有效期至": "明年"}}, ["审核单!J5：只有豁免写有效期，请清空。"]),
        ({6: {"决定": "豁免", "原因": "属实", "有效期至": "明年"}},
         ["审核单!J6：有效期“明年”读不成日期，请写成 2024-12-31 这样。"]),
        ({5: {"决定": "通过", "单位": "2 教育局"}},
         ["审核单!H5：这一行的单位或文件与写出时不同，各列可能错了位，没有办理。请重新写出。"]),
        ({5: {"决定": "通过"}, 7: {"单位": "交通", "决定": "免报", "原因": "撤销"}},
         ["审核单!H7：1 交通局已在审核单!H5定为通过，这里又写免报，都没有办理，请只留一个。"]),
        ({7: {"决定": "不处理", "原因": "附件"}}, ["审核单!E7：不处理要写明文件名。"]),
        ({7: {"决定": "豁免", "单位": "1", "原因": "属实"}}, ["审核单!F7：豁免要写明规则编号，例如 B06。"]),
        ({7: {"决定": "免报", "原因": "撤销"}}, ["审核单!C7：请写明是哪个单位，从列表中选，或写代码、名称。"]),
    ]  # fmt: skip
    for lines, told in cases:
        path.write_bytes(blank)
        assert list(refused(campaign, path, lines)) == told

    path.write_bytes(blank)
    submit(campaign, ROADS, {**DOUBTFUL, ("说明_B12", 0): WHY, ("财务负责人", 0): "赵明"}, 1)
    taken(campaign, LATER)
    stale = refused(campaign, path, {5: {"决定": "通过"}, 6: {"决定": "豁免", "原因": "属实"}})
    assert [fault.partition("，")[0] for fault in stale] == [
        f"审核单!H{row}：1 交通局在审核单写出以后有了变化" for row in (5, 6)
    ]
    with pytest.raises(px.PerfevalError, match="不是审核单"):
        px.try_docket(campaign, campaign.folder / ROSTER, now=NOW)


def test_a_waiver_and_an_acceptance_of_one_list_fit_and_what_is_left_is_carried_over(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", replace(OFFICE, by_hand=True, operator=""))
    submit(campaign, ROADS, DOUBTFUL)
    taken(campaign)
    path = px.write_docket(campaign, now=NOW).path
    typed(
        path, {5: {"决定": "通过"}, 6: {"决定": "豁免", "原因": "三年消化"}, 7: {"单位": "水利", "决定": "免报"}}
    )
    nobody = px.try_docket(campaign, now=NOW)
    assert "没有写办理人" in nobody.faults[0]
    written = px.write_docket(campaign, now=LATER)
    assert (written.carried, len(list((path.parent / "留存").iterdir()))) == (3, 1)
    done = px.apply_docket(campaign, by="钱七", now=LATER)
    assert [act.deed for act in done.acts] == [Deed.WAIVE, Deed.ACCEPT], "the waiver leaves nothing to be reasoned"
    assert [fault.partition("：")[0] for fault in done.faults] == ["审核单!I7"]
    last = px.write_docket(campaign, now=LATER)
    _, sheet = sheet_of(last.path)
    assert last.carried == 1
    assert [sheet.cell(found(sheet, "单位", "水利"), column).value for column in (2, 8)] == ["另外办理", "免报"]


def test_deciding_in_excel_on_the_command_line(tmp_path: Path) -> None:
    campaign = make(tmp_path / "二 〇二三")
    taken(campaign)
    written = run("decide", campaign.folder)
    assert written.returncode == 0, written.stderr
    path = campaign.results / "审核单.xlsx"
    assert f"perfeval-xl decide '{path}'" in written.stdout
    typed(path, {5: {"单位": "教育局", "决定": "免报", "原因": "机构改革"}, 6: {"单位": "水利局", "决定": "免报"}})
    trial = run("decide", path, "--dry-run")
    assert trial.returncode == 1
    assert "可以办理1项：\n  审核单!H5：免报 2 教育局（机构改革）\n有1处要改" in trial.stdout
    done = run("decide", campaign.folder, "--apply")
    assert done.returncode == 1
    assert f"要整批撤销：perfeval-xl withdraw 第1批 '{campaign.folder}'" in done.stdout
    assert run("decide", tmp_path / "没有.xlsx", campaign.folder).returncode == 2
    assert len(px.overview(campaign, now=NOW).acts) == 1
