"""What follows the example county's first round: two more rounds, what the bureau decides, and the year after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl import demo
from perfeval_xl.api.acts import decide
from perfeval_xl.api.results import summarise, write_status
from perfeval_xl.api.rounds import collect
from perfeval_xl.api.single import checker, filler
from perfeval_xl.api.standings import overview
from perfeval_xl.api.wishes import Accept, Exempt
from perfeval_xl.api.year import Campaign, create_campaign, hand_in, write_roster
from perfeval_xl.demo.play import NEXT, TEMPLATE, midnight, settle
from perfeval_xl.outgoing.issue import cover, issue
from perfeval_xl.records.finding import Level
from perfeval_xl.records.office import Office
from perfeval_xl.records.standing import Stage
from perfeval_xl.records.succession import Change, Step
from perfeval_xl.records.unit import Unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from perfeval_xl.demo.play import Rehearsed
    from perfeval_xl.records.finding import Finding, Value
    from perfeval_xl.records.standing import Overview
    from perfeval_xl.records.submission import Key

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
        returned = collect(campaign, now=_REVIEWED[number]).returned.workbooks
        say(f"第{number}轮：退回的单位改正或说明后再报{sent}份，还要退回{len(returned)}份。")
    say(f"决定：{_decide(campaign)}。")
    write_status(campaign, now=_DECIDED)
    summary = summarise(campaign, now=_DECIDED).workbook
    following = _next_year(campaign)
    issued = issue(following, following.units)
    settle(campaign.folder)
    say(f"下一年：更名、合并、分立各一户，为{len(issued.written)}个单位生成了预填上年决算数的工作簿。")
    return Sequel(overview(campaign, now=_DECIDED), summary, following)


def _answer(campaign: Campaign, number: int) -> int:
    """Put into the inbox what the units sent after their workbooks came back; return how many did."""
    moment, day = _SENT[number], midnight(campaign.clock)
    filled, judged = filler(campaign.template, now=day), checker(campaign.template, now=day)
    owing = [
        one for one in overview(campaign, now=moment).standings if one.stage in (Stage.RETURNED, Stage.DOUBTFUL)
    ]
    doubtful = [one.unit.code for one in owing if one.stage is Stage.DOUBTFUL]
    serials = {unit.code: number for number, unit in enumerate(campaign.units, 1)}
    for standing in owing:
        filing = demo.corrected(standing.unit.code)
        values = {**filing.values, **cover(campaign.template, standing.unit, serials[standing.unit.code])}
        found = judged(filing.file, filled(values)).verdict.findings
        short = number == min(_SENT) and standing.unit.code in doubtful[:1]
        said = _explanations(campaign, (*found, *standing.all_findings), _TOO_SHORT if short else "")
        file = filing.file.replace("（改正）", f"（第{number}次）")
        hand_in(campaign, file, filled({**values, **said}), now=moment)
    return len(owing)


def _explanations(campaign: Campaign, findings: tuple[Finding, ...], text: str) -> dict[Key, Value]:
    """Return an explanation beside every check of the board that raised a doubt: its own, or one text for all."""
    rules = {finding.rule for finding in findings if finding.level is Level.WARNING}
    asked = [check for check in campaign.template.checks if check.rule in rules]
    said = {f"说明_{check.id}": text or f"{check.title}：{_WHY}" for check in asked}
    return {(name, 0): why for name, why in said.items() if name in campaign.template.field}


def _decide(campaign: Campaign) -> str:
    """Let off who did not report, accept with a reason what stands as published; say what was decided."""
    wishes: list[Accept | Exempt] = []
    told = []
    for standing in overview(campaign, now=_DECIDED).standings:
        if standing.stage is Stage.MISSING:
            wishes.append(Exempt(standing.unit.code, "机构改革，并入其他单位填报"))
            told.append(f"{standing.unit.name}免报")
        elif not standing.counts:
            wishes.append(Accept(standing.unit.code, "决算已经公开，差额已书面说明，下一年改正"))
            told.append(f"{standing.unit.name}写明原因通过")
    decide(campaign, wishes, now=_DECIDED)
    return "，".join(told) or "没有要决定的"


def _next_year(campaign: Campaign) -> Campaign:
    """Make the folder of the year after, with its roster changed and the changes told in the succession table."""
    office = Office(date(2025, 3, 15))
    settings: dict[str, Value] = {"年度": Decimal(2024), "文号": "示例文号〔2025〕1号"}
    folder = campaign.folder / NEXT
    made = create_campaign(folder, settings, template=TEMPLATE, office=office, last=campaign)
    kept = tuple(unit for unit in campaign.units if unit.code != _MERGED[1])
    units = (*(replace(unit, name=_new_name(unit)) for unit in kept), *_NEW)
    return write_roster(made, units, _STEPS)


def _new_name(unit: Unit) -> str:
    names = {_RENAMED: "南岳区统计调查局", _MERGED[0]: "南岳区文化旅游和融媒体局"}
    return names.get(unit.code, unit.name)
