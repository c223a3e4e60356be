"""Proofreading a written report: its figures checked against each other and a workbook, and its wording."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from perfeval_xl.proofread.against_workbook import assigned, compared, stranger
from perfeval_xl.proofread.characters import bare
from perfeval_xl.proofread.dates_checked import dates
from perfeval_xl.proofread.enumerations import enumerations
from perfeval_xl.proofread.genre import Genre, genre, part_of_year
from perfeval_xl.proofread.headings import headings, looking_ahead, outline
from perfeval_xl.proofread.kept_from_elsewhere import left_over
from perfeval_xl.proofread.mentions import told
from perfeval_xl.proofread.offices import foreign, identity, offices
from perfeval_xl.proofread.opening import load, unread
from perfeval_xl.proofread.output import as_json, as_text
from perfeval_xl.proofread.relations import Index, people, tried
from perfeval_xl.proofread.repeats import repeats
from perfeval_xl.proofread.report import Context, Paragraph, Report, ReportError, StatedField
from perfeval_xl.proofread.results_quoted import Aim, Results
from perfeval_xl.proofread.rules_of_reports import Rule, finding, rules
from perfeval_xl.proofread.tables import tabled
from perfeval_xl.proofread.typed_texts import Beside, changes_of, sure, worth_reading
from perfeval_xl.proofread.verdict import rooted
from perfeval_xl.proofread.word_comments import mark
from perfeval_xl.proofread.wording import wording
from perfeval_xl.records.finding import Finding

__all__ = [
    "Aim",
    "Beside",
    "Context",
    "Paragraph",
    "Report",
    "ReportError",
    "Results",
    "Rule",
    "StatedField",
    "as_json",
    "as_text",
    "bare",
    "changes_of",
    "extract",
    "finding",
    "foreign",
    "left_over",
    "load",
    "mark",
    "proofread",
    "rules",
    "sure",
    "worth_reading",
]


def proofread(report: Report, context: Context | None = None) -> tuple[Finding, ...]:
    """Return everything that was found in a report, gravest first; its attachments are not gone through."""
    report = report.proper
    known = context or Context()
    own, sort = identity(report, known), genre(report)
    index = Index(told(report.paragraphs, own.reading_year))
    tables = tabled(report, own.reading_year)
    stated = (*index.mentions, *tables.mentions)
    strange = tuple(stranger(own, known)) if known.figures else ()
    figures = rooted(
        (
            *tried(index, report.body, tables.mentions),
            *tables.verdicts,
            *compared(stated, {} if strange else known.figures, own.reading_year),
        )
    )
    text = (
        *strange,
        *unread(report),
        *enumerations(report),
        *people(index),
        *dates(
            report,
            own.year,
            looking_ahead(report),
            final=sort.final and not part_of_year(report),
            closed=sort is Genre.OVERALL,
        ),
        *headings(report),
        *outline(report, sort),
        *offices(report, known, own),
        *wording(report, index),
        *repeats(report),
    )
    return tuple(sorted((*figures, *text), key=lambda item: item.sort_key))


def extract(
    report: Report, fields: Mapping[str, StatedField], context: Context | None = None
) -> dict[str, Decimal]:
    """Return the figures of a report that could be assigned to fields, by the field's name and in its unit."""
    year = identity(report, context or Context()).reading_year
    mentions = (*told(report.paragraphs, year).mentions, *tabled(report, year).mentions)
    return assigned(mentions, fields, year)
