"""What waits for somebody to decide, line by line: whose it is, what is to be known of it, what may be decided."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from perfeval_xl.comparing.roster_names import RosterNames
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.standing import PROGRAM, Stage, Standing

if TYPE_CHECKING:
    from perfeval_xl.records.standing import Grounds, Overview, Waiting
    from perfeval_xl.records.unit import Unit
    from perfeval_xl.records.verdict import Receipt

_TOLD, _LIKELY = 3, 3
"""Places of one rule that a line tells, and units up to which a file may be one of theirs."""


class Choice(StrEnum):
    """What may be decided; the values are what officials choose."""

    ACCEPT = "通过"
    REJECT = "退回"
    WAIVE = "豁免"
    EXEMPT = "免报"
    CLAIM = "认领"
    IGNORE = "不处理"


class Sort(StrEnum):
    """Why something waits, in the order of the list; the values are what officials read."""

    QUESTIONED = "存疑"
    WAITING = "待审"
    STALE = "需重审"
    UNEXPLAINED = "待说明"
    UNSETTLED = "待定"
    UNREADABLE = "读不出"
    STRANGE = "不在名册"


_OF_UNITS = (Choice.ACCEPT, Choice.REJECT, Choice.EXEMPT)
_OF_FINDINGS = (Choice.WAIVE, Choice.REJECT)
_OF_FILES = (Choice.CLAIM, Choice.IGNORE)


@dataclass(frozen=True, slots=True)
class Matter:
    """One line: a unit, one rule's findings of it, or a file that counts for nobody.

    `key` tells it from all others, `mark` is the fingerprint of what it is about: with another one, the file, its
    findings, or what judging them rests on have changed. `likely` are the units whose file it may be.
    """

    sort: Sort
    key: str
    mark: str
    choices: tuple[Choice, ...]
    text: str
    unit: Unit | None = None
    likely: tuple[Unit, ...] = ()
    file: str = ""
    sha256: str = ""
    said: str = ""
    rule: str = ""

    @property
    def suggested(self) -> str:
        """Whose it is, or most likely is, as it stands in the column of units; '' where nobody can tell."""
        only = self.unit or (self.likely[0] if len(self.likely) == 1 else None)
        return shown_unit(only) if only else ""


def shown_unit(unit: Unit) -> str:
    """Return a unit as lists show it."""
    return f"{unit.key} {unit.label}"


def matters(seen: Overview, grounds: Callable[[Unit], Grounds]) -> tuple[Matter, ...]:
    """Return what waits: units to be reviewed, doubtful ones first, each with what it explains; then files.

    `grounds` are the fingerprints of what judging a unit's submission rests on.
    """
    found = [(sort, one) for one in seen.standings if (sort := _sort(one))]
    order = list(Sort)
    found.sort(key=lambda pair: order.index(pair[0]))
    of_units = (line for sort, one in found for line in _of_unit(sort, one, grounds))
    return (*of_units, *_of_files(seen))


def _sort(standing: Standing) -> Sort | None:
    """Return why a unit waits for the bureau; None for one that does not, or of which a file waits instead."""
    if standing.receipt is None or standing.challenger:
        return None
    match standing.stage:
        case Stage.WAITING:
            doubtful = standing.doubtful or standing.repetitive or standing.unsettled
            return Sort.QUESTIONED if doubtful else Sort.WAITING
        case Stage.PASSED if standing.stale and standing.accepted and not standing.accepted.automatic:
            return Sort.STALE
        case Stage.DOUBTFUL:
            return Sort.UNEXPLAINED
        case _:
            return None


def _of_unit(sort: Sort, standing: Standing, grounds: Callable[[Unit], Grounds]) -> Iterator[Matter]:
    unit, receipt = standing.unit, standing.receipt
    if receipt is None:
        return
    yield Matter(
        sort,
        f"单位 {unit.key}",
        _mark(receipt.sha256, *_judged(standing), *_without_program(grounds(unit))),
        _OF_UNITS,
        _summary(standing),
        unit,
        file=receipt.file,
    )
    for rule, findings in _by_rule(standing).items():
        said = "；".join(dict.fromkeys(one.explanation for one in findings if one.explanation))
        seen = [(str(one.place), one.message, one.explanation) for one in findings]
        yield Matter(
            sort,
            f"问题 {unit.key} {rule}",
            _mark(receipt.sha256, rule, *seen),
            _OF_FINDINGS,
            _told(findings),
            unit,
            said=said,
            rule=rule,
        )


def _judged(standing: Standing) -> list[tuple[str, str, str]]:
    """Return what was found of a unit, without answers, waivers and wording."""
    found = (*(standing.receipt.findings if standing.receipt else ()), *standing.findings)
    return sorted((one.rule, one.level.value, str(one.place)) for one in found)


def _without_program(grounds: Grounds) -> list[tuple[str, str]]:
    return sorted((word, mark) for word, mark in grounds.items() if word != PROGRAM)


def _summary(standing: Standing) -> str:
    """Return in one line where a unit stands and how much was found."""
    levels = Counter(one.level for one in standing.all_findings)
    explained = sum(one.level is Level.WARNING and bool(one.explanation) for one in standing.all_findings)
    counts = f"错误{levels[Level.ERROR]}项，核实{levels[Level.WARNING]}项"
    return f"{standing.progress}。{counts}" + (f"（已说明{explained}项）" if explained else "") + "。"


def _by_rule(standing: Standing) -> dict[str, list[Finding]]:
    """Return what is to be corrected or was explained, by rule, what is open first; not what is waived already."""
    found: dict[str, list[Finding]] = {}
    for one in sorted(standing.all_findings, key=lambda one: bool(one.explanation)):
        if one.level is not Level.NOTICE and not standing.decision.waiver(one.rule, standing.day):
            found.setdefault(one.rule, []).append(one)
    return found


def _told(findings: list[Finding]) -> str:
    told = [f"{f'{one.place} ' if one.place else ''}{one.message}" for one in findings[:_TOLD]]
    more = f"（共{len(findings)}处）" if len(findings) > _TOLD else ""
    return f"{findings[0].rule}　{'；'.join(told)}{more}"


# --- files ----------------------------------------------------------------------------------------------------


def _of_files(seen: Overview) -> Iterator[Matter]:
    units = {one.unit.key: one.unit for one in seen.standings}
    names = RosterNames(units.values())
    yield from (_waiting(one, units) for one in seen.waiting)
    for standing in seen.standings:
        for receipt in standing.unread:
            yield _file(Sort.UNREADABLE, receipt, receipt.findings[0].message, (standing.unit,))
    for receipt in seen.rejected:
        likely = _likely(receipt, names, units.values())
        yield _file(Sort.UNREADABLE, receipt, receipt.findings[0].message, likely)
    for receipt, finding in zip(seen.strangers, seen.findings, strict=True):
        yield _file(Sort.STRANGE, receipt, finding.message, _likely(receipt, names, units.values()))


def _waiting(one: Waiting, units: dict[str, Unit]) -> Matter:
    likely = tuple(units[key] for key in one.units if key in units)
    if one.before is None or len(likely) != 1:
        return _file(Sort.UNSETTLED, one.receipt, one.finding.message, likely)
    return _file(Sort.UNSETTLED, one.receipt, one.finding.message, likely, (Choice.ACCEPT, *_OF_FILES))


def _file(
    sort: Sort,
    receipt: Receipt,
    text: str,
    likely: tuple[Unit, ...],
    choices: tuple[Choice, ...] = _OF_FILES,
) -> Matter:
    key = f"文件 {receipt.sha256[:16]} {receipt.file}"
    mark = _mark(receipt.sha256, sort, choices)
    return Matter(sort, key, mark, choices, text, likely=likely, file=receipt.file, sha256=receipt.sha256)


def _likely(receipt: Receipt, names: RosterNames, units: Iterable[Unit]) -> tuple[Unit, ...]:
    """Return the few units whose file it may be: those that its path names, or that it says it is of."""
    codes = names.in_text(receipt.file) | names.called(receipt.unit_name) | names.coded(receipt.unit)
    return tuple(unit for unit in units if unit.code in codes) if len(codes) <= _LIKELY else ()


def _mark(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
