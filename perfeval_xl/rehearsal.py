"""The whole year in one go: what `demo` does with the example county, through the steps of a real campaign."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl import demo, traces
from perfeval_xl.campaign import (
    INBOX,
    LEDGER,
    OUT,
    RETURNS,
    ROSTER,
    SETTINGS,
    SUMMARY,
    Campaign,
    CampaignError,
    create,
)
from perfeval_xl.collect import Tally, collect
from perfeval_xl.fill import Filler
from perfeval_xl.issue import cover, issue
from perfeval_xl.moments import day_of
from perfeval_xl.office import Office
from perfeval_xl.publish import publish
from perfeval_xl.results import overview, write_summary, write_tracking
from perfeval_xl.returning import write_returns

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from perfeval_xl.finding import Value
    from perfeval_xl.standing import Overview

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
    campaign = create(folder, TEMPLATE, _SETTINGS, demo.units(), _OFFICE)
    issued = issue(campaign, campaign.units)
    say(f"发放：为{len(issued.written)}个单位生成了填报工作簿。")
    arrived = _arrive(campaign)
    say(f"填报：各单位报来{arrived}份（两个单位没有报，一个单位报了两次）。")
    tally = collect(campaign)
    returned = write_returns(campaign, _REVIEWED)
    write_tracking(campaign, _REVIEWED, chase=True)
    summary = write_summary(campaign)
    day = day_of(_REVIEWED)
    return Rehearsed(campaign, tally, returned, summary, notes, overview(campaign, day), day)


def _arrive(campaign: Campaign) -> int:
    """Put the example's filled workbooks into the inbox, with the times at which they came."""
    filler = Filler(campaign.template, campaign.clock)
    serials = {unit.code: (unit, number) for number, unit in enumerate(campaign.units, 1)}
    filings = demo.filings()
    for number, filing in enumerate(filings):
        unit, serial = serials[filing.unit]
        values = {**cover(campaign.template, unit, serial), **filing.values}
        path = publish(campaign.inbox / filing.file, filler.fill(values))
        moment = (_FIRST_DAY + timedelta(hours=5 * number)).timestamp()
        os.utime(path, (moment, moment))
    return len(filings)


def _clear(folder: Path) -> None:
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / NOTES).is_file():
        raise CampaignError(f"文件夹“{folder}”里已有别的文件。请另外指定一个空文件夹来放示例。")
    for name in (OUT, INBOX, RETURNS, SUMMARY, NEXT):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in (SETTINGS, ROSTER, LEDGER, traces.MARK):
        (folder / name).unlink(missing_ok=True)
