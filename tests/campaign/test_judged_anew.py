"""A corrected check of the same version is applied: what then becomes of those that had passed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from reviewing_office import DOUBTFUL, FINE, NOW, ROADS, SCHOOLS, WATER, WHY, WRONG, make, taken
from two_years import submit

from perfeval_xl.campaign import decisions, grounds
from perfeval_xl.campaign.decisions import standing_of
from perfeval_xl.campaign.grounds import grounds_of
from perfeval_xl.campaign.standings import overview
from perfeval_xl.campaign.status import is_open, lines
from perfeval_xl.checking import judge
from perfeval_xl.checking.check import Checker
from perfeval_xl.ledger import ledger
from perfeval_xl.outgoing.returns import write_returns
from perfeval_xl.records.act import Act, Deed
from perfeval_xl.records.errors import DecisionError
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.standing import Overview, Stage, Standing

if TYPE_CHECKING:
    from pathlib import Path

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.submission import Submission
    from perfeval_xl.records.unit import Unit
    from perfeval_xl.records.verdict import Verdict

LATER = NOW + timedelta(days=1)
NEW = "X99"


@pytest.fixture
def corrected(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A program of the same version that finds a fault which the one before overlooked, in every submission."""
    check = Checker.check

    def stricter(self: Checker, submission: Submission) -> Verdict:
        verdict = check(self, submission)
        found = Finding(NEW, Level.ERROR, "以前漏查的错误", unit=submission.unit_code)
        return replace(verdict, findings=(*verdict.findings, found))

    def apply() -> None:
        monkeypatch.setattr(Checker, "check", stricter)
        renewed(monkeypatch)

    monkeypatch.apply = apply  # type: ignore[attr-defined]  # called once the campaign stands
    return monkeypatch


def renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the program another one, whatever it finds."""
    monkeypatch.setattr(judge, "program", lambda: "corrected")
    monkeypatch.setattr(grounds, "program", lambda: "corrected")


def of(seen: Overview, unit: Unit) -> Standing:
    return standing_of(seen, unit.code)


def entered(campaign: Campaign, act: Act) -> Overview:
    with ledger.opened(campaign.ledger) as book:
        book.enter([act])
    write_returns(campaign, LATER)
    return overview(campaign, LATER.date())


def test_one_that_passed_by_itself_waits_and_is_not_sent_back(
    tmp_path: Path, corrected: pytest.MonkeyPatch
) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, FINE)
    submit(campaign, SCHOOLS, WRONG)
    assert of(taken(campaign), ROADS).stage is Stage.PASSED
    corrected.apply()  # type: ignore[attr-defined]
    seen = taken(campaign, LATER)
    roads = of(seen, ROADS)
    assert (roads.stage, roads.counts) == (Stage.WAITING, False)
    assert roads.progress == "已报待审（原已自动通过，程序有变动，重新核对有问题）"
    assert roads.remark == f"通过以后重新核对，发现的问题由“无”变为“{NEW}×1”"
    line = lines(seen, None, LATER.date())[0]
    assert (is_open(line), line.owes) == (True, "")
    assert NEW in line.reason
    assert not list(campaign.returns.glob("1 *"))
    assert [act.deed for act in seen.acts if act.unit == ROADS.code] == [Deed.ACCEPT]
    assert of(seen, SCHOOLS).stage is Stage.RETURNED, "one that had gone back anyway is told of it, too"
    again = taken(campaign, LATER + timedelta(days=1))
    assert of(again, ROADS).stage is Stage.WAITING, "it goes on waiting"


def test_a_person_accepts_one_that_waits_or_sends_it_back(tmp_path: Path, corrected: pytest.MonkeyPatch) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, FINE)
    taken(campaign)
    corrected.apply()  # type: ignore[attr-defined]
    seen = taken(campaign, LATER)
    known = grounds_of(campaign)
    with pytest.raises(DecisionError, match="1项错误"):
        decisions.accept(of(seen, ROADS), known(ROADS), "赵六", "", LATER)
    reopening = decisions.reopen(of(seen, ROADS), "赵六", "请改正", LATER)
    seen = entered(campaign, decisions.accept(of(seen, ROADS), known(ROADS), "赵六", WHY, LATER))
    assert of(seen, ROADS).progress == "已通过"
    seen = entered(campaign, reopening)
    assert of(seen, ROADS).stage is Stage.RETURNED
    assert (campaign.returns / "1 交通局.xlsx").exists()


def test_what_a_person_accepted_stands_and_the_difference_is_told(
    tmp_path: Path, corrected: pytest.MonkeyPatch
) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, WRONG)
    seen = taken(campaign)
    before = of(seen, ROADS).result
    assert before
    seen = entered(campaign, decisions.accept(of(seen, ROADS), grounds_of(campaign)(ROADS), "赵六", WHY, NOW))
    corrected.apply()  # type: ignore[attr-defined]
    roads = of(taken(campaign, LATER), ROADS)
    assert (roads.stage, roads.counts) == (Stage.PASSED, True)
    assert roads.progress == "已通过（需重审：程序有变动）"
    assert roads.remark.endswith(f"通过以后重新核对，发现的问题由“{before}”变为“{before}、{NEW}×1”")
    assert not list(campaign.returns.glob("1 *"))


def test_another_program_that_finds_the_same_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, FINE)
    submit(campaign, SCHOOLS, WRONG)
    submit(campaign, WATER, DOUBTFUL)
    seen = taken(campaign)
    seen = entered(campaign, decisions.accept(of(seen, WATER), grounds_of(campaign)(WATER), "赵六", WHY, NOW))
    times = {path: path.stat().st_mtime_ns for path in campaign.returns.rglob("*")}
    renewed(monkeypatch)
    again = taken(campaign, LATER)
    assert again.acts == seen.acts
    assert [one.progress for one in again.standings] == [one.progress for one in seen.standings]
    assert {path: path.stat().st_mtime_ns for path in campaign.returns.rglob("*")} == times


def test_one_whose_acceptance_an_older_program_entered_waits_too(
    tmp_path: Path, corrected: pytest.MonkeyPatch
) -> None:
    """Its act tells neither the program nor the result."""
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, FINE)
    act = taken(campaign).acts[-1]
    former = {word: mark for word, mark in act.grounds.items() if word not in ("程序", "核对结果")}
    with ledger.opened(campaign.ledger) as book:
        book.enter([replace(act, grounds=former)])
    corrected.apply()  # type: ignore[attr-defined]
    assert of(taken(campaign, LATER), ROADS).progress == ("已报待审（原已自动通过，程序有变动，重新核对有问题）")


def test_a_waiver_that_is_withdrawn_is_no_change_of_the_program(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, DOUBTFUL)
    seen = taken(campaign)
    (doubt,) = {one.rule for one in of(seen, ROADS).open_findings}
    seen = entered(campaign, decisions.waive(of(seen, ROADS), doubt, {doubt}, "赵六", WHY, None, NOW))
    assert of(seen, ROADS).stage is Stage.PASSED
    waiver = next(act for act in seen.acts if act.deed is Deed.WAIVE)
    seen = entered(campaign, decisions.withdraw(seen, waiver.number, "赵六", "", LATER))
    assert of(seen, ROADS).stage is Stage.DOUBTFUL


def test_a_new_submission_of_one_that_waits_is_looked_at_anew(
    tmp_path: Path, corrected: pytest.MonkeyPatch
) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, FINE)
    taken(campaign)
    corrected.apply()  # type: ignore[attr-defined]
    taken(campaign, LATER)
    submit(campaign, ROADS, DOUBTFUL, 1)
    assert of(taken(campaign, LATER), ROADS).stage is Stage.RETURNED
