"""What flows: remainders from income and spending, budgets from their adjustments, totals that must be equal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.proofread.calculation import amount, decimals, number, printed, slack, terms
from perfeval_xl.proofread.figures import MONEY
from perfeval_xl.proofread.mentions import Basis, Mention, Role
from perfeval_xl.proofread.relations.slips import one_slip
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.verdict import Verdict, settled, softened

if TYPE_CHECKING:
    from perfeval_xl.proofread.relations.index import Index

_OPENING = re.compile(
    r"(?:上年度?|以前年度|年初|期初|上一年|去年|上月)(?:末|底)?[^;。]{0,16}(?:结转|结余|余额|结存|尚余|[剩还]余|还有)[^,;。]{0,6}$"
)
_CLOSING = re.compile(r"(?:结转|结余|余额|结存|[尚剩]余|还有|其余)[^,;。]{0,6}$")
_INCOME, _SPENDING = re.compile(r"收入|拨入|到账|筹集"), re.compile(r"支出|使用|支付|列支|支用|花费")
_INFLOW = re.compile("新增|补充|举借|购入|购进|发生|转入|增加|下达")
_OUTFLOW = re.compile("偿还|动用|收回|核销|发放|化解|处置|调出")
"""What comes in and goes out between an opening and a closing balance of something that is no budget."""
_ALLOTTED = re.compile("安排|下达|批复|到位|拨付")
_TOTALS = re.compile(r"收(?:入)?[、和]?支(?:出)?(?:决算)?总计|收入(?:决算)?总计[^。]*支出(?:决算)?总计")
_ADDED = re.compile(r"加上|再加|另加|^\s*加(?![强快大工深])|扣除|减去")
_MOST = 12
_FLOW, _WHOLE_FLOW = 3, 4

Term = tuple[int, Mention]


def flows(index: Index) -> Iterator[Verdict]:
    """Try every sentence that tells how one amount leads to another."""
    for sentence in _sentences(index):
        money = [item for item in sentence if item.figure.dimension == MONEY and item.figure.exact]
        if len(money) >= _FLOW or any(item.role is Role.ADJUSTMENT for item in money):
            yield from _remainder(money[:_MOST], index)
            yield from _adjusted(money[:_MOST], index)
            yield from _increased(money[:_MOST], index)
        if len(money) > 1:
            yield from _both_totals(money)


def _sentences(index: Index) -> Iterator[list[Mention]]:
    sentence: list[Mention] = []
    for mention in index.mentions:
        if sentence and not sentence[-1].beside(mention):
            yield sentence
            sentence = []
        sentence.append(mention)
    if sentence:
        yield sentence


def _remainder(money: Sequence[Mention], index: Index) -> Iterator[Verdict]:
    """Try 上年结转 + 收入 - 支出 = 结余."""
    levels = [item for item in money if item.level and not item.basis.planned]
    opening = [item for item in levels if _OPENING.search(item.lead)]
    closing = [item for item in levels if item not in opening and _CLOSING.search(item.lead)]
    rest = [item for item in levels if item not in opening and item not in closing]
    parts = {item.position for item in rest if index.list_of(item)}
    rest = [item for item in rest if item.position not in parts]
    income = [item for item in rest if _INCOME.search(item.head)]
    spending = [item for item in rest if _SPENDING.search(item.head) and item not in income]
    if opening and not income and not spending:
        income = [item for item in rest if _INFLOW.search(item.head)]
        spending = [item for item in rest if _OUTFLOW.search(item.head) and item not in income]
    if len(closing) == 1 and not income and not opening:
        yield from _left_of_budget(money, closing[0], spending)
    if not (len(closing) == 1 and len(income) == 1 and len(spending) == 1 and len(opening) <= 1):
        return
    flow: list[Term] = [(1, income[0]), (-1, spending[0])]
    readings = [_sum_verdict([*((1, item) for item in opening), *flow], closing[0])]
    if opening:
        readings.append(_sum_verdict(flow, closing[0]))
    sure = len(levels) - len(parts) == len(flow) + len(opening) + 1
    readings = [verdict for verdict in readings if sure or not verdict.finding or _slipped(verdict)]
    yield from settled([verdict if sure else softened(verdict) for verdict in readings])


def _slipped(verdict: Verdict) -> bool:
    """Whether the flow comes right when one digit of a figure is another."""
    gap = verdict.weight
    return any(one_slip(item.figure, item.figure.value + by) for item in verdict.facts for by in (gap, -gap))


def _left_of_budget(money: Sequence[Mention], closing: Mention, spending: Sequence[Mention]) -> Iterator[Verdict]:
    """Try 预算 - 支出 = 结余."""
    before = [item for item in money if item.level and item.number < closing.number and item not in spending]
    plans = [item for item in before if item.basis.planned] or [
        item for item in before if _ALLOTTED.search(item.head)
    ]
    if plans and len(spending) == 1:
        yield from settled(
            [softened(_sum_verdict([(1, plan), (-1, spending[0])], closing)) for plan in plans[::-1]]
        )


def _adjusted(money: Sequence[Mention], index: Index) -> Iterator[Verdict]:
    """Try 年初预算 + 追加 - 调减 = 调整后预算."""
    initial = _initial(money) or _initial(_before(money, index))
    moved = [item for item in money if item.role is Role.ADJUSTMENT and not _ADDED.search(item.head)]
    moved = [item for item in moved if item.depth == moved[0].depth]  # what is in brackets says it again
    final = [item for item in money if item.level and item.basis is Basis.ADJUSTED]
    if not moved or len(initial) != 1 or len(final) != 1:
        return
    yield _sum_verdict([(1, initial[0]), *((item.sign, item) for item in moved)], final[0])


def _initial(money: Sequence[Mention]) -> list[Mention]:
    levels = [item for item in money if item.level]
    named = [item for item in levels if item.basis is Basis.INITIAL]
    return named or [item for item in levels if item.basis is Basis.BUDGET]


def _before(money: Sequence[Mention], index: Index) -> list[Mention]:
    """Return the amounts of the sentences before in the paragraph that are no parts of others."""
    if not money:
        return []
    first = money[0]
    before = [item for item in index.around(first) if item.number < first.number and not index.list_of(item)]
    return [
        item
        for item in before
        if item.paragraph.number == first.paragraph.number and item.figure.dimension == MONEY
    ]


def _increased(money: Sequence[Mention], index: Index) -> Iterator[Verdict]:
    """Try 上年结余…，加上…，扣除…，结余…: what stood before, what is added and taken one by one, what it makes."""
    moved = [item.role is Role.ADJUSTMENT and bool(_ADDED.search(item.head)) for item in money]
    for at, item in enumerate(money):
        if not moved[at] or (at and moved[at - 1]):
            continue
        end = next((later for later in range(at, len(money)) if not moved[later]), len(money))
        if end == len(money) or not money[end].level or re.match(r"\s*[、和与及]", money[end].lead):
            continue  # a list of what is added goes on
        run: list[Term] = [(one.sign, one) for one in money[at:end]]
        after = money[end]
        before = [
            other
            for other in index.around(item)
            if other.level
            and other.number < item.number
            and other.figure.dimension == MONEY
            and other.figure.exact
        ]
        near = before[::-1][:_MOST]
        readings = [_sum_verdict([(1, other), *run], after) for other in near]
        yield from settled([softened(verdict) for verdict in readings])


def _sum_verdict(flow: Sequence[Term], result: Mention) -> Verdict:
    right = sum((sign * item.figure.value for sign, item in flow), Decimal(0))
    mentions = (*(item for _, item in flow), result)
    figures = [item.figure for item in mentions]
    off = abs(right - result.value)
    if off <= slack(figures):
        return Verdict(mentions)
    scale, exact = result.figure.scale, decimals(figures, result.figure.scale)
    written = "".join(
        f"{'-' if sign < 0 else '+'}{number(item.figure.value, scale, exact)}" for sign, item in flow
    )
    found = finding(
        "P37",
        result.place,
        value=printed(result.value, result.figure),
        expected=printed(right, result.figure),
        label=result.subject,
        subject=result.subject or result.head.strip() or result.text,
        calculation=f"{written.removeprefix('+')}={amount(right, result.figure, figures)}",
        said=result.text,
        difference=amount(off, result.figure, figures),
        terms=terms(mentions),
    )
    return Verdict(mentions, found, off)


def _both_totals(money: Sequence[Mention]) -> Iterator[Verdict]:
    """Try 收入总计 = 支出总计, which balance by definition."""
    first = money[0]
    text = first.paragraph.text[first.sentence : money[-1].figure.end]
    income = [item for item in money if item.level and item.subject == "收入总计"]
    spending = [item for item in money if item.level and item.subject == "支出总计"]
    if len(income) == 1 and len(spending) == 1 and _TOTALS.search(text):
        yield softened(_sum_verdict([(1, income[0])], spending[0]))
