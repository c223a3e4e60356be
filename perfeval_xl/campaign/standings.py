"""From the ledger to where every unit stands: sorted, compared, decided."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from perfeval_xl import comparing
from perfeval_xl.campaign.grounds import grounds_of
from perfeval_xl.checking.judge import basis
from perfeval_xl.ledger import ledger
from perfeval_xl.ledger.changes import changes
from perfeval_xl.ledger.memo import CheckCodes, FormCounts, SaidByFiles
from perfeval_xl.ledger.packing import compared_from, compared_text, differing
from perfeval_xl.records.standing import decided, parted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.act import Act
    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.papers import Filed
    from perfeval_xl.records.provenance import Arrivals
    from perfeval_xl.records.standing import Overview, Standing, Waiting
    from perfeval_xl.records.verdict import Contents, Receipt, Record

_NAMED = 5
"""Changes that are told one by one of a file that waits."""
_COMPARED = "compared"
"""Under what name the ledger keeps what comparing found."""


@contextmanager
def open_overview(
    campaign: Campaign, day: date | None = None, seen: Overview | None = None
) -> Iterator[tuple[Overview, Contents]]:
    """Give where every unit of the roster stands by the ledger, and how to get a file's contents.

    `day` decides which waivers still hold; without one none has run out. Who has looked already gives `seen`.
    """
    with ledger.opened(campaign.ledger) as book:
        yield seen or look(campaign, book, day), lambda receipt: fitting(book.record(receipt), campaign.template)


def fitting(record: Record, template: Template) -> Record:
    """Return a record with what the template has cells for, where it came in under another version of it."""
    submission = record.submission
    return replace(record, submission=template.fitting(submission)) if submission else record


def look(campaign: Campaign, book: ledger.Ledger, day: date | None = None) -> Overview:
    """Return where every unit of the roster stands by an open ledger."""
    acts, arrivals = book.acts(), {one.key: one for one in book.arrivals()}
    kept, ignored = parted(book.receipts(), acts)
    codes = CheckCodes(book, campaign.template)
    seen = _present(_sorted(campaign, book, kept, acts, arrivals), book.present())
    seen = _with_changes(campaign, book, replace(seen, ignored=ignored), codes)
    found = _compared(campaign, book, seen, arrivals, codes)
    seen = _with_codes(seen, codes)
    codes.keep()
    grounds, by_hand = grounds_of(campaign), campaign.office.by_hand
    seen = decided(comparing.told(seen, found), acts, grounds, day, by_hand=by_hand)
    if not found.added:
        return seen
    return decided(comparing.added_up(seen, campaign.template, found.added), acts, grounds, day, by_hand=by_hand)


def _sorted(
    campaign: Campaign,
    book: ledger.Ledger,
    receipts: Iterable[Receipt],
    acts: tuple[Act, ...],
    arrivals: Arrivals,
) -> Overview:
    """Sort files to their units by all that the ledger knows of where they come from."""
    parted = campaign.template.parted
    said = SaidByFiles(book, parted)
    register = comparing.Register(arrivals, book.serials(), said.of, parted.what if parted else "")
    seen = comparing.sorted_to_units(campaign.units, receipts, acts, register)
    said.keep()
    return seen


def _with_codes(seen: Overview, codes: CheckCodes) -> Overview:
    """Give each unit the 校验码 of what counts; of papers for all parts each has those without another's code."""
    found = [replace(one, code=codes.of(one.receipt)) if one.receipt else one for one in seen.standings]
    of_units: dict[str, set[str]] = defaultdict(set)
    for one in found:
        of_units[one.unit.code].add(one.code)
    return replace(
        seen, standings=tuple(_with_own_papers(one, of_units[one.unit.code] - {one.code}) for one in found)
    )


def _with_own_papers(standing: Standing, others: set[str]) -> Standing:
    if not standing.unit.part or not standing.papers:
        return standing
    own = tuple(one for one in standing.papers if not one.code or one.code not in others)
    return replace(standing, papers=own)


def _with_changes(campaign: Campaign, book: ledger.Ledger, seen: Overview, codes: CheckCodes) -> Overview:
    """Say of each file that would replace what a person accepted how many cells it changes, and the first."""
    told = {one.receipt.sha256: _with_change(campaign, book, one, codes) for one in seen.waiting if one.before}
    if not told:
        return seen

    def again(waiting: tuple[Waiting, ...]) -> tuple[Waiting, ...]:
        return tuple(told.get(one.receipt.sha256, one) for one in waiting)

    standings = tuple(replace(one, waiting=again(one.waiting)) for one in seen.standings)
    return replace(seen, standings=standings, waiting=again(seen.waiting))


def _with_change(campaign: Campaign, book: ledger.Ledger, one: Waiting, codes: CheckCodes) -> Waiting:
    if one.before is None:
        return one
    found = changes(*differing(book.parcel(one.before), book.parcel(one.receipt)), campaign.template)
    first = "；".join(map(str, found[:_NAMED])) + ("……" if len(found) > _NAMED else "")
    said = f"与通过的相比改了{len(found)}格：{first}。" if found else "与通过的相比，填的内容相同。"
    finding = replace(one.finding, message=f"{one.finding.message}{said}")
    return replace(one, finding=finding, code=codes.of(one.receipt))


def _present(seen: Overview, present: frozenset[tuple[str, str]]) -> Overview:
    """Leave out files that belong to no unit and are not in the inbox any more: taking them out was the answer.

    Papers that were filed stay so, though the inbox was cleared.
    """

    def still(receipts: tuple[Receipt, ...]) -> tuple[Receipt, ...]:
        return tuple(receipt for receipt in receipts if (receipt.file, receipt.sha256) in present)

    return replace(
        seen,
        standings=tuple(
            replace(one, unread=still(one.unread), papers=_last_places(one.papers, present))
            if one.unread or one.papers
            else one
            for one in seen.standings
        ),
        strangers=still(seen.strangers),
        rejected=still(seen.rejected),
        again=tuple((receipt, told) for receipt, told in seen.again if still((receipt,))),
    )


def _last_places(papers: tuple[Filed, ...], present: frozenset[tuple[str, str]]) -> tuple[Filed, ...]:
    """Return a unit's papers where they lie now: one that was moved is listed once, a replaced one never."""
    lying = [one for one in papers if (one.receipt.file, one.receipt.sha256) in present]
    taken = {one.receipt.file for one in lying}
    replaced = {one.receipt.sha256 for one in papers if one.receipt.file in taken}
    gone = {one.receipt.sha256: one for one in papers if one.receipt.sha256 not in replaced}
    return tuple(one for one in papers if one in lying or one in gone.values())


def _compared(
    campaign: Campaign, book: ledger.Ledger, seen: Overview, arrivals: Arrivals, codes: CheckCodes
) -> comparing.Compared:
    """Compare the submissions, or recall what comparing them gave when all that it rests on was the same."""
    background = comparing.Background(
        campaign.dossiers, campaign.thresholds, campaign.roster.steps, campaign.roster.without_parts
    )
    counting = [
        (one.unit, one.unit.part, one.exempt, [receipt.number for receipt in one.receipts])
        for one in seen.standings
    ]
    others = [receipt.number for receipt in seen.strangers]
    mark = hashlib.sha256(repr((basis_of(campaign), counting, others, background)).encode()).hexdigest()
    text = book.recall(_COMPARED, mark)
    if text is None:
        forms = FormCounts(book, campaign.template)

        def whole(receipt: Receipt) -> Record:
            record = forms.record(receipt)
            codes.note(record)
            return record

        found = comparing.compared(seen, campaign.template, whole, background, arrivals)
        forms.keep()
        book.remember(_COMPARED, mark, compared_text(found.of_units, found.of_strangers, found.added))
        return found
    return comparing.Compared(*compared_from(text))


def basis_of(campaign: Campaign) -> str:
    """Return what judging a campaign's files rests on now, as a fingerprint."""
    return basis({campaign.template.id: campaign.template}, campaign.clock)


def has_ledger(campaign: Campaign) -> bool:
    """Whether anything has come in or been decided yet; DamagedLedgerError where the ledger was lost."""
    return ledger.is_there(campaign.ledger)


def overview(campaign: Campaign, day: date | None = None) -> Overview:
    """Return where every unit of the roster stands by the ledger."""
    with open_overview(campaign, day) as (seen, _):
        return seen


def unless_decided(campaign: Campaign, before: Overview, day: date | None = None) -> Overview:
    """Return what a look `before` gave, or that of another where an act has been entered since.

    For those who have held the folder meanwhile, so that nothing else can have come in.
    """
    with ledger.opened(campaign.ledger) as book:
        return before if book.acts() == before.acts else look(campaign, book, day)
