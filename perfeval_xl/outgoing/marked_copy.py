"""The workbook that goes back: a whole copy with all that the unit filled, its findings listed and marked."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.outgoing.watch import Watch
from perfeval_xl.records.address import Address, quoted
from perfeval_xl.records.contract import (
    MARK_BESIDE,
    MARK_BLOCK,
    MARK_ROWS,
    MARKS,
    OPINION_COLUMNS,
    OPINION_FIRST_ROW,
    OPINION_ROWS,
    OPINIONS,
    sheets_filled,
)
from perfeval_xl.records.finding import Level
from perfeval_xl.records.opinion import Opinion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Finding, Value
    from perfeval_xl.records.kind import Kind
    from perfeval_xl.records.standing import Standing
    from perfeval_xl.records.submission import Key
    from perfeval_xl.records.verdict import Record
    from perfeval_xl.template.fill import Filler

_LINE = 29


def markup(filler: Filler, standing: Standing, record: Record, given: Mapping[Key, Value]) -> bytes:
    """Return the workbook for a unit to correct or explain, from the contents of the submission that counts.

    `given` is what the bureau fills before handing out.

    What could not be understood stands there as it was typed. Cells that a finding speaks of turn red, the list
    `核对意见` says of each what to do, and explanations given before are kept where they were written.
    """
    template = filler.template
    submission = template.fitting(record.submission) if record.submission else None
    values: dict[Key, Value] = {}
    for entry in submission.entries if submission else ():
        if template.field[entry.name].role.typed:
            values[entry.key] = entry.raw if submission and entry.key in submission.unreadable else entry.value
    values = {**{key: value for key, value in values.items() if value is not None}, **given}
    cells = _marks(standing.open_findings, template)
    if OPINIONS not in filler.sheets:
        return filler.fill(values, cells)
    findings = _told(standing)[:OPINION_ROWS]
    listed = opinions(standing, template)[:OPINION_ROWS]
    heights = {OPINION_FIRST_ROW + number: _height(opinion) for number, opinion in enumerate(listed)}
    live = _live_cells(findings, Watch(template, values))
    return filler.fill(values, cells | _cells(listed) | live, {OPINIONS: heights})


def opinions(standing: Standing, template: Template) -> tuple[Opinion, ...]:
    """Return what is said to a unit: all that is open and, below it, what it has explained on the list.

    An explained line comes again since its words are kept nowhere else. What has one cause stands together: what
    would not be found without another finding follows that one, and says so.
    """
    said = standing.receipt.explanations if standing.receipt else {}
    told = _told(standing)
    numbers = {finding: number for number, finding in reversed([*enumerate(told, 1)])}
    causes = [_cause(finding, told, numbers) for finding in told]
    following = Counter(causes)
    return tuple(
        _opinion(
            number,
            replace(finding, message=finding.message + _with_others(following[number])),
            template.kind_of(finding),
            said.get(finding.key, ""),
            cause,
        )
        for number, (finding, cause) in enumerate(zip(told, causes, strict=True), 1)
    )


def _with_others(count: int) -> str:
    """Return a sentence on findings that hang on another one, said where that stands."""
    return f"其余{count}条随之而来，排在下面，改好这一条再看。" if count else ""


def _told(standing: Standing) -> tuple[Finding, ...]:
    """Return what is listed: what is open, each followed by what hangs on it, and then what has been explained."""
    said = standing.receipt.explanations if standing.receipt else {}
    explained = [finding for finding in standing.all_findings if _is_answered(finding, said)]
    found = standing.open_findings
    hanging = [finding for finding in found if _root(finding, found)]
    grouped = (
        one
        for finding in found
        if finding not in hanging
        for one in (finding, *(other for other in hanging if _root(other, found) == finding))
    )
    return (*grouped, *explained)


def _root(finding: Finding, found: Sequence[Finding]) -> Finding | None:
    """Return the finding among others that one would not exist without: of those of its rule the nearest."""
    causes = [other for other in found if not other.root and other.rule == finding.root]
    return min(causes, key=lambda cause: _distance(cause, finding), default=None)


def _distance(cause: Finding, finding: Finding) -> int:
    """Return 0 where two findings are in one row, 1 on one sheet, 2 elsewhere."""
    one, other = cause.place, finding.place
    if not (isinstance(one, Address) and isinstance(other, Address) and one.sheet == other.sheet):
        return 2
    return int(one.row != other.row)


def _cause(finding: Finding, told: Sequence[Finding], numbers: Mapping[Finding, int]) -> int:
    """Return the number of the line that a finding hangs on; 0 where it stands by itself."""
    root = _root(finding, told)
    return numbers[root] if root else 0


def _is_answered(finding: Finding, said: Mapping[str, str]) -> bool:
    return bool(finding.explanation) and said.get(finding.key, "").strip() == finding.explanation


def _marks(findings: Iterable[Finding], template: Template) -> dict[Address, Value]:
    """Return what makes cells red: 1 in each form's grid, and the addresses for templates that look them up."""
    places = dict.fromkeys(
        place
        for finding in findings
        for place in (finding.place, *(related.address for related in finding.related))
        if isinstance(place, Address)
    )
    listed = {Address(MARKS, row, 1): str(place) for row, place in enumerate([*places][:MARK_ROWS], 1)}
    blocks = {name: number * MARK_BLOCK for number, name in enumerate(sheets_filled(template.fields))}
    grid: dict[Address, Value] = {
        Address(MARKS, blocks[place.sheet] + place.row, place.column + MARK_BESIDE): Decimal(1)
        for place in places
        if place.sheet in blocks and place.row <= MARK_BLOCK and place.column <= MARK_BESIDE
    }
    return {**listed, **grid}


def _cells(listed: tuple[Opinion, ...]) -> dict[Address, Value]:
    return {
        Address(OPINIONS, row, OPINION_COLUMNS[name]): value
        for row, opinion in enumerate(listed, OPINION_FIRST_ROW)
        for name, value in _columns(opinion).items()
        if value != ""
    }


def _live_cells(findings: Sequence[Finding], watch: Watch) -> dict[Address, Value]:
    """Return what lets each line of the list tell by itself whether it has been dealt with."""
    return {
        Address(OPINIONS, row, OPINION_COLUMNS[name]): value
        for row, finding in enumerate(findings, OPINION_FIRST_ROW)
        for name, value in watch.columns(finding, _visible(finding)).items()
        if value is not None
    }


def _columns(opinion: Opinion) -> dict[str, Value]:
    return {
        "序号": Decimal(opinion.number),
        "级别": opinion.level,
        "问题和改法": opinion.message,
        "现在的值": opinion.value,
        "对照数": opinion.expected,
        "差额": opinion.difference,
        "怎样回应": opinion.answer,
        "说明": opinion.said,
        "目标": opinion.target,
        "位置文字": opinion.place,
        "问题标识": opinion.key,
    }


def _opinion(number: int, finding: Finding, kind: Kind, said: str, cause: int) -> Opinion:
    place = _visible(finding)
    return Opinion(
        number=number,
        level=finding.level.label,
        place=str(place) if place else "整个文件",
        message=finding.message,
        value=_side(kind, finding.value) if place or finding.value is not None else "",
        expected=_side(kind, finding.expected) if finding.expected is not None else "",
        difference=kind.gap.shown(finding.difference) if finding.difference is not None else "",
        answer=_answer(finding, cause),
        said=said,
        target=f"#{quoted(place.sheet)}!{place.cell}" if place else "",
        key=finding.key,
        open=not finding.explanation,
    )


def _side(kind: Kind, value: Value) -> str:
    """Return what a finding holds against what, as it is shown; that something holds or not is said in words."""
    return "" if isinstance(value, bool) else kind.shown(value)


def _visible(finding: Finding) -> Address | None:
    """Return a cell that the unit can go to: the finding's own, or a related one where that is hidden."""
    places = (finding.place, *(related.address for related in finding.related))
    return next((p for p in places if isinstance(p, Address) and not p.sheet.startswith("_")), None)


def _answer(finding: Finding, cause: int) -> str:
    """Return what the unit is to do; what hangs on another line is looked at after that."""
    if finding.explanation:
        return "已说明，不用再改"
    if cause:
        return f"改好第{cause}条再看"
    return "改正，或在右栏说明" if finding.level is Level.WARNING else "改正"


def _height(opinion: Opinion) -> float:
    return min(409.0, 16.0 * max(1, math.ceil(len(opinion.message) / _LINE)) + 4)
