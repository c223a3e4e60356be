"""A unit that had passed by itself, once what others report no longer agrees with what it reported."""

from __future__ import annotations

import pytest
from small_template import MOMENT, receipt

from perfeval_xl.records.act import AUTOMATIC, Act, Decision, Deed
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.standing import Stage, Standing
from perfeval_xl.records.unit import Unit

ROADS = Unit("1", "交通局")
SAID = "本单位在此以前已经通过，不用再说明。"


def act(deed: Deed, by: str = AUTOMATIC, subject: str = "") -> Act:
    return Act(deed, MOMENT, by, "1", subject, "会议研究", sha256="一")


PASSED = Decision(settled=act(Deed.ACCEPT))
RAN_OUT = Act(Deed.WAIVE, MOMENT, "钱七", "1", "N07", until=MOMENT.date())


def standing(*rules: str, decision: Decision = PASSED, own: tuple[Finding, ...] = ()) -> Standing:
    found = tuple(Finding(rule, Level.WARNING, f"{rule}。", unit="1") for rule in rules)
    return Standing(ROADS, (receipt("1", own, file="一"),), found, decision)


@pytest.mark.parametrize("rule", ["A06", "N07"])
def test_who_had_passed_need_not_answer_for_what_another_copied(rule: str) -> None:
    one = standing(rule)
    assert [(found.level, found.message) for found in one.all_findings] == [(Level.NOTICE, f"{rule}。{SAID}")]
    assert (one.stage, one.open_findings) == (Stage.PASSED, ())
    both = standing(rule, own=(Finding("B01", Level.WARNING, "", unit="1"),))
    assert (both.stage, [found.rule for found in both.open_findings]) == (Stage.DOUBTFUL, ["B01"])


@pytest.mark.parametrize(
    "decision",
    [
        Decision(),
        Decision(settled=act(Deed.REOPEN, "钱七")),
        Decision(settled=act(Deed.ACCEPT), waivers=(RAN_OUT,)),
    ],
    ids=["not passed", "reopened", "passed by a waiver that ran out"],
)  # fmt: skip
def test_anybody_else_has_to(decision: Decision) -> None:
    day = MOMENT.date().replace(year=2030)
    one = Standing(ROADS, standing("N07").receipts, standing("N07").findings, decision, day=day)
    assert [(found.level, found.message) for found in one.all_findings] == [(Level.WARNING, "N07。")]
    assert one.stage is Stage.DOUBTFUL


def test_what_a_unit_explained_stays_an_explained_doubt() -> None:
    finding = Finding("N07", Level.WARNING, "", unit="1", explanation="两家一起写的")
    one = Standing(ROADS, standing().receipts, (finding,), PASSED)
    assert one.all_findings == (finding,)
    assert one.all_findings[0].level is Level.WARNING


@pytest.mark.parametrize("rule", ["X18", "X20"])
def test_where_others_figures_changed_a_person_decides(rule: str) -> None:
    one = standing(rule)
    assert (one.doubtful, one.stage) == (True, Stage.WAITING)
    assert one.progress == "已报待审（原已自动通过，其他单位的数有变动，重新核对有问题）"
    own = standing(rule, own=(Finding("B01", Level.ERROR, "", unit="1"),))
    assert (own.doubtful, own.stage) == (False, Stage.FAULTY), "the unit itself has something to correct"
    assert standing(rule, decision=Decision()).stage is Stage.DOUBTFUL
    assert not standing().doubtful
