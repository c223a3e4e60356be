"""Where every unit stands, who owes what, and one unit's story."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.api.clock import at
from perfeval_xl.api.watch import UNWATCHED, Watch
from perfeval_xl.campaign import standings, status
from perfeval_xl.campaign.status import Line, counts, headline, is_open, owing, reckoned
from perfeval_xl.campaign.story import Story, story
from perfeval_xl.records.times import day_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.office import Office
    from perfeval_xl.records.standing import Overview

__all__ = [
    "Line",
    "Story",
    "counts",
    "headline",
    "history",
    "is_open",
    "needs_somebody",
    "overview",
    "owing",
    "reckoned",
    "status_lines",
]

COMPARING = "比较各单位的报送"
"""What is shown while the submissions are compared."""


def overview(campaign: Campaign, *, now: datetime | None = None, watch: Watch = UNWATCHED) -> Overview:
    """Return where every unit of the roster stands by the ledger on the bureau's day of `now`.

    DamagedLedgerError where the ledger is not whole, RosterError where the roster is faulty.
    """
    with watch.phase(COMPARING):
        return standings.overview(campaign, day_of(at(now)))


def status_lines(seen: Overview, deadline: date | None, today: date) -> tuple[Line, ...]:
    """Return the reporting table, a line for each unit in the roster's order; days late are behind `deadline`."""
    return status.lines(seen, deadline, today)


def needs_somebody(seen: Overview, office: Office, today: date) -> bool:
    """Whether anything is left to do: a unit's line is open, or a file is nobody's or waits."""
    table = status_lines(seen, office.deadline, today)
    return bool(seen.rejected or seen.strangers or seen.waiting or any(map(is_open, table)))


def history(campaign: Campaign, code: str, *, seen: Overview | None = None, now: datetime | None = None) -> Story:
    """Return one unit's story, oldest first: handed out, come in (and what changed), sent back, decided.

    `seen` is where the units stand, for those who have looked already. DecisionError where the roster has no unit
    of this code.
    """
    return story(campaign, code, day_of(at(now)), seen)
