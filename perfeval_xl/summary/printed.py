"""The summary for a printed report: its narrative and four tables, with the values that the sheets store."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import unescape

from perfeval_xl.records.blocks import Block, Cell, Chart, Line, Style, Table
from perfeval_xl.records.finding import Level
from perfeval_xl.records.kind import KINDS
from perfeval_xl.records.standing import Stage
from perfeval_xl.summary.brief import BRIEF, brief_sentences
from perfeval_xl.summary.charts import SIZE
from perfeval_xl.summary.narrative import REPORT, sentences
from perfeval_xl.summary.problem_sheets import PROBLEMS
from perfeval_xl.summary.sheets import counts_as
from perfeval_xl.summary.views import RANKING
from perfeval_xl.workbook.engine import is_error
from perfeval_xl.workbook.sheet_writer import FIRST_ROW, HEAD_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.records.kind import Kind
    from perfeval_xl.records.standing import Standing
    from perfeval_xl.summary.workbook import Computed
    from perfeval_xl.workbook.engine import Result

_CHART = re.compile(r"xl/charts/chart([0-9]+)\.xml")
_TITLE = re.compile("<a:t>([^<]*)</a:t>")
_FLATTER = 0.56
"""How much flatter a chart is on paper, where it is as wide as the text: three stand on a page."""
_SMOOTH = "一次报送就通过"
_MOST_ROWS, _ENDS = 200, 30
"""A printed table of more units than that has those at both ends."""
_COUNT, _UNITS = 4, 6
"""Columns of 问题归类 in which the numbers of findings and of units stand."""


def narrative(computed: Computed) -> tuple[tuple[str, str], ...]:
    """Return the summary report's paragraphs as (style, text), without those that the figures leave out."""
    told = (
        (sentence.style, _text(computed.results(REPORT, row, 1)).strip("　"))
        for row, sentence in enumerate(sentences(computed.material), 1)
    )
    return tuple((style, text) for style, text in told if text)


def brief(computed: Computed) -> tuple[tuple[str, str], ...]:
    """Return the one page's lines as (heading, text), without those that have nothing to tell."""
    told = (
        (one.style, _text(computed.results(BRIEF, HEAD_ROW + number, 2)))
        for number, one in enumerate(brief_sentences(computed.material), 1)
    )
    return tuple((heading, text) for heading, text in told if text)


def charts(workbook: bytes) -> tuple[Chart, ...]:
    """Return the overview's charts as they stand in a finished summary workbook, each with its data."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as package:
        parts = sorted((int(match[1]), name) for name in package.namelist() if (match := _CHART.fullmatch(name)))
        xml = [package.read(name) for _, name in parts]
    return tuple(Chart(_title_of(part), part, SIZE[1] / SIZE[0] * _FLATTER) for part in xml)


def _title_of(chart: bytes) -> str:
    match = _TITLE.search(chart.decode("utf-8"))
    return unescape(match[1]) if match else ""


def tables(computed: Computed) -> tuple[Block, ...]:
    """Return the tables of a printed report, each below its caption."""
    blocks: list[Block] = []
    units = computed.material.units
    part = f"（名次最前、最后的各{_ENDS}个，全部见汇总工作簿）" if units > _MOST_ROWS else ""
    for caption, table in (
        (BRIEF, _brief(computed)),
        (f"报送情况（{_SMOOTH}的不列）", _reporting(computed)),
        (f"{computed.material.subject}结果{part}", _results(computed)),
        ("核对发现的问题", _problems(computed)),
    ):
        if len(table.rows) > table.heads:
            blocks += [Line(Style.CAPTION, caption), table]
    return tuple(blocks)


def _brief(computed: Computed) -> Table:
    rows = tuple((Cell(heading), Cell(text)) for heading, text in brief(computed))
    return _table((16, 84), ("事项", "情况"), rows)


def _reporting(computed: Computed) -> Table:
    heads = ("序号", "单位", "最近报送", "次数", "错误", "待说明", "状态", "计入汇总")
    counted = frozenset(map(id, computed.material.counted))
    rows = tuple(
        _standing_row(number, standing, counts=id(standing) in counted)
        for number, standing in enumerate(computed.material.overview.standings, 1)
        if not _is_smooth(standing)
    )
    return _table((6, 28, 14, 7, 7, 9, 10, 11), heads, rows)


def _is_smooth(standing: Standing) -> bool:
    """Whether a unit's one submission has passed with nothing left open: nothing is to be told of it."""
    return standing.counts and len(standing.receipts) == 1 and not standing.open_findings


def _standing_row(number: int, standing: Standing, *, counts: bool) -> tuple[Cell, ...]:
    receipt = standing.receipt
    levels = [finding.level for finding in standing.all_findings if not finding.explanation]
    figures = (len(standing.receipts), levels.count(Level.ERROR), levels.count(Level.WARNING))
    asked = (receipt, *(receipt and standing.stage is not Stage.EXEMPT,) * 2)
    return (
        Cell(str(number), side="center"),
        Cell(standing.unit.name),
        Cell(f"{receipt.modified:%Y-%m-%d}" if receipt else "", side="center"),
        *(Cell(str(figure) if told else "", side="right") for told, figure in zip(asked, figures, strict=True)),
        Cell(standing.state, side="center"),
        Cell(counts_as(standing, counted=counts), side="center"),
    )


def _results(computed: Computed) -> Table:
    money = computed.material.money
    heads = ("名次", "单位", "自评总分", "等级", f"全年预算（{money}）", f"全年执行（{money}）", "预算执行率")
    return _table((6, 28, 10, 7, 15, 15, 11), heads, tuple(_result_rows(computed)))


def _result_rows(computed: Computed) -> Iterator[tuple[Cell, ...]]:
    units = computed.material.units
    for row in range(FIRST_ROW, FIRST_ROW + units):
        if units > _MOST_ROWS and _ENDS <= row - FIRST_ROW < units - _ENDS:
            continue
        rank, unit, *figures = (computed.results(RANKING, row, column) for column in range(1, 8))
        if not _text(unit):
            continue
        kinds = [KINDS[kind] for kind in ("score", "text", "money", "money", "rate")]
        yield (
            Cell(_figure(rank, KINDS["count"]), side="center"),
            Cell(_text(unit)),
            *(
                Cell(_figure(figure, kind), side="center" if kind.words else "right")
                for figure, kind in zip(figures, kinds, strict=True)
            ),
        )


def _problems(computed: Computed) -> Table:
    heads = ("类别", "主要表现", "问题数", "单位数", "涉及的单位")
    rows = tuple(
        (
            Cell(problem.title),
            Cell(problem.shown),
            *(
                Cell(_figure(computed.results(PROBLEMS, row, column), KINDS["count"]), side="right")
                for column in (_COUNT, _UNITS)
            ),
            Cell(problem.units),
        )
        for row, problem in enumerate(computed.material.problems, FIRST_ROW)
    )
    return _table((22, 38, 8, 8, 30), heads, rows)


def _table(widths: tuple[float, ...], heads: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> Table:
    head = tuple(Cell(text, side="center", head=True) for text in heads)
    return Table(widths, (head, *rows), heads=1)


def _text(result: Result) -> str:
    return result if isinstance(result, str) and not is_error(result) else ""


def _figure(result: Result, kind: Kind) -> str:
    """Return a result as its kind is printed: amounts with commas, rates as per cent."""
    if isinstance(result, bool) or not isinstance(result, float):
        return _text(result)
    if kind.percent:
        return f"{result:.2%}"
    return f"{result:,.{kind.decimals or 0}f}"
