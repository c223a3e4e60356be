"""One written report: what is wrong in it by itself, and against a filled workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl import proofread as reader
from perfeval_xl.admission.characters import json_safe
from perfeval_xl.api.single import read_workbook
from perfeval_xl.api.templates import open_template
from perfeval_xl.campaign.roster import read_roster
from perfeval_xl.intake.named import taken
from perfeval_xl.proofread.workbook_facts import context_of, fields_of

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from pathlib import Path

    from perfeval_xl.proofread import Context, Report
    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Finding

DEFAULT_TEMPLATE = "hunan-2023"
"""What is taken where no template is named."""


@dataclass(frozen=True)
class Proofread:
    """A report that was gone through: what was found, gravest first, and all that it was found by."""

    findings: tuple[Finding, ...]
    data: bytes
    written: Report
    context: Context
    template: Template


def proofread_report(
    file: Path,
    *,
    against: Path | None = None,
    template: str = "",
    roster: Path | None = None,
    now: datetime | None = None,
) -> Proofread:
    """Go through a report (.docx or .txt): figures among each other, `against` a workbook, and its wording.

    The units of a `roster` are the names that do not belong into it. ReportError where it is no report,
    PerfevalError where workbook or roster cannot be read.
    """
    data = taken(file)
    written = reader.load(data, file.name)
    if against:
        chosen, record = read_workbook(against, template, now=now)
    else:
        chosen, record = open_template(template or DEFAULT_TEMPLATE), None
    context = context_of(chosen, record, read_roster(roster).units if roster else ())
    return Proofread(reader.proofread(written, context), data, written, context, chosen)


def marked(done: Proofread) -> bytes:
    """Return the report as .docx with a comment at each finding; ReportError where it was no .docx."""
    return reader.mark(done.data, done.findings)


def stated_figures(done: Proofread) -> dict[str, Decimal]:
    """Return the figures of a report that are those of cells to be typed, by name and in the field's unit."""
    template = done.template
    typed = {field.name: field for field in fields_of(template) if template.field[field.name].role.typed}
    return reader.extract(done.written, typed, done.context)


def proofread_text(done: Proofread) -> str:
    """Return the findings as Chinese lines; '' where there are none."""
    return reader.as_text(done.findings)


def proofread_json(done: Proofread) -> str:
    """Return the findings as a JSON list that no screen can take amiss."""
    return json_safe(reader.as_json(done.findings))
