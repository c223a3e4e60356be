"""What the desk says of a unit that typed these values: one desk for each template in the repository."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from examples import handed_in, sample_with
from shipped import MOMENT, TEMPLATES, TODAY

from perfeval_xl.checking.judge import Desk
from perfeval_xl.records.verdict import Record, Verdict
from perfeval_xl.template.load import load

if TYPE_CHECKING:
    from collections.abc import Mapping

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
