"""Findings of a report as text for reading and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby

from perfeval_xl.admission.characters import one_line
from perfeval_xl.proofread.rules_of_reports import rules
from perfeval_xl.records.finding import Finding, Passage, Value


def as_text(findings: Iterable[Finding]) -> str:
    """Return the findings one below the other, gravest first; one that is said of several places is said once."""
    ordered = sorted(findings, key=lambda item: (item.level.rank, item.rule, item.message, item.sort_key))
    groups = [list(group) for _, group in groupby(ordered, lambda item: (item.rule, item.message))]
    groups.sort(key=lambda group: group[0].sort_key)
    return "\n".join(one_line(line) for group in groups for line in _lines(group))


def _lines(group: list[Finding]) -> list[str]:
    first = group[0]
    declared = rules().get(first.rule)
    title = f" {declared.title}" if declared else ""
    places = "；".join(str(item.place) for item in group if item.place)
    lines = [f"{first.level.label} {first.rule}{title}", f"    位置：{places}", f"    {first.message}"]
    if first.root:
        lines.append(f"    可能由此引起：{first.root}")
    return lines


def as_json(findings: Iterable[Finding]) -> str:
    """Return the findings as a JSON list; amounts and fractions are numbers, as in the workbook's findings."""
    ordered = sorted(findings, key=lambda item: item.sort_key)
    return json.dumps([_record(item) for item in ordered], ensure_ascii=False, indent=2)


def _record(item: Finding) -> dict[str, object]:
    place = item.place if isinstance(item.place, Passage) else None
    return {
        "rule": item.rule,
        "level": item.level.value,
        "paragraph": place.paragraph if place else None,
        "start": place.start if place else None,
        "end": place.end if place else None,
        "quote": place.quote if place else "",
        "label": item.label,
        "field": item.field,
        "message": item.message,
        "value": _plain(item.value),
        "expected": _plain(item.expected),
        "difference": _plain(item.difference),
        "root": item.root,
    }


def _plain(value: Value) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value if value is None or isinstance(value, (str, bool)) else value.isoformat()
