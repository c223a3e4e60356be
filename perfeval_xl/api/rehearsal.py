"""Trying a year with a few units before all get it: a folder of its own beside the year's, to be thrown away."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from perfeval_xl.api.clock import at
from perfeval_xl.api.rounds import Issued, due, issue
from perfeval_xl.api.watch import UNWATCHED, Watch
from perfeval_xl.campaign.folder import INBOX, OUT, RETURNS, ROSTER, SETTINGS, SUMMARY, TEMPLATES, open_campaign
from perfeval_xl.files.lock import locked
from perfeval_xl.files.publish import publish
from perfeval_xl.outgoing.numbering import number_from
from perfeval_xl.records.errors import CampaignError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.unit import Unit

__all__ = ["end_rehearsal", "rehearsal_folder", "rehearse"]

_BEHIND, _MARK = "-试填", "试填.txt"
_FEW = 3
_FIRST_SERIAL = 900_001
"""Far above what a year hands out: so that a workbook of a rehearsal in the year's own inbox is a stranger's."""
_TOLD = (
    "这个文件夹是试填用的，与正式的工作文件夹各有各的台账和发放序号，试填的结果不计入正式的汇总。\n"
    "试完以后运行 issue --test-over 整个删去。\n"
)


def rehearsal_folder(campaign: Campaign) -> Path:
    """Return where a year is tried: beside its folder, so that what that refers to is found from there, too."""
    folder = campaign.folder.resolve()
    return folder.with_name(f"{folder.name}{_BEHIND}")


def rehearse(
    campaign: Campaign,
    units: Sequence[Unit] = (),
    *,
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> tuple[Campaign, Issued]:
    """Make a folder like the year's, with settings, roster and template as they are now, and hand out there.

    Left out, `units` are three of different sections where there are that many. What comes in there is collected
    and summed up as in any year and never reaches the year's own ledger. CampaignError where the folder is there
    already, or this one is a rehearsal itself.
    """
    place = rehearsal_folder(campaign)
    if (campaign.folder / _MARK).exists():
        raise CampaignError(f"“{campaign.folder}”本身就是试填用的，请在正式的工作文件夹里试填。")
    if place.exists():
        raise CampaignError(f"试填用的“{place}”已经有了。接着试的直接用它；重新试的，先把它删去（--test-over）。")
    chosen = tuple(units) or _few(due(campaign))
    place.mkdir()
    with locked(place, "建立试填"):
        publish(place / _MARK, _TOLD.encode())
        for name in (OUT, INBOX, RETURNS, SUMMARY):
            (place / name).mkdir()
        if (campaign.folder / TEMPLATES).is_dir():
            shutil.copytree(campaign.folder / TEMPLATES, place / TEMPLATES)
        for name in (ROSTER, SETTINGS):
            publish(place / name, (campaign.folder / name).read_bytes())
    tried = open_campaign(place)
    number_from(tried.ledger, _FIRST_SERIAL, at(now))
    return tried, issue(tried, chosen, now=now, watch=watch)


def end_rehearsal(campaign: Campaign) -> Path:
    """Delete the folder in which a year was tried and return its path; CampaignError where there is none.

    Only a folder that `rehearse` has made is ever deleted.
    """
    place = rehearsal_folder(campaign)
    if not (place / _MARK).is_file():
        raise CampaignError(f"没有试填用的文件夹“{place}”，没有删去什么。")
    shutil.rmtree(place)
    return place


def _few(units: Sequence[Unit]) -> tuple[Unit, ...]:
    """Return the first unit of each section, filled up with the first of all, three in all."""
    first = {unit.section: unit for unit in reversed(units)}
    chosen = dict.fromkeys(unit.code for unit in units if first[unit.section] is unit)
    codes = [*dict.fromkeys((*chosen, *(unit.code for unit in units)))][:_FEW]
    return tuple(unit for unit in units if unit.code in codes)
