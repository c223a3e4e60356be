"""The pages of what the bureau looks at: who is to be called, and the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.api.results import export, summarise, summary_told, write_status
from perfeval_xl.api.spoken import command
from perfeval_xl.api.standings import owing
from perfeval_xl.api.year import SUMMARY
from perfeval_xl.records.blocks import Line, Table
from perfeval_xl.web.letters import letters
from perfeval_xl.web.works import Outcome

if TYPE_CHECKING:
    from starlette.responses import Response

    from perfeval_xl.api.watch import Watch
    from perfeval_xl.web.asked import Asked

_BEHIND = "留存"
"""In what folder former files lie, which no page lists among those of now."""


def chase(asked: Asked) -> Response:
    """Show who has to act, by business section."""
    seen = asked.seen
    return asked.page("chase", sections=owing(seen.lines), letters=_written(asked, "报送情况", "催报清单"))


def write_lists(asked: Asked) -> Response:
    """Write the reporting table and the list of those to be called."""
    campaign = asked.campaign

    def do(watch: Watch) -> Outcome:
        done = write_status(campaign, chase=True, watch=watch)
        return Outcome(tuple(f"已写好：{path.name}" for path in (done.table, done.chase) if path))

    return asked.work("写催报清单", command("status", campaign.folder, "--chase"), asked.of_year("chase"), do)


def summary(asked: Asked) -> Response:
    """Show what the summary says now: its sentences and tables."""
    everything = bool(asked.words.get("everything"))
    paragraphs, blocks = summary_told(asked.campaign, everything=everything)
    return asked.page(
        "summary",
        paragraphs=paragraphs,
        lines=[one.text if isinstance(one, Line) else "" for one in blocks],
        tables=[one if isinstance(one, Table) else None for one in blocks],
        everything=everything,
        letters=_written(asked, "汇总"),
    )


def sum_up(asked: Asked) -> Response:
    """Write the summary workbook, and what else was ticked."""
    campaign = asked.campaign
    everything, word, public = (bool(asked.typed(name)) for name in ("everything", "word", "public"))
    options = ("--all",) * everything + ("--word",) * word + ("--publish",) * public

    def do(watch: Watch) -> Outcome:
        done = summarise(campaign, everything=everything, word=word, public=public, watch=watch)
        written = (done.workbook, done.report, done.public)
        return Outcome(tuple(f"已写好：{path.name}" for path in written if path))

    spoken = command("summarize", campaign.folder, *options)
    return asked.work("汇总", spoken, asked.of_year("summary"), do)


def write_tables(asked: Asked) -> Response:
    """Write everything as plain tables."""
    campaign = asked.campaign

    def do(watch: Watch) -> Outcome:
        return Outcome(tuple(f"已写好：{path.name}" for path in export(campaign, watch=watch).files))

    return asked.work("导出", command("export", campaign.folder), asked.of_year("summary"), do)


def _written(asked: Asked, *words: str) -> list[object]:
    found = letters(asked.campaign, SUMMARY)
    return [one for one in found if any(word in one.name for word in words) and _BEHIND not in one.told]
