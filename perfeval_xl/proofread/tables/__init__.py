"""Tables: the same mentions and relations as in the text, from heads, labels, groups and captions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.proofread.tables.arithmetic import arithmetic
from perfeval_xl.proofread.tables.cells import stated
from perfeval_xl.proofread.tables.grid import grids

if TYPE_CHECKING:
    from perfeval_xl.proofread.mentions import Mention
    from perfeval_xl.proofread.report import Report
    from perfeval_xl.proofread.verdict import Verdict

_POSSIBLE = re.compile("分值|满分|权重|标准分")
"""Heads of what could be scored, which no sentence speaks of."""

__all__ = ["Tabled", "tabled"]


@dataclass(frozen=True, slots=True)
class Tabled:
    """What the tables of a report state, and what they compute rightly or wrongly."""

    mentions: tuple[Mention, ...]
    verdicts: tuple[Verdict, ...]


def tabled(report: Report, year: int) -> Tabled:
    """Read all tables of a report."""
    mentions: list[Mention] = []
    verdicts: list[Verdict] = []
    for grid in grids(report):
        cells = dict(stated(grid, year))
        mentions += [
            item
            for item in cells.values()
            if item.subject and item.figure.unit and item.head and not _POSSIBLE.search(item.head)
        ]
        verdicts += arithmetic(grid, cells)
    return Tabled(tuple(mentions), tuple(verdicts))
