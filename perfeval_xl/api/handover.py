"""Two levels: what a 主管部门 has taken in and reviewed is handed up in one file for the bureau to collect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.api.clock import at
from perfeval_xl.api.files import alone
from perfeval_xl.api.person import person
from perfeval_xl.campaign.handover import HandoverError
from perfeval_xl.campaign.standings import has_ledger
from perfeval_xl.outgoing.handing_up import HandedUp, hand_up

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from perfeval_xl.campaign.folder import Campaign

__all__ = ["HandedUp", "hand_over"]


def hand_over(
    campaign: Campaign,
    department: str = "",
    to: Path | None = None,
    *,
    by: str = "",
    now: datetime | None = None,
) -> HandedUp:
    """Write what has passed of a department's units, with findings and acts, into one file for the bureau.

    It lies in the folder `to`, or else in 上报; the `department`, left out, is the only one on the roster. Who has
    handed up what is an act. HandoverError where nothing can be handed up; UnsignedError.
    """
    if not has_ledger(campaign):
        raise HandoverError(f"“{campaign.folder}”还没有台账，没有可以上报的", "请先收取、审核，通过以后再上报")
    who = person(campaign, by)
    with alone(campaign, "上报"):
        return hand_up(campaign, department, who, at(now), to)
