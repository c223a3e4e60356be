"""What a template declares of its summary, line by line: what adds up, what is said, which field plays a part."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum
from typing import TYPE_CHECKING

from perfeval_xl.records.kind import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from perfeval_xl.records.kind import Kind


class Part(StrEnum):
    """What a line of `_汇总` declares, as its 类别 says."""

    ROLE = "角色"
    JUDGED = "自查"
    PARTED = "分报"
    FIGURE = "指标"
    LIST = "名单"
    COMPARED = "比较"
    PROBLEM = "问题"
    FAULT = "错处"
    ROW = "行"
    VIEW = "视图"
    CHART = "图"
    BRIEF = "概览"
    PARAGRAPH = "段落"


class Plays(StrEnum):
    """Which part a field plays, or a table and its column in a spot check."""

    SCORE = "得分"
    GRADE = "等级"
    RATE = "执行率"
    BUDGET = "预算"
    SPENT = "支出"
    REVIEWED = "复核表"
    REVIEWED_SCORE = "复核得分"


class Judged(StrEnum):
    """What comparing looks at unless a template's own board does: a low rate, high marks, full marks."""

    LOW_RATE = "执行下限"
    OVERRATED = "虚高幅度"
    FULL_MARKS = "满分"


KEY, RANKED, EACH_PROBLEM = "关键", "名次", "问题"
"""The style of a figure in the overview, and of a view by rank; the name of a paragraph that repeats."""
IN_WORDS = "_说"
"""How the name of an amount ends that means it in words, `1.08亿元`."""
AMOUNTS = ("上年决算", "年初预算", "全年预算", "本年决算")
"""The amounts that a row of sums may have, by their headings."""
_SEVERAL = "|"


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One declaration of what the summary adds up or says.

    `shape` is the id of a figure's kind, or what a chart is drawn as; `amounts` are the fields of a row of sums by
    their headings, `level` how deep it is indented.
    """

    part: Part
    name: str = ""
    label: str = ""
    formula: str = ""
    shape: str = ""
    unit: str = ""
    style: str = ""
    when: str = ""
    amounts: Mapping[str, str] = attribute(default_factory=dict)
    level: int = 0

    @property
    def kind(self) -> Kind:
        """The kind of the figure; money where none is declared."""
        return KINDS.get(self.shape, KINDS["money"])

    @property
    def in_money(self) -> bool:
        """Whether it is a figure that is an amount of money."""
        return self.part is Part.FIGURE and self.unit in ("元", "万元")

    @property
    def formulas(self) -> tuple[str, ...]:
        """Its formulas, where it has one for each of several series or rules."""
        return tuple(self.formula.split(_SEVERAL))

    @property
    def styles(self) -> tuple[str, ...]:
        """What its formulas are called, one by one."""
        return tuple(self.style.split(_SEVERAL))

    @property
    def texts(self) -> tuple[str, ...]:
        """All that may name a field."""
        return (self.name, self.label, self.formula, self.style, self.when, *self.amounts.values())


def summary_line(part: Part, said: Mapping[str, str]) -> SummaryLine:
    """Return a line of `_汇总` by what stands under its headings."""
    return SummaryLine(
        part,
        name=said.get("名称", ""),
        label=said.get("标签", ""),
        formula=said.get("公式", ""),
        shape=said.get("类型", ""),
        unit=said.get("计量单位", ""),
        style=said.get("样式", ""),
        when=said.get("条件", ""),
        amounts={heading: said[heading] for heading in AMOUNTS if heading in said},
        level=int(float(said.get("层次") or 0)),
    )
