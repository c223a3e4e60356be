"""How findings are shown: functions from findings to text, to JSON and to the records of both."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from perfeval_xl.admission.characters import json_safe, one_line
from perfeval_xl.records.address import Address
from perfeval_xl.records.finding import Finding, Level, Passage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key
    from perfeval_xl.records.verdict import Record


def as_text(findings: Iterable[Finding]) -> str:
    """Return findings as lines, gravest first; the same message on many cells is one line."""
    ordered = sorted(findings, key=lambda finding: finding.sort_key)
    lines = [one_line(_line(list(group))) for _, group in groupby(ordered, key=_group_key)]
    return "\n".join(lines)


def _group_key(finding: Finding) -> tuple[object, ...]:
    """Return what findings on one line share: rule, sheet, and what is said apart from the field's own label."""
    sheet = finding.place.sheet if isinstance(finding.place, Address) else finding.place
    if finding.related:
        return (finding.level.rank, finding.rule, sheet, finding.message)
    return (finding.level.rank, finding.rule, sheet, _advice(finding))


def _advice(finding: Finding) -> str:
    """Return a message without the field's label at its head."""
    return finding.message.removeprefix(finding.label).split("：", 1)[-1]


def _line(group: list[Finding]) -> str:
    first = group[0]
    state = "（已说明）" if first.explanation else ""
    root = f"（改正 {first.root} 后可能随之消失）" if first.root else ""
    if len(group) == 1:
        return f"{first}{state}{root}"
    cells = "、".join(finding.place.cell for finding in group if isinstance(finding.place, Address))
    sheet = first.place.sheet if isinstance(first.place, Address) else ""
    return f"{sheet}!{cells}: {first.level.label} {first.rule}: {_advice(first)}（共{len(group)}处）{state}{root}"


def counted(findings: Iterable[Finding]) -> dict[Level, int]:
    """Count findings by level; explained ones are not counted."""
    counts = dict.fromkeys(Level, 0)
    for finding in findings:
        if not finding.explanation:
            counts[finding.level] += 1
    return counts


def as_json(record: Record, template: Template | None) -> dict[str, Any]:
    """Return the object that `check --format json` prints for one file; a rejected one has no template."""
    submission, verdict = record.submission, record.verdict
    return {
        "file": record.file,
        "template": submission.template if submission else None,
        "version": submission.version if submission else None,
        "unit": {"code": submission.unit_code, "name": submission.unit_name} if submission else None,
        "status": record.status.value,
        "findings": [finding_json(finding) for finding in verdict.findings],
        "not_evaluated": list(verdict.not_evaluated),
        "computed": _by_name(verdict.computed, template),
        "values": _by_name(submission.values, template) if submission else {},
        "paragraphs": list(verdict.paragraphs),
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as plain data: figures as JSON numbers, cells by sheet and address."""
    place: dict[str, Any] = {"sheet": None, "cell": None}
    if isinstance(finding.place, Address):
        place = {"sheet": finding.place.sheet, "cell": finding.place.cell}
    elif isinstance(finding.place, Passage):
        place = {"paragraph": finding.place.paragraph, "start": finding.place.start,
                 "end": finding.place.end, "quote": finding.place.quote}  # fmt: skip
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        **place,
        "field": finding.field or None,
        "label": finding.label,
        "message": finding.message,
        "value": plain(finding.value),
        "expected": plain(finding.expected),
        "difference": plain(finding.difference),
        "related": [
            {
                "sheet": cell.address.sheet,
                "cell": cell.address.cell,
                "label": cell.label,
                "value": plain(cell.value),
            }
            for cell in finding.related
        ],
        "explanation": finding.explanation or None,
        "root": finding.root or None,
    }


def _by_name(values: Mapping[Key, Value], template: Template | None) -> dict[str, Any]:
    """Return values by name; those of a table's column as a list of its rows, blanks as null."""
    result: dict[str, Any] = {}
    for (name, row), value in sorted(values.items()):
        if template and template.field[name].table:
            column = result.setdefault(name, [])
            column += [None] * (row - len(column))
            column[row - 1] = plain(value)
        else:
            result[name] = plain(value)
    return result


def json_text(plain: Any) -> str:
    """Return plain data as JSON that no screen and no decoder can take amiss."""
    return json_safe(json.dumps(plain, ensure_ascii=False, indent=2))


def plain(value: Value) -> Any:
    """Return a value as JSON has it: a figure as the shortest number that means it, a date in ISO spelling."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value
