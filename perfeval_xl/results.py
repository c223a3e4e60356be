"""From the ledger to what the bureau looks at: where every unit stands, the summary, the reports in Word."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from perfeval_xl import across, ledger
from perfeval_xl.document import bureau_report, department_report
from perfeval_xl.fill import Filler
from perfeval_xl.issue import file_name, given
from perfeval_xl.markup import markup
from perfeval_xl.opening import dossiers
from perfeval_xl.publish import publish
from perfeval_xl.summary import bound, compute, narrative, tables
from perfeval_xl.template.printed import Printer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime
    from pathlib import Path

    from perfeval_xl.campaign import Campaign
    from perfeval_xl.contract import Template
    from perfeval_xl.standing import Overview
    from perfeval_xl.verdict import Contents, Record

DONE = "已办结"


@contextmanager
def open_overview(campaign: Campaign) -> Iterator[tuple[Overview, Contents]]:
    """Give where every unit of the roster stands by the ledger, and how to get a file's contents."""
    with ledger.opened(campaign.ledger) as book:
        yield across.overview(campaign.units, book.receipts(), campaign.template, book.record), book.record


def overview(campaign: Campaign) -> Overview:
    """Return where every unit of the roster stands by the ledger."""
    with open_overview(campaign) as (seen, _):
        return seen


def write_summary(campaign: Campaign, now: datetime | None = None, *, everything: bool = False) -> Path:
    """Write the summary workbook alone; see `write_results`."""
    return write_results(campaign, now, everything=everything)[0]


def write_results(
    campaign: Campaign, now: datetime | None = None, *, everything: bool = False, word: bool = False
) -> tuple[Path, ...]:
    """Write the summary workbook and, with `word`, the bureau's report from the same figures.

    `everything` adds up the units that have not passed, too. A file that is open in Excel or Word stays; the new
    one then has the time `now` in its name.
    """
    with open_overview(campaign) as (seen, contents):
        computed = compute(campaign.template, seen, contents, campaign.clock, everything=everything)
    head = f"{campaign.settings.get('地区') or ''}{campaign.year}年度部门整体支出绩效自评"
    files = [(f"{head}汇总.xlsx", bound(computed))]
    if word:
        files.append((f"{head}情况汇总报告.docx", bureau_report(narrative(computed), tables(computed))))
    return tuple(publish(campaign.results / name, data, now) for name, data in files)


class Reporter:
    """A template ready to print the report of one department after another."""

    def __init__(self, template: Template, today: date) -> None:
        self._template = template
        self._printer = Printer(template, today)

    def report(self, record: Record) -> bytes:
        """Return a checked submission's report as .docx; UnreadableReportError where there is no submission."""
        forms = self._printer.forms(record.submission.values) if record.submission else ()
        return department_report(self._template, record, forms)


def write_returns(campaign: Campaign, now: datetime | None = None) -> tuple[Path, ...]:
    """Write into `退回/` one workbook for every unit that has to correct or explain.

    One that is there from a former round and whose unit has passed is put aside into `已办结`. A returned
    workbook is made from the ledger alone, so that a second run gives the same bytes.
    """
    filler = Filler(campaign.template, campaign.clock)
    written = []
    known = dossiers(campaign)
    with open_overview(campaign) as (seen, contents):
        for serial, standing in enumerate(seen.standings, 1):
            path = campaign.returns / file_name(standing.unit)
            if standing.receipt is None or standing.counts:
                _put_aside(path)
                continue
            fixed = given(campaign.template, standing.unit, serial, known[standing.unit.code])
            data = markup(filler, standing, contents(standing.receipt), fixed)
            written.append(publish(path, data, now))
    return tuple(written)


def _put_aside(path: Path) -> None:
    """Move a workbook that need not go back any more, if it is there and nobody has it open."""
    if path.exists():
        done = path.parent / DONE
        done.mkdir(exist_ok=True)
        with suppress(PermissionError):
            path.replace(done / path.name)
