"""Which problems the bureau has to speak of: findings by group, with how many units and whom to name."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.records.address import Address
from perfeval_xl.records.finding import Level
from perfeval_xl.records.handling import Handling, handling
from perfeval_xl.records.summary_line import Part
from perfeval_xl.summary.fault_words import fault_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Finding
    from perfeval_xl.records.kind import Kind
    from perfeval_xl.records.standing import Overview, Standing

_OTHER = "其他问题"
_GROUPS = (
    ("基础数据填报不准确", ("B",)),
    ("自评打分不够规范", ("D",)),
    ("表与表之间数据不一致", ("X",)),
    ("文字材料质量不高", ("N",)),
    ("与上年数、控制数或名册不一致", ("A", "C")),
    ("填报不完整、不规范", ("F", "R")),
)
"""Groups by how the rule begins, for a template that declares none."""
_UNKNOWN_RULE = "填写的内容能够读取"
_NAMED, _SHOWN_RULES = 3, 2
_LONGEST_CASE = 120
_QUALIFIED = re.compile("（([^（）]*)）$")
"""Which of several columns or parts a check's title is about."""
_ROW, _ROWS = re.compile("([^，：]+第[0-9]+行)，"), "（不符的行数）"
"""How a message begins that is about one row of a table, and how the title of such a check ends."""
_ASKS = re.compile("[，；。](?=请|确|属实)")
"""Where a finding's message goes over from what is wrong to what is to be done."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A finding with the unit that it is of, what has become of it, and the group of problems that it belongs to.

    Only what is open and not another finding's consequence belongs to a group. `cause` numbers within a unit what
    is likely put right at once: the same rule in several places, or the same difference found by several rules.
    """

    code: str
    name: str
    finding: Finding
    group: str = ""
    became: Handling = Handling.TO_CORRECT
    cause: int = 0


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that was broken, as its level and its words."""

    level: str
    id: str
    title: str
    group: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A group of findings: the units that are named, the most frequent faults, and one case of the first."""

    title: str
    units: str
    shown: str
    case: str


def noted(template: Template, overview: Overview) -> tuple[Noted, ...]:
    """Return every finding with its unit: units in the roster's order, the gravest first."""
    groups = _groups(template)
    return tuple(one for standing in overview.standings for one in _noted(standing, groups, _Causes(template)))


def _noted(standing: Standing, groups: Iterable[tuple[str, tuple[str, ...]]], causes: _Causes) -> Iterator[Noted]:
    for finding in sorted(standing.all_findings, key=lambda finding: finding.sort_key):
        if finding.level is Level.NOTICE and finding.rule.startswith("R"):
            continue
        became = handling(standing, finding)
        group = _group(groups, finding.rule) if became.open and not finding.root else ""
        yield Noted(
            standing.unit.key, standing.unit.label, finding, group, became, causes.of(finding) if group else 0
        )


class _Causes:
    """The causes of one unit's findings, numbered as they are met."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._known: dict[str | Decimal, int] = {}
        self._count = 0

    def of(self, finding: Finding) -> int:
        """Return the number of a finding's cause: that of its rule, else of the money that something is off by."""
        money = self._template.kind_of(finding).money
        apart = abs(finding.difference or Decimal(0)) if money else Decimal(0)
        marks = (finding.rule, *((apart,) if apart else ()))
        number = next((self._known[mark] for mark in marks if mark in self._known), 0)
        if not number:
            self._count = number = self._count + 1
        self._known.update(dict.fromkeys(marks, number))
        return number


def ranked_rules(template: Template, findings: Iterable[Noted]) -> tuple[Broken, ...]:
    """Return every rule that is broken, the most frequent first."""
    broken = tuple(one for one in findings if one.group)
    called = _called(template, broken)
    counts = Counter(
        Broken(one.finding.level.label, one.finding.rule, called[one.finding.rule], one.group) for one in broken
    )
    return tuple(sorted(counts, key=lambda rule: (-counts[rule], rule.level, rule.id)))


def problems(template: Template, findings: tuple[Noted, ...], rules: tuple[Broken, ...]) -> tuple[Problem, ...]:
    """Return the groups in which something is open, those that concern most units first."""
    units: dict[str, Counter[str]] = {}
    for one in findings:
        if one.group:
            units.setdefault(one.group, Counter())[one.name] += 1
    ranked = sorted(units, key=lambda group: (-len(units[group]), -units[group].total(), group))
    return tuple(_problem(template, group, units[group], findings, rules) for group in ranked)


def _problem(
    template: Template,
    group: str,
    units: Counter[str],
    findings: tuple[Noted, ...],
    rules: tuple[Broken, ...],
) -> Problem:
    most = [rule for rule in rules if rule.group == group][:_SHOWN_RULES]
    first = next(one for one in findings if one.group == group and one.finding.rule == most[0].id)
    faults = dict.fromkeys(rule.title for rule in most)
    return Problem(group, _named(units), "、".join(faults), _case(template, first))


def _case(template: Template, one: Noted) -> str:
    """Return a case with its unit, its place, and the figures of it or else what the finding says is wrong."""
    finding = one.finding
    place = f"{finding.place.sheet} {finding.place.cell}，" if isinstance(finding.place, Address) else ""
    told = _apart(template, finding) or _ASKS.split(finding.message)[0].rstrip("。；，")
    return f"{one.name}（{place}{told if len(told) <= _LONGEST_CASE else told[:_LONGEST_CASE] + '…'}）"


def _apart(template: Template, finding: Finding) -> str:
    """Return two figures that a check compares and how far they are apart; nothing of one that has a limit."""
    value, expected = finding.value, finding.expected
    if not isinstance(value, Decimal) or not isinstance(expected, Decimal) or value == expected:
        return ""
    kind, field = template.kind_of(finding), template.field.get(finding.field)
    if f"{kind.shown(value)} 与 {kind.shown(expected)} " not in finding.message:
        return ""
    unit = field.unit if field else ""
    figures = (value, expected, abs(value - expected))
    one, other, gap = (f"{figure:,.2f}{unit}" for figure in figures) if kind.money else _shown(kind, figures)
    return f"{_about(finding)}{one}，比对照的{other}{'多' if value > expected else '少'}{gap}"


def _shown(kind: Kind, figures: tuple[Decimal, Decimal, Decimal]) -> Iterable[str]:
    one, other, _ = figures
    return kind.shown(one), kind.shown(other), kind.apart(one, other)


def _about(finding: Finding) -> str:
    """Return which row of a table, or which of several columns, a finding is about, with a colon."""
    row = _ROW.match(finding.message)
    column = _QUALIFIED.search(finding.label)
    what = row or (None if finding.label.endswith(_ROWS) else column)
    return f"{what[1]}：" if what else ""


def _named(units: Counter[str]) -> str:
    """Return the units of a group: those with most findings, and 等 where there are others."""
    names = sorted(units, key=lambda name: (-units[name], name))
    return "、".join(names[:_NAMED]) + ("等" if len(names) > _NAMED else "")


def _groups(template: Template) -> tuple[tuple[str, tuple[str, ...]], ...]:
    declared = tuple((line.name, line.formulas) for line in template.summary if line.part is Part.PROBLEM)
    return declared or _GROUPS


def _group(groups: Iterable[tuple[str, tuple[str, ...]]], rule: str) -> str:
    return next((title for title, starts in groups if rule.startswith(starts)), _OTHER)


def _called(template: Template, broken: Iterable[Noted]) -> dict[str, str]:
    """Return what each broken rule is called; one without words of its own, by the demand that is not met."""
    words, found = fault_words(template), dict[str, str]()
    for one in broken:
        rule, label = one.finding.rule, one.finding.label.split("（")[0]
        found.setdefault(rule, words.get(rule) or f"不符合“{label or _UNKNOWN_RULE}”的要求")
    return found
