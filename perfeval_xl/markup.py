"""The workbook that goes back: a whole copy with all that the unit filled, its findings listed and marked."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.address import Address, quoted
from perfeval_xl.check import shown
from perfeval_xl.contract import (
    MARK_ROWS,
    MARKS,
    OPINION_COLUMNS,
    OPINION_FIRST_ROW,
    OPINION_ROWS,
    OPINIONS,
)
from perfeval_xl.finding import Level
from perfeval_xl.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from perfeval_xl.contract import Template
    from perfeval_xl.fill import Filler
    from perfeval_xl.finding import Finding, Value
    from perfeval_xl.standing import Standing
    from perfeval_xl.submission import Key
    from perfeval_xl.verdict import Record

_LINE = 29


def markup(filler: Filler, standing: Standing, record: Record, given: Mapping[Key, Value]) -> bytes:
    """Return the workbook for a unit to correct or explain, from the contents of the submission that counts.

    `given` is what the bureau fills before handing out.

    What could not be understood stands there as it was typed. Cells that a finding speaks of turn red, the list
    `核对意见` says of each what to do, and explanations given before are kept where they were written.
    """
    template, submission = filler.template, record.submission
    values: dict[Key, Value] = {}
    for entry in submission.entries if submission else ():
        if template.field[entry.name].role.typed:
            values[entry.key] = entry.raw if submission and entry.key in submission.unreadable else entry.value
    values = {**{key: value for key, value in values.items() if value is not None}, **given}
    open_findings = [finding for finding in standing.all_findings if _is_open(finding)]
    cells = _marks(open_findings)
    if OPINIONS not in filler.sheets:
        return filler.fill(values, cells)
    said = submission.explanations if submission else {}
    listed = [*open_findings, *(finding for finding in standing.all_findings if _is_answered(finding, said))]
    del listed[OPINION_ROWS:]
    heights = {OPINION_FIRST_ROW + number: _height(finding) for number, finding in enumerate(listed)}
    return filler.fill(values, cells | _opinions(listed, template, said), {OPINIONS: heights})


def _is_open(finding: Finding) -> bool:
    return finding.level is not Level.NOTICE and not finding.explanation


def _is_answered(finding: Finding, said: Mapping[str, str]) -> bool:
    """Whether a finding was explained on the list: its line comes again, since the words are kept nowhere else."""
    return bool(finding.explanation) and said.get(finding.key, "").strip() == finding.explanation


def _marks(findings: list[Finding]) -> dict[Address, Value]:
    places = dict.fromkeys(
        place
        for finding in findings
        for place in (finding.place, *(related.address for related in finding.related))
        if isinstance(place, Address)
    )
    return {Address(MARKS, row, 1): str(place) for row, place in enumerate([*places][:MARK_ROWS], 1)}


def _opinions(findings: list[Finding], template: Template, said: Mapping[str, str]) -> dict[Address, Value]:
    cells: dict[Address, Value] = {}
    for number, finding in enumerate(findings):
        line = {**_line(number + 1, finding, template), "说明": said.get(finding.key, ""), "问题标识": finding.key}
        for name, value in line.items():
            if value != "":
                cells[Address(OPINIONS, OPINION_FIRST_ROW + number, OPINION_COLUMNS[name])] = value
    return cells


def _line(number: int, finding: Finding, template: Template) -> dict[str, Value]:
    place = finding.place if isinstance(finding.place, Address) else None
    check = next((check for check in template.checks if check.rule == finding.rule), None)
    kind = check.kind if check else KINDS["number"]
    line: dict[str, Value] = {
        "序号": Decimal(number),
        "级别": finding.level.label,
        "问题和改法": finding.message,
        "现在的值": shown(finding.value, kind),
        "应为": shown(finding.expected, kind) if finding.expected is not None else "",
        "差额": shown(finding.difference, kind) if finding.difference is not None else "",
        "怎样回应": _answer(finding),
        "位置文字": str(place) if place else "整个文件",
    }
    if place:
        line["目标"] = f"#{quoted(place.sheet)}!{place.cell}"
    return line


def _answer(finding: Finding) -> str:
    """Return what the unit is to do."""
    if finding.explanation:
        return "已说明，不用再改"
    return "改正，或在右栏说明" if finding.level is Level.WARNING else "改正"


def _height(finding: Finding) -> float:
    return min(409.0, 16.0 * max(1, math.ceil(len(finding.message) / _LINE)) + 4)
