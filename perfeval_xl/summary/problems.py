"""Which problems the bureau has to speak of: findings by group, with how many units and whom to name."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.records.address import Address
from perfeval_xl.records.finding import Level
from perfeval_xl.records.handling import Handling, handling
from perfeval_xl.records.summary_line import Part

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Finding
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
_RULE_TITLES = {
    "F01": "必填的内容已填写",
    "F02": "自动计算的格子没有被改写",
    "F03": "各条的说明不是同一句话",
    "F04": "填报日期没有写到以后去",
    "F05": "联系电话能够打通",
    "F06": "文字没有超过本栏的字数",
    "F07": "必填的文字写的是文字",
    "F09": "财政部门审核没有另外的意见",
}
_UNKNOWN_RULE = "填写的内容能够读取"
_OF_READING = ("R", "G")
_AMONG_OTHERS = "等"
"""The kinds of figure that a finding may speak of; the first is that of findings which are no check's."""
_NAMED, _SHOWN_RULES = 3, 2
_LONGEST_CASE = 120
_ASKS = re.compile("[，；。](?=请|确|属实)")
"""Where a finding's message goes over from what is wrong to what is to be done."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A finding with the unit that it is of, what has become of it, and the group of problems that it belongs to.

    Only what is open and not another finding's consequence belongs to a group: causes that are to be removed.
    """

    code: str
    name: str
    finding: Finding
    group: str = ""
    became: Handling = Handling.TO_CORRECT


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
    return tuple(
        _noted(standing, finding, groups)
        for standing in overview.standings
        for finding in sorted(standing.all_findings, key=lambda finding: finding.sort_key)
        if finding.level is not Level.NOTICE or not finding.rule.startswith("R")
    )


def _noted(standing: Standing, finding: Finding, groups: Iterable[tuple[str, tuple[str, ...]]]) -> Noted:
    became = handling(standing, finding)
    group = _group(groups, finding.rule) if became.open and not finding.root else ""
    return Noted(standing.unit.key, standing.unit.label, finding, group, became)


def ranked_rules(findings: Iterable[Noted]) -> tuple[Broken, ...]:
    """Return every rule that is broken, the most frequent first."""
    broken = tuple(one for one in findings if one.group)
    titles = _titles(broken)
    counts = Counter(
        Broken(one.finding.level.label, one.finding.rule, titles[one.finding.rule], one.group) for one in broken
    )
    return tuple(sorted(counts, key=lambda rule: (-counts[rule], rule.level, rule.id)))


def problems(findings: tuple[Noted, ...], checked: Collection[str]) -> tuple[Problem, ...]:
    """Return the groups in which something is open, those that concern most units first.

    `checked` are the rules whose words are a demand, as those of a template's checks are.
    """
    rules = ranked_rules(findings)
    units: dict[str, Counter[str]] = {}
    for one in findings:
        if one.group:
            units.setdefault(one.group, Counter())[one.name] += 1
    ranked = sorted(units, key=lambda group: (-len(units[group]), -units[group].total(), group))
    return tuple(_problem(group, units[group], findings, rules, checked) for group in ranked)


def _problem(
    group: str,
    units: Counter[str],
    findings: tuple[Noted, ...],
    rules: tuple[Broken, ...],
    checked: Collection[str],
) -> Problem:
    most = [rule for rule in rules if rule.group == group][:_SHOWN_RULES]
    first = next(one for one in findings if one.group == group and one.finding.rule == most[0].id)
    return Problem(group, _named(units), _faults(most, checked), _case(first))


def _faults(rules: list[Broken], checked: Collection[str]) -> str:
    """Return in words what is wrong: a demand that is not met, or a subject that is wrong or to be looked into."""
    demands = dict.fromkeys(_quoted(rule.title) for rule in rules if _is_demand(rule.id, checked))
    others = [rule for rule in rules if not _is_demand(rule.id, checked)]
    wrong = Level.ERROR.label
    return "，".join(
        (
            *([f"不符合{'、'.join(demands)}的要求"] if demands else ()),
            *(f"{_quoted(rule.title)}{'有错' if rule.level == wrong else '待核实'}" for rule in others),
        )
    )


def _is_demand(rule: str, checked: Collection[str]) -> bool:
    return rule in checked or rule in _RULE_TITLES or rule.startswith(_OF_READING)


def _case(one: Noted) -> str:
    """Return a case with its unit, its place, and what the finding says before it asks for anything."""
    finding = one.finding
    place = f"{finding.place.sheet} {finding.place.cell}，" if isinstance(finding.place, Address) else ""
    told = _ASKS.split(finding.message)[0].rstrip("。；，")
    return f"{one.name}（{place}{told if len(told) <= _LONGEST_CASE else told[:_LONGEST_CASE] + '…'}）"


def _quoted(title: str) -> str:
    return f"“{title.removesuffix(_AMONG_OTHERS)}”" + (_AMONG_OTHERS if title.endswith(_AMONG_OTHERS) else "")


def _named(units: Counter[str]) -> str:
    """Return the units of a group: those with most findings, and 等 where there are others."""
    names = sorted(units, key=lambda name: (-units[name], name))
    return "、".join(names[:_NAMED]) + ("等" if len(names) > _NAMED else "")


def _groups(template: Template) -> tuple[tuple[str, tuple[str, ...]], ...]:
    declared = tuple((line.name, line.formulas) for line in template.summary if line.part is Part.PROBLEM)
    return declared or _GROUPS


def _group(groups: Iterable[tuple[str, tuple[str, ...]]], rule: str) -> str:
    return next((title for title, starts in groups if rule.startswith(starts)), _OTHER)


def _titles(broken: Iterable[Noted]) -> dict[str, str]:
    """Return what each broken rule is called: as the check that was broken has it, with 等 where there are others.

    Several checks may share a rule: one for basic and one for project expenditure, one for each column.
    """
    found: dict[str, dict[str, None]] = {}
    for one in broken:
        rule = one.finding.rule
        own = "" if rule.startswith(_OF_READING) else one.finding.label.split("（")[0]
        found.setdefault(rule, {})[_RULE_TITLES.get(rule) or own or _UNKNOWN_RULE] = None
    return {
        rule: next(iter(titles)) + (_AMONG_OTHERS if len(titles) > 1 else "") for rule, titles in found.items()
    }
