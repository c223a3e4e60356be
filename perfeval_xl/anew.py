"""How a year goes on that has lost its ledger and has no backup: the rest is put aside, then all is taken anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl import ledger, traces
from perfeval_xl.campaign import BACKUP
from perfeval_xl.errors import DamagedLedgerError, LedgerError
from perfeval_xl.lock import locked
from perfeval_xl.publish import put_aside

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from perfeval_xl.campaign import Campaign

FORMER = "旧台账"
"""Where in 汇总 the summaries of the former ledger go."""


def begin_anew(campaign: Campaign, now: datetime) -> tuple[Path, ...]:
    """Put a damaged ledger and what was summed up from it aside, and make an empty one; return what was put aside.

    LedgerError where the ledger is whole: a good one is never given up.
    """
    with locked(campaign.folder, "重新开始"):
        if _is_whole(campaign.ledger):
            raise LedgerError(f"台账“{campaign.ledger}”是完好的，不用重新开始；去掉 --new-ledger 再运行。")
        aside = put_aside(traces.results(campaign.folder), campaign.results / FORMER)
        remains = [campaign.ledger, *sorted(campaign.folder.glob(f"{campaign.ledger.name}-*"))]
        aside += put_aside(remains, campaign.folder / BACKUP / f"{FORMER}-{now:%Y%m%d-%H%M%S}")
        ledger.make(campaign.ledger)
    return aside


def _is_whole(path: Path) -> bool:
    """Whether there is a ledger that has all that it had; LedgerError where it only cannot be read now."""
    try:
        return ledger.is_there(path) and ledger.proven(path) >= 0
    except DamagedLedgerError:
        return False
