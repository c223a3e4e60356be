"""From the ledger to what the bureau looks at: where every unit stands, the tables, the summary, the reports."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from perfeval_xl import across, ledger
from perfeval_xl.contents import compared_from, compared_text
from perfeval_xl.desk import basis
from perfeval_xl.document import bureau_report, department_report
from perfeval_xl.export import tables as tables_of
from perfeval_xl.export import writer
from perfeval_xl.grounds import grounds_of
from perfeval_xl.lock import locked
from perfeval_xl.moments import day_of
from perfeval_xl.publish import publish, publish_made
from perfeval_xl.reckoning import FormCounts, changed, forms_of
from perfeval_xl.standing import decided, parted
from perfeval_xl.summary import bound, charts, compute, narrative, published, tables
from perfeval_xl.template.printed import Printer
from perfeval_xl.tracking import chase_book, lines, tracking_book

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime
    from pathlib import Path

    from perfeval_xl.campaign import Campaign
    from perfeval_xl.contract import Template
    from perfeval_xl.export import Format
    from perfeval_xl.standing import Overview
    from perfeval_xl.verdict import Contents, Receipt, Record


_COMPARED = "compared"
"""Under what name the ledger keeps what comparing found."""


@contextmanager
def open_overview(campaign: Campaign, day: date | None = None) -> Iterator[tuple[Overview, Contents]]:
    """Give where every unit of the roster stands by the ledger, and how to get a file's contents.

    `day` decides which waivers still hold; without one none has run out.
    """
    with ledger.opened(campaign.ledger) as book:
        yield look(campaign, book, day), book.record


def look(campaign: Campaign, book: ledger.Ledger, day: date | None = None) -> Overview:
    """Return where every unit of the roster stands by an open ledger."""
    acts = book.acts()
    kept, ignored = parted(book.receipts(), acts)
    seen = _present(across.sorted_to_units(campaign.units, kept), book.present())
    seen = across.told(replace(seen, ignored=ignored), _compared(campaign, book, seen))
    return decided(seen, acts, grounds_of(campaign), day, by_hand=campaign.office.by_hand)


def _present(seen: Overview, present: frozenset[tuple[str, str]]) -> Overview:
    """Leave out files that belong to no unit and are not in the inbox any more: taking them out was the answer."""

    def still(receipts: tuple[Receipt, ...]) -> tuple[Receipt, ...]:
        return tuple(receipt for receipt in receipts if (receipt.file, receipt.sha256) in present)

    return replace(seen, strangers=still(seen.strangers), rejected=still(seen.rejected))


def _compared(campaign: Campaign, book: ledger.Ledger, seen: Overview) -> across.Compared:
    """Compare the submissions, or recall what comparing them gave when all that it rests on was the same."""
    background = across.Background(campaign.dossiers, campaign.thresholds, campaign.roster.steps)
    counting = [(one.unit, [receipt.number for receipt in one.receipts]) for one in seen.standings]
    others = [receipt.number for receipt in seen.strangers]
    mark = hashlib.sha256(repr((_rules(campaign), counting, others, background)).encode()).hexdigest()
    text = book.recall(_COMPARED, mark)
    if text is None:
        forms = FormCounts(book, campaign.template)
        found = across.compared(seen, campaign.template, forms.record, background)
        forms.keep()
        book.remember(_COMPARED, mark, compared_text(found.of_units, found.of_strangers))
        return found
    return across.Compared(*compared_from(text))


def _rules(campaign: Campaign) -> str:
    return basis({campaign.template.id: campaign.template}, campaign.clock)


def overview(campaign: Campaign, day: date | None = None) -> Overview:
    """Return where every unit of the roster stands by the ledger."""
    with open_overview(campaign, day) as (seen, _):
        return seen


def write_summary(campaign: Campaign, now: datetime | None = None, *, everything: bool = False) -> Path:
    """Write the summary workbook alone; see `write_results`."""
    return write_results(campaign, now, everything=everything)[0]


def write_results(
    campaign: Campaign,
    now: datetime | None = None,
    *,
    everything: bool = False,
    word: bool = False,
    public: bool = False,
) -> tuple[Path, ...]:
    """Write the summary workbook; with `word` the bureau's report, with `public` a copy of values to pass on.

    All are from the same figures. `everything` adds up the units that have not passed, too. A file that is open in
    Excel or Word stays; the new one then has the time `now` in its name.
    """
    with locked(campaign.folder, "汇总"):
        return _write_results(campaign, now, everything=everything, word=word, public=public)


def _write_results(
    campaign: Campaign, now: datetime | None, *, everything: bool, word: bool, public: bool
) -> tuple[Path, ...]:
    with open_overview(campaign, day_of(now) if now else None) as (seen, contents):
        computed = compute(campaign.template, seen, contents, campaign.clock, everything=everything)
    head = campaign.title
    workbook = bound(computed)
    files = [(f"{head}汇总.xlsx", workbook)]
    if word:
        report = bureau_report(narrative(computed), tables(computed), charts(workbook))
        files.append((f"{head}情况汇总报告.docx", report))
    if public:
        files.append((f"{head}汇总（公开）.xlsx", published(computed)))
    return tuple(publish(campaign.results / name, data, now) for name, data in files)


def write_tracking(
    campaign: Campaign, now: datetime, *, chase: bool = False, seen: Overview | None = None
) -> tuple[Path, ...]:
    """Write `报送情况.xlsx` and, to `chase`, the list of those to be called.

    `seen` is where the units stand, for those who have looked already.
    """
    template, today = campaign.template, day_of(now)
    with ledger.opened(campaign.ledger) as book:
        seen = seen or look(campaign, book, today)
        counts = FormCounts(book, template)
        filled = {one.unit.code: counts.of(one.receipt) for one in seen.standings if one.receipt}
        counts.keep()
        between = changed(book, template, seen.standings, _rules(campaign))
    table = lines(seen, campaign.office.deadline, today)
    data = tracking_book(campaign.title, seen, table, len(forms_of(template)), filled, between, today)
    written = [publish(campaign.results / "报送情况.xlsx", data, now)]
    if chase:
        data = chase_book(campaign.title, table, campaign.office.deadline, today)
        written.append(publish(campaign.results / "催报清单.xlsx", data, now))
    return tuple(written)


def write_export(campaign: Campaign, folder: Path, form: Format, now: datetime) -> tuple[Path, ...]:
    """Write all that came in, was computed, found and decided as plain tables."""
    write = writer(form)
    with ledger.opened(campaign.ledger) as book:
        seen = look(campaign, book, day_of(now))
        return tuple(
            publish_made(folder / f"{table.name}.{form.value}", write(table), now)
            for table in tables_of(seen, book.receipts(), book.record, campaign.template)
        )


class Reporter:
    """A template ready to print the report of one department after another."""

    def __init__(self, template: Template, today: date) -> None:
        self._template = template
        self._printer = Printer(template, today)

    def report(self, record: Record) -> bytes:
        """Return a checked submission's report as .docx; UnreadableReportError where there is no submission."""
        forms = self._printer.forms(record.submission.values) if record.submission else ()
        return department_report(self._template, record, forms)
