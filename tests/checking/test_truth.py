"""Each contradiction is found at its place by its rule, each honest return is let pass: over all templates."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from desks import desk, judged_with, out_of_sight

from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import KEY_COLUMN, Role
from perfeval_xl.records.finding import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Mapping


HERE = Path(__file__).parent


@dataclass(frozen=True)
class Row:
    """One row of either table; `zeros` are rows of tables, first and last, in which all figures are 0."""

    name: str
    template: str
    changes: Mapping[str, str | float] = field(default_factory=dict)
    zeros: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    finds: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    alone: bool = False


def rows(file: str, kind: str) -> list[Any]:
    made = [Row(**line) for line in tomllib.loads((HERE / file).read_text("utf-8"))[kind]]
    return [pytest.param(row, id=f"{row.template}-{row.name}") for row in made]


DEFECTS, HONEST = rows("defects.toml", "defect"), rows("honest.toml", "honest")


def found(row: Row) -> list[Finding]:
    template = desk(row.template)[1]
    changes = dict(row.changes)
    for table, (first, last) in row.zeros.items():
        figures = [one for one in template.columns[table] if one.kind.numeric and one.role is Role.INPUT]
        changes |= {f"{one.name}#{number}": 0 for one in figures for number in range(first, last + 1)}
    return [one for one in judged_with(row.template, changes) if one.level is not Level.NOTICE]


def told(finding: Finding) -> str:
    return f"{finding.level.value} {finding.rule} {finding.place}"


@pytest.mark.parametrize("row", DEFECTS)
def test_a_defect_is_found_at_its_place_by_its_rule(row: Row) -> None:
    findings = found(row)
    assert out_of_sight(row.template, findings) == []
    assert set(row.finds) <= {told(finding) for finding in findings}, [*map(str, findings)]
    if row.alone:
        assert [told(finding) for finding in findings] == sorted(row.finds, key=[told(f) for f in findings].index)


@pytest.mark.parametrize("row", HONEST)
def test_an_honest_return_is_let_pass(row: Row) -> None:
    findings = found(row)
    assert out_of_sight(row.template, findings) == []
    assert [f"{one.level.value} {one.rule}" for one in findings] == list(row.asked), [*map(str, findings)]


def test_nothing_that_is_asked_of_an_honest_return_is_an_error() -> None:
    assert [row.id for row in HONEST for one in row.values[0].asked if one.startswith("error")] == []


@pytest.mark.parametrize("form", ["hunan-2023", "mof-project", "yunnan-dept"])
def test_a_finding_at_a_cell_that_nobody_sees_would_be_told(form: str) -> None:
    template = desk(form)[1]
    (flags, *_) = [check.flags for check in template.checks if check.flags]
    for place in (Address("_标识", 8, 3), flags, Address(template.fields[0].address.sheet, 3, KEY_COLUMN)):
        assert out_of_sight(form, [Finding("B15", Level.ERROR, "", place)]) != []
    assert out_of_sight(form, [Finding("B15", Level.ERROR, "", template.field["单位名称"].address)]) == []
