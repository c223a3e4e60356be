"""What the cells of a table state: each number with the subject of its row and the account of its column."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from perfeval_xl.proofread.characters import fold
from perfeval_xl.proofread.figures import PERCENT, Figure, figures
from perfeval_xl.proofread.mentions import IN_TABLE, Mention, Role
from perfeval_xl.proofread.mentions.grammar import basis, offset_words
from perfeval_xl.proofread.subjects import subject
from perfeval_xl.proofread.tables.grid import Grid, named
from perfeval_xl.proofread.written_dates import offset

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNIT = re.compile(r"(?:单位[:：]?|[(（,:])\s*(亿元|万元|元|人|个|%|分)")
_BARE_UNIT = re.compile(r"(亿元|万元|人|%)\)?$")
_YEAR = re.compile(r"((?:19|20)\d\d)年?")
_SCORES = re.compile("得分|分值|满分|权重|评分")
_CHANGE, _RATE = re.compile("增减|差额|变动|增加额|比上年|较上年"), re.compile("率|幅|%|比例|比重|占比")


def stated(grid: Grid, year: int) -> Iterator[tuple[tuple[int, int], Mention]]:
    """Yield each number of a table with its place."""
    repeated = {
        name
        for name, times in Counter(grid.label(row, len(grid.columns)) for row in grid.rows).items()
        if times > 1
    }
    for row in grid.rows:
        group = grid.group(row)
        for column in grid.columns:
            match = grid.number(row, column)
            if match and not grid.serial(column):
                label, head = grid.label(row, column), grid.head(column)
                unit = _unit(match["unit"], label, head, grid.caption)
                scope = group if label in repeated else ""
                mention = _mention(grid, (row, column), match, unit, label, head, year)
                yield (row, column), replace(mention, scope=scope)


def _unit(own: str | None, label: str, head: str, caption: str) -> str:
    if own:
        return own
    if _SCORES.search(head):
        return "分"
    for text in (label, head, caption):
        match = _UNIT.search(text) or (_BARE_UNIT.search(text) if text is not caption else None)
        if match:
            return match[1]
    return "%" if re.search("率$|占比$|比重$", head) else ""


@cache
def _figure(number: str, unit: str) -> Figure:
    if unit:
        return figures(number.lstrip("+") + unit)[0]
    plain = figures(number.lstrip("+") + "个")[0]
    return replace(plain, dimension="", unit="")


def _mention(
    grid: Grid, place: tuple[int, int], match: re.Match[str], unit: str, label: str, head: str, year: int
) -> Mention:
    slot = grid.cells[place]
    start = slot.start + match.start("number")
    figure = replace(_figure(match["number"], unit), start=start, end=slot.start + match.end("number"))
    plain = re.sub(r"\([^)]*\)", "", fold(head))
    years, relative = _YEAR.findall(plain), offset_words(plain)
    period = int(years[-1]) if years else year + (offset(relative[-1]) if relative else 0)
    role = _role(plain, figure)
    against = None if role in (Role.LEVEL, Role.RATE) else year - 1
    return Mention(
        slot.paragraph,
        0,
        figure,
        role,
        subject(named(label)),
        period,
        basis(plain)[0],
        against=against,
        head=head,
        said=True,
        depth=IN_TABLE,
    )


def _role(head: str, figure: Figure) -> Role:
    if re.search("占比|比重|占[^|]*比例", head):
        return Role.SHARE
    if _CHANGE.search(head):
        return Role.GROWTH if figure.dimension == PERCENT or re.search("率|幅", head) else Role.CHANGE
    return Role.RATE if _RATE.search(head) and figure.dimension == PERCENT else Role.LEVEL
