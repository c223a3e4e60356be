"""How the summary workbook is put together: its sheets in their order, written twice.

The first pass gives the formulas; the engine computes them; the second pass writes the same workbook with every
formula's value stored, in cells and in charts, so that a viewer that does not calculate shows the truth.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from perfeval_xl.address import Address
from perfeval_xl.engine import Engine
from perfeval_xl.looks import Formats, new_workbook
from perfeval_xl.summary import evidence, figures, review, sheets
from perfeval_xl.summary.charts import draw_overview
from perfeval_xl.summary.page import Binder, Place
from perfeval_xl.summary.views import write_views

if TYPE_CHECKING:
    from collections.abc import Mapping

    from perfeval_xl.contract import Template
    from perfeval_xl.engine import Result
    from perfeval_xl.standing import Overview
    from perfeval_xl.verdict import Contents

_CREATED = datetime(2024, 1, 1)  # noqa: DTZ001 - a fixed date without zone, so that the same ledger gives the same bytes


@dataclass(frozen=True)
class Material:
    """Everything that the sheets show."""

    template: Template
    overview: Overview
    counted: tuple[figures.Counted, ...]
    detail: figures.Grid
    tables: tuple[figures.Grid, ...]
    findings: tuple[figures.Noted, ...]

    @property
    def parts(self) -> dict[str, str]:
        """Which field plays which part: 得分, 等级, 执行率, 预算, 支出."""
        return self.template.parts


@dataclass(frozen=True)
class Computed:
    """What the sheets show, with what the engine gave for every formula on them."""

    material: Material
    stored: Mapping[Place, Result]


def compute(
    template: Template, overview: Overview, contents: Contents, today: date, *, everything: bool = False
) -> Computed:
    """Return a campaign's summary with every formula worked out.

    Units that have not passed are listed but not added up, unless `everything` is: one figure in the wrong unit
    of money would make every total meaningless.
    """
    counted = tuple(
        figures.Counted(standing, contents(standing.receipt))
        for standing in overview.standings
        if standing.receipt and (standing.counts or everything)
    )
    material = Material(
        template,
        overview,
        counted,
        figures.detail(template, counted),
        tuple(figures.table_grids(template, counted)),
        figures.findings(overview),
    )
    draft, places = _written(material, {})
    engine = Engine(draft, today)
    engine.put({})
    return Computed(material, {place: engine.value(Address(*place)) for place in places})


def bound(computed: Computed) -> bytes:
    """Return the summary workbook; the same units and submissions give the same bytes."""
    return _written(computed.material, computed.stored)[0]


def summarise(
    template: Template, overview: Overview, contents: Contents, today: date, *, everything: bool = False
) -> bytes:
    """Return a campaign's summary workbook in one step; see `compute`."""
    return bound(compute(template, overview, contents, today, everything=everything))


def _written(material: Material, stored: Mapping[Place, Result]) -> tuple[bytes, tuple[Place, ...]]:
    target = io.BytesIO()
    book = new_workbook(target)
    book.set_properties({"title": "部门整体支出绩效自评汇总", "created": _CREATED})
    binder = Binder(book, Formats(book), stored)
    contents = binder.page("目录", "#C00000")
    sheets.write_report(binder, material)
    draw_overview(binder, material)
    sheets.write_sums(binder, material)
    write_views(binder, material)
    review.write_grades(binder, material)
    sheets.write_detail(binder, material)
    for grid in material.tables:
        sheets.write_grid(binder, grid)
    sheets.write_ranking(binder, material)
    sheets.write_findings(binder, material)
    evidence.write_explanations(binder, material)
    sheets.write_standings(binder, material)
    review.write_sample(binder, material)
    evidence.write_proof(binder, material)
    evidence.write_reports(binder, material)
    sheets.write_figures(binder, material)
    sheets.write_contents(contents, [page.name for page in book.worksheets()])
    book.close()
    return target.getvalue(), tuple(binder.formulas)
