"""Posts, staff and retired people: which numbers go together, and what each costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from perfeval_xl.proofread.calculation import number
from perfeval_xl.proofread.figures import MONEY, PEOPLE
from perfeval_xl.proofread.mentions import Basis, Mention
from perfeval_xl.proofread.relations.index import Index, elsewhere
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.word_lists import words
from perfeval_xl.records.finding import Finding

_OWNED_UP = re.compile("超编|超员|超配|超出(?:核定)?编制")
"""A text that says so itself is held against its figures, and not told what it knows."""
_MYRIAD = Decimal(10**4)


def people(index: Index) -> Iterator[Finding]:
    """Find numbers of people that are hardly possible, and costs a head that are hardly likely."""
    levels = [item for item in index.mentions if item.level and not elsewhere(item)]
    heads = [item for item in levels if item.figure.dimension == PEOPLE and item.figure.exact]
    staff, posts = _first(heads, "在职人员"), _first(heads, "编制")
    if staff and posts and staff.value > posts.value and not _OWNED_UP.search(staff.paragraph.text):
        yield _over(staff, posts)
    yield from _cadres(heads, posts)
    if staff and staff.value:
        for subject, limit in (("公用经费", "office_cost_per_head"), ("人员经费", "staff_cost_per_head")):
            money = [item for item in levels if item.figure.dimension == MONEY and item.basis is Basis.FINAL]
            yield from _per_head(_first(money, subject), staff, words("wording")["people"][limit])


def _first(mentions: list[Mention], subject: str) -> Mention | None:
    return next((item for item in mentions if item.subject == subject and item.figure.exact), None)


def _over(staff: Mention, posts: Mention) -> Finding:
    more = number(staff.value - posts.value, Decimal(1), 0) + staff.figure.unit
    case = {"staff": staff.text, "posts": posts.text, "difference": more}
    return finding("P19", staff.place, value=staff.value, expected=posts.value, label=staff.subject, **case)


def _cadres(heads: list[Mention], posts: Mention | None) -> Iterator[Finding]:
    limits = words("wording")["people"]
    cadres = _first(heads, "离休人员")
    if not cadres or cadres.value <= limits["retired_cadres"]:
        return
    reason = "人数偏多"
    if posts and cadres.value > posts.value * Decimal(str(limits["retired_cadres_share"])):
        reason = f"而编制只有{posts.text}"
    yield finding("P20", cadres.place, value=cadres.value, label=cadres.subject, said=cadres.text, reason=reason)


def _per_head(money: Mention | None, staff: Mention, limit: int) -> Iterator[Finding]:
    if money and money.value / staff.value > limit * _MYRIAD:
        total, each = number(money.value, _MYRIAD, 2), number(money.value / staff.value, _MYRIAD, 2)
        calculation = f"{total}÷{number(staff.value, Decimal(1), 0)}={each}万元"
        case = {"subject": money.subject, "said": money.text, "staff": staff.text, "calculation": calculation}
        yield finding("P21", money.place, label=money.subject, **case)
