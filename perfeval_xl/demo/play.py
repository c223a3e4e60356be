"""The whole year in one go: what `demo` does with the example county, through the steps of a real campaign."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl import demo
from perfeval_xl.api.files import RECORD, changed, claim, publish
from perfeval_xl.api.results import summarise, write_status
from perfeval_xl.api.rounds import Tally, collect
from perfeval_xl.api.single import filler
from perfeval_xl.api.standings import overview
from perfeval_xl.api.year import (
    INBOX,
    LEDGER,
    MARK,
    OUT,
    RETURNS,
    ROSTER,
    SETTINGS,
    SUMMARY,
    TEMPLATES,
    Campaign,
    create_campaign,
    hand_in,
)
from perfeval_xl.outgoing.issue import cover, issue
from perfeval_xl.records.errors import CampaignError
from perfeval_xl.records.office import Office
from perfeval_xl.records.times import day_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.standing import Overview

NOTES = "示例说明.md"
NEXT = "下一年"
"""Where in the folder the year after lies, when it is played too."""
TEMPLATE = "hunan-2023"
_SETTINGS: dict[str, Value] = {
    "年度": Decimal(2023),
    "地区": "南岳区",
    "级次": "区级",
    "文号": "示例文号〔2024〕1号",
    "发文机关": "南岳区财政局",
}
_OFFICE = Office(date(2024, 3, 15), operator="示例经办人", phone="0734-0000000", place="区财政局预算股工作邮箱")
_FIRST_DAY = datetime(2024, 3, 1, 1, 0, tzinfo=UTC)
_REVIEWED = datetime(2024, 3, 18, 1, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What the rehearsal left behind."""

    campaign: Campaign
    tally: Tally
    returned: tuple[Path, ...]
    summary: Path
    notes: Path
    seen: Overview
    day: date


def rehearse(folder: Path, say: Callable[[str], None]) -> Rehearsed:
    """Play the year in a folder of its own; an earlier rehearsal there is replaced, nothing else ever is."""
    _clear(folder)
    notes = publish(folder / NOTES, demo.NOTES.encode("utf-8"))
    campaign = create_campaign(folder, _SETTINGS, template=TEMPLATE, units=demo.units(), office=_OFFICE)
    issued = issue(campaign, campaign.units)
    say(f"发放：为{len(issued.written)}个单位生成了填报工作簿。")
    arrived = _arrive(campaign)
    say(f"填报：各单位报来{arrived}份（两个单位没有报，一个单位报了两次）。")
    done = collect(campaign, now=_REVIEWED)
    write_status(campaign, chase=True, now=_REVIEWED)
    summary = summarise(campaign, now=_REVIEWED).workbook
    settle(folder)
    seen = overview(campaign, now=_REVIEWED)
    return Rehearsed(campaign, done.tally, done.returned.workbooks, summary, notes, seen, day_of(_REVIEWED))


def _arrive(campaign: Campaign) -> int:
    """Put the example's filled workbooks into the inbox, with the times at which they came."""
    filled = filler(campaign.template, now=midnight(campaign.clock))
    serials = {unit.code: (unit, number) for number, unit in enumerate(campaign.units, 1)}
    filings = demo.filings()
    for number, filing in enumerate(filings):
        unit, serial = serials[filing.unit]
        values = {**cover(campaign.template, unit, serial), **filing.values}
        hand_in(campaign, filing.file, filled(values), now=_FIRST_DAY + timedelta(hours=5 * number))
    return len(filings)


def midnight(day: date) -> datetime:
    """Return the beginning of a day, wherever the program runs."""
    return datetime.combine(day, time(), UTC)


def _clear(folder: Path) -> None:
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / NOTES).is_file():
        raise CampaignError(f"文件夹“{folder}”里已有别的文件。请另外指定一个空文件夹来放示例。")
    theirs = _theirs(folder)
    if theirs:
        raise CampaignError(
            f"“{folder}”里的示例有{len(theirs)}个文件是后来放入或有人改过的，例如“{theirs[0]}”，不会清掉。"
            "请另外指定一个空文件夹来放示例；不要了的，先删去这个文件夹。"
        )
    for name in (OUT, INBOX, RETURNS, SUMMARY, TEMPLATES, NEXT):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in (SETTINGS, ROSTER, LEDGER, RECORD, MARK):
        (folder / name).unlink(missing_ok=True)


def settle(folder: Path) -> None:
    """Take everything in a rehearsal's folder for the rehearsal's own, now that it has been played to its end."""
    claim(folder, _files(folder))


def _theirs(folder: Path) -> list[Path]:
    """Return what somebody has put or changed in a rehearsal since; nothing for one that was cut short."""
    if changed(folder, [folder / NOTES]):
        return []
    return [path.relative_to(folder) for path in changed(folder, _files(folder))]


def _files(folder: Path) -> list[Path]:
    below = (path for name in (OUT, INBOX, RETURNS, SUMMARY, NEXT) for path in sorted((folder / name).rglob("*")))
    beside = (folder / name for name in (NOTES, SETTINGS, ROSTER))
    left_out = {LEDGER, RECORD, MARK}
    return [path for path in (*beside, *below) if path.is_file() and path.name not in left_out]
