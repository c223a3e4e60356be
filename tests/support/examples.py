"""The samples of the templates in the repository as inputs, and a submission of any values."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from shipped import TEMPLATES

from perfeval_xl.records.submission import Entry, Key, Submission
from perfeval_xl.template.source.examples import Fill, changed, sample_fill
from perfeval_xl.template.source.spec import read_spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.template.source.spec import Spec


@cache
def spec_of(template: str) -> Spec:
    """Return the source of a template in the repository."""
    return read_spec(TEMPLATES / template / "template.toml")


def sample_of(template: Template) -> Fill:
    """Return the template's sample as inputs: complete, consistent, nothing is found in it."""
    return sample_fill(spec_of(template.id).sample, template.field)


def sample_with(template: Template, changes: Mapping[str, str | float]) -> Fill:
    """Return the sample with cells changed as the examples of checks change it: `指标_得分#3`, `+0.05`."""
    keys: dict[Key, str | float] = {}
    for cell, raw in changes.items():
        name, _, row = cell.partition("#")
        keys[name, int(row or 0)] = raw
    return changed(sample_of(template), keys, template.field)


def handed_in(
    template: Template, values: Mapping[Key, Value], explanations: Mapping[str, str] | None = None
) -> Submission:
    """Return what a unit handed in that typed these values."""
    entries = tuple(Entry(*key, template.address(key), str(value), value) for key, value in values.items())
    code = str(values.get(("单位代码", 0)) or "")
    return Submission(
        "例.xlsx", template.id, template.version, code, "", entries, explanations=dict(explanations or {})
    )
