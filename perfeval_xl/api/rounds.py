"""The rounds of a year: hand out, take in, send back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from perfeval_xl.api.clock import at
from perfeval_xl.api.files import alone, sent, typed_kept
from perfeval_xl.api.standings import COMPARING, overview
from perfeval_xl.api.watch import UNWATCHED, Watch
from perfeval_xl.campaign.last_year import without_successor
from perfeval_xl.campaign.standings import unless_decided
from perfeval_xl.intake import cluster as clusters
from perfeval_xl.intake.collect import Step, Tally
from perfeval_xl.intake.collect import collect as take
from perfeval_xl.intake.inbox import inbox_at
from perfeval_xl.outgoing import issue as issuing
from perfeval_xl.outgoing import returns
from perfeval_xl.outgoing.guidance import write_guidance
from perfeval_xl.outgoing.issue import due
from perfeval_xl.outgoing.places import notice_beside
from perfeval_xl.records.times import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.standing import Overview
    from perfeval_xl.records.unit import Unit

__all__ = ["Collected", "Issued", "Returned", "Step", "Tally", "collect", "due", "issue", "write_returns"]

WRITING = "写退回通知和回执"
"""What is shown while letters are written."""


@dataclass(frozen=True, slots=True)
class Issued:
    """What handing out did.

    `kept` are workbooks that somebody changed and that differ from what would go out now. They are never
    overwritten. `renewed` nobody had changed: they were written anew since what goes out has changed.
    `renamed` bore a former name and were put aside. `lost` names last year's units from which nobody goes on.
    `listing` is 发放清单.xlsx, `guidance` the page 填报须知.docx for those who fill, `archives` one zip for each
    parent department.
    `unsettled` says whether something was told that a person has to settle.
    """

    written: tuple[Path, ...]
    same: tuple[Path, ...]
    kept: tuple[Path, ...]
    renamed: tuple[Path, ...]
    lost: tuple[str, ...]
    listing: Path
    guidance: Path
    archives: tuple[Path, ...]
    unsettled: bool
    renewed: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Returned:
    """The marked workbooks that go back, each with its notice beside it.

    `unsettled` says whether something was told that a person has to settle. Slips of those that passed lie in
    通过回执.
    """

    workbooks: tuple[Path, ...]
    notices: tuple[Path, ...]
    unsettled: bool


@dataclass(frozen=True, slots=True)
class Collected:
    """What a collection did: what became of every file, what goes back, where every unit stands then.

    `sent` counts the files that were copied to an outbox.
    """

    tally: Tally
    returned: Returned
    seen: Overview
    sent: int = 0


def issue(
    campaign: Campaign,
    units: Sequence[Unit] | None = None,
    *,
    archives: bool = False,
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Issued:
    """Write a workbook for each of the units into 发放, with what the bureau knows filled, and the list.

    Left out, `units` are those that are due: all but the exempt. RosterError or CampaignError where roster,
    settings or last year cannot be used, BusyError while another run holds the folder.
    """
    moment = at(now)
    units = due(campaign) if units is None else units
    with alone(campaign, "发放"), watch.phase("发放", len(units)) as advance:
        done = issuing.issue(campaign, units, lambda _: advance(), moment)
        issuing.enter_issue(campaign, done, moment)
        outputs = typed_kept(campaign, watch)
        listing = issuing.write_list(campaign, moment, outputs)
        page = write_guidance(campaign, moment, outputs)
        packed = issuing.write_archives(campaign, outputs, (page,)) if archives else ()
    lost = without_successor(campaign)
    return Issued(
        *(done.written, done.same, done.kept, done.renamed, lost, listing, page, packed),
        unsettled=outputs.unsettled,
        renewed=done.renewed,
    )


def collect(
    campaign: Campaign,
    *,
    jobs: int = 0,
    inbox: str = "",
    outbox: str = "",
    cluster: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Collected:
    """Take in every file of the inbox, check and enter it, write what goes back, say where the units stand.

    `jobs` processes read at once (0: one a processor), or the Dask `cluster` at an address; the result is the
    same. `inbox` and `outbox` are URLs or folders in place of, and beside, the campaign's own. What has been read
    when the run is interrupted is kept. BusyError, DamagedLedgerError, RosterError, SettingsError, DiskError;
    InboxError, OutboxError and ClusterError where a URL cannot be reached.
    """
    moment = at(now)
    crew = partial(clusters.hired, cluster) if cluster else None
    with alone(campaign, "收取"):
        with watch.steps() as step:
            tally = take(campaign, step, jobs, inbox_at(inbox) if inbox else None, crew, moment)
        before = overview(campaign, now=moment, watch=watch)
        returned = _sent_back(campaign, before, moment, watch)
        count = sent((*returned.workbooks, *returned.notices), campaign, outbox)
        with watch.phase(COMPARING):
            seen = unless_decided(campaign, before, day_of(moment))
    return Collected(tally, returned, seen, count)


def write_returns(campaign: Campaign, *, now: datetime | None = None, watch: Watch = UNWATCHED) -> Returned:
    """Write the marked workbook and notice of every unit that has to act, and the slip of every one that passed.

    What was written is entered into the ledger; a second run changes nothing.
    """
    moment = at(now)
    with alone(campaign, "退回"):
        return _sent_back(campaign, overview(campaign, now=moment, watch=watch), moment, watch)


def _sent_back(campaign: Campaign, seen: Overview, moment: datetime, watch: Watch) -> Returned:
    outputs = typed_kept(campaign, watch)
    with watch.phase(WRITING, len(seen.standings)) as advance:
        written = returns.write_returns(campaign, moment, seen=seen, advance=advance, outputs=outputs)
    return Returned(written, tuple(map(notice_beside, written)), outputs.unsettled)
