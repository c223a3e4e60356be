"""How a year goes on that has lost its ledger and has no backup: the rest is put aside, then all is taken anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.campaign.folder import BACKUP
from perfeval_xl.campaign.readback import enter_typed
from perfeval_xl.files.lock import locked
from perfeval_xl.files.outputs import Outputs
from perfeval_xl.files.publish import publish_made, put_aside
from perfeval_xl.ledger import ledger, traces
from perfeval_xl.records.errors import DamagedLedgerError, LedgerError, PerfevalError
from perfeval_xl.records.typed_cells import CHASING, SIGNING, review_form

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from perfeval_xl.campaign.folder import Campaign

FORMER = "旧台账"
"""Where in 汇总 the summaries of the former ledger go."""


def begin_anew(campaign: Campaign, now: datetime, outputs: Outputs | None = None) -> tuple[Path, ...]:
    """Put a damaged ledger and what was summed up from it aside, and make a new one; return what was put aside.

    It holds nothing but what people typed into the workbooks that were written from the former one. LedgerError
    where the ledger is whole: a good one is never given up.
    """
    with locked(campaign.folder, "重新开始"):
        if _is_whole(campaign.ledger):
            raise LedgerError(f"台账“{campaign.ledger}”是完好的，不用重新开始；去掉 --new-ledger 再运行。")
        aside = put_aside(traces.results(campaign.folder), campaign.results / FORMER)
        remains = [campaign.ledger, *sorted(campaign.folder.glob(f"{campaign.ledger.name}-*"))]
        aside += put_aside(remains, campaign.folder / BACKUP / f"{FORMER}-{now:%Y%m%d-%H%M%S}")
        traces.start(campaign.folder)
        publish_made(campaign.ledger, lambda made: _make(made, campaign, now, outputs or Outputs(campaign.folder)))
    return aside


def _make(path: Path, campaign: Campaign, now: datetime, outputs: Outputs) -> None:
    """Make a ledger of what was typed, as far as the roster and the template can still be read.

    Which workbooks went out before nobody knows any more.
    """
    ledger.make(path)
    with ledger.opened(path) as book:
        book.leave_gap(now)
    try:
        units, review = campaign.units_alone, review_form(campaign.template)
    except PerfevalError as error:
        outputs.complain(f"以前填的复核、催办、签收没有读入，仍在原来的文件里：{error}")
        return
    forms = [(campaign.results, CHASING), (campaign.out, SIGNING)]
    forms += [(campaign.results / FORMER, review)] if review else []
    with ledger.opened(path) as book:
        for folder, form in forms:
            enter_typed(book, folder, form, units, campaign.office.operator, outputs, now, everything=True)


def _is_whole(path: Path) -> bool:
    """Whether there is a ledger that has all that it had; LedgerError where it only cannot be read now."""
    try:
        return ledger.is_there(path) and ledger.proven(path) >= 0
    except DamagedLedgerError:
        return False
