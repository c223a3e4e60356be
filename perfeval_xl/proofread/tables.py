"""Figures in the tables of a report: what a cell is of, from its row's label, its column's head and the unit."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from perfeval_xl.proofread.figures import PERCENT, Figure, figures
from perfeval_xl.proofread.moments import moments
from perfeval_xl.proofread.report import Kind, Paragraph, Report
from perfeval_xl.proofread.statements import Clause, Fact, Measure, basis, period
from perfeval_xl.proofread.subjects import subject
from perfeval_xl.proofread.text import fold

_NUMBER = re.compile(r"\s*(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(%)?\s*")
_HEAD = re.compile("预算|决算|执行|年|金额|占比|比例|增减|增长|变动|人数|编制|数$")
_UNIT = re.compile(r"(?:单位[:：]?|[(（])\s*(亿元|万元|元|人|个|%)")
_CHANGE, _GROWTH, _SHARE = (
    re.compile("增减额|增减数|增减$|增加额"),
    re.compile("率|幅|%"),
    re.compile("占比|比重|比例"),
)

_Grid = dict[tuple[int, int], Paragraph]


def table_facts(report: Report, year: int) -> tuple[Fact, ...]:
    """Return what the cells of all tables state."""
    grids: dict[int, _Grid] = defaultdict(dict)
    captions: dict[int, str] = {}
    before = ""
    for paragraph in report.paragraphs:
        if paragraph.kind is Kind.CELL and paragraph.cell:
            captions.setdefault(paragraph.cell.table, before)
            grids[paragraph.cell.table][paragraph.cell.row, paragraph.cell.column] = paragraph
        else:
            before = fold(paragraph.text)
    return tuple(fact for table, grid in grids.items() for fact in _facts(grid, captions[table], year))


def _facts(grid: _Grid, caption: str, year: int) -> Iterator[Fact]:
    first = _first_row(grid)
    for (row, column), paragraph in sorted(grid.items()):
        match = _NUMBER.fullmatch(fold(paragraph.text))
        if row >= first and match:
            label, head = _label(grid, row, column), _head(grid, first, column)
            unit = "%" if match[2] else _unit(label, head, caption)
            if label and head and unit:
                yield _fact(paragraph, match[1], unit, label, head, year)


def _first_row(grid: _Grid) -> int:
    """Return the first row below the heads: the first that has a number."""
    return min((row for (row, _), cell in grid.items() if _NUMBER.fullmatch(fold(cell.text))), default=0)


def _label(grid: _Grid, row: int, column: int) -> str:
    left = [grid[row, at] for at in range(column - 1, -1, -1) if (row, at) in grid]
    texts = [fold(cell.text) for cell in left if not _NUMBER.fullmatch(fold(cell.text))]
    return texts[0] if texts else ""


def _head(grid: _Grid, first: int, column: int) -> str:
    heads = []
    for row in range(first):
        at = next((at for at in range(column, -1, -1) if (row, at) in grid), None)
        if at is not None and _HEAD.search(grid[row, at].text):
            heads.append(fold(grid[row, at].text))
    return "".join(heads)


def _unit(label: str, head: str, caption: str) -> str:
    for text in (label, head, caption):
        match = _UNIT.search(text)
        if match:
            return match[1]
    return ""


def _fact(paragraph: Paragraph, number: str, unit: str, label: str, head: str, year: int) -> Fact:
    start = fold(paragraph.text).index(number)
    figure = replace(figures(number + unit)[0], start=start, end=start + len(number))
    plain = re.sub(r"[(（][^)）]*[)）]", "", head)
    when, _ = period(Clause("", plain, moments(plain), year), year)
    name, measure = subject(_cleaned(label)), _measure(plain, figure)
    against = None if measure is Measure.LEVEL else year - 1
    return Fact(paragraph, 0, figure, name, measure, when, basis(plain)[0], against=against)


def _cleaned(label: str) -> str:
    return re.sub(r"^\s*(?:\(?[一二三四五六七八九十\d]+[)、.])?\s*(?:其中:?)?\s*", "", label)


def _measure(head: str, figure: Figure) -> Measure:
    if _SHARE.search(head) and figure.dimension == PERCENT:
        return Measure.SHARE
    if _CHANGE.search(head) and figure.dimension != PERCENT:
        return Measure.CHANGE
    if re.search("增减|增长|变动", head) and _GROWTH.search(head):
        return Measure.GROWTH
    return Measure.LEVEL
