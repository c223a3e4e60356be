"""What follows the example county's first round: two more rounds, what the bureau decides, and the year after."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl import deciding, demo, ledger
from perfeval_xl.campaign import ROSTER, Campaign, create_after, open_campaign
from perfeval_xl.collect import collect
from perfeval_xl.desk import Arrived, Desk
from perfeval_xl.fill import Filler
from perfeval_xl.finding import Level
from perfeval_xl.grounds import grounds_of
from perfeval_xl.issue import cover, issue
from perfeval_xl.moments import day_of
from perfeval_xl.office import Office
from perfeval_xl.publish import publish
from perfeval_xl.rehearsal import NEXT, TEMPLATE, claim
from perfeval_xl.results import look, overview, write_summary, write_tracking
from perfeval_xl.returning import write_returns
from perfeval_xl.roster import write_roster
from perfeval_xl.standing import Stage
from perfeval_xl.succession import Change, Step
from perfeval_xl.unit import Unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from perfeval_xl.finding import Finding, Value
    from perfeval_xl.rehearsal import Rehearsed
    from perfeval_xl.standing import Overview
    from perfeval_xl.submission import Key

_WHY = "情况属实，原因已在报告中写明，有关凭证留存备查。"
_TOO_SHORT = "属实"
_SENT, _REVIEWED = (
    {2: datetime(2024, 3, 20, 1, 0, tzinfo=UTC), 3: datetime(2024, 3, 25, 1, 0, tzinfo=UTC)},
    {2: datetime(2024, 3, 22, 1, 0, tzinfo=UTC), 3: datetime(2024, 3, 27, 1, 0, tzinfo=UTC)},
)
_DECIDED = datetime(2024, 3, 28, 1, 0, tzinfo=UTC)
_RENAMED, _MERGED, _SPLIT = "106001", ("202001", "203001"), "305001"
_NEW = (Unit("305002", "南岳区房产服务中心", "南岳区住房和城乡建设局", "经济建设股"),)
_STEPS = (
    Step(_RENAMED, Change.RENAMED, _RENAMED),
    *(Step(code, Change.MERGED, _MERGED[0]) for code in _MERGED),
    Step(_SPLIT, Change.SPLIT, _SPLIT, Decimal("0.7")),
    Step(_SPLIT, Change.SPLIT, _NEW[0].code, Decimal("0.3")),
)


@dataclass(frozen=True, slots=True)
class Sequel:
    """What the rounds left behind, and the campaign of the year after, handed out."""

    seen: Overview
    summary: Path
    following: Campaign


def play_on(done: Rehearsed, say: Callable[[str], None]) -> Sequel:
    """Play on from the first round to the day on which next year's workbooks lie ready."""
    campaign = done.campaign
    for number in _SENT:
        sent = _answer(campaign, number)
        collect(campaign)
        returned = write_returns(campaign, _REVIEWED[number])
        say(f"第{number}轮：退回的单位改正或说明后再报{sent}份，还要退回{len(returned)}份。")
    say(f"决定：{_decide(campaign)}。")
    write_returns(campaign, _DECIDED)
    write_tracking(campaign, _DECIDED)
    summary = write_summary(campaign)
    following = _next_year(campaign)
    issued = issue(following, following.units)
    claim(campaign.folder)
    say(f"下一年：更名、合并、分立各一户，为{len(issued.written)}个单位生成了预填上年决算数的工作簿。")
    return Sequel(overview(campaign, day_of(_DECIDED)), summary, following)


def _answer(campaign: Campaign, number: int) -> int:
    """Put into the inbox what the units sent after their workbooks came back; return how many did."""
    filler = Filler(campaign.template, campaign.clock)
    desk = Desk({campaign.template.id: campaign.template}, campaign.clock)
    moment = _SENT[number]
    owing = [one for one in overview(campaign).standings if one.stage in (Stage.RETURNED, Stage.DOUBTFUL)]
    doubtful = [one.unit.code for one in owing if one.stage is Stage.DOUBTFUL]
    for serial, standing in enumerate(owing, 1):
        filing = demo.corrected(standing.unit.code)
        values = {**filing.values, **cover(campaign.template, standing.unit, serial)}
        found = desk.judge(Arrived(filing.file, moment, filler.fill(values))).verdict.findings
        short = number == min(_SENT) and standing.unit.code in doubtful[:1]
        said = _explanations(campaign, (*found, *standing.all_findings), _TOO_SHORT if short else _WHY)
        file = filing.file.replace("（改正）", f"（第{number}次）")
        path = publish(campaign.inbox / file, filler.fill({**values, **said}))
        os.utime(path, (moment.timestamp(), moment.timestamp()))
    return len(owing)


def _explanations(campaign: Campaign, findings: tuple[Finding, ...], text: str) -> dict[Key, Value]:
    """Return an explanation beside every check of the board that raised a doubt."""
    rules = {finding.rule for finding in findings if finding.level is Level.WARNING}
    names = (f"说明_{check.id}" for check in campaign.template.checks if check.rule in rules)
    return {(name, 0): text for name in names if name in campaign.template.field}


def _decide(campaign: Campaign) -> str:
    """Let off who did not report, accept with a reason what stands as published; say what was decided."""
    who, told = campaign.office.operator, []
    with ledger.opened(campaign.ledger) as book:
        seen, grounds, acts = look(campaign, book), grounds_of(campaign), []
        for standing in seen.standings:
            if standing.stage is Stage.MISSING:
                acts.append(deciding.exempt(standing, who, "机构改革，并入其他单位填报", _DECIDED))
                told.append(f"{standing.unit.name}免报")
            elif not standing.counts:
                why = "决算已经公开，差额已书面说明，下一年改正"
                acts.append(deciding.accept(standing, grounds(standing.unit), who, why, _DECIDED))
                told.append(f"{standing.unit.name}写明原因通过")
        book.enter(acts)
    return "，".join(told) or "没有要决定的"


def _next_year(campaign: Campaign) -> Campaign:
    """Make the folder of the year after, with its roster changed and the changes told in the succession table."""
    office = Office(date(2025, 3, 15))
    settings: dict[str, Value] = {"年度": Decimal(2024), "文号": "示例文号〔2025〕1号"}
    made = create_after(campaign, campaign.folder / NEXT, TEMPLATE, settings, office)
    kept = tuple(unit for unit in campaign.units if unit.code != _MERGED[1])
    units = (*(replace(unit, name=_new_name(unit)) for unit in kept), *_NEW)
    publish(made.folder / ROSTER, write_roster(units, made.template, _STEPS))
    return open_campaign(made.folder)


def _new_name(unit: Unit) -> str:
    names = {_RENAMED: "南岳区统计调查局", _MERGED[0]: "南岳区文化旅游和融媒体局"}
    return names.get(unit.code, unit.name)
