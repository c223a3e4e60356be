"""Which names a template's summary has: those that its formulas may speak of.

In Excel a name that does not exist is an error value, and one within IFERROR a blank column that nobody misses.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from perfeval_xl.records.contract import Role
from perfeval_xl.records.summary_line import Part, Plays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.records.contract import Field, Table, Template

_WORD = re.compile(r"[^\W\d][\w.]*")
ROSTER_LISTS = ("未报单位", "有错单位", "待说明单位", "错误单位", "采用单位", "未计单位")
"""The lists over the roster that every summary has."""
_EVERYWHERE = frozenset(
    (
        *(
            "单位代码",
            "单位名称",
            "主管部门",
            "核对_状态",
            "核对_错误数",
            "核对_待说明数",
            "汇总_名目",
            "地区",
            "年度",
        ),
        *("应报户数", "应报单位数", "未报户数", "已报户数", "计入户数", "通过户数", "未通过户数"),
        *("待审户数", "未计户数", "含未通过户数", "未计预算", "未计支出", "抽查户数", "抽查_单位", "公开"),
        *("错误总数", "核实总数", "已说明数", "未说明数", "已改正数", "豁免数", "采用错误数", "采用核实数"),
        *("报送_已改正", "报送_未计预算", "报送_未计支出"),
        *("报送_单位", "报送_错误", "报送_待说明", "报送_状态", "报送_计入"),
        *(
            "核对_代码",
            "核对_单位",
            "核对_编号",
            "核对_类别",
            "核对_级别",
            "核对_说明",
            "核对_处理",
            "核对_计一次",
            "核对_类计一次",
        ),
        *("规则_编号", "规则_级别", "规则_内容", "规则_问题数", "规则_单位数", "规则_类别"),
    )
)
"""What every summary has, whatever its template."""
PROBLEM_NAMES = ("问题_内容", "问题_处数", "问题_户数", "问题_单位", "问题_表现", "问题_例")
"""What every group of problems has; in a paragraph that repeats, as `@问题_内容`."""


def column_fields(template: Template) -> tuple[Field, ...]:
    """Return the fields that the details have a column for.

    They are the figures, short texts that are computed, and short texts typed that a view speaks of by name.
    """
    spoken = {word for line in template.summary if line.part is Part.VIEW for word in _WORD.findall(line.formula)}
    return tuple(field for field in template.fields if _is_column(field, spoken))


def _is_column(field: Field, spoken: set[str]) -> bool:
    if field.table or field.of_file or field.role not in (Role.INPUT, Role.COMPUTED):
        return False
    if field.kind.numeric:
        return True
    hidden, phrase = field.address.sheet.startswith("_"), field.kind.words and not field.kind.long
    return phrase and (field.name in spoken if field.role is Role.INPUT else not hidden)


def listed_tables(template: Template) -> tuple[Table, ...]:
    """Return the tables whose rows the summary lists: those that hold figures."""
    return tuple(
        table for table in template.tables if any(field.kind.numeric for field in template.columns[table.name])
    )


def summary_names(template: Template) -> frozenset[str]:
    """Return every name that the summary defines."""
    return frozenset((*_EVERYWHERE, *PROBLEM_NAMES, *_of_fields(template), *_declared(template)))


def _of_fields(template: Template) -> Iterator[str]:
    yield from (field.name for field in template.fields if field.role is Role.SETTING)
    columns = [field.name for field in column_fields(template)]
    yield from columns
    yield from ("排名_名次", "排名_顺序")
    score, rate = (template.parts.get(part) in columns for part in (Plays.SCORE, Plays.RATE))
    yield from ("排名_得分", "排名_排序键") if score else ()
    yield from ("排名_执行率键",) if score and rate else ()
    for table in listed_tables(template):
        yield from (f"{table.name}_单位代码", f"{table.name}_单位名称")
        yield from (field.name for field in template.columns[table.name])


def _declared(template: Template) -> Iterator[str]:
    yield from (line.name for line in template.summary if line.part is Part.FIGURE)
    lists = (*ROSTER_LISTS, *(line.name for line in template.summary if line.part is Part.LIST))
    yield from (name for listed in lists for name in (listed, f"{listed}户数", f"序_{listed}"))
