"""Lists of units in a sentence: all names where they are few, three and the number where they are many.

Functions that join texts are newer than the oldest Excel in use. So a hidden column numbers the units for which a
condition holds, from top to bottom, and a name is the unit beside a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.records.summary_line import Part
from perfeval_xl.workbook.row_formula import without_marks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.summary.gather import Material

NUMBER = "序_"
"""How the name of a list's hidden column begins."""
BOTH = "及户数"
"""How the name of a list ends that means the number of its units with their names."""
_FEW, _SHOWN = 5, 3


@dataclass(frozen=True, slots=True)
class Counter:
    """A hidden column that numbers the units of a list; `condition` is over the cells of a row."""

    name: str
    condition: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A list: `name` is its text in a sentence, `name` with 户数 how many they are."""

    name: str
    label: str
    condition: str
    names: str

    @property
    def counter(self) -> Counter:
        """Its hidden column."""
        return Counter(NUMBER + self.name, self.condition)


REPORTING = (
    Listed("未报单位", "未报送的单位", '$M{row}="未报"', "报送_单位"),
    Listed("有错单位", "核对有错误的单位", '$M{row}="有错误"', "报送_单位"),
    Listed("待说明单位", "有事项待说明的单位", '$M{row}="待说明"', "报送_单位"),
    Listed("错误单位", "有错误没有改正的单位", 'AND($M{row}<>"通过",N($K{row})>0)', "报送_单位"),
    Listed(
        "采用单位", "有问题没有改、审核决定采用的单位", 'AND($M{row}="通过",N($K{row})+N($L{row})>0)', "报送_单位"
    ),
    Listed("未计单位", "报送了、没有计入汇总的单位", '$N{row}="否"', "报送_单位"),
    Listed("一次通过单位", "第一次报送就通过的单位", 'AND($M{row}="通过",N($J{row})=1)', "报送_单位"),
    Listed("再报通过单位", "改后再报才通过的单位", 'AND($M{row}="通过",N($J{row})>1)', "报送_单位"),
    Listed("待审单位", "等待财政部门审核的单位", '$M{row}="待审"', "报送_单位"),
    Listed("未计优单位", "没有计入汇总、自评等级为优的单位", '$U{row}="优"', "报送_单位"),
    Listed(
        "迟报单位",
        "截止日期以后才第一次报送的单位",
        'AND(截止日<>"",$M{row}<>"免报",N($J{row})>0,LEFT($H{row},10)>截止日)',
        "报送_单位",
    ),
)
"""The lists over the roster that every summary has."""
NAMED_IN_PUBLIC = ("未报单位",)
"""The lists that a copy for others names: those that the sheet 报送情况 shows there, too."""


def declared(material: Material) -> Iterator[Listed]:
    """Give the lists over the details that the template declares."""
    for line in material.template.summary:
        if line.part is Part.LIST:
            yield Listed(line.name, line.label, without_marks(line.formula), "单位名称")


def listed(material: Material) -> tuple[Listed, ...]:
    """Return every list of the summary: those over the roster, then those that the template declares."""
    return (*REPORTING, *declared(material))


def counters(material: Material) -> list[Counter]:
    """Return the hidden columns of the details."""
    return [one.counter for one in declared(material)]


def named_figures(material: Material) -> Iterator[tuple[str, str, str, str]]:
    """Give every list's number, its text, and both as `7户（甲、乙、丙等）`: name, label, formula, kind."""
    template = material.template
    for one in listed(material):
        count = f"{one.name}户数"
        yield count, f"{one.label}（{template.counted}）", f"=MAX(0,{one.counter.name})", "count"
        yield one.name, one.label, f"={_text(one, count, template.measure)}", "text"
        names = f'SUBSTITUTE({one.name},"等"&{count}&"{template.measure}","等")'
        both = f'={count}&"{template.measure}"&IF({count}=0,"","（"&{names}&"）")'
        yield one.name + BOTH, f"{one.label}（{template.counted}和名称）", both, "text"


def _text(one: Listed, count: str, measure: str) -> str:
    def name(number: int) -> str:
        return f"INDEX({one.names},MATCH({number},{one.counter.name},0))"

    shown = "".join(f'&IF({count}>={number},"、"&{name(number)},"")' for number in range(2, _SHOWN + 1))
    rest = "".join(
        f'&IF(AND({count}>={number},{count}<={_FEW}),"、"&{name(number)},"")'
        for number in range(_SHOWN + 1, _FEW + 1)
    )
    return f'IF({count}=0,"",{name(1)}{shown}{rest}&IF({count}>{_FEW},"等"&{count}&"{measure}",""))'
