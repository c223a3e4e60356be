"""One unit's story beside where it stands, read from the ledger in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.campaign.decisions import standing_of
from perfeval_xl.campaign.standings import open_overview
from perfeval_xl.ledger.history import Event, history

if TYPE_CHECKING:
    from datetime import date

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.standing import Overview, Standing

__all__ = ["Event", "Story", "story"]


@dataclass(frozen=True, slots=True)
class Story:
    """Where one unit stands, and what happened until then, oldest first."""

    standing: Standing
    events: tuple[Event, ...]


def story(campaign: Campaign, code: str, day: date, seen: Overview | None = None) -> Story:
    """Return a unit's story as it is on a day; DecisionError where the roster has no unit of this code.

    `seen` is where the units stand, for those who have looked already.
    """
    with open_overview(campaign, day, seen) as (found, contents):
        standing = standing_of(found, code)
        return Story(standing, history(standing, campaign.template, contents))
