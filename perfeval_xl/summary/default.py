"""What a summary says of a form whose template declares nothing of it: sums, a sheet of units, a short report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.records.contract import Aggregate
from perfeval_xl.records.summary_line import KEY, Part, SummaryLine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.records.contract import Field, Template

_MOST_SAID, _MOST_CHARTED, _MOST_COLUMNS = 6, 8, 12
VIEW = "单位汇总"
_SETTLED = (
    '="核对中已经处理的："&MID(IF(已改正数=0,"","；退回后改正错误"&已改正数&"处")'
    '&IF(已说明数=0,"","；单位作了说明的事项"&已说明数&"项")'
    '&IF(豁免数=0,"","；财政部门决定不作要求的"&豁免数&"项")'
    '&IF(采用错误数+采用核实数=0,"","；审核决定采用、没有改的"&(采用错误数+采用核实数)&"项"),2,1000)&"。"'
)
"""What has been settled of what was found, by whom."""


def default_lines(template: Template) -> tuple[SummaryLine, ...]:
    """Return declarations as a template might have them; every figure that adds up over units is added up."""
    added = [
        field
        for field in template.fields
        if not field.table and field.kind.numeric and field.aggregate is Aggregate.SUM and field.role.typed
    ]
    shown = [field for field in template.fields if not field.table and field.kind.numeric and _is_shown(field)]
    return (
        *(_figure(field, key=number < _MOST_COLUMNS) for number, field in enumerate(added)),
        *(SummaryLine(Part.ROW, label=_labelled(field), amounts={"本年决算": field.name}) for field in added),
        *(_column(field) for field in shown[:_MOST_COLUMNS]),
        *_charts(added),
        *_paragraphs(added, template),
    )


def _is_shown(field: Field) -> bool:
    return not field.address.sheet.startswith("_") and not field.of_state


def _labelled(field: Field) -> str:
    return f"{field.label}（{field.unit}）" if field.unit else field.label


def _figure(field: Field, *, key: bool) -> SummaryLine:
    return SummaryLine(
        Part.FIGURE,
        name=f"汇总_{field.name}",
        label=field.label,
        formula=f"ROUND(SUM({field.name}),2)",
        shape=field.kind.id,
        unit=field.unit,
        style=KEY if key else "",
    )


def _column(field: Field) -> SummaryLine:
    return SummaryLine(Part.VIEW, name=VIEW, label=_labelled(field), formula=f"@{field.name}", shape=field.kind.id)


def _charts(added: list[Field]) -> Iterator[SummaryLine]:
    """Chart the sums of the unit of measure that most figures share."""
    units = [field.unit for field in added]
    if not units:
        return
    unit = max(units, key=units.count)
    alike = [field for field in added if field.unit == unit][:_MOST_CHARTED]
    for field in alike if len(alike) > 1 else ():
        title = f"合计（{unit}）" if unit else "合计"
        yield SummaryLine(
            Part.CHART, name=title, label=field.label, formula=f"汇总_{field.name}", shape="bar", style="合计"
        )


def _paragraphs(added: list[Field], template: Template) -> Iterator[SummaryLine]:
    one, parted = template.measure, template.parted
    which, each = (parted.what, "个") if parted else ("单位", one)

    def told(style: str, text: str, when: str = "") -> SummaryLine:
        return SummaryLine(Part.PARAGRAPH, style=style, formula=text, when=when)

    yield told("title", '=地区&年度&"年度"&汇总_名目&"情况汇总报告"')
    yield told("h1", "总体情况")
    yield told(
        "body",
        f'="应当报送的{which}"&应报户数&"{each}，"&IF(已报户数=0,"目前还没有{which}报送。",IF(未报户数=0,"已全部报送。",'
        f'"已报"&已报户数&"{one}，尚未报送的有"&未报单位&"。"))&IF(未计户数=0,"","还没有通过的"&未计户数'
        f'&"{one}没有计入以下合计。")',
    )
    if added:
        amounts = [_amount(field) for field in added[:_MOST_SAID]]
        yield told(
            "body", f'="计入汇总的"&计入户数&"{one}合计："&' + '&"，"&'.join(amounts) + '&"。"', "计入户数>0"
        )
    yield told("h1", "存在问题")
    found = "错误总数+核实总数+采用错误数+豁免数+已改正数"
    yield told("body", '=IF(已报户数=0,"还没有可以核对的内容。","核对没有发现问题。")', f"{found}=0")
    yield told("body", _SETTLED, "已说明数+采用错误数+采用核实数+豁免数+已改正数>0")
    problem = (
        '=MID("一二三四五六七八九十",@序,1)&"是"&IF(已报户数<5,"",IF(OR(@问题_户数=1,@问题_户数/已报户数<=0.1),"个别单位",'
        'IF(@问题_户数/已报户数<=0.5,"部分单位","多数单位")))&@问题_内容&"，共"&@问题_处数&"处"'
        '&IF(@问题_原因<@问题_处数,"（归并为"&@问题_原因&"个原因）","")&"，涉及"&IF(@问题_户数=1,@问题_单位,'
        f'@问题_户数&"{one}"&IF(公开=1,"","（"&@问题_单位&"）"))&"，主要是"&@问题_表现&IF(公开=1,"","；例如"&@问题_例)&"。"'
    )
    yield SummaryLine(Part.PARAGRAPH, name="问题", style="body", formula=problem, when="N(@问题_处数)>0")
    yield told("h1", "下一步工作建议", "未报户数+未通过户数>0")
    yield told("body", '="督促尚未报送的"&未报单位&"尽快报送。"', "未报户数>0")
    yield told("body", f'="请核对未通过的"&未通过户数&"{one}按核对意见改正或说明后重新报送。"', "未通过户数>0")


def _amount(field: Field) -> str:
    """Return the words for a figure's sum as a formula."""
    label = field.label.replace('"', '""')
    decimals = "0" if field.kind.whole else "0.00"
    return f'"{label}"&TEXT(汇总_{field.name},"{decimals}")&"{field.unit}"'
