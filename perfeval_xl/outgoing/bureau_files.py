"""What the bureau itself looks at: the summary, the reporting table, who is to be called, exports, the reports."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from perfeval_xl.campaign.export import tables as tables_of
from perfeval_xl.campaign.export import writer
from perfeval_xl.campaign.readback import enter_typed
from perfeval_xl.campaign.standings import basis_of, fitting, look
from perfeval_xl.campaign.status import chase_book, lines, tracking_book
from perfeval_xl.files.lock import locked
from perfeval_xl.files.outputs import Outputs
from perfeval_xl.ledger import ledger
from perfeval_xl.ledger.memo import FormCounts, changed, forms_of
from perfeval_xl.paper import bureau_report, department_report
from perfeval_xl.records.times import day_of
from perfeval_xl.records.typed_cells import CHASING, review_form, shown
from perfeval_xl.summary import bound, charts, compute, narrative, published, tables, unlisted
from perfeval_xl.template.printed import Printer

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.blocks import Block
    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.export_format import ExportFormat
    from perfeval_xl.records.standing import Overview
    from perfeval_xl.records.typed_cells import Line
    from perfeval_xl.records.verdict import Record


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
    outputs: Outputs | None = None,
) -> tuple[Path, ...]:
    """Write the summary workbook; with `word` the bureau's report, with `public` a copy of values to pass on.

    All are from the same figures. `everything` adds up the units that have not passed, too. A file that is open in
    Excel or Word stays; the new one then has the time `now` in its name. What reviewers typed into a summary
    before is read back first, and stands in the new one.
    """
    with locked(campaign.folder, "汇总"):
        return _write_results(
            campaign,
            now,
            everything=everything,
            word=word,
            public=public,
            outputs=outputs or Outputs(campaign.folder),
        )


def _write_results(
    campaign: Campaign, now: datetime | None, everything: bool, word: bool, public: bool, outputs: Outputs
) -> tuple[Path, ...]:
    with ledger.opened(campaign.ledger) as book:
        _enter_reviews(campaign, book, outputs, now)
        seen = look(campaign, book, day_of(now) if now else None)
        computed = compute(
            campaign.template,
            seen,
            book.record,
            campaign.clock,
            everything=everything,
            as_of=day_of(now) if now else None,
            deadline=campaign.office.deadline,
        )
    _tell_unlisted(campaign, unlisted(computed), outputs)
    head = campaign.title
    workbook = bound(computed)
    files = [(f"{head}汇总.xlsx", workbook)]
    if word:
        report = bureau_report(narrative(computed), tables(computed), charts(workbook), f"{head}情况汇总报告")
        files.append((f"{head}情况汇总报告.docx", report))
    if public:
        files.append((f"{head}汇总（公开）.xlsx", published(computed)))
    return tuple(outputs.publish(campaign.results / name, data, now) for name, data in files)


def read_results(
    campaign: Campaign, day: date | None = None, *, everything: bool = False
) -> tuple[tuple[tuple[str, str], ...], tuple[Block, ...]]:
    """Return what the report would say now: its paragraphs by style, and its tables; nothing is written."""
    with ledger.opened(campaign.ledger) as book:
        seen = look(campaign, book, day)
        computed = compute(campaign.template, seen, book.record, campaign.clock, everything=everything)
    return narrative(computed), tables(computed)


def _enter_reviews(campaign: Campaign, book: ledger.Ledger, outputs: Outputs, now: datetime | None) -> None:
    form = review_form(campaign.template)
    if form:
        enter_typed(book, campaign.results, form, campaign.units, campaign.office.operator, outputs, now)


def _tell_unlisted(campaign: Campaign, lines: tuple[Line, ...], outputs: Outputs) -> None:
    """Say what of the reviews is in the ledger but has no row on the form: nothing that was typed goes unsaid."""
    names = {unit.key: unit.label for unit in campaign.units}
    by_unit = Counter(code for code, _ in lines)
    for code, count in by_unit.items():
        outputs.tell(
            f"{code} {names.get(code, '（不在名册）')}：有{count}项复核记录没有列入复核表"
            f"（这个单位现在没有计入汇总，或没有再报这项指标），记录仍在台账，用 history 可以查看。"
        )


def write_tracking(
    campaign: Campaign,
    now: datetime,
    *,
    chase: bool = False,
    seen: Overview | None = None,
    outputs: Outputs | None = None,
) -> tuple[Path, ...]:
    """Write `报送情况.xlsx` and, to `chase`, the list of those to be called, with what was typed into it before.

    `seen` is where the units stand, for those who have looked already.
    """
    outputs = outputs or Outputs(campaign.folder)
    with locked(campaign.folder, "催报") if chase else nullcontext():
        return _write_tracking(campaign, now, chase=chase, seen=seen, outputs=outputs)


def _write_tracking(
    campaign: Campaign, now: datetime, *, chase: bool, seen: Overview | None, outputs: Outputs
) -> tuple[Path, ...]:
    template, today = campaign.template, day_of(now)
    with ledger.opened(campaign.ledger) as book:
        seen = seen or look(campaign, book, today)
        if chase:
            by = campaign.office.operator
            enter_typed(book, campaign.results, CHASING, campaign.units, by, outputs, now)
            seen = replace(seen, acts=book.acts())
        counts = FormCounts(book, template)
        filled = {one.unit.key: counts.of(one.receipt) for one in seen.standings if one.receipt}
        counts.keep()
        between = changed(book, template, seen.standings, basis_of(campaign))
    table = lines(seen, campaign.office.deadline, today)
    data = tracking_book(campaign.title, seen, table, len(forms_of(template)), filled, between, today)
    written = [outputs.publish(campaign.results / "报送情况.xlsx", data, now)]
    if chase:
        notes = shown(seen.acts, CHASING)
        data = chase_book(campaign.title, table, campaign.office.deadline, today, notes, seen.what)
        written.append(outputs.publish(campaign.results / "催报清单.xlsx", data, now))
    return tuple(written)


def write_export(
    campaign: Campaign, folder: Path, form: ExportFormat, now: datetime, outputs: Outputs | None = None
) -> tuple[Path, ...]:
    """Write all that came in, was computed, found and decided as plain tables."""
    write, outputs = writer(form), outputs or Outputs(campaign.folder)
    with ledger.opened(campaign.ledger) as book:
        seen = look(campaign, book, day_of(now))
        return tuple(
            outputs.publish_made(folder / f"{table.name}.{form.value}", write(table), now)
            for table in tables_of(
                seen, book.receipts(), book.record, campaign.template, book.arrivals(), book.serials()
            )
        )


class Reporter:
    """A template ready to print the report of one department after another."""

    def __init__(self, template: Template, today: date) -> None:
        self._template = template
        self._printer = Printer(template, today)

    def report(self, record: Record) -> bytes:
        """Return a checked submission's report as .docx; UnreadableReportError where there is no submission."""
        record = fitting(record, self._template)
        forms = self._printer.forms(record.submission.values) if record.submission else ()
        return department_report(self._template, record, forms)
