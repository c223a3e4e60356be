"""What is made public of a year: each unit's report with its tables, the bureau's own copy, and the list."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.campaign.folder import OF_BUREAU, OF_UNITS
from perfeval_xl.campaign.standings import look
from perfeval_xl.campaign.status.book import grid
from perfeval_xl.files.lock import locked
from perfeval_xl.files.outputs import Outputs
from perfeval_xl.files.publish import put_aside
from perfeval_xl.ledger import ledger
from perfeval_xl.outgoing.bureau_files import Reporter
from perfeval_xl.outgoing.issue import file_name
from perfeval_xl.outgoing.masked import masked
from perfeval_xl.records.times import day_of
from perfeval_xl.records.unit import measure
from perfeval_xl.summary import compute, published
from perfeval_xl.workbook.sheet_writer import Binder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.ledger.ledger import Ledger
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.standing import Overview, Standing

LISTING = "公开清单.xlsx"
WITHDRAWN = "已撤下"
_BEHIND = " 自评报告（公开）.docx"
_NOT_YET = "未公开"


@dataclass(frozen=True, slots=True)
class Publication:
    """What was written to be made public: units' reports, the bureau's copy of the summary, the list.

    `withdrawn` are reports of units that have not passed any more, or bear another name; they were put aside.
    `unsettled` says whether something was told that a person has to settle.
    """

    reports: tuple[Path, ...]
    summary: Path
    listing: Path
    withdrawn: tuple[Path, ...]
    unsettled: bool = False


def write_publication(
    campaign: Campaign, now: datetime, outputs: Outputs, advance: Callable[[], object] = lambda: None
) -> Publication:
    """Write into 公开 what every unit that has passed must make public, the bureau's own copy, and the list.

    Reports bear the tables behind the text, no finding, and no number to call. What somebody changed in a report
    is kept before it is replaced.
    """
    with locked(campaign.folder, "公开"), ledger.opened(campaign.ledger) as book:
        seen = look(campaign, book, day_of(now))
        reports = _reports(campaign, book, seen, now, outputs, advance)
        computed = compute(campaign.template, seen, book.record, campaign.clock)
    head = campaign.public / OF_BUREAU / f"{campaign.title}汇总（公开）.xlsx"
    summary = outputs.publish(head, published(computed), now)
    withdrawn = _withdrawn(campaign, {path.name for path in reports.values()})
    marks = {key: hashlib.sha256(path.read_bytes()).hexdigest() for key, path in reports.items()}
    listing = outputs.publish(campaign.public / LISTING, _listing(campaign.title, seen, reports, marks), now)
    return Publication(tuple(reports.values()), summary, listing, withdrawn, outputs.unsettled)


def _reports(
    campaign: Campaign,
    book: Ledger,
    seen: Overview,
    now: datetime,
    outputs: Outputs,
    advance: Callable[[], object],
) -> dict[str, Path]:
    """Write the report of every unit that has passed; return the paths by key."""
    written: dict[str, Path] = {}
    reporter = Reporter(campaign.template, campaign.clock)
    for one in seen.standings:
        if one.passed and one.receipt:
            record = book.record(one.receipt)
            if any(record.verdict.lacking):
                outputs.complain(f"{one.unit.key} {one.unit.label}：报告里还有“待填”的地方，公开以前请补齐。")
            path = campaign.public / OF_UNITS / f"{file_name(one.unit).removesuffix('.xlsx')}{_BEHIND}"
            written[one.unit.key] = outputs.publish(path, reporter.report(masked(record)), now)
        advance()
    return written


def _withdrawn(campaign: Campaign, names: set[str]) -> tuple[Path, ...]:
    """Put aside reports that are not to be made public as things stand now."""
    folder = campaign.public / OF_UNITS
    left = [path for path in sorted(folder.glob(f"*{_BEHIND}")) if path.name not in names]
    return tuple(put_aside(left, folder / WITHDRAWN))


def _listing(title: str, seen: Overview, reports: Mapping[str, Path], marks: Mapping[str, str]) -> bytes:
    binder = Binder(f"{title}公开清单")
    page = binder.page("公开清单")
    one, done = measure(seen.what), sum(bool(each.public) for each in seen.standings)
    page.title(f"{title}公开清单", 7, f"可以公开的{len(reports)}{one}，已记为公开的{done}{one}。")
    heads = (
        ("单位代码", 11), ("单位名称", 28), ("主管部门", 20), ("状态", 18), ("公开", 44), ("文件", 44),
        ("校验码", 11), ("文件指纹", 68),
    )  # fmt: skip
    grid(page, heads, (_line(one, reports.get(one.unit.key), marks) for one in seen.standings), 7)
    return binder.bytes()


def _line(standing: Standing, report: Path | None, marks: Mapping[str, str]) -> Iterable[Value]:
    unit = standing.unit
    public = standing.public or (_NOT_YET if report else "")
    name = report.name if report else ""
    return (
        *(unit.key, unit.label, unit.parent, standing.progress, public, name, standing.accepted_code),
        marks.get(unit.key, ""),
    )
