"""The law of examples: each check's wrong example raises that rule at those cells alone, its right one nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from shipped import TEMPLATES, TODAY

from perfeval_xl.checking.check import Checker
from perfeval_xl.proofread import rules
from perfeval_xl.records.submission import Entry, Submission
from perfeval_xl.template.load import load
from perfeval_xl.template.source.examples import CheckExamples, Fill, changed, examples_of, sample_fill
from perfeval_xl.template.source.spec import read_spec
from perfeval_xl.workbook.engine import Engine

if TYPE_CHECKING:
    from perfeval_xl.records.contract import Check, Field, Template
    from perfeval_xl.records.finding import Finding
    from perfeval_xl.template.source.spec import Spec

SOURCES = sorted(TEMPLATES.glob("*/template.toml"))
EXAMPLES = [(source, examples) for source in SOURCES for examples in examples_of(read_spec(source))]
PASSED = ("✔", "已说明")


@cache
def subject(source: Path) -> tuple[Spec, Template, Checker, Fill]:
    spec = read_spec(source)
    template = load(source.with_name(f"{source.parent.name}.xlsx").read_bytes())
    checker = Checker(template, TODAY)
    checker.engine = Engine(template.package, TODAY)  # with the whole board, which the checker does without
    return spec, template, checker, sample_fill(spec.sample, template.field)


def found(checker: Checker, fill: Fill) -> tuple[Finding, ...]:
    template = checker.template
    entries = tuple(Entry(*key, template.address(key), str(value), value) for key, value in fill.items())
    findings = checker.check(Submission("例.xlsx", template.id, template.version, "", "", entries)).findings
    return tuple(finding for finding in findings if not _of_words(finding, template))


def _of_words(finding: Finding, template: Template) -> bool:
    """Whether a finding is about the sample's words, which a changed figure may contradict."""
    return finding.rule in rules() and finding.rule not in {check.rule for check in template.checks}


def result(engine: Engine, check: Check) -> object:
    return engine.value(check.cell)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.parent.name)
def test_nothing_is_found_in_the_sample(source: Path) -> None:
    _, _, checker, sample = subject(source)
    assert [str(finding) for finding in found(checker, sample)] == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.parent.name)
def test_every_check_has_both_examples_and_the_sample_answers_it(source: Path) -> None:
    spec, template, checker, sample = subject(source)
    examples = {example.id: example for example in examples_of(spec)}
    assert set(examples) == {check.id for check in template.checks}
    assert [example.id for example in examples.values() if not (example.passes and example.fails)] == []
    found(checker, sample)
    unanswered = [check.id for check in template.checks if result(checker.engine, check) == "未填"]
    assert unanswered == []


@pytest.mark.parametrize(
    ("source", "example"), EXAMPLES, ids=[f"{source.parent.name}-{example.id}" for source, example in EXAMPLES]
)
def test_the_wrong_example_raises_its_rule_there_and_the_right_one_nothing(
    source: Path, example: CheckExamples
) -> None:
    _, template, checker, sample = subject(source)
    check = next(check for check in template.checks if check.id == example.id)

    findings = found(checker, changed(sample, example.fails, template.field))
    assert {finding.rule for finding in findings} == {example.rule, *example.follows}, [*map(str, findings)]
    own = [finding for finding in findings if finding.rule == example.rule]
    assert all(finding.root in example.follows for finding in own if example.follows)
    assert example.follows or not any(finding.root for finding in findings)
    spoken = [field for field in _spoken(check, template) if not field.address.sheet.startswith("_")]
    first = spoken[0]
    rows = {row for name, row in example.fails if template.field[name].table == first.table} if check.table else ()
    places = {finding.place for finding in own}
    if rows:
        assert all(places & {field.at(row) for field in spoken} for row in rows)
    else:
        assert places == {first.at(1 if first.table else 0)}
    tables = {name for name, _ in example.fails} & set(template.table)
    changes = {field.name for field in template.fields if field.table in tables} | {
        name for name, _ in example.fails
    }
    assert any(name in check.inputs or template.field[name].table == check.table for name in changes - tables)
    assert all(_touched(finding, example, template) for finding in own if not check.table)

    findings = found(checker, changed(sample, example.passes, template.field))
    assert [str(finding) for finding in findings] == []
    assert result(checker.engine, check) in PASSED


def _spoken(check: Check, template: Template) -> list[Field]:
    """Return the fields that a check speaks of, then those that it rests on."""
    beneath = [field for field in template.fields if field.name in check.inputs]
    return [*(template.field[name] for name in check.names), *beneath]


def _touched(finding: Finding, example: CheckExamples, template: Template) -> bool:
    """Whether a finding lists a cell that the example changed, or one computed from it."""
    changes = {template.address(key) for key, value in example.fails.items() if value != ""}
    listed = {related.address for related in finding.related}
    computed = {field.address for field in template.fields if field.formula}
    return bool(listed & changes) or bool(listed & computed) or not changes
