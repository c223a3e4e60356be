"""What a filled 审核单 comes to: which lines are decisions now, were applied, are out of date, or are wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from perfeval_xl.campaign.docket.filled import (
    BY,
    CHOICE,
    FILE,
    KEY,
    MARK,
    MATTER,
    TYPED,
    UNIT,
    UNTIL,
    WHY,
    FilledDocket,
    FilledLine,
)
from perfeval_xl.campaign.docket.matters import Choice, Matter, shown_unit
from perfeval_xl.campaign.named import units_named
from perfeval_xl.records.act import Act, Deed, undoable
from perfeval_xl.records.errors import DecisionError
from perfeval_xl.wording.numbers import Sure
from perfeval_xl.wording.numbers import day as day_read

if TYPE_CHECKING:
    from perfeval_xl.records.standing import Overview
    from perfeval_xl.records.unit import Unit

ROWS = "审核单行"
"""Under which word an act keeps which lines it was decided in."""
DEEDS = {
    Choice.ACCEPT: Deed.ACCEPT,
    Choice.REJECT: Deed.REJECT,
    Choice.WAIVE: Deed.WAIVE,
    Choice.EXEMPT: Deed.EXEMPT,
    Choice.CLAIM: Deed.CLAIM,
    Choice.IGNORE: Deed.IGNORE,
}
_OF_A_UNIT = (Choice.ACCEPT, Choice.REJECT, Choice.EXEMPT)
"""Of which a unit can have one only."""
_UNSAID = "的说明不够，请重新说明或改正"


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision, the cell it stands in, and the cell of its reason.

    `unit` is the key of whom it is about or whose a file is; `sha256` the file that was meant. `rows` are the
    lines that it comes from: the same unit may be sent back for several findings.
    """

    choice: Choice
    place: str
    why_place: str
    rows: tuple[str, ...]
    unit: Unit | None = None
    file: str = ""
    sha256: str = ""
    rule: str = ""
    why: str = ""
    until: date | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """The decisions, what is wrong with the others, each with its cell, and how many lines were applied before."""

    entries: tuple[Entry, ...]
    faults: tuple[str, ...]
    known: int


class _LineError(Exception):
    """Why a line cannot be taken; a sentence that begins with its cell."""


def taken(docket: FilledDocket, listed: Iterable[Matter], seen: Overview) -> Taken:
    """Return what a filled list comes to, by what waits now; nothing of a faulty line is taken."""
    reader = _Reader(docket, {matter.key: matter for matter in listed}, seen)
    found, faults = list[Entry](), list[str]()
    for line in docket.lines:
        try:
            entry = reader.entry(line)
        except _LineError as fault:
            faults.append(str(fault))
        else:
            found += [entry] if entry else []
    entries, clashes = _reconciled(found)
    return Taken(tuple(entries), (*faults, *clashes), reader.known)


def rows_of(act: Act) -> tuple[str, ...]:
    """Return the lines that an act was decided in."""
    return tuple(act.grounds.get(ROWS, "").split("\n")) if ROWS in act.grounds else ()


def carried(
    docket: FilledDocket, listed: Iterable[Matter], acts: Iterable[Act]
) -> tuple[dict[str, dict[str, str]], list[dict[str, str]], int]:
    """Return what was typed and not applied: by the keys of lines that still stand, and in lines added by hand.

    The last is how many filled lines found no place, since what they were about has changed.
    """
    marks = {matter.key: matter.mark for matter in listed}
    applied = {row for act in acts for row in rows_of(act)}
    typed, by_hand, lost = dict[str, dict[str, str]](), list[dict[str, str]](), 0
    for line in docket.lines:
        if not any(line[heading] for heading in TYPED) or _row(docket, line) in applied:
            continue
        if not line[KEY]:
            by_hand.append({**line.typed, FILE: line[FILE], MATTER: line[MATTER]})
        elif marks.get(line[KEY]) == line[MARK]:
            typed[line[KEY]] = line.typed
        else:
            lost += 1
    return typed, by_hand, lost


def _row(docket: FilledDocket, line: FilledLine) -> str:
    """Return by what a line is known again in the ledger: one added by hand by what it says."""
    headings = (KEY, MARK) if line[KEY] else (CHOICE, UNIT, FILE, MATTER)
    return " ".join((docket.number, *(line[heading] for heading in headings))).replace("\n", " ")


class _Reader:
    """The lines of one list, read by what waits now and by what was applied."""

    def __init__(self, docket: FilledDocket, listed: Mapping[str, Matter], seen: Overview) -> None:
        self._docket, self._listed = docket, listed
        self._units = tuple(one.unit for one in seen.standings)
        self._acts = {row: act for act in seen.acts for row in rows_of(act)}
        self._valid = {act.number for act in undoable(seen.acts)}
        self.known = 0

    def entry(self, line: FilledLine) -> Entry | None:
        """Return what a line decides; None for one that decides nothing or was applied before."""
        if line.errors:
            raise _LineError(f"{line.errors[0]}：这一格是错误值，请改正或直接填写。")
        choice, row = self._choice(line), _row(self._docket, line)
        if choice is None or self._is_applied(row, choice, line):
            return None
        entry = Entry(
            choice, line.places[CHOICE], line.places[WHY], (row,),
            rule=line[MATTER].split()[0] if line[MATTER] else "", file=line[FILE], why=line[WHY],
            until=_until(line, choice), by=line[BY],
        )  # fmt: skip
        return self._of_matter(entry, line) if line[KEY] else self._by_hand(entry, line)

    def _choice(self, line: FilledLine) -> Choice | None:
        text, place = line[CHOICE], line.places[CHOICE]
        if not text:
            filled = next((heading for heading in (WHY, UNTIL) if line[heading]), "")
            if filled:
                raise _LineError(f"{place}：填了{filled}，没有选决定，没有办理。")
            return None
        if text not in tuple(Choice):
            raise _LineError(f"{place}：决定“{text}”不在列表中，可以选{'、'.join(Choice)}。")
        return Choice(text)

    def _is_applied(self, row: str, choice: Choice, line: FilledLine) -> bool:
        act, place = self._acts.get(row), line.places[CHOICE]
        if act is None:
            return False
        if act.number not in self._valid:
            raise _LineError(
                f"{place}：这一行办理过，后来撤销了（记录{act.number}号）。仍要办理的，请重新写出审核单再填。"
            )
        if act.deed not in (DEEDS[choice], Deed.CONFIRM):
            raise _LineError(
                f"{place}：这一行已经办理了{act.deed.label}（记录{act.number}号），不能再改成{choice}。要改的，请先撤销。"
            )
        self.known += 1
        return True

    def _of_matter(self, entry: Entry, line: FilledLine) -> Entry:
        matter = self._listed.get(line[KEY])
        if matter is None or matter.mark != line[MARK]:
            what = line[UNIT] or f"“{line[FILE]}”"
            raise _LineError(
                f"{entry.place}：{what}在审核单写出以后有了变化，没有办理。请重新写出审核单，看过再定。"
            )
        if (matter.unit and line[UNIT] != matter.suggested) or line[FILE] != matter.file:
            raise _LineError(
                f"{entry.place}：这一行的单位或文件与写出时不同，各列可能错了位，没有办理。请重新写出。"
            )
        if entry.choice not in matter.choices:
            raise _LineError(f"{entry.place}：这一行不能选{entry.choice}，可以选{'、'.join(matter.choices)}。")
        about = replace(entry, rule=matter.rule, sha256=matter.sha256)
        if matter.unit:
            return replace(_with_rule(about), unit=matter.unit)
        if entry.choice is Choice.IGNORE:
            return about
        return replace(about, unit=self._unit(line))

    def _by_hand(self, entry: Entry, line: FilledLine) -> Entry:
        """Return the decision of a line that somebody added: of a unit, or of a file by its name."""
        if entry.choice in (Choice.CLAIM, Choice.IGNORE) and not entry.file:
            raise _LineError(f"{line.places[FILE]}：{entry.choice}要写明文件名。")
        if entry.choice is Choice.WAIVE and not entry.rule:
            raise _LineError(f"{line.places[MATTER]}：豁免要写明规则编号，例如 B06。")
        if entry.choice is Choice.IGNORE:
            return entry
        return replace(entry, unit=self._unit(line))

    def _unit(self, line: FilledLine) -> Unit:
        place = line.places[UNIT]
        if not line[UNIT]:
            raise _LineError(f"{place}：请写明是哪个单位，从列表中选，或写代码、名称。")
        try:
            first, *others = units_named(self._units, line[UNIT])
        except DecisionError as error:
            raise _LineError(f"{place}：{error}") from None
        if others:
            told = "、".join(map(shown_unit, (first, *others)))
            raise _LineError(f"{place}：“{line[UNIT]}”要分别报送{len(others) + 1}份，请写明是哪一份：{told}")
        return first


def _with_rule(entry: Entry) -> Entry:
    """Return a decision on a finding; a unit that goes back for it reads which one."""
    if entry.choice is not Choice.REJECT or not entry.rule:
        return entry
    return replace(entry, why=f"{entry.rule}：{entry.why}" if entry.why else f"{entry.rule}{_UNSAID}")


def _until(line: FilledLine, choice: Choice) -> date | None:
    text, place = line[UNTIL], line.places[UNTIL]
    if not text:
        return None
    if choice is not Choice.WAIVE:
        raise _LineError(f"{place}：只有豁免写有效期，请清空。")
    read = day_read(text)
    if not isinstance(read, Sure) or not isinstance(read.value, date):
        raise _LineError(f"{place}：有效期“{text}”读不成日期，请写成 2024-12-31 这样。")
    return read.value


def _reconciled(entries: Sequence[Entry]) -> tuple[list[Entry], list[str]]:
    """Return decisions with those on one unit made one, and what is said of those that exclude each other."""
    together = defaultdict[object, list[Entry]](list)
    for entry in entries:
        together[_subject(entry)].append(entry)
    kept, faults = list[Entry](), list[str]()
    for several in together.values():
        first, *others = several
        if others and any(one.choice is not Choice.REJECT for one in several):
            faults += _clashes(first, others)
        else:
            kept.append(_joined(several) if others else first)
    return kept, faults


def _subject(entry: Entry) -> tuple[object, ...]:
    """Return of what there can be one decision only."""
    if entry.choice in _OF_A_UNIT and entry.unit:
        return ("unit", entry.unit.key)
    if entry.choice is Choice.WAIVE and entry.unit:
        return ("rule", entry.unit.key, entry.rule)
    return ("file", entry.file)


def _clashes(first: Entry, others: Sequence[Entry]) -> Iterator[str]:
    what = shown_unit(first.unit) if first.unit else f"“{first.file}”"
    for one in others:
        before = f"{first.place}定为{first.choice}"
        yield f"{one.place}：{what}已在{before}，这里又写{one.choice}，都没有办理，请只留一个。"


def _joined(several: Sequence[Entry]) -> Entry:
    """Return several wishes to send one unit back as one, with all that is said of it."""
    whys = "；".join(dict.fromkeys(one.why for one in several if one.why))
    return replace(several[0], why=whys, rows=tuple(row for one in several for row in one.rows))
