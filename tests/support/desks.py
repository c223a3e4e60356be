"""What the desk says of a unit that typed these values: one desk for each template in the repository."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING

import openpyxl
from examples import handed_in, sample_with
from shipped import MOMENT, TEMPLATES, TODAY

from perfeval_xl.checking.judge import Desk
from perfeval_xl.records.address import Address
from perfeval_xl.records.verdict import Record, Verdict
from perfeval_xl.template.load import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Finding, Value
    from perfeval_xl.records.submission import Key


@cache
def desk(form: str) -> tuple[Desk, Template]:
    """Return a desk for one template, and the template."""
    template = load((TEMPLATES / form / f"{form}.xlsx").read_bytes())
    return Desk({form: template}, TODAY), template


def judged(form: str, values: Mapping[Key, Value]) -> tuple[Finding, ...]:
    """Return what is found in a workbook with these values."""
    judge, template = desk(form)
    record = Record("例.xlsx", "例", MOMENT, handed_in(template, values), Verdict())
    return judge.again(record).verdict.findings


def judged_with(form: str, changes: Mapping[str, str | float]) -> tuple[Finding, ...]:
    """Return what is found in the template's sample with cells changed."""
    return judged(form, sample_with(desk(form)[1], changes))


@cache
def hidden_columns(form: str) -> frozenset[tuple[str, int]]:
    """Return the columns of a template that nobody sees, by sheet and number."""
    book = openpyxl.load_workbook(io.BytesIO(desk(form)[1].package))
    return frozenset(
        (sheet.title, number)
        for sheet in book.worksheets
        for group in sheet.column_dimensions.values()
        if group.hidden or sheet.sheet_state != "visible"
        for number in range(group.min, group.max + 1)
    )


def out_of_sight(form: str, findings: Iterable[Finding]) -> list[str]:
    """Return what is said of cells that the unit cannot go to: on sheets of the program's, in hidden columns."""
    placed = [(one, one.place) for one in findings if isinstance(one.place, Address)]
    return [
        str(one)
        for one, place in placed
        if place.sheet.startswith("_") or (place.sheet, place.column) in hidden_columns(form)
    ]
