"""Every rule that the program knows, wherever it is declared: reading, checking, comparing, proofreading.

A rule is known by its source and its id: the same id may mean something else in each of several templates.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import groupby
from typing import TYPE_CHECKING

from perfeval_xl import comparing, proofread
from perfeval_xl.checking.plausible import RULES as OF_MEANING
from perfeval_xl.checking.weighing import RULES as OF_UNITS
from perfeval_xl.reading.rules_of_returns import RULES as OF_READING
from perfeval_xl.records.answers import SAME_WORDS
from perfeval_xl.records.finding import Level
from perfeval_xl.records.standing import REJECTED
from perfeval_xl.workbook.rules_of_files import RULES as OF_FILES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from perfeval_xl.records.contract import Check, Template
    from perfeval_xl.records.rule import Rule as Declared


_READING, _CHECKING, _COMPARING, _PROOFREADING = "读取文件", "核对", "收取后的比较", "审读报告"
FORMULA = "公式"
_SLOT = "〔某〕"
"""What stands in a title and a formula for the words in which the checks of one rule differ."""
_LIKELY, _ALIKE = 3, 0.5
_EXAMPLES = {
    "what": "项目",
    "key": "401001/XM02",
    "unit": "万元",
    "in_unit": "",
    "sample": "1234.56",
    "rows": "规定的",
    "limit": "规定的",
    "expected": "1234.56",
}
"""What stands in a rule's places where nothing has been found, by their names."""
_EXAMPLES_OF = {
    "G18": {"todo": "请主管部门用 handover 重新写出上报文件，不要改动里面的内容"},
    **{code: {"sample": "2023-12-31"} for code in ("R51", "R52")},
    "R53": {"what": "列表里有的一项"},
    "N07": {"first": "两处相同的文字会列出来"},
}
"""The same of single rules."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as officials read it: what it asks, why, what to do, one example right and one wrong.

    `source` is the part of the program that declares it; a rule of a template's board has instead the ids of the
    `templates` in which it is the same, and its `formula`, in which `〔某〕` stands for each of `variants`.
    """

    id: str
    level: Level
    title: str
    why: str
    remedy: str
    right: str = ""
    wrong: str = ""
    source: str = ""
    templates: tuple[str, ...] = ()
    formula: str = ""
    variants: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """Where it comes from, in officials' words."""
        return f"模板{'、'.join(self.templates)}" if self.templates else self.source

    @property
    def told(self) -> tuple[tuple[str, str], ...]:
        """What officials are told of it, each part behind the word for it; parts that it has not are left out."""
        parts = (
            ("为什么", self.why),
            ("怎样改", self.remedy),
            (FORMULA, self.formula),
            (f"{_SLOT}依次是", "、".join(self.variants)),
            ("对的例子", self.right),
            ("错的例子", self.wrong),
        )
        return tuple((word, text) for word, text in parts if text)

    def __str__(self) -> str:
        lines = [f"    {word}：{text}" for word, text in (*self.told, ("出处", self.origin))]
        return "\n".join((f"{self.id}  {self.level.label}  {self.title}", *lines))


_OWN = (
    Rule("F01", Level.ERROR, "必填的内容已填写", "缺了必填的数，合计和比率都算不出来。",
         "在所指的格子里填写；没有发生的填0。", "在职人数 50", "在职人数 （空白）", _CHECKING),
    Rule("F02", Level.WARNING, "自动计算的格子没有被改写", "这些格子由公式算出，改写后与其他数对不上。",
         "恢复原来的公式，或重新下载工作簿再填。", "执行率 =执行数÷预算数", "执行率 100%（手工填入）", _CHECKING),
    Rule(SAME_WORDS, Level.WARNING, "各条的说明不是同一句话", "不同的问题有不同的原因，同一句话不能都说明。",
         "各条的原因不同的，分别写明；仍是同一句话的，由财政部门审定。",
         "超编写超编的原因，超支写超支的原因", "每一条都写“情况属实，核对无误”", _CHECKING),
    Rule(REJECTED, Level.ERROR, "财政部门审核没有另外的意见", "有的问题只有人看得出来，审核的人退回时写明原因。",
         "按退回通知里的审核意见改正后重新报送。", "审核通过", "审核退回，意见是“绩效目标与批复的不同”", "审核"),
)  # fmt: skip


def rules(templates: Iterable[Template]) -> tuple[Rule, ...]:
    """Return every rule in the order of their ids, those of the templates' boards among them.

    An id comes as often as it has meanings: once for what is the same in several templates, once for each other.
    """
    found = (*_OWN, *_declared(), *_of_proofreading(), *_of_boards(templates))
    return tuple(sorted(found, key=lambda rule: (rule.id, rule.templates)))


def named(wanted: str, known: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rules of an id, however it is capitalised; none where there is no such id."""
    return tuple(rule for rule in known if rule.id.upper() == wanted.upper())


def likeliest(wanted: str, known: Iterable[Rule]) -> tuple[str, ...]:
    """Return the ids that somebody may have meant who wrote one that there is not, the likeliest first."""
    ids = {rule.id.upper(): rule.id for rule in known}
    return tuple(ids[close] for close in get_close_matches(wanted.upper(), ids, _LIKELY, _ALIKE))


def _declared() -> Iterator[Rule]:
    of_files = ((rule, _READING) for rule in (*OF_FILES.values(), *OF_READING.values()))
    compared = ((rule, _COMPARING) for rule in comparing.RULES.values())
    for rule, source in (*of_files, *((rule, _CHECKING) for rule in (*OF_MEANING, *OF_UNITS)), *compared):
        yield Rule(rule.code, rule.level, rule.title, rule.why, _spoken(rule), rule.right, rule.wrong, source)


def _spoken(rule: Declared) -> str:
    """Return what is to be done with an example in each place for what is found."""
    examples = {**_EXAMPLES, **_EXAMPLES_OF.get(rule.code, {})}
    return rule.remedy.format_map(examples)


def _of_proofreading() -> Iterator[Rule]:
    for rule in proofread.rules().values():
        yield Rule(rule.id, rule.level, rule.title, rule.why, "", rule.right, rule.wrong, _PROOFREADING)


def _of_boards(templates: Iterable[Template]) -> Iterator[Rule]:
    """Give each rule of the boards, once for all templates in which it says the same."""
    found: dict[Rule, list[str]] = {}
    for template in templates:
        checks = sorted(template.checks, key=lambda check: check.rule)
        for name, several in groupby(checks, key=lambda check: check.rule):
            found.setdefault(_of_checks(name, tuple(several)), []).append(template.id)
    for rule, ids in found.items():
        yield replace(rule, templates=tuple(ids))


def _of_checks(name: str, checks: tuple[Check, ...]) -> Rule:
    """Return the rule that several checks share: one title and one formula, and where the checks differ."""
    first = checks[0]
    title, formula, variants = _shared(checks)
    return Rule(
        *(name, first.level, title, first.source, first.message),
        formula=formula,
        variants=variants,
    )


def _shared(checks: tuple[Check, ...]) -> tuple[str, str, tuple[str, ...]]:
    """Return the one title and formula of several checks, `〔某〕` where they differ, and what each has there."""
    titles = [check.title.removesuffix("（不符的行数）") for check in checks]
    formulas = [f"{check.left} {check.relation} {check.right}".replace("为真", "成立").strip() for check in checks]
    if len({*zip(titles, formulas, strict=True)}) == 1:
        return titles[0], formulas[0], ()
    middles = _middles(titles)
    for words in (*_parts_of_names(checks), middles):
        if all(words) and len(_shape(titles, words)) == len(_shape(formulas, words)) == 1:
            return _shape(titles, words).pop(), _shape(formulas, words).pop(), words
    return "；".join(dict.fromkeys(titles)), "；".join(dict.fromkeys(formulas)), ()


def _shape(texts: list[str], words: tuple[str, ...]) -> set[str]:
    return {text.replace(word, _SLOT) for text, word in zip(texts, words, strict=True)}


def _parts_of_names(checks: tuple[Check, ...]) -> Iterator[tuple[str, ...]]:
    """Give the parts of the fields' names in which checks differ, such as 上年决算 of 基本支出_上年决算."""
    for names in zip(*(check.names for check in checks), strict=False):
        for parts in zip(*(name.split("_") for name in names), strict=False):
            if len(set(parts)) > 1:
                yield parts


def _middles(texts: list[str]) -> tuple[str, ...]:
    """Return what is left of texts without the beginning and the end that all share."""
    before = _alike(texts)
    after = _alike([text[before:][::-1] for text in texts])
    return tuple(text[before : len(text) - after] for text in texts)


def _alike(texts: list[str]) -> int:
    """Return how many characters all texts begin with."""
    shortest = min(map(len, texts))
    return next((at for at in range(shortest) if len({text[at] for text in texts}) > 1), shortest)
