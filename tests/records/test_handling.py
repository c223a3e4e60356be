"""What has become of a finding: open where the unit has to act, and otherwise who took it off, and how."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from perfeval_xl.records.act import Act, Deed, decision_of, decisions
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.handling import Handling, corrected, counted, handling
from perfeval_xl.records.standing import Standing
from perfeval_xl.records.unit import Unit
from perfeval_xl.records.verdict import Receipt

UNIT = Unit("1", "交通局")
NOW = datetime(2024, 3, 1, tzinfo=UTC)
ERROR = Finding("B01", Level.ERROR, "错")
DOUBT = Finding("B12", Level.WARNING, "疑")
SAID = Finding("B13", Level.WARNING, "疑", explanation="汛期停工，工程推迟")
TOLD = Finding("R01", Level.NOTICE, "提示")


def came(*findings: Finding, sha256: str = "a") -> Receipt:
    return Receipt("表.xlsx", sha256, NOW, readable=True, unit="1", findings=findings)


def act(deed: Deed, subject: str = "", by: str = "赵六", sha256: str = "") -> Act:
    return Act(deed, NOW, by, "1", subject, "财政复核属实", None, sha256)


def standing(*acts: Act, receipt: Receipt | None = None) -> Standing:
    receipt = receipt or came(ERROR, DOUBT, SAID, TOLD)
    return Standing(UNIT, (receipt,), decision=decision_of(decisions(acts), "1"))


def became(one: Standing) -> list[str]:
    return [handling(one, finding).value for finding in one.all_findings]


ACCEPT = act(Deed.ACCEPT, sha256="a")
REOPEN = act(Deed.REOPEN, sha256="a")
CASES: dict[str, tuple[tuple[Act, ...], list[str]]] = {
    "nothing decided": ((), ["未改正", "未说明", "已说明", "仅提示"]),
    "exempt": ((act(Deed.EXEMPT),), ["免报不计", "免报不计", "免报不计", "仅提示"]),
    "accepted by hand": ((ACCEPT,), ["审核采用", "审核采用", "已说明", "仅提示"]),
    "reopened": ((ACCEPT, REOPEN), ["未改正", "未说明", "已说明", "仅提示"]),
    "one rule waived": ((act(Deed.WAIVE, "B12"),), ["未改正", "已豁免", "已说明", "仅提示"]),
    "waived, though explained": ((act(Deed.WAIVE, "B13"),), ["未改正", "未说明", "已说明", "仅提示"]),
    "waived and accepted": (
        (act(Deed.WAIVE, "B12"), ACCEPT),
        ["审核采用", "已豁免", "已说明", "仅提示"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_every_finding_has_become_one_thing(name: str) -> None:
    acts, expected = CASES[name]
    one = standing(*acts)
    assert became(one) == expected
    assert sum(counted(one).values()) == len(one.all_findings)


@pytest.mark.parametrize("name", CASES)
def test_what_is_open_is_what_the_unit_has_to_act_on(name: str) -> None:
    one = standing(*CASES[name][0])
    opened = [finding for finding in one.all_findings if handling(one, finding).open]
    asked = () if one.passed or one.state == "免报" else one.open_findings
    assert tuple(opened) == asked


def test_a_unit_that_writes_what_a_waiver_says_has_explained_all_the_same() -> None:
    words = "财政部门豁免（赵六）：财政复核属实"
    one = standing(receipt=came(replace(DOUBT, explanation=words)))
    assert became(one) == [Handling.EXPLAINED.value]


def test_corrected_are_the_errors_of_before_that_are_no_more() -> None:
    other = replace(ERROR, rule="B02")
    receipts = (
        came(ERROR, DOUBT),
        came(ERROR, other, sha256="b"),
        came(replace(ERROR, message="还错"), sha256="c"),
    )
    assert corrected(Standing(UNIT, receipts)) == 1
    assert corrected(Standing(UNIT, receipts[:1])) == 0
    assert corrected(Standing(UNIT, ())) == 0
