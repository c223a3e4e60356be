"""What the bureau itself looks at: the reporting table, the summary, everything as plain tables."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.api.clock import at
from perfeval_xl.api.files import alone, sent, typed_kept
from perfeval_xl.api.watch import UNWATCHED, Watch
from perfeval_xl.campaign.folder import EXPORT
from perfeval_xl.campaign.standings import has_ledger
from perfeval_xl.outgoing import bureau_files
from perfeval_xl.records.errors import PerfevalError
from perfeval_xl.records.export_format import ExportFormat
from perfeval_xl.records.times import day_of

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.blocks import Block
    from perfeval_xl.records.standing import Overview

__all__ = ["Exported", "Status", "Summary", "export", "summarise", "summary_told", "write_status"]


@dataclass(frozen=True, slots=True)
class Status:
    """报送情况.xlsx, 催报清单.xlsx where it was wanted, and whether a person has to settle something."""

    table: Path
    chase: Path | None
    unsettled: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """The summary workbook, the bureau's report and the public copy where they were wanted, files sent out."""

    workbook: Path
    report: Path | None
    public: Path | None
    sent: int
    unsettled: bool


@dataclass(frozen=True, slots=True)
class Exported:
    """The tables' files, and whether something is to be settled by a person."""

    files: tuple[Path, ...]
    unsettled: bool


def write_status(
    campaign: Campaign,
    *,
    chase: bool = False,
    seen: Overview | None = None,
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Status:
    """Write 报送情况.xlsx and, to `chase`, 催报清单.xlsx; what was typed into that is read first.

    `seen` is where the units stand, for those who have looked already. Only chasing holds the folder.
    """
    outputs = typed_kept(campaign, watch)
    with alone(campaign, "催报") if chase else nullcontext(), watch.phase("写报送情况表"):
        table, *rest = bureau_files.write_tracking(campaign, at(now), chase=chase, seen=seen, outputs=outputs)
    return Status(table, rest[0] if rest else None, outputs.unsettled)


def summarise(
    campaign: Campaign,
    *,
    everything: bool = False,
    word: bool = False,
    public: bool = False,
    outbox: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Summary:
    """Write the summary workbook; with `word` the bureau's report as .docx, with `public` a copy of values.

    Units that have not passed are listed and not added up, but with `everything`. Amounts are in the template's
    units. PerfevalError where nothing has come in yet, OutboxError where `outbox` cannot be written.
    """
    if not has_ledger(campaign):
        raise PerfevalError(
            f"“{campaign.folder}”还没有台账，没有可以汇总的内容。请先运行 collect 收取各单位的文件。"
        )
    outputs = typed_kept(campaign, watch)
    with alone(campaign, "汇总"):
        with watch.phase("汇总"):
            written = bureau_files.write_results(
                campaign, at(now), everything=everything, word=word, public=public, outputs=outputs
            )
        count = sent(written, campaign, outbox)
    workbook, *rest = written
    return Summary(
        workbook,
        rest.pop(0) if word else None,
        rest.pop(0) if public else None,
        count,
        outputs.unsettled,
    )


def summary_told(
    campaign: Campaign, *, everything: bool = False, now: datetime | None = None
) -> tuple[tuple[tuple[str, str], ...], tuple[Block, ...]]:
    """Return what the summary says as things are now: paragraphs as (style, text), tables below captions.

    Nothing is written. PerfevalError where nothing has come in yet.
    """
    if not has_ledger(campaign):
        raise PerfevalError("还没有收取过，没有可以汇总的内容。请先收取各单位报来的文件。")
    return bureau_files.read_results(campaign, day_of(at(now)), everything=everything)


def export(
    campaign: Campaign,
    form: ExportFormat = ExportFormat.CSV,
    to: Path | None = None,
    *,
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Exported:
    """Write all that came in, was computed, found and decided as plain tables into `to`, or else into 汇总/导出.

    MissingLibraryError where a format needs a library that is not installed.
    """
    outputs = typed_kept(campaign, watch)
    folder = to or campaign.results / EXPORT
    return Exported(bureau_files.write_export(campaign, folder, form, at(now), outputs), outputs.unsettled)
