"""Which names a template's summary has: those that its formulas may speak of.

In Excel a name that does not exist is an error value, and one within IFERROR a blank column that nobody misses.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from perfeval_xl.records.contract import Role
from perfeval_xl.records.summary_line import IN_WORDS, Part, Plays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.records.contract import Field, Table, Template

_WORD = re.compile(r"[^\W\d][\w.]*")
ROSTER_LISTS = (
    "未报单位",
    "有错单位",
    "待说明单位",
    "错误单位",
    "采用单位",
    "未计单位",
    "一次通过单位",
    "再报通过单位",
    "待审单位",
    "未计优单位",
    "迟报单位",
)
"""The lists over the roster that every summary has."""
CITED = "图_"
"""How the name begins of what a sentence says to cite a chart: `（图2）`, nothing where it is not drawn."""
BUILT_IN_CHARTS = ("报送进度", "等级分布", "自评总分", "执行率")
"""What the charts that every summary may have are cited by; the first of these words that their title holds."""
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
        *(
            "待审户数",
            "未计户数",
            "含未通过户数",
            "未计预算",
            "未计支出",
            "未计预算_说",
            "未计支出_说",
            "抽查户数",
            "抽查_单位",
            "公开",
        ),
        *(
            "错误总数",
            "错误原因数",
            "核实总数",
            "已说明数",
            "未说明数",
            "已改正数",
            "豁免数",
            "采用错误数",
            "采用核实数",
        ),
        *("报送_已改正", "报送_未计预算", "报送_未计支出", "报送_未计等级", "报送_已说明"),
        *("截止日", "截止日期", "统计日", "统计日期", "排名_未执行", "排名_未执行键", "抽查_理由"),
        *(
            "报送_单位",
            "报送_股室",
            "报送_首次",
            "报送_次数",
            "报送_错误",
            "报送_待说明",
            "报送_状态",
            "报送_计入",
        ),
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
            "核对_规则处理",
            "核对_类原因",
            "核对_原因",
        ),
        *("规则_编号", "规则_级别", "规则_内容", "规则_问题数", "规则_单位数", "规则_类别"),
    )
)
"""What every summary has, whatever its template."""
PROBLEM_NAMES = ("问题_内容", "问题_处数", "问题_户数", "问题_单位", "问题_表现", "问题_例", "问题_原因")
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


def chart_word(title: str) -> str:
    """Return what a chart is cited by: its title without the unit of measure and without marks."""
    return "".join(_WORD.findall(title.split("（", maxsplit=1)[0]))


def chart_names(template: Template) -> tuple[str, ...]:
    """Return the names by which a template's sentences cite charts."""
    titles = (line.name for line in template.summary if line.part is Part.CHART)
    return tuple(dict.fromkeys(CITED + word for word in (*BUILT_IN_CHARTS, *map(chart_word, titles))))


def summary_names(template: Template) -> frozenset[str]:
    """Return every name that the summary defines."""
    return frozenset(
        (*_EVERYWHERE, *PROBLEM_NAMES, *chart_names(template), *_of_fields(template), *_declared(template))
    )


def _of_fields(template: Template) -> Iterator[str]:
    yield from (field.name for field in template.fields if field.role is Role.SETTING)
    columns = [field.name for field in column_fields(template)]
    yield from columns
    yield from ("排名_名次", "排名_顺序")
    score, rate = (template.parts.get(part) in columns for part in (Plays.SCORE, Plays.RATE))
    yield from ("排名_得分", "排名_排序键") if score else ()
    yield from ("排名_执行率键",) if score and rate else ()
    yield from (
        ("复核_得分", "复核_偏差") if {Plays.REVIEWED, Plays.REVIEWED_SCORE} <= template.parts.keys() else ()
    )
    for table in listed_tables(template):
        yield from (f"{table.name}_单位代码", f"{table.name}_单位名称")
        yield from (field.name for field in template.columns[table.name])


def _declared(template: Template) -> Iterator[str]:
    yield from (line.name for line in template.summary if line.part is Part.FIGURE)
    yield from (line.name + IN_WORDS for line in template.summary if line.in_money)
    lists = (*ROSTER_LISTS, *(line.name for line in template.summary if line.part is Part.LIST))
    yield from (name for listed in lists for name in (listed, f"{listed}户数", f"{listed}及户数", f"序_{listed}"))
