"""What is wrong with a submission: the template's own formulas over the unit's inputs, read as findings."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from perfeval_xl.checking.comparison import compared
from perfeval_xl.checking.magnitude import Relation
from perfeval_xl.checking.plausible import implausible
from perfeval_xl.checking.prose import Reader
from perfeval_xl.checking.rows import Mismatched, with_twins_joined
from perfeval_xl.checking.weighing import Weighed, Weigher
from perfeval_xl.records.address import Address
from perfeval_xl.records.answers import counting, unsaid
from perfeval_xl.records.contract import BLANK, BROKEN, EXPLAINED, FAILED, PASSED, Role, broken_mark, kept_mark
from perfeval_xl.records.finding import Finding, Level, Related, difference_between
from perfeval_xl.records.rule import MISSING
from perfeval_xl.records.verdict import Verdict
from perfeval_xl.workbook.cell_text import fitted
from perfeval_xl.workbook.engine import Engine, is_error
from perfeval_xl.workbook.row_formula import row_formula

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from perfeval_xl.checking.rows import Spot
    from perfeval_xl.records.contract import Check, Field, Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Entry, Key, Submission
    from perfeval_xl.workbook.engine import Result

OVERWRITTEN = "F02"
"""The rule by which a computed cell is said to hold another result than its formula."""
_UNABLE = "用现有的数无法计算，请先核对相关的格子。"
_DIGITS, _BETWEEN = 10, "|"
_SAME, _SAME_SHARE = Decimal("0.000001"), Decimal("1e-12")
"""What two programs may differ by in the last digits: at most the one, or that share of a large figure."""
_COMPARED = {"=", "≤", "≥"}
"""How two amounts are compared."""
_FEW_AMONG = 5
"""One cell in so many may have been changed in a file whose other cells are as they were handed out."""
_TRUTH = {"1": True, "TRUE": True, "0": False, "FALSE": False}


class Checker:
    """A template ready to check one submission after another."""

    def __init__(self, template: Template, today: date) -> None:
        self.template, self.today = template, today
        self.engine = Engine(template.package, today, asked=tuple(_asked(template)))
        self.weigher, self.reader = Weigher(template), Reader(template)

    def check(self, submission: Submission) -> Verdict:
        """Put the inputs into the bureau's own template, evaluate, and read what it says."""
        return _Checking(self, submission).verdict(self.today)


def _asked(template: Template) -> Iterator[Address]:
    """Give the cells that a verdict is made of."""
    for check in template.checks:
        if check.flags:
            rows = range(template.table[check.table].rows)
            yield from (replace(check.flags, row=check.flags.row + row) for row in rows)
        else:
            yield from (check.cell, check.left_cell, check.right_cell)
    for field in template.results:
        yield from (field.at(row) for row in template.rows(field))
    for paragraph in template.paragraphs:
        yield paragraph.address


class _Checking:
    """One submission while it is being checked."""

    def __init__(self, checker: Checker, submission: Submission) -> None:
        self.template, self.engine, self.submission = checker.template, checker.engine, submission
        self.weigher, self.reader = checker.weigher, checker.reader
        self.values = submission.values
        self.unreadable = {name for name, _ in submission.unreadable}
        self._flags: dict[Address, list[tuple[int, str]]] = {}
        self._put(self.values)

    def _put(self, keys: Collection[Key]) -> None:
        """Put some of the inputs into the engine, in place of what it had."""
        values, address = self.values, self.template.address
        self.engine.put({address(key): values[key] for key in values if key in keys and self._counts(key[0])})

    def _counts(self, name: str) -> bool:
        """Whether a returned workbook has a say in a field: a setting is the campaign's where there is one.

        What an older template let type and this one computes is computed.
        """
        role = self.template.field[name].role
        return role is not Role.COMPUTED and not (self.template.settled and role is Role.SETTING)

    def verdict(self, today: date) -> Verdict:
        own = [*self._missing(), *self._overwritten()]
        found, skipped = self._board()
        found = with_twins_joined(found, self.values, self.template)
        found = Mismatched(found, self.values, self.template, self._listed, self._failing).told()
        computed = dict(self._computed())
        told = list(self._paragraphs())
        weighed = self._weighed()
        doubted = {name for check, _ in found for name in check.inputs} | weighed.accused
        typed = self.reader.prose({**self.values, **computed}, self.submission.unit_code, doubted)
        rooted = [*weighed.findings, *self._hung(found, weighed)]
        blank = {(self.template.field[name].table, row) for name, row in self._missing_keys}
        meant = implausible(self.template, self.values, today, self.submission.unit_code, doubted, blank)
        findings = sorted([*own, *rooted, *typed, *meant], key=lambda finding: finding.sort_key)
        return Verdict(
            findings=tuple(findings),
            not_evaluated=tuple(skipped),
            computed=computed,
            paragraphs=tuple(text for text, _, _ in told),
            styles=tuple(style for _, style, _ in told),
            lacking=tuple(lacking for _, _, lacking in told),
        )

    @cached_property
    def _used_rows(self) -> dict[str, list[int]]:
        """The rows of each table in which anything is filled; zeros alone say that there was nothing."""
        used: dict[str, set[int]] = {table.name: set() for table in self.template.tables}
        for (name, row), value in self.values.items():
            field = self.template.field[name]
            if field.table and field.role is Role.INPUT and value is not None and value != 0:
                used[field.table].add(row)
        return {name: sorted(rows) for name, rows in used.items()}

    @cached_property
    def _missing_keys(self) -> tuple[Key, ...]:
        """Required inputs that are blank; in tables only in rows that are used, or the first that must be."""
        keys = (
            (field.name, row)
            for field in self.template.fields
            if field.required
            for row in (self._asked_rows(field.table) if field.table else (0,))
        )
        return tuple(key for key in keys if self.values.get(key) is None and key not in self.submission.unreadable)

    def _asked_rows(self, table: str) -> list[int]:
        return self._used_rows[table] or [1] * self.template.table[table].needed

    def _missing(self) -> Iterator[Finding]:
        for key in self._missing_keys:
            yield self._field_finding(
                MISSING, key, "必填，还没有填写。没有发生的填0，没有这项内容的按填报说明填写。"
            )

    def _overwritten(self) -> Iterator[Finding]:
        """Compare what the file's own formulas gave with what the template's give.

        What follows from another such cell, or rests on an input that the file's formulas understand otherwise
        than we do, accuses nobody.
        """
        suspects = self._suspects
        places = {self.template.places[entry.key]: entry for entry in suspects}
        rests = {place: self.engine.rests_on(place) for place in places}
        for place, entry in places.items():
            if not any(other in rests[place] for other in places if other != place):
                follow = (other for other in places if other != place and place in rests[other])
                yield self._overwriting(entry, [places[other] for other in follow])

    @cached_property
    def _suspects(self) -> list[Entry]:
        """The computed cells that hold another result than ours, where nothing but a change explains it."""
        differing = [entry for entry in self._stored if not _same(entry.value, self._ours(entry))]
        if not differing or not self._as_set():
            return []
        differing = self._unexplained(differing)
        unsure = {self.template.address(key) for key in self.submission.unreadable | self.submission.translated}
        return [
            entry
            for entry in differing
            if unsure.isdisjoint(self.engine.rests_on(self.template.places[entry.key]))
        ]

    @cached_property
    def _stored(self) -> list[Entry]:
        """What the file has in the computed cells that its reader sees."""
        return [
            entry
            for entry in self.submission.stored
            if self.template.field[entry.name].role is Role.COMPUTED
            and entry.key in self.template.places
            and not self.template.places[entry.key].sheet.startswith("_")
        ]

    def _ours(self, entry: Entry) -> Value:
        return _value(self.engine.value(self.template.places[entry.key]))

    def _as_set(self) -> bool:
        """Whether the file's formulas computed with the same settings as ours."""
        return all(
            _same(value, _value(self.engine.value(self.template.address(key))))
            for key, value in self.values.items()
            if self.template.field[key[0]].role is Role.SETTING
        )

    def _before(self) -> dict[Key, Value]:
        """Return what the computed cells held when the workbook was handed out."""
        typed = {key for key in self.values if self.template.field[key[0]].role.typed}
        self._put(self.values.keys() - typed)
        before = {entry.key: self._ours(entry) for entry in self._stored}
        self._put(self.values.keys())
        return before

    def _unexplained(self, differing: list[Entry]) -> list[Entry]:
        """Return those of the differing results that a program which does not calculate does not explain.

        It leaves cells as they were handed out, which the probe does not tell of a file that was handed out
        computed. Where it left all of them so, a few that hold something else were changed; where it left most,
        others may be from half way through filling. Those whose formula is not ours tell in any case.
        """
        before = self._before()
        moved = [entry for entry in self._stored if not _same(before[entry.key], self._ours(entry))]
        fresh = sum(_same(entry.value, self._ours(entry)) for entry in moved)
        stale = sum(_same(entry.value, before[entry.key]) for entry in moved)
        odd = {entry.key for entry in differing if not _same(entry.value, before[entry.key])}
        if fresh < stale and (fresh or len(odd) * _FEW_AMONG > len(differing)):
            odd.clear()
        return [entry for entry in differing if entry.key in odd | self.submission.changed]

    def _overwriting(self, entry: Entry, follow: list[Entry]) -> Finding:
        field, ours = self.template.field[entry.name], self._ours(entry)
        message = (
            f"这是自动计算的格子，文件中是 {field.kind.shown(entry.value)}，"
            f"按公式应为 {field.kind.shown(ours)}。请用原来的公式，不要改写。"
        )
        if follow:
            message += f"由它算出的{len(follow)}格随之不同，不用另改。"
        related = tuple(self._following(other) for other in follow)
        found = self._field_finding(OVERWRITTEN, entry.key, message, entry.value)
        return replace(found, expected=ours, level=Level.WARNING, related=related)

    def _following(self, entry: Entry) -> Related:
        label = self._label(self.template.field[entry.name], entry.row)
        return Related(self.template.places[entry.key], label, entry.value)

    def _field_finding(self, rule: str, key: Key, message: str, value: Value = None) -> Finding:
        field = self.template.field[key[0]]
        return Finding(
            rule=rule,
            level=Level.ERROR,
            message=f"{self._label(field, key[1])}：{message}",
            place=field.at(key[1]),
            unit=self.submission.unit_code,
            field=field.name,
            label=field.label,
            value=value,
        )

    def _label(self, field: Field, row: int) -> str:
        return f"{field.label}（第{row}行）" if row else field.label

    def _board(self) -> tuple[list[tuple[Check, Finding]], list[str]]:
        """Read every check's result; return what failed, and the ids of those that could not be judged."""
        found: list[tuple[Check, Finding]] = []
        skipped: list[str] = []
        missing = {name for name, row in self._missing_keys if not row or not self._used_rows_of(name)}
        for check in self.template.checks:
            if not self.unreadable.isdisjoint(check.inputs) or not missing.isdisjoint(check.inputs):
                skipped.append(check.id)
            elif check.table:
                found += [(check, finding) for finding in self._rows(check, skipped)]
            elif (result := self.engine.value(check.cell)) == BLANK:
                skipped.append(check.id)
            elif result in (FAILED, EXPLAINED, BROKEN):
                found.append((check, self._finding(check)))
        return found, skipped

    def _weighed(self) -> Weighed:
        """Say which amounts are most likely in the wrong unit; without a sign of it nothing more is looked at."""
        broken = list(self._relations(holding=False))
        if not self.weigher.doubtful(self.values, broken):
            return Weighed()
        relations = [*broken, *self._relations(holding=True)]
        return self.weigher.weighed(self.values, relations, self.submission.unit_code)

    def _relations(self, *, holding: bool) -> Iterator[Relation]:
        """Give the checks that compare amounts: those that hold, or those that do not."""
        for check in self.template.checks:
            if check.kind.money and check.relation in _COMPARED and (check.relation == "=" or not holding):
                rows = self._rows_that(check, holding=holding) if check.table else self._cell_that(check, holding)
                yield from (self._relation(check, row, holds=holding) for row in rows)

    def _cell_that(self, check: Check, holding: bool) -> tuple[int, ...]:
        answers = (PASSED,) if holding else (FAILED, EXPLAINED)
        return (0,) if self.engine.value(check.cell) in answers else ()

    def _rows_that(self, check: Check, *, holding: bool) -> list[int]:
        mark = kept_mark(check.id) if holding else broken_mark(check.id)
        return (
            [row for row, text in self._flagged(check.table, check.flags) if mark in text] if check.flags else []
        )

    def _relation(self, check: Check, row: int, *, holds: bool) -> Relation:
        left, right = (_amount(side) for side in (self._sides(check, row) if not holds or not row else (1.0, 1.0)))
        keys = frozenset((name, number) for name in check.inputs for number in self._rows_of(name, check, row))
        return Relation(keys, left, right, check.tolerance, holds, check.relation == "=")

    def _rows_of(self, name: str, check: Check, row: int) -> Sequence[int]:
        """Return the rows of a field that a check of a row, or of no row, rests on."""
        table = self.template.field[name].table
        if not table:
            return (0,)
        return (row,) if table == check.table else self._used_rows[table]

    def _hung(self, found: list[tuple[Check, Finding]], weighed: Weighed) -> Iterator[Finding]:
        """Hang what would not be found, were the amounts in the right unit, on what is said of the unit."""
        rooted = list(_rooted(found))
        if weighed.mended is None:
            return iter(rooted)
        root = min(finding.rule for finding in weighed.findings)
        left = self._failing(weighed.mended)
        return (
            one if (check.id, one.place) in left else replace(one, root=root)
            for one, (check, _) in zip(rooted, found, strict=True)
        )

    def _failing(self, values: Mapping[Key, Value]) -> set[Spot]:
        """Return which checks would fail at which places with other values."""
        self._flags = {}
        self.engine.put(
            {self.template.address(key): value for key, value in values.items() if self._counts(key[0])}
        )
        failing = {(check.id, finding.place) for check, finding in self._board()[0]}
        self._flags = {}
        self._put(self.values.keys())
        return failing

    def _listed(self, name: str) -> tuple[str, ...]:
        """Return what stands in a list of choices."""
        return tuple(str(self.engine.evaluate(f'TEXTJOIN("{_BETWEEN}",TRUE,{name})')).split(_BETWEEN))

    def _used_rows_of(self, name: str) -> list[int]:
        return self._used_rows[self.template.field[name].table]

    def _finding(self, check: Check, row: int = 0) -> Finding:
        """Return what a check that failed says: of the whole workbook, or of one row of its table."""
        fields = [self.template.field[name] for name in check.names]
        at = self._first_seen(check)
        sides = self._sides(check, row)
        left, right = (_value(side) for side in sides)
        broken = self.engine.value(check.cell) == BROKEN if not row else any(map(is_error, sides))
        told = _UNABLE if broken else f"{compared(check, left, right, self.template.field)}{check.message}"
        return Finding(
            rule=check.rule,
            level=check.level,
            message=f"{self._title(check, row)}：{told}{unsaid(self._written(check))}",
            place=_place(check, row, at),
            unit=self.submission.unit_code,
            field=at.name if at else "",
            label=check.title,
            value=left,
            expected=right if check.relation != "为真" else True,
            difference=difference_between(left, right),
            tolerance=check.tolerance,
            related=tuple(related for field in fields for related in self._related(field, row)),
            explanation=counting(self._written(check)),
        )

    def _first_seen(self, check: Check) -> Field | None:
        """Return the first field that a check speaks of, or rests on, and that a department can go to."""
        named = (self.template.field[name] for name in check.names)
        beneath = (field for field in self.template.fields if field.name in check.inputs)
        return next((field for field in (*named, *beneath) if not field.address.sheet.startswith("_")), None)

    def _sides(self, check: Check, row: int) -> tuple[Result, Result]:
        """Return both sides of a check: as they stand on the board, or as its formulas give them for a row."""
        if not row:
            return self.engine.value(check.left_cell), self.engine.value(check.right_cell)
        cells = {field.name: field.at(row).reference for field in self.template.columns[check.table]}
        left, right = (row_formula(side, lambda name: cells.get(name, name)) for side in (check.left, check.right))
        return self.engine.evaluate(left), self.engine.evaluate(right) if right else None

    def _title(self, check: Check, row: int) -> str:
        if not row:
            return check.title
        return f"{self.template.table[check.table].title}第{row}行，{check.title.removesuffix('（不符的行数）')}"

    def _related(self, field: Field, row: int) -> Iterator[Related]:
        """Give the cells that a name stands for: the row's own, the only one, or the filled ones of a column."""
        whole_column = bool(field.table and not row)
        for number in self._used_rows[field.table] if whole_column else (row,):
            address = field.at(number)
            value = _value(self.engine.value(address))
            if value is not None or not whole_column:
                yield Related(address, self._label(field, number), value)

    def _written(self, check: Check) -> str:
        """Return what the unit wrote beside a check that may be explained."""
        return self.submission.explanations.get(check.id, "") if check.level is Level.WARNING else ""

    def _rows(self, check: Check, skipped: list[str]) -> Iterator[Finding]:
        """Give a finding for each row of a table that breaks a check."""
        if check.flags is None:
            return
        unreadable = {
            row for name, row in self.submission.unreadable if self.template.field[name].table == check.table
        }
        missing = {(name, row) for name, row in self._missing_keys}
        mark = broken_mark(check.id)
        for row in (row for row, text in self._flagged(check.table, check.flags) if mark in text):
            if row in unreadable or any((name, row) in missing for name in check.names):
                skipped.append(f"{check.id}#{row}")
            else:
                yield self._finding(check, row)

    def _flagged(self, table: str, flags: Address) -> list[tuple[int, str]]:
        """Return what a column of flags says of each used row; several checks share one."""
        if flags not in self._flags:
            self._flags[flags] = [
                (row, str(self.engine.at(flags.sheet, flags.row + row - 1, flags.column)))
                for row in self._used_rows[table]
            ]
        return self._flags[flags]

    def _computed(self) -> Iterator[tuple[Key, Value]]:
        for field in self.template.results:
            for row in self._used_rows[field.table] if field.table else (0,):
                yield (field.name, row), _value(self.engine.value(self.template.places[field.name, row]))

    def _paragraphs(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Give each paragraph of the report with its style and what it lacks."""
        unusable = {name for name, _ in self._missing_keys} | self.unreadable
        lacking = [field for field in self.template.fields if field.name in unusable]
        for paragraph in self.template.paragraphs:
            text = self.engine.value(paragraph.address)
            if isinstance(text, str) and text:
                labels = tuple(field.label for field in lacking if field.name in paragraph.inputs)
                yield from ((line.strip("　"), paragraph.style, labels) for line in text.split("\n"))


def _rooted(found: list[tuple[Check, Finding]]) -> Iterator[Finding]:
    """Hang a finding on another that speaks of a part of the same inputs: mend that one first.

    In a row that is what is said of one of its cells alone, such as that another row has the same name.
    """
    apart = [
        (other, finding)
        for other, finding in found
        if other.level is Level.ERROR and not finding.root and (len(other.inputs) == 1 or not other.table)
    ]
    for check, finding in found:
        roots = [
            other
            for other, root in apart
            if other.inputs and other.inputs < check.inputs and (not other.table or _in_one_row(root, finding))
        ]
        root = min(roots, key=lambda other: (len(other.inputs), other.id), default=None)
        yield replace(finding, root=f"{root.rule}") if root and not finding.root else finding


def _in_one_row(one: Finding, other: Finding) -> bool:
    """Whether two findings stand in one row of one sheet."""
    here, there = one.place, other.place
    return (
        isinstance(here, Address)
        and isinstance(there, Address)
        and (here.sheet, here.row) == (there.sheet, there.row)
    )


def _place(check: Check, row: int, field: Field | None) -> Address:
    """Return where a check's finding is: at the field that a department can go to, or on the board."""
    if field is None:
        return check.cell
    return field.at(row or (1 if field.table else 0))


def _amount(result: Result) -> Decimal:
    value = _value(result)
    return value if isinstance(value, Decimal) else Decimal(0)


def _value(result: Result) -> Value:
    """Return an engine's result as a value; a figure keeps ten decimals, which no amount or rate needs."""
    if isinstance(result, bool) or result is None:
        return result
    if isinstance(result, float):
        return Decimal(repr(round(result, _DIGITS))).normalize() + 0
    return result if not is_error(result) else str(result)


def _same(stored: Value, ours: Value) -> bool:
    """Whether two results are the same to a reader; a formula that gives a blank cell's value shows 0."""
    if isinstance(stored, bool) or isinstance(ours, bool):
        return _TRUTH.get(str(stored).upper()) is _TRUTH.get(str(ours).upper())
    if isinstance(stored, Decimal) and isinstance(ours, Decimal):
        return abs(stored - ours) <= max(_SAME, abs(ours) * _SAME_SHARE)
    if not stored or not ours:
        return not stored and not ours
    return stored == ours or fitted(str(ours)) == stored
