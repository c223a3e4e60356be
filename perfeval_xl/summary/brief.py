"""What a chief wants to know first, on one page: which facts, in which order, as sentences over live figures."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from perfeval_xl.records.contract import UNIT_NAME
from perfeval_xl.records.summary_line import Part, Plays
from perfeval_xl.records.typed_cells import review_form
from perfeval_xl.summary.amounts import in_words
from perfeval_xl.summary.detail import UNSPENT, UNSPENT_KEY
from perfeval_xl.summary.narrative import sentence, written
from perfeval_xl.summary.review import DEVIATIONS, GRADES, REVIEWED_SCORES
from perfeval_xl.summary.sources import draw_sources
from perfeval_xl.workbook.row_writer import lines_of
from perfeval_xl.workbook.sheet_writer import HEAD_ROW, titled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from perfeval_xl.summary.gather import Material
    from perfeval_xl.summary.narrative import Sentence
    from perfeval_xl.workbook.sheet_writer import Binder

_LARGEST, _MOST_CHOSEN = 3, 8


BRIEF = "一页概览"
_LOOKS = ("label_bold", "brief")
_WIDTHS, _LINE, _PADDING = (15, 77), 17.0, 9.0
"""The columns' widths; the height of a line of text and of what is left free above and below it."""
_COUNTED = re.compile('(?<=&")户|(?<=最多的3)户')
"""The measure behind a number in a formula's words."""
_OF_BRIEF = 2
"""The column of `_公开` that holds this page's sentences."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A line of the page: what it is about, its sentence as a formula, and when it stands there at all."""

    heading: str
    text: str
    when: str = ""

    @property
    def formula(self) -> str:
        """The whole formula of its cell; blank where there is nothing to tell."""
        text = self.text.removeprefix("=").strip() if self.text.startswith("=") else f'"{self.text}"'
        return f'=IF({self.when},{text},"")' if self.when else f"={text}"


def topics(material: Material) -> tuple[Topic, ...]:
    """Return the page's lines in order; what the template declares of its own figures stands among them."""
    counted = material.template.measure
    return (
        *_by_measure(counted, (*_reporting(), *_money(material), *_grades(material), *_unspent(material))),
        *(Topic(one.label, one.formula, one.when) for one in material.template.summary if one.part is Part.BRIEF),
        *_by_measure(counted, (*_found(), *_reviewing(material), *_deadline())),
    )


def _by_measure(measure: str, told: Iterable[Topic]) -> Iterator[Topic]:
    """Give lines in which what is counted is called by its measure: `户`, or `个项目`."""
    yield from (replace(one, text=_COUNTED.sub(measure, one.text)) for one in told)


def brief_sentences(material: Material) -> tuple[Sentence, ...]:
    """Return the page's sentences by their headings."""
    return tuple(sentence(material, one.heading, one.formula) for one in topics(material))


def draw_brief(binder: Binder, material: Material) -> None:
    """Draw the page: what a line is about, and its sentence. A line that has nothing to tell is not seen."""
    page = binder.page(BRIEF, "#C00000")
    page.widths(*_WIDTHS)
    page.title(
        titled("一页概览"),
        2,
        '=IF(统计日="","","统计截止"&统计日期&"；")&"等级、得分、执行率是各单位自评的，未经复核"',
    )
    page.heads("事项", "情况")
    told = brief_sentences(material)
    draw_sources(
        page, material, 4, {HEAD_ROW + number: one.formula for number, one in enumerate(told, 1) if not one.fault}
    )
    row = HEAD_ROW
    for number, one in enumerate(told, 1):
        row = HEAD_ROW + number
        page.text(row, 1, one.style, _LOOKS[0])
        text = written(page, one, (row, 2), _LOOKS[1], (number, _OF_BRIEF))
        height = lines_of(text, _WIDTHS[1]) * _LINE + _PADDING
        page.sheet.set_row(row - 1, height, None, {"hidden": not text})
    page.printed(row, 2, landscape=False)
    page.sheet.fit_to_pages(1, 1)


def _reporting() -> Iterator[Topic]:
    yield Topic(
        "报送",
        '="应报"&应报户数&"户，"&IF(已报户数=0,"还没有单位报送",IF(未报户数=0,"已全部报送","已报"&已报户数&"户，未报"'
        '&未报单位及户数))&"。"',
        "应报户数>0",
    )
    yield Topic(
        "核对",
        '="已报的"&已报户数&"户中，"&MID('
        'IF(一次通过单位户数=0,"","；第一次报送就通过"&一次通过单位户数&"户")'
        '&IF(再报通过单位户数=0,"","；改后再报才通过"&再报通过单位及户数)'
        '&IF(采用单位户数=0,"","；通过的户中有问题没有改、审核决定采用"&采用单位及户数)'
        '&IF(有错单位户数=0,"","；有错误没有通过"&有错单位及户数)'
        '&IF(待说明单位户数=0,"","；待说明没有通过"&待说明单位及户数)'
        '&IF(待审单位户数=0,"","；等待审核"&待审单位及户数),2,3000)&"。"',
        "已报户数>0",
    )


def _money(material: Material) -> Iterator[Topic]:
    budget, spent = (material.parts.get(part) for part in (Plays.BUDGET, Plays.SPENT))
    if not budget or not spent:
        return
    unit = material.money
    rate = f'IF(SUM({budget})=0,"","，执行率"&TEXT(SUM({spent})/SUM({budget}),"0.00%"))'
    all_budget, all_spent = f"(SUM({budget})+未计预算)", f"(SUM({spent})+未计支出)"
    yield Topic(
        "资金",
        f'="计入汇总的"&计入户数&"户，全年预算"&{in_words(f"SUM({budget})", unit)}&"，全年执行"'
        f"&{in_words(f'SUM({spent})', unit)}&{rate}"
        f'&IF(未计户数=0,"","；没有计入的"&未计单位及户数&"报来全年预算"&{in_words("未计预算", unit)}'
        f'&"、全年执行"&{in_words("未计支出", unit)}&"，未经核实"&IF({all_budget}=0,"","，连同它们执行率为"'
        f'&TEXT({all_spent}/{all_budget},"0.00%")))&"。"',
        "计入户数+未计户数>0",
    )


def _grades(material: Material) -> Iterator[Topic]:
    grade, budget = (material.parts.get(part) for part in (Plays.GRADE, Plays.BUDGET))
    if not grade:
        return

    def told(name: str) -> str:
        money = f'&"、"&{in_words(f"SUMIF({grade},{_text(name)},{budget})", material.money)}' if budget else ""
        return f'IF(COUNTIF({grade},"{name}")=0,"","；{name}"&COUNTIF({grade},"{name}")&"户"{money})'

    given = "+".join(f'COUNTIF({grade},"{name}")' for name in GRADES)
    yield Topic(
        "自评等级",
        f'=MID({"&".join(map(told, GRADES))},2,1000)&IF({given}=0,"","（自评，未经复核）")'
        f'&IF(未计优单位户数=0,"",IF({given}=0,"","；")&"没有通过、没有计入的单位中，自评为优的有"'
        '&未计优单位及户数)&"。"',
        f"{given}+未计优单位户数>0",
    )


def _text(words: str) -> str:
    return f'"{words}"'


def _unspent(material: Material) -> Iterator[Topic]:
    """Tell how much of the budget is left and which units hold most of it."""
    if not material.parts.get(Plays.BUDGET) or not material.parts.get(Plays.SPENT):
        return
    unit, left = material.money, f"ROUND(SUM({UNSPENT}),2)"

    def largest(number: int) -> str:
        at = f"MATCH(LARGE({UNSPENT_KEY},{number}),{UNSPENT_KEY},0)"
        told = f"INDEX({UNIT_NAME},{at})&{in_words(f'INDEX({UNSPENT},{at})', unit)}"
        return f'IF(COUNT({UNSPENT})>={number},{_text("、" if number > 1 else "")}&{told},"")'

    first = "+".join(
        f"IF(COUNT({UNSPENT})>={number},LARGE({UNSPENT},{number}),0)" for number in range(1, _LARGEST + 1)
    )
    yield Topic(
        "没有执行的钱",
        f'="有"&COUNT({UNSPENT})&"户没有执行完，共"&{in_words(left, unit)}&"："'
        f"&{'&'.join(map(largest, range(1, _LARGEST + 1)))}"
        f'&IF(COUNT({UNSPENT})<={_LARGEST},"。","；最多的{_LARGEST}户占"&TEXT(({first})/{left},"0.00%")&"。")',
        f"COUNT({UNSPENT})>0",
    )


def _found() -> Iterator[Topic]:
    yield Topic(
        "没有改正的问题",
        '=MID(IF(错误总数=0,"","；错误"&错误总数&"处"&IF(错误原因数<错误总数,"（归并为"&错误原因数&"个原因）",""))&IF(未说明数=0,"","；没有说明的事项"&未说明数&"项"),2,100)'
        '&IF(N(INDEX(问题_处数,1))=0,"","，最普遍的是"&INDEX(问题_内容,1)&"（"&INDEX(问题_户数,1)&"户"'
        '&INDEX(问题_处数,1)&"处）")&"。"',
        "错误总数+未说明数>0",
    )
    passed = 'SUMIF(报送_状态,"通过",报送_已说明)'
    yield Topic(
        "核实说明",
        f'="单位作了说明的事项"&已说明数&"项，"&IF({passed}=0,"所在单位都还没有通过",IF({passed}=已说明数,'
        f'"所在单位都已通过，说明已采用","其中"&{passed}&"项所在单位已通过，说明已采用，"&(已说明数-{passed})'
        '&"项所在单位还没有通过"))&"。"',
        "AND(公开=0,已说明数>0)",
    )


def _reviewing(material: Material) -> Iterator[Topic]:
    def chosen(number: int) -> str:
        one = f'INDEX(抽查_单位,{number})&"（"&INDEX(抽查_理由,{number})&"）"'
        return f'IF(抽查户数>={number},{_text("、" if number > 1 else "")}&{one},"")'

    yield Topic(
        "抽查",
        f'="抽查"&抽查户数&"户："&{"&".join(map(chosen, range(1, _MOST_CHOSEN + 1)))}'
        f'&IF(抽查户数>{_MOST_CHOSEN},"等，其余见“抽查名单”","")&"。"',
        "AND(公开=0,抽查户数>0)",
    )
    if review_form(material.template):
        yield Topic(
            "复核",
            f'=IF(COUNT({REVIEWED_SCORES})=0,"抽查的单位还没有复核得分。","已复核指标"&COUNT({REVIEWED_SCORES})'
            f'&"条，自评得分合计比复核得分"&IF(ROUND(SUM({DEVIATIONS}),2)=0,"不多不少",'
            f'IF(SUM({DEVIATIONS})>0,"高","低")&TEXT(ABS(SUM({DEVIATIONS})),"0.00")&"分")&"。")',
            "AND(公开=0,抽查户数>0)",
        )


def _deadline() -> Iterator[Topic]:
    yield Topic(
        "期限",
        '="报送截止"&截止日期&"；"&IF(已报户数=0,"还没有单位报送",IF(迟报单位户数=0,"已报的都在截止以前","截止以后才第一次报送的"&迟报单位及户数))'
        '&IF(未报户数=0,"",IF(统计日="","；还没有报的"&未报单位及户数,IF(统计日>截止日,"；到期没有报的"&未报单位及户数,'
        '"；还没有报的"&未报户数&"户，还没有到期")))&"。"',
        'AND(截止日<>"",应报户数>0)',
    )
