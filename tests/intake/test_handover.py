"""What 主管部门 hand up is taken in as if it had come singly, with its history, and nothing that is not theirs."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from commands import run
from reviewing_office import DOUBTFUL, FINE, NOW, OFFICE, make
from small_campaign import copied
from two_years import submit

import perfeval_xl as px
from perfeval_xl.campaign.folder import ROSTER, Campaign, open_campaign
from perfeval_xl.campaign.handover import LIST, HandoverError, list_of, read_list
from perfeval_xl.campaign.roster import write_roster
from perfeval_xl.intake.reception import Received, Reception
from perfeval_xl.outgoing import handing_up
from perfeval_xl.records.act import Deed
from perfeval_xl.records.finding import Finding
from perfeval_xl.records.standing import Stage, Standing
from perfeval_xl.records.unit import Unit
from perfeval_xl.workbook.limits import Limits

EDUCATION, HEALTH = "教育局", "卫健局"
FIRST, SECOND = Unit("11", "第一小学", EDUCATION, "教科文股"), Unit("12", "第二小学", EDUCATION, "教科文股")
CLINIC = Unit("21", "中医院", HEALTH, "社保股")
UNITS = (FIRST, SECOND, CLINIC)
LATER, LAST = NOW + timedelta(days=1), NOW + timedelta(days=2)
SCAN = "12 第二小学 盖章扫描件.pdf"


def at_department(folder: Path, *units: Unit) -> Campaign:
    """Make the year of a department with its own units, in which a person reviews."""
    return make(folder, replace(OFFICE, operator="孙主任", by_hand=True), units)


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> tuple[Campaign, Campaign, Campaign]:
    """Make two departments that have reviewed what their units sent, and a bureau that has nothing yet."""
    folder = tmp_path_factory.mktemp("两级")
    education, health = at_department(folder / EDUCATION, FIRST, SECOND), at_department(folder / HEALTH, CLINIC)
    submit(education, FIRST, FINE)
    submit(education, SECOND, DOUBTFUL)
    (education.inbox / SCAN).write_bytes(b"%PDF-1.4 scan")
    submit(health, CLINIC, FINE, hour=1)
    for one in (education, health):
        px.collect(one, jobs=1, now=NOW)
        px.accept_waiting(one, by="周科长", now=NOW)
    px.waive(education, "12", rule="B12", why="三年消化", by="周科长", now=NOW)
    px.accept(education, "12", by="周科长", now=NOW)
    return education, health, make(folder / "财政局", OFFICE, UNITS)


@pytest.fixture
def offices(pattern: tuple[Campaign, Campaign, Campaign], tmp_path: Path) -> tuple[Campaign, Campaign, Campaign]:
    education, health, bureau = (copied(one, tmp_path / one.folder.name) for one in pattern)
    return education, health, bureau


@pytest.fixture(scope="module")
def handed(pattern: tuple[Campaign, Campaign, Campaign], tmp_path_factory: pytest.TempPathFactory) -> px.HandedUp:
    """Let the first department hand up, once for all who only take it in."""
    return px.hand_over(copied(pattern[0], tmp_path_factory.mktemp("报") / EDUCATION), by="孙主任", now=NOW)


@pytest.fixture(scope="module")
def taken(
    pattern: tuple[Campaign, Campaign, Campaign],
    handed: px.HandedUp,
    tmp_path_factory: pytest.TempPathFactory,
) -> Campaign:
    """Let the bureau take in what the first department has handed up, once."""
    bureau = copied(pattern[2], tmp_path_factory.mktemp("收") / "财政局")
    carried(handed, bureau)
    px.collect(bureau, jobs=1, now=LATER)
    return bureau


def carried(done: px.HandedUp, bureau: Campaign) -> Path:
    """Put what was handed up into the bureau's inbox."""
    return Path(shutil.copy2(done.files[0][0], bureau.inbox))


def of(campaign: Campaign, code: str) -> Standing:
    return next(one for one in px.overview(campaign, now=LAST).standings if one.unit.code == code)


def held(campaign: Campaign) -> list[Any]:
    """Return of every unit what the ledger comes to, whatever its files are called."""
    return [
        (
            one.unit,
            one.stage,
            [(file.sha256, file.unit, file.findings, file.explanations) for file in one.receipts],
            one.all_findings,
            sorted(filed.receipt.sha256 for filed in one.papers),
            one.code,
        )
        for one in px.overview(campaign, now=LAST).standings
    ]


def test_what_two_departments_hand_up_and_one_again_is_as_if_it_had_come_singly(
    offices: tuple[Campaign, Campaign, Campaign], tmp_path: Path
) -> None:
    education, health, bureau = offices
    singly = copied(bureau, tmp_path / "逐户")
    for source in (education, health):
        for path in source.inbox.iterdir():
            shutil.copy2(path, singly.inbox)
    px.collect(singly, jobs=1, now=LATER)
    first = carried(px.hand_over(education, now=NOW), bureau)
    carried(px.hand_over(health, now=NOW), bureau)
    done = px.collect(bureau, jobs=1, now=LATER)
    assert (done.tally.adds_up, done.tally.papers, sum(done.tally.statuses.values())) == (True, 1, 3)
    assert held(bureau) == held(singly)

    submit(education, FIRST, {**FINE, ("财务负责人", 0): "郑新"}, hour=9)
    px.collect(education, jobs=1, now=LATER)
    px.accept(education, "11", why="换了负责人", by="周科长", now=LATER)
    shutil.copy2(education.inbox / "11-9.xlsx", singly.inbox)
    px.collect(singly, jobs=1, now=LAST)
    again = px.hand_over(education, now=LATER)
    assert (again.units, again.changed) == (2, 1)
    first.unlink()
    carried(again, bureau)
    acts = len(px.overview(bureau, now=LAST).acts)
    taken = px.collect(bureau, jobs=1, now=LAST)
    assert sum(taken.tally.statuses.values()) == 1, "only what has changed is new"
    assert held(bureau) == held(singly)
    new = px.overview(bureau, now=LAST).acts[acts:]
    assert {act.unit for act in new} == {"11"}
    assert len([act for act in new if act.deed is Deed.HANDOVER]) == 1
    assert px.collect(bureau, jobs=1, now=LAST).tally.known == taken.tally.known + 1
    assert len(px.overview(bureau, now=LAST).acts) == acts + len(new), "what is known is not entered again"


def test_that_the_department_has_reviewed_is_a_state_with_its_history(taken: Campaign, tmp_path: Path) -> None:
    bureau = copied(taken, tmp_path / "局")
    one = of(bureau, "12")
    assert one.department == "主管部门已审（教育局，周科长，2024-03-12）"
    assert one.stage is not Stage.PASSED, "its waiver decides nothing at the bureau"
    assert one.progress.endswith("；主管部门已审")
    events = {event.what: event.text for event in px.history(bureau, "12", now=LATER).events}
    assert "教育局 周科长" in events["主管部门审核通过"]
    assert "规则B12，三年消化" in events["主管部门豁免"]
    assert "教育局 孙主任，首次收到2024-03-12" in events["主管部门上报"]
    table = openpyxl.load_workbook(px.write_status(bureau, now=LATER).table)["报送情况"]
    column = [cell.value for cell in table[4]].index("主管部门审核") + 1
    assert table.cell(6, column).value == one.department
    exported = next(path for path in px.export(bureau, now=LATER).files if path.name == "报送记录.csv")
    rows = list(csv.DictReader(io.StringIO(exported.read_text("utf-8-sig"))))
    assert {row["单位代码"]: row["主管部门审核"] for row in rows}["12"] == one.department
    exported = next(path for path in px.export(bureau, now=LATER).files if path.name == "办理记录.csv")
    told = [row["对象"] for row in csv.DictReader(io.StringIO(exported.read_text("utf-8-sig")))]
    assert "教育局：豁免（规则B12）" in told
    number = next(act.number for act in one.decision.acts if act.deed is Deed.RELAY)
    with pytest.raises(px.DecisionError, match="是教育局办的，不能撤销"):
        px.withdraw(bureau, number, now=LATER)


def test_only_what_has_passed_is_handed_up_and_the_rest_is_told(
    offices: tuple[Campaign, Campaign, Campaign],
) -> None:
    education, _, _ = offices
    px.reopen(education, "11", why="有误", by="周科长", now=NOW)
    (education.inbox / "12-0.xlsx").unlink()
    with pytest.raises(HandoverError, match=r"11 第一小学：已报待审，没有上报；12 第二小学：“收件”里没有原件"):
        px.hand_over(education, now=NOW)
    with pytest.raises(HandoverError, match="名册里没有它的单位"):
        px.hand_over(education, HEALTH, now=NOW)


def test_very_many_are_several_files_each_taken_by_itself(
    offices: tuple[Campaign, Campaign, Campaign], monkeypatch: pytest.MonkeyPatch
) -> None:
    education, _, bureau = offices
    monkeypatch.setattr(handing_up, "_MOST_FILES", 1)
    done = px.hand_over(education, now=NOW)
    assert (done.units, len(done.files)) == (2, 2)
    received = [Reception(bureau, Limits()).received(path.read_bytes()) for path, _ in done.files]
    assert [[file.unit for file, _ in one.files] for one in received if isinstance(one, Received)] == [
        ["11"],
        ["12", "12"],
    ]


def rewritten(path: Path, change: Callable[[dict[str, bytes]], Mapping[str, bytes]]) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in change(parts).items():
            archive.writestr(name, data)


def listed(parts: dict[str, bytes], **told: object) -> dict[str, bytes]:
    return {**parts, LIST: json.dumps({**json.loads(parts[LIST]), **told}).encode()}


WORKBOOK = "11 第一小学/11-0.xlsx"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda parts: listed(parts, 经办人="别人"), "封签不符"),
        (lambda parts: listed(parts, 格式=2, 程序="9.0"), "由更新版本的程序（9.0）写成"),
        (lambda parts: {**parts, WORKBOOK: b"other"}, "与清单上的指纹不符"),
        (lambda parts: {name: data for name, data in parts.items() if name != WORKBOOK}, "缺少清单上的文件"),
        (lambda parts: {**parts, "夹带.xlsx": parts[WORKBOOK]}, "多了清单上没有的文件“夹带.xlsx”"),
        (lambda parts: {**parts, LIST: b"{}"}, "清单读不懂"),
        (lambda parts: listed(parts, 文件=None), "清单不完整"),
    ],
)
def test_what_was_altered_is_refused_whole(
    offices: tuple[Campaign, Campaign, Campaign],
    handed: px.HandedUp,
    change: Callable[[dict[str, bytes]], Mapping[str, bytes]],
    told: str,
) -> None:
    path = carried(handed, offices[2])
    rewritten(path, change)
    finding = Reception(offices[2], Limits()).received(path.read_bytes())
    assert isinstance(finding, Finding)
    assert finding.rule == "G18"
    assert told in finding.message


def test_a_stranger_is_told_until_the_roster_knows_it(
    offices: tuple[Campaign, Campaign, Campaign], handed: px.HandedUp
) -> None:
    bureau = offices[2]
    renamed = tuple(replace(unit, parent="教体局") for unit in UNITS)
    (bureau.folder / ROSTER).write_bytes(write_roster(renamed, bureau.template))
    carried(handed, bureau)
    seen = px.collect(open_campaign(bureau.folder), jobs=1, now=LATER).seen
    assert [one.findings[0].rule for one in seen.rejected] == ["G18"]
    assert "名册里没有主管部门“教育局”" in seen.rejected[0].findings[0].message
    assert [one.stage for one in seen.standings] == [Stage.MISSING] * 3
    assert seen.acts == ()
    (bureau.folder / ROSTER).write_bytes(write_roster(UNITS, bureau.template))
    seen = px.collect(open_campaign(bureau.folder), jobs=1, now=LAST).seen
    assert seen.rejected == ()
    assert [one.stage is Stage.MISSING for one in seen.standings] == [False, False, True]


def put_under(wrong: dict[str, str]) -> Callable[[dict[str, bytes]], Mapping[str, bytes]]:
    """Return what hands the second school's workbook up, well sealed, for somebody else."""

    def changed(parts: dict[str, bytes]) -> Mapping[str, bytes]:
        handover = read_list(parts[LIST])
        files = (replace(one, **wrong) if one.unit == "12" else one for one in handover.files)
        return {**parts, LIST: list_of(replace(handover, files=tuple(files)))}

    return changed


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"unit": "21", "name": "中医院"}, "21 中医院不归教育局管"),
        ({"name": "第二中学"}, "12在名册里是第二小学，上报的是第二中学"),
    ],
)
def test_a_unit_that_is_not_the_departments_is_not_received(
    offices: tuple[Campaign, Campaign, Campaign], handed: px.HandedUp, wrong: dict[str, str], told: str
) -> None:
    path = carried(handed, offices[2])
    rewritten(path, put_under(wrong))
    found = Reception(offices[2], Limits()).received(path.read_bytes())
    assert isinstance(found, Received)
    assert list(found.refused.values()) == [told]
    assert {one.unit for one, _ in found.files} == {"11"}


def test_the_workbook_of_another_unit_is_told_and_replaces_nothing(
    taken: Campaign, handed: px.HandedUp, tmp_path: Path
) -> None:
    bureau = copied(taken, tmp_path / "局")
    before = px.overview(bureau, now=LATER).standings
    rewritten(carried(handed, bureau), put_under({"unit": "11", "name": "第一小学"}))
    seen = px.collect(bureau, jobs=1, now=LAST).seen
    assert [one.findings[0].rule for one in seen.rejected] == ["G19"]
    assert "11 第一小学的工作簿封面是“12”" in seen.rejected[0].findings[0].message
    assert [one.receipts for one in seen.standings] == [one.receipts for one in before]
    assert seen.strangers == ()


def test_another_year_is_told(offices: tuple[Campaign, Campaign, Campaign], handed: px.HandedUp) -> None:
    bureau = offices[2]
    path = bureau.folder / "campaign.toml"
    path.write_text(path.read_text("utf-8").replace("= 2023", "= 2024"), "utf-8")
    finding = Reception(open_campaign(bureau.folder), Limits()).received(carried(handed, bureau).read_bytes())
    assert "它是2023年度的，这里是2024年度" in str(finding)


def test_the_command_hands_up_and_says_what_was_left(offices: tuple[Campaign, Campaign, Campaign]) -> None:
    education, _, bureau = offices
    px.reopen(education, "11", why="有误", by="周科长", now=NOW)
    done = run("handover", str(education.folder), "--to", str(bureau.inbox))
    assert done.returncode == 1, done.stderr
    assert "教育局上报1户" in done.stdout
    assert "11 第一小学：已报待审，没有上报" in done.stdout
