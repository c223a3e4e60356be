"""How a decision is carried out: entered, and the letters that follow from it written, even after a kill."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from perfeval_xl.campaign.standings import look
from perfeval_xl.files.lock import locked
from perfeval_xl.ledger import ledger
from perfeval_xl.outgoing.returns import write_returns
from perfeval_xl.records.errors import DecisionError
from perfeval_xl.records.times import day_of

if TYPE_CHECKING:
    from datetime import datetime

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.files.outputs import Outputs
    from perfeval_xl.records.act import Act
    from perfeval_xl.records.standing import Overview

Decide = Callable[["Overview"], "Sequence[Act]"]
"""What is decided, by where the units stand."""


def enact(
    campaign: Campaign,
    decide: Decide,
    now: datetime,
    *,
    what: str = "办理",
    advance: Callable[[], object] = lambda: None,
    outputs: Outputs | None = None,
) -> tuple[Act, ...]:
    """Take decisions, all or none, enter them, and write the letters that follow.

    The letters are written where a decision is refused, too: mostly it is refused because a run that was cut short
    has entered it already, and then its letters are still owed.
    """
    with locked(campaign.folder, what):
        try:
            acts = _entered(campaign, decide, now)
        except DecisionError:
            write_returns(campaign, now, outputs=outputs)
            raise
        write_returns(campaign, now, advance=advance, outputs=outputs)
    return acts


def _entered(campaign: Campaign, decide: Decide, now: datetime) -> tuple[Act, ...]:
    with ledger.opened(campaign.ledger) as book:
        acts = tuple(decide(look(campaign, book, day_of(now))))
        book.enter(acts)
    return acts
