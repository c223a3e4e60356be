"""What a unit of a year has handed in, as one workbook: checked as the year stands, and written as its report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from perfeval_xl.api.clock import at
from perfeval_xl.api.single import Checked
from perfeval_xl.campaign.decisions import standing_of
from perfeval_xl.campaign.standings import open_overview
from perfeval_xl.records.errors import DecisionError
from perfeval_xl.records.times import day_of
from perfeval_xl.records.verdict import Record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.standing import Overview, Standing
    from perfeval_xl.records.verdict import Contents


def check_units(campaign: Campaign, units: Iterable[str], *, now: datetime | None = None) -> Checked:
    """Return what was found in the submissions that count of units, comparing and answers included.

    Units are named by code or name. One that is named wrongly or has handed in nothing is a sentence of `missing`.
    """
    records, missing = list[Record](), list[str]()
    with open_overview(campaign, day_of(at(now))) as (seen, contents):
        for named in units:
            try:
                records.append(_record(standing_of(seen, named), contents))
            except DecisionError as error:
                missing.append(str(error))
    return Checked({campaign.template.id: campaign.template}, tuple(records), tuple(missing))


def submitted(campaign: Campaign, unit: str, *, now: datetime | None = None) -> Record:
    """Return the submission that counts of a unit by code or name, with its 校验码 where it is accepted.

    DecisionError where there is none.
    """
    done = check_units(campaign, (unit,), now=now)
    if done.missing:
        raise DecisionError(*done.missing)
    return done.records[0]


def last_rounds(
    campaign: Campaign, unit: str, *, seen: Overview | None = None, now: datetime | None = None
) -> tuple[Record, ...]:
    """Return the submission that counts of a unit and, before it, the one that counted until it came.

    `seen` is where the units stand, for those who have looked already. Nothing where the unit has none.
    """
    with open_overview(campaign, day_of(at(now)), seen) as (found, contents):
        return tuple(map(contents, standing_of(found, unit).receipts[-2:]))


def _record(standing: Standing, contents: Contents) -> Record:
    unit, receipt = standing.unit, standing.receipt
    if receipt is None:
        raise DecisionError(f"{unit.label}（{unit.key}）现在是“{standing.progress}”，没有采用的报送。")
    record = contents(receipt)
    verdict = replace(record.verdict, findings=standing.all_findings)
    return replace(record, verdict=verdict, code=standing.accepted_code)
