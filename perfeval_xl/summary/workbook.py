"""How the summary workbook is put together: its sheets in their order, written twice.

The first pass gives the formulas; the engine computes them; the second pass writes the same workbook with every
formula's value stored, in cells and in charts, so that a viewer that does not calculate shows the truth.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from perfeval_xl.summary import evidence, problem_sheets, review, sheets, views
from perfeval_xl.summary.brief import brief_sentences, draw_brief
from perfeval_xl.summary.charts import draw_overview
from perfeval_xl.summary.detail import draw_detail, draw_table
from perfeval_xl.summary.gather import gather
from perfeval_xl.summary.narrative import draw_published, draw_report, sentences, unverified
from perfeval_xl.summary.parents import draw_parents
from perfeval_xl.workbook.engine import Engine
from perfeval_xl.workbook.sheet_writer import CONTENTS, Binder

if TYPE_CHECKING:
    from datetime import date

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.standing import Overview
    from perfeval_xl.records.typed_cells import Line
    from perfeval_xl.records.verdict import Contents
    from perfeval_xl.summary.gather import Material
    from perfeval_xl.workbook.row_writer import Results


@dataclass(frozen=True)
class Computed:
    """What the sheets show, what the engine gave for every formula on them, and where every name stands."""

    material: Material
    results: Results
    places: dict[str, str] = field(default_factory=dict)


def compute(
    template: Template,
    overview: Overview,
    contents: Contents,
    today: date,
    *,
    everything: bool = False,
    as_of: date | None = None,
    deadline: date | None = None,
) -> Computed:
    """Return a campaign's summary with every formula worked out; see `gather`.

    `today` is what formulas take for today, `as_of` the day on which the ledger was looked at.
    """
    material = gather(template, overview, contents, as_of, everything=everything, deadline=deadline)
    binder = Binder(f"{material.subject}汇总")
    engine = Engine(_written(material, binder), today, ours=True)
    engine.put({})
    return Computed(material, engine.at, binder.places)


def unlisted(computed: Computed) -> tuple[Line, ...]:
    """Return the rows that reviewers typed into and that are not on the form any more."""
    return computed.material.unlisted


def bound(computed: Computed) -> bytes:
    """Return the summary workbook; the same units and submissions give the same bytes."""
    title = f"{computed.material.subject}汇总"
    return _written(computed.material, Binder(title, computed.results, places=dict(computed.places)))


def published(computed: Computed) -> bytes:
    """Return a copy for others: values in place of formulas, protected, without what is the bureau's own.

    It leaves out contacts, telephone numbers and file names, findings and explanations, the spot checks, and the
    details of single units, from all of which the figures come.
    """
    return _written(computed.material, Binder(f"{computed.material.subject}汇总", computed.results, public=True))


def summarise(
    template: Template, overview: Overview, contents: Contents, today: date, *, everything: bool = False
) -> bytes:
    """Return a campaign's summary workbook in one step; see `compute`."""
    return bound(compute(template, overview, contents, today, everything=everything))


def _written(material: Material, binder: Binder) -> bytes:
    binder.warning = unverified(material.template) if material.everything else ""
    contents = binder.page(CONTENTS, "#C00000")
    draw_brief(binder, material)
    draw_report(binder, material)
    draw_overview(binder, material)
    sheets.draw_sums(binder, material)
    views.draw_views(binder, material)
    review.draw_grades(binder, material)
    draw_parents(binder, material)
    if not binder.public:
        draw_detail(binder, material)
        for one in material.details.tables:
            draw_table(binder, material, one)
    views.draw_ranking(binder, material)
    if not binder.public:
        problem_sheets.draw_problems(binder, material)
        problem_sheets.draw_findings(binder, material)
        problem_sheets.draw_explanations(binder, material)
    sheets.draw_standings(binder, material)
    if not binder.public:
        review.draw_sample(binder, material)
        evidence.draw_proof(binder, material)
        evidence.draw_reports(binder, material)
        sheets.draw_figures(binder, material)
        draw_published(binder, sentences(material), brief_sentences(material))
        review.draw_reviewed(binder, material)
    sheets.draw_contents(binder, material, contents)
    return binder.bytes()
