"""Reports in Word: what a department's and the bureau's report consist of, and how an official document looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.document.bureau import bureau_paper
from perfeval_xl.document.department import UnreadableReportError, department_paper
from perfeval_xl.document.word import write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from perfeval_xl.contract import Template
    from perfeval_xl.form import Form
    from perfeval_xl.paper import Block
    from perfeval_xl.verdict import Record

__all__ = ["UnreadableReportError", "bureau_report", "department_report"]


def department_report(template: Template, record: Record, forms: tuple[Form, ...]) -> bytes:
    """Return a submission's report as .docx; `forms` are its template's sheets as they are printed for it."""
    return write(department_paper(template, record, forms))


def bureau_report(paragraphs: Iterable[tuple[str, str]], tables: Iterable[Block]) -> bytes:
    """Return the bureau's report as .docx: the summary's sentences by style, then its tables."""
    return write(bureau_paper(paragraphs, tables))
