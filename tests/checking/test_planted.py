"""Mistakes planted into each template's sample are found where they are; honest returns that look unusual pass.

The tables lie in `defects/` and `honest/`, one file for each template: a line is the sample with some cells
changed. A new line is tested by being written there.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from desks import out_of_sight
from shipped import MOMENT, TEMPLATES

from perfeval_xl.checking.judge import Desk
from perfeval_xl.records.contract import Template
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.submission import Entry, Submission
from perfeval_xl.records.verdict import Record, Verdict
from perfeval_xl.template.load import load
from perfeval_xl.template.source.examples import Fill, changed, key_of, sample_fill
from perfeval_xl.template.source.spec import read_spec

HERE = Path(__file__).parent
DAY = MOMENT.replace(month=12).date()
FEWEST_DEFECTS, FEWEST_HONEST, MOST_ASKED = 30, 15, 1


def lines(kind: str, key: str) -> list[tuple[str, dict[str, Any]]]:
    """Return each line of the tables of a kind, with the template whose sample it changes."""
    return [
        (path.stem, line)
        for path in sorted((HERE / kind).glob("*.toml"))
        for line in tomllib.loads(path.read_text("utf-8"))[key]
    ]


DEFECTS, HONEST = lines("defects", "defects"), lines("honest", "returns")


def named(line: tuple[str, dict[str, Any]]) -> str:
    return f"{line[0]}: {line[1]['what']}"


@cache
def desk(template_id: str) -> tuple[Desk, Template, Fill]:
    folder = TEMPLATES / template_id
    template = load((folder / f"{template_id}.xlsx").read_bytes())
    sample = sample_fill(read_spec(folder / "template.toml").sample, template.field)
    return Desk({template_id: template}, DAY), template, sample


def judged(template_id: str, put: dict[str, Any]) -> tuple[Finding, ...]:
    """Return what is found in the template's sample with some cells changed; roots only."""
    judge, template, sample = desk(template_id)
    fill = changed(sample, {key_of(name): value for name, value in put.items()}, template.field)
    entries = tuple(Entry(*key, template.address(key), str(value), value) for key, value in fill.items())
    submission = Submission("一.xlsx", template.id, template.version, "402001", "示例区交通运输局", entries)
    record = judge.again(Record("一.xlsx", "一", MOMENT, submission, Verdict()))
    return tuple(finding for finding in record.verdict.findings if not finding.root)


@pytest.mark.parametrize("line", DEFECTS, ids=map(named, DEFECTS))
def test_a_planted_mistake_is_found_where_it_is(line: tuple[str, dict[str, Any]]) -> None:
    template_id, defect = line
    found = judged(template_id, defect["put"])
    assert out_of_sight(template_id, found) == []
    places = [(finding.rule, str(finding.place), finding.level) for finding in found]
    assert (defect["rule"], defect["at"], Level(defect["level"])) in places


@pytest.mark.parametrize("line", HONEST, ids=map(named, HONEST))
def test_an_honest_return_is_never_refused_and_asked_one_thing_at_most(line: tuple[str, dict[str, Any]]) -> None:
    template_id, honest = line
    found = judged(template_id, honest["put"])
    asks = honest.get("asks", [])
    assert [str(finding) for finding in found if finding.rule not in asks] == []
    assert sorted(finding.rule for finding in found) == sorted(asks)
    assert all(finding.level is not Level.ERROR for finding in found)
    assert len(asks) <= MOST_ASKED


def test_the_tables_are_as_long_as_they_ought_to_be_and_say_each_thing_once() -> None:
    for table, fewest in ((DEFECTS, FEWEST_DEFECTS), (HONEST, FEWEST_HONEST)):
        assert min(Counter(template_id for template_id, _ in table).values()) >= fewest
        assert max(Counter(map(named, table)).values()) == 1


@pytest.mark.parametrize("template_id", sorted({template_id for template_id, _ in DEFECTS}))
def test_nothing_is_found_in_the_sample_that_the_mistakes_are_planted_in(template_id: str) -> None:
    assert judged(template_id, {}) == ()
