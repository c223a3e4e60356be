"""Every rule that the program knows, wherever it is declared: reading, checking, comparing, proofreading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl import comparing, proofread
from perfeval_xl.reading.rules import RULES as OF_READING
from perfeval_xl.records.finding import Level
from perfeval_xl.workbook.rules import RULES as OF_FILES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from perfeval_xl.records.contract import Template


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as officials read it: what it asks, why, what to do, one example right and one wrong."""

    id: str
    level: Level
    title: str
    why: str
    remedy: str
    right: str
    wrong: str

    def __str__(self) -> str:
        parts = (("为什么", self.why), ("怎样改", self.remedy), ("对的例子", self.right), ("错的例子", self.wrong))
        lines = [f"    {word}：{text}" for word, text in parts if text]
        return "\n".join((f"{self.id}  {self.level.label}  {self.title}", *lines))


_OWN = (
    Rule("F01", Level.ERROR, "必填的内容已填写", "缺了必填的数，合计和比率都算不出来。",
         "在所指的格子里填写；没有发生的填0。", "在职人数 50", "在职人数 （空白）"),
    Rule("F02", Level.WARNING, "自动计算的格子没有被改写", "这些格子由公式算出，改写后与其他数对不上。",
         "恢复原来的公式，或重新下载工作簿再填。", "执行率 =执行数÷预算数", "执行率 100%（手工填入）"),
)  # fmt: skip


def rules(templates: Iterable[Template]) -> tuple[Rule, ...]:
    """Return every rule, those of the templates' boards among them, in the order of their ids."""
    found = {rule.id: rule for rule in (*_OWN, *_declared(), *_of_proofreading(), *_of_boards(templates))}
    return tuple(found[key] for key in sorted(found))


def _declared() -> Iterator[Rule]:
    for rule in (*OF_FILES.values(), *OF_READING.values(), *comparing.RULES.values()):
        yield Rule(rule.code, rule.level, rule.title, rule.why, rule.remedy, rule.right, rule.wrong)


def _of_proofreading() -> Iterator[Rule]:
    for rule in proofread.rules().values():
        yield Rule(rule.id, rule.level, rule.title, rule.why, "", rule.right, rule.wrong)


def _of_boards(templates: Iterable[Template]) -> Iterator[Rule]:
    """Give each rule of a board once; where several checks share it, with the titles and formulas of all."""
    for template in templates:
        for name in dict.fromkeys(check.rule for check in template.checks):
            checks = [check for check in template.checks if check.rule == name]
            titles = dict.fromkeys(check.title.removesuffix("（不符的行数）") for check in checks)
            formulas = dict.fromkeys(
                f"{check.left} {check.relation} {check.right}".replace("为真", "成立").strip() for check in checks
            )
            first = checks[0]
            yield Rule(
                *(name, first.level, "；".join(titles), first.source, first.message),
                f"公式：{'；'.join(formulas)}",
                "",
            )
