"""What a person sends back, what is decided together and undone together, and units by their names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from commands import run
from reviewing_office import DOUBTFUL, FINE, NOW, OFFICE, ROADS, SCHOOLS, UNITS_OF_OFFICE, WATER, make, taken
from two_years import submit
from words import words

import perfeval_xl as px
from perfeval_xl.campaign.named import units_listed, units_named
from perfeval_xl.outgoing.places import DONE
from perfeval_xl.records.act import Deed
from perfeval_xl.records.standing import Overview, Stage
from perfeval_xl.records.unit import Part, Unit

LATER = NOW + timedelta(days=1)
WORDS = "绩效目标与批复的不是同一个项目"


def stages(seen: Overview) -> list[Stage]:
    return [one.stage for one in seen.standings]


def test_what_is_without_fault_goes_back_for_a_persons_reason_and_counts_again_when_it_comes_anew(
    tmp_path: Path,
) -> None:
    campaign = make(tmp_path / "年", replace(OFFICE, by_hand=True))
    submit(campaign, ROADS, FINE)
    assert stages(taken(campaign))[0] is Stage.WAITING
    with pytest.raises(px.UnreasonedError, match="没有要改正、要说明的问题"):
        px.reject(campaign, "1", now=NOW)

    done = px.reject(campaign, "交通", why=WORDS, now=NOW)
    assert stages(done.seen)[0] is Stage.RETURNED
    assert done.seen.standings[0].remark == f"审核退回：赵六，2024-03-12，{WORDS}"
    assert f"财政部门审核意见：{WORDS}。请按意见改正后重新报送。" in words(
        campaign.returns / "1 交通局 退回通知.docx"
    )
    with pytest.raises(px.DecisionError, match="已由赵六按同样的意见退回"):
        px.reject(campaign, "1", why=WORDS, now=NOW)
    with pytest.raises(px.UnreasonedError, match="还有1项错误"):
        px.accept(campaign, "1", now=NOW)

    submit(campaign, ROADS, {**FINE, ("财务负责人", 0): "赵明"}, 1)
    assert stages(taken(campaign, LATER))[0] is Stage.WAITING
    assert {path.name for path in (campaign.returns / DONE / "第1次").iterdir()} >= {"1 交通局.xlsx"}


def test_a_rejection_can_be_withdrawn_and_an_accepted_one_rejected(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, FINE)
    assert stages(taken(campaign))[0] is Stage.PASSED
    done = px.reject(campaign, "1", why=WORDS, now=NOW)
    assert stages(done.seen)[0] is Stage.RETURNED
    assert not list((campaign.returns / "通过回执").glob("1 *")), "the slip is void"
    (number,) = [act.number for act in done.seen.acts if act.deed is Deed.REJECT]
    assert stages(px.withdraw(campaign, number, now=LATER).seen)[0] is Stage.PASSED
    with pytest.raises(px.DecisionError, match="还没有报送"):
        px.reject(campaign, "2", why=WORDS, now=NOW)


def test_what_went_back_already_goes_back_again_only_with_something_to_say(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, DOUBTFUL)
    assert stages(taken(campaign))[0] is Stage.DOUBTFUL
    with pytest.raises(px.UnreasonedError, match="现在是“核实性待说明”，不用再退"):
        px.reject(campaign, "1", now=NOW)
    told = px.reject(campaign, "1", why=WORDS, now=NOW).seen.standings[0]
    assert [finding.rule for finding in told.open_findings] == ["F09", "B12"]
    assert told.stage is Stage.RETURNED


def test_a_batch_is_named_told_and_undone_whole(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    assert px.exempt(campaign, "1", why="撤销", now=NOW).batch == "", "one alone is no batch"
    first = px.exempt(campaign, "2", "水利局", why="机构改革", now=NOW)
    assert first.batch == "第1批"
    assert stages(first.seen) == [Stage.EXEMPT] * 3
    px.withdraw(campaign, first.seen.acts[1].number, now=NOW)
    undone = px.undo(campaign, "第1批", now=LATER)
    assert [(act.unit, act.why) for act in undone.acts] == [("3", "撤销第1批")], "the other was undone already"
    assert stages(undone.seen) == [Stage.EXEMPT, Stage.MISSING, Stage.MISSING]
    with pytest.raises(px.DecisionError, match="第1批的2项已经全部撤销"):
        px.undo(campaign, "第1批", now=LATER)
    with pytest.raises(px.DecisionError, match="没有名为“第7批”的批次。办理过的批次有：第1批。"):
        px.undo(campaign, "第7批", now=LATER)


def test_a_batch_is_undone_on_the_command_line(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    said = run("exempt", "教育局、水利", campaign.folder, "--why", "机构改革").stdout
    assert "这2项是第1批" in said
    assert "［记录2号，第1批］" in run("history", "水利局", campaign.folder).stdout
    assert "3 水利局：未报" in run("withdraw", "第1批", campaign.folder).stdout
    assert run("withdraw", "第9批", campaign.folder).returncode == 2


COUNTY = (
    *UNITS_OF_OFFICE,
    Unit("401", "示范区第一中学"),
    Unit("402", "示范区第一中学附属小学"),
    Unit("403", "发展和改革局、统计局"),
    Unit("404", "卫生健康局", part=Part("A", "防疫")),
    Unit("404", "卫生健康局", part=Part("B", "体检")),
)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("1", ["1"]),
        ("交通局", ["1"]),
        ("１", ["1"]),
        ("1 交通局", ["1"]),
        (" 水 利 ", ["3"]),
        ("示范区第一中学", ["401"]),
        ("示范区第一中学附", ["402"]),
        ("卫生", ["404/A", "404/B"]),
        ("404", ["404/A", "404/B"]),
        ("404/B", ["404/B"]),
        ("卫生健康局（体检）", ["404/B"]),
    ],
)
def test_a_unit_is_named_by_code_name_or_the_beginning_of_one(text: str, keys: list[str]) -> None:
    assert [unit.key for unit in units_named(COUNTY, text)] == keys


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "示范区",
            "“示范区”可以是几个单位：401 示范区第一中学、402 示范区第一中学附属小学。请写单位代码，或写全名称。",
        ),
        ("第一中学", "名册中没有“第一中学”这个单位。相近的有：401 示范区第一中学、402 示范区第一中学附属小学。"),
        ("交道局", "名册中没有“交道局”这个单位。相近的有：1 交通局。"),
        ("40", "名册中没有“40”这个单位。请核对代码或名称"),
        ("", "名册中没有“”这个单位。请核对代码或名称"),
    ],
)
def test_what_names_no_unit_or_several_is_told_with_those_that_may_be_meant(text: str, told: str) -> None:
    with pytest.raises(px.DecisionError) as error:
        units_named(COUNTY, text)
    assert str(error.value).startswith(told)


def test_a_list_of_units_is_taken_apart_where_it_is_one() -> None:
    assert units_listed(COUNTY, "1,2，3 401、") == ("1", "2", "3", "401")
    assert units_listed(COUNTY, "交通局; 1 交通局") == ("交通局", "1 交通局")
    assert units_listed(COUNTY, "发展和改革局、统计局") == ("发展和改革局、统计局",)
    assert units_named((ROADS, SCHOOLS, WATER), "教育") == (SCHOOLS,)
