"""From the ledger to what the bureau looks at: where every unit stands, and the summary workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl import across, ledger
from perfeval_xl.publish import publish
from perfeval_xl.summary import summarise

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from perfeval_xl.campaign import Campaign
    from perfeval_xl.standing import Overview


def overview(campaign: Campaign) -> Overview:
    """Return where every unit of the roster stands by the ledger."""
    with ledger.opened(campaign.ledger) as book:
        return across.overview(campaign.units, book.records(), campaign.template)


def write_summary(campaign: Campaign, now: datetime | None = None, *, everything: bool = False) -> Path:
    """Write the summary workbook; under a name with the time `now` where the old one is open in Excel.

    `everything` adds up the units that have not passed, too.
    """
    data = summarise(campaign.template, overview(campaign), campaign.clock, everything=everything)
    name = f"{campaign.settings.get('地区') or ''}{campaign.year}年度部门整体支出绩效自评汇总.xlsx"
    return publish(campaign.results / name, data, now)
