"""What others report later: it sends nobody back who had passed, and a person decides where sums stop agreeing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from reviewing_office import FINE, NOW, ROADS, SCHOOLS, WATER, WHY, WRONG, make, taken
from two_years import submit

from perfeval_xl.campaign import decisions
from perfeval_xl.campaign.decisions import standing_of
from perfeval_xl.campaign.grounds import grounds_of
from perfeval_xl.ledger import ledger
from perfeval_xl.records.finding import Level
from perfeval_xl.records.standing import Overview, Stage, Standing
from perfeval_xl.records.unit import Unit

if TYPE_CHECKING:
    from pathlib import Path

    from perfeval_xl.campaign.folder import Campaign

LATER = NOW + timedelta(days=1)
WHOLE, CHILD = replace(SCHOOLS, gathers=True), replace(ROADS, parent=SCHOOLS.name, superior=SCHOOLS.code)


def of(seen: Overview, unit: Unit) -> Standing:
    return standing_of(seen, unit.code)


def rules(standing: Standing) -> set[tuple[str, Level]]:
    return {(one.rule, one.level) for one in standing.all_findings if one.rule in ("A06", "X18", "X19")}


def accepted(campaign: Campaign, standing: Standing) -> None:
    act = decisions.accept(standing, grounds_of(campaign)(standing.unit), "赵六", WHY, LATER)
    with ledger.opened(campaign.ledger) as book:
        book.enter([act])


def test_who_had_passed_stays_so_or_waits_for_a_person_whatever_others_report(tmp_path: Path) -> None:
    other = Unit("4", "民政局", "区政府")
    campaign = make(tmp_path / "年", units=(CHILD, WHOLE, WATER, other))
    submit(campaign, WHOLE, FINE)
    submit(campaign, WATER, FINE)
    submit(campaign, CHILD, WRONG)
    seen = taken(campaign)
    assert (of(seen, WHOLE).stage, rules(of(seen, WHOLE))) == (Stage.PASSED, {("X19", Level.NOTICE)})
    assert "下属1个单位中交通局还没有通过" in of(seen, WHOLE).findings[0].message
    assert (of(seen, WATER).stage, rules(of(seen, WATER))) == (Stage.PASSED, set())

    submit(campaign, other, FINE)
    accepted(campaign, of(seen, CHILD))
    seen = taken(campaign, LATER)
    water, copier, whole = of(seen, WATER), of(seen, other), of(seen, WHOLE)
    assert (water.stage, rules(water)) == (Stage.PASSED, {("A06", Level.NOTICE)})
    assert "先报来的是本单位" in next(one.message for one in water.findings if one.rule == "A06")
    assert (copier.stage, rules(copier)) == (Stage.DOUBTFUL, {("A06", Level.WARNING)})
    assert (whole.stage, rules(whole)) == (Stage.WAITING, {("X18", Level.WARNING)})
    assert not [path.name for path in campaign.returns.iterdir() if path.name.startswith(("2 ", "3 "))]

    accepted(campaign, whole)
    again = taken(campaign, LATER)
    assert (of(again, WHOLE).stage, of(again, WATER).accepted) == (Stage.PASSED, water.accepted)
