"""Papers in Word: what reports and the bureau's letters consist of, and how an official document looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.paper.bureau import bureau_paper
from perfeval_xl.paper.department import UnreadableReportError, department_paper
from perfeval_xl.paper.guidance import guidance_paper
from perfeval_xl.paper.notice import (
    Letterhead,
    Passing,
    Received,
    contact,
    return_paper,
    slip_paper,
    unread_paper,
)
from perfeval_xl.paper.word import write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from perfeval_xl.records.blocks import Block, Chart
    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.form import PrintedForm
    from perfeval_xl.records.opinion import Opinion
    from perfeval_xl.records.unit import Unit
    from perfeval_xl.records.verdict import Record

__all__ = [
    "Letterhead",
    "Passing",
    "Received",
    "UnreadableReportError",
    "acceptance_slip",
    "bureau_report",
    "contact",
    "department_report",
    "filling_guidance",
    "return_notice",
    "unread_notice",
]


def department_report(template: Template, record: Record, forms: tuple[PrintedForm, ...]) -> bytes:
    """Return a submission's report as .docx; `forms` are its template's sheets as they are printed for it."""
    return write(department_paper(template, record, forms))


def bureau_report(
    paragraphs: Iterable[tuple[str, str]],
    tables: Iterable[Block],
    charts: Iterable[Chart] = (),
    title: str = "",
) -> bytes:
    """Return the bureau's report as .docx: the summary's sentences by style, its charts, its tables.

    `title` is that of a summary whose sentences have none.
    """
    return write(bureau_paper(paragraphs, tables, charts, title))


def filling_guidance(head: Letterhead, region: str, money: tuple[str, ...]) -> bytes:
    """Return what departments read before they fill as .docx; see `guidance_paper`."""
    return write(guidance_paper(head, region, money))


def return_notice(
    head: Letterhead, unit: Unit, received: Received, opinions: tuple[Opinion, ...], day: date
) -> bytes:
    """Return the notice of a workbook that goes back as .docx; see `return_paper`."""
    return write(return_paper(head, unit, received, opinions, day))


def unread_notice(head: Letterhead, unit: Unit, received: Received, why: str, day: date) -> bytes:
    """Return the notice of a file that nobody can read as .docx; see `unread_paper`."""
    return write(unread_paper(head, unit, received, why, day))


def acceptance_slip(head: Letterhead, unit: Unit, received: Received, passing: Passing, day: date) -> bytes:
    """Return the slip of a unit that has passed as .docx; see `slip_paper`."""
    return write(slip_paper(head, unit, received, passing, day))
