"""Which figures of a unit the bureau may know before the unit reports, and what it knows of one unit.

A template says so by its names alone: `控制_<field>` is the bureau's figure for `<field>`, and a field with 上年
in its name opens with what last year's workbook had under the same name with 本年.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from perfeval_xl.records.contract import Field, Role, Template
from perfeval_xl.records.finding import Value
from perfeval_xl.records.submission import Key
from perfeval_xl.records.summary_line import Plays

CONTROL = "控制_"
"""How the name of a cell begins that holds the bureau's own figure for the field named after it."""
CONTROL_NOTE = "控制_说明"
"""The cell, where a template has it, that says where last year's figures come from."""
LAST_YEAR, THIS_YEAR = "上年", "本年"
_PARTS = (Plays.BUDGET, Plays.SPENT)


@dataclass(frozen=True, slots=True)
class Known:
    """One figure that the bureau has for a field of one unit, and where it comes from in officials' words.

    `last_year` tells an opening figure from a control figure.
    """

    field: str
    value: Decimal
    source: str
    last_year: bool = False


Texts = tuple[tuple[Key, str], ...]
"""A submission's longer texts by (name, row)."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that the bureau knows of one unit; `note` says where last year's figures come from or why none are.

    `last` is the code that alone became this unit without a change of what it is, blank after a merger or a split;
    `texts` are the longer texts that this unit wrote last year.
    """

    figures: tuple[Known, ...] = ()
    note: str = ""
    last: str = ""
    texts: Texts = ()


Dossiers = Mapping[str, Dossier]
"""What is known of each unit, by its code."""


def openings(template: Template) -> dict[str, str]:
    """Return by field that repeats last year's figure the field that this year has the same figure of."""
    return {
        field.name: closing
        for field in template.fields
        if (closing := _closing(field.name)) in template.field and _may_be_known(field)
    }


def controls(template: Template) -> tuple[str, ...]:
    """Return the fields of this year for which the bureau may have figures of its own.

    They are those with a cell `控制_<field>`, and without any, the budget and the expenditure of the summary.
    """
    opened = openings(template)
    named = tuple(
        name
        for field in template.fields
        if field.name.startswith(CONTROL) and field.kind.numeric
        if (name := field.name.removeprefix(CONTROL)) in template.field and name not in opened
    )
    return named or tuple(
        field.name
        for part in _PARTS
        if (field := template.field.get(template.parts.get(part, ""))) and _may_be_known(field)
    )


def bureau_field(template: Template, name: str) -> Field:
    """Return the cell that holds the bureau's figure for a field: `控制_<field>`, or the field itself."""
    return template.field.get(CONTROL + name) or template.field[name]


def shows_controls(template: Template) -> bool:
    """Whether a department sees the bureau's control figures in its workbook: the template has cells for them."""
    return any(bureau_field(template, name).role is Role.PREFILL for name in controls(template))


def bureau_cells(template: Template, dossier: Dossier) -> dict[Key, Value]:
    """Return what the bureau fills in cells of its own, which stay the bureau's when a workbook goes back."""
    values: dict[Key, Value] = {
        (cell.name, 0): known.value
        for known in dossier.figures
        if (cell := bureau_field(template, known.field)).role is Role.PREFILL
    }
    if dossier.note and CONTROL_NOTE in template.field:
        values[CONTROL_NOTE, 0] = dossier.note
    return values


def suggested_cells(template: Template, dossier: Dossier) -> dict[Key, Value]:
    """Return last year's figures for cells that the department answers for, filled once, when handed out."""
    return {
        (known.field, 0): known.value
        for known in dossier.figures
        if known.last_year and template.field[known.field].role is Role.INPUT
    }


def _closing(name: str) -> str:
    return name.replace(LAST_YEAR, THIS_YEAR, 1) if LAST_YEAR in name and not name.startswith(CONTROL) else ""


def _may_be_known(field: Field) -> bool:
    return field.kind.numeric and not field.table and field.role in (Role.INPUT, Role.PREFILL)
