"""Whether checks can both hold and fail: a template filled again and again with what its formulas speak of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Flag, auto
from random import Random
from typing import TYPE_CHECKING

from perfeval_xl.records.contract import Role, kept_mark
from perfeval_xl.records.kind import Holds
from perfeval_xl.wording.numbers import NOT_APPLICABLE
from perfeval_xl.workbook.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from perfeval_xl.records.address import Address
    from perfeval_xl.records.contract import Check, Field, Template
    from perfeval_xl.records.finding import Value

TRIALS, CLOSE_TRIALS, FEW_ROWS, MANY_ROWS = 30, 800, 3, 12
_OFTEN, _SELDOM, _LONGEST, _SUMS = 0.5, 0.2, 20, 3
_DAY = date(2024, 3, 15)
_LITERAL = re.compile(r'"((?:[^"]|"")*)"')
_FIGURE = re.compile(r"(?<![\w.])[0-9]+(?:\.[0-9]+)?(?![\w.])")
_TEXTS = ("办公室", "压减会议数量，会议费比上年减少。")
_FIGURES = tuple(map(Decimal, ("0", "1", "2", "10", "100", "0.5", "99.99", "2500")))
_BELOW_NOTHING = Decimal(-5)


class Answers(Flag):
    """What a check has answered so far."""

    NONE = 0
    PASSED = auto()
    FAILED = auto()


def tried(template: Template, words: Mapping[str, tuple[str, ...]]) -> dict[str, Answers]:
    """Return what each check answered over all trials; `words` are the texts that its formulas compare with."""
    trials = _Trials(template)
    everything = _Pool(tuple(field for field in trials.inputs), _all(words), trials.figures)
    for number in range(TRIALS):
        trials.run(template.checks, Random(number), everything)  # noqa: S311 - repeatable, not secret
    for check in template.checks:
        close = trials.beneath(check, words.get(check.id, ()))
        for number in range(CLOSE_TRIALS):
            if trials.known[check.id] == Answers.PASSED | Answers.FAILED:
                break
            trials.run_close(check, Random(number), close)  # noqa: S311 - as above
    return trials.known


@dataclass(frozen=True, slots=True)
class _Pool:
    """What a trial fills, and with what."""

    fields: tuple[Field, ...]
    texts: tuple[str, ...]
    figures: tuple[Decimal, ...]
    many_rows: bool = False


class _Trials:
    """A template being tried; remembers what its checks answered."""

    def __init__(self, template: Template) -> None:
        self.template = template
        asked = {check.cell for check in template.checks}
        self.engine = Engine(template.package, _DAY, asked=asked)
        self.known = dict.fromkeys((check.id for check in template.checks), Answers.NONE)
        self.settings = tuple(value for value in template.defaults.values() if isinstance(value, Decimal))
        self.figures = tuple(dict.fromkeys((*_FIGURES, *_figures(template), *self.settings)))
        self.inputs = tuple(
            field for field in template.fields if field.role in (Role.INPUT, Role.PREFILL, Role.STAMP)
        )

    def beneath(self, check: Check, words: tuple[str, ...]) -> _Pool:
        """Return the inputs to vary for one check: its own, and those of the tables that they are in."""
        tables = {self.template.field[name].table for name in check.inputs} | {check.table}
        fields = (
            field for field in self.inputs if field.name in check.inputs or (field.table and field.table in tables)
        )
        figures = tuple(Decimal(figure) for figure in _FIGURE.findall(_LITERAL.sub("", check.left + check.right)))
        below = (_BELOW_NOTHING,) if check.relation == "≥" and check.right.lstrip("=") == "0" else ()
        rests_on = tuple(fields) or self.inputs  # formulas may speak of cells instead of names
        return _Pool(rests_on, words, (*_FIGURES, *figures, *self.settings, *below), bool(check.flags))

    def run(self, checks: Iterable[Check], chance: Random, pool: _Pool) -> None:
        """Fill the template once, and note what the checks say."""
        self._note(checks, _fill(chance, pool))

    def run_close(self, check: Check, chance: Random, pool: _Pool) -> None:
        """Fill what one check rests on; where some rows keep it and others do not, also one that does."""
        filled = _fill(chance, pool)
        self._note((check,), filled)
        if Answers.PASSED not in self.known[check.id] and (kept := self._kept(check)):
            others = {field.at(row) for field in pool.fields if field.table for row in range(1, MANY_ROWS + 1)}
            others -= {field.at(kept) for field in pool.fields if field.table}
            self._note((check,), {at: value for at, value in filled.items() if at not in others})

    def _note(self, checks: Iterable[Check], filled: Mapping[Address, Value]) -> None:
        self.engine.put(filled)
        for check in checks:
            self.known[check.id] |= self._answer(check)

    def _kept(self, check: Check) -> int:
        """Return the first row that the flags say keeps a check; 0 where there is none."""
        if check.flags is None:
            return 0
        sheet, first, column = check.flags.sheet, check.flags.row, check.flags.column
        marks = ((row, self.engine.at(sheet, first + row - 1, column)) for row in range(1, MANY_ROWS + 1))
        return next((row for row, mark in marks if kept_mark(check.id) in str(mark)), 0)

    def _answer(self, check: Check) -> Answers:
        result = self.engine.value(check.cell)
        if result == "✔":
            return Answers.PASSED
        return Answers.FAILED if result in ("✘", "无法计算") else Answers.NONE


def literals(formula: str) -> Iterable[str]:
    """Give the short texts in a formula, without wildcards: what it may compare with."""
    for literal in _LITERAL.findall(formula):
        if 0 < len(literal) <= _LONGEST and "0.0" not in literal:
            yield literal.strip("*").replace('""', '"')


def _all(words: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for texts in words.values() for text in texts))


def _fill(chance: Random, pool: _Pool) -> Mapping[Address, Value]:
    """Fill some or all of the pool's fields, sometimes with one figure or one text throughout."""
    figure = chance.choice(pool.figures) if chance.random() < _OFTEN else None
    text = chance.choice((*_TEXTS, *pool.texts)) if chance.random() < _SELDOM else None
    density = chance.choice((0.3, 0.9, 1.0, 1.0))
    rows = chance.choice((1, FEW_ROWS, MANY_ROWS)) if pool.many_rows else chance.randint(1, FEW_ROWS)
    filled: dict[Address, Value] = {}
    for field in pool.fields:
        for row in range(1, 1 + rows) if field.table else (0,):
            value = _value(field, chance, pool, figure, text) if chance.random() < density else None
            if value not in (None, ""):
                filled[field.at(row)] = value
    return _with_a_sum(filled, chance) if chance.random() < _OFTEN else filled


def _with_a_sum(filled: dict[Address, Value], chance: Random) -> dict[Address, Value]:
    """Make one figure the sum of one to three others, which figures drawn by chance seldom are."""
    figures = [at for at, value in filled.items() if isinstance(value, Decimal)]
    chance.shuffle(figures)
    if len(figures) < _SUMS:
        return filled
    whole, *parts = figures[: chance.randint(2, _SUMS + 1)]
    total = sum((value for at in parts if isinstance(value := filled[at], Decimal)), Decimal(0))
    return filled | {whole: total}


def _value(field: Field, chance: Random, pool: _Pool, figure: Decimal | None, text: str | None) -> Value:
    if field.kind.holds is Holds.DAY:
        return _DAY + timedelta(days=chance.randint(-700, 300))
    if field.options:
        fitting = [option for option in field.options if option in pool.texts]
        return chance.choice(fitting if fitting and chance.random() < _OFTEN else field.options)
    if field.nullable and chance.random() < _SELDOM:
        return NOT_APPLICABLE
    if field.kind.numeric or (field.kind.figures and chance.random() < _OFTEN):
        drawn = chance.choice(pool.figures) if chance.random() > _SELDOM else Decimal(0)
        return figure if figure is not None else drawn
    if text is not None:
        return text
    return chance.choice(_TEXTS) * (chance.random() < _SELDOM) + chance.choice((*_TEXTS, *pool.texts))


def _figures(template: Template) -> Iterable[Decimal]:
    for check in template.checks:
        for figure in _FIGURE.findall(_LITERAL.sub("", check.left + check.right)):
            yield Decimal(figure)
