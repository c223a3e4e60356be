"""Whether checks can both hold and fail: a template filled again and again with what its formulas speak of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Flag, auto
from random import Random
from typing import TYPE_CHECKING

from perfeval_xl.records.contract import Role
from perfeval_xl.records.kind import Holds
from perfeval_xl.wording.numbers import NOT_APPLICABLE
from perfeval_xl.workbook.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from perfeval_xl.records.address import Address
    from perfeval_xl.records.contract import Check, Field, Template
    from perfeval_xl.records.finding import Value

TRIALS, CLOSE_TRIALS, TRIED_ROWS = 30, 800, 3
_OFTEN, _SELDOM, _LONGEST = 0.5, 0.2, 20
_DAY = date(2024, 3, 15)
_LITERAL = re.compile(r'"((?:[^"]|"")+)"')
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
            trials.run((check,), Random(number), close)  # noqa: S311 - as above
    return trials.known


@dataclass(frozen=True, slots=True)
class _Pool:
    """What a trial fills, and with what."""

    fields: tuple[Field, ...]
    texts: tuple[str, ...]
    figures: tuple[Decimal, ...]


class _Trials:
    """A template being tried; remembers what its checks answered."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.engine = Engine(template.package, _DAY)
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
        return _Pool(tuple(fields), words, (*_FIGURES, *figures, *self.settings, *below))

    def run(self, checks: Iterable[Check], chance: Random, pool: _Pool) -> None:
        """Fill the template once, and note what the checks say."""
        self.engine.put(_fill(chance, pool))
        for check in checks:
            self.known[check.id] |= self._answer(check)

    def _answer(self, check: Check) -> Answers:
        result = self.engine.value(check.cell)
        if result == "✔":
            return Answers.PASSED
        return Answers.FAILED if result in ("✘", "无法计算") else Answers.NONE


def literals(formula: str) -> Iterable[str]:
    """Give the short texts in a formula, without wildcards: what it may compare with."""
    for literal in _LITERAL.findall(formula):
        if len(literal) <= _LONGEST and "0.0" not in literal:
            yield literal.strip("*").replace('""', '"')


def _all(words: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for texts in words.values() for text in texts))


def _fill(chance: Random, pool: _Pool) -> Mapping[Address, Value]:
    """Fill some or all of the pool's fields, sometimes with one figure or one text throughout."""
    figure = chance.choice(pool.figures) if chance.random() < _OFTEN else None
    text = chance.choice((*_TEXTS, *pool.texts)) if chance.random() < _SELDOM else None
    density = chance.choice((0.3, 0.9, 1.0, 1.0))
    filled: dict[Address, Value] = {}
    for field in pool.fields:
        for row in range(1, 1 + chance.randint(1, TRIED_ROWS)) if field.table else (0,):
            value = _value(field, chance, pool, figure, text) if chance.random() < density else None
            if value not in (None, ""):
                filled[field.at(row)] = value
    return filled


def _value(field: Field, chance: Random, pool: _Pool, figure: Decimal | None, text: str | None) -> Value:
    if field.kind.holds is Holds.DAY:
        return _DAY + timedelta(days=chance.randint(-700, 300))
    if field.options:
        fitting = [option for option in field.options if option in pool.texts]
        return chance.choice(fitting if fitting and chance.random() < _OFTEN else field.options)
    if field.nullable and chance.random() < _SELDOM:
        return NOT_APPLICABLE
    if field.kind.numeric or (field.kind.figures and chance.random() < _OFTEN):
        return figure if figure is not None else chance.choice(pool.figures)
    if text is not None:
        return text
    return chance.choice(_TEXTS) * (chance.random() < _SELDOM) + chance.choice((*_TEXTS, *pool.texts))


def _figures(template: Template) -> Iterable[Decimal]:
    for check in template.checks:
        for figure in _FIGURE.findall(_LITERAL.sub("", check.left + check.right)):
            yield Decimal(figure)
