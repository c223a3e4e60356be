"""Shares: 占……的; what a share is of, shares of one whole together, and the whole that several shares lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from perfeval_xl.proofread.calculation import amount, percent, places
from perfeval_xl.proofread.figures import MONEY, PERCENT
from perfeval_xl.proofread.mentions import Mention, Role
from perfeval_xl.proofread.relations.index import Index, agreed
from perfeval_xl.proofread.relations.quotient import off_by, quotient, slipped
from perfeval_xl.proofread.relations.slips import one_slip
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.subjects import partitions, same
from perfeval_xl.proofread.verdict import Verdict, settled, softened

_ALL = frozenset(
    {"", "全部", "总数", "其", "总", "全部支出", "总量", "总额", "支出", "收入", "总支出", "总收入", "比重"}
)
_MOST_WHOLES, _MOST_SHARES = 4, 30
_ANY_WHOLE = re.compile("总|全部|全年|应|计划|整个")
"""What a share is of where its words only say that it is the whole of what stands before."""
_PAIR, _MANY = 2, 3
ONE_OF = re.compile("中[,，]?(?:只|仅|共|已经?|还|尚)?有?\\s*$")
_FAR_RATE = Decimal("0.15")
"""How far a share may be off of what is not called as it says."""
_BESIDE = 12
_COMMON = frozenset(
    {
        "全部",
        "总数",
        "总额",
        "支出",
        "收入",
        "资金",
        "全县",
        "全市",
        "全区",
        "全年",
        "总的",
        "金额",
        "人数",
        "合计",
    }
)
"""Pairs of characters that do not tell one whole from another."""
_NEARLY_ALL = Decimal("0.9")
_SURVEY = frozenset(
    {"不满意", "非常满意", "比较满意", "基本满意", "满意", "很满意", "较满意", "一般", "不太满意", "不了解"}
)


def of_whole(mention: Mention, index: Index) -> Iterator[Verdict]:
    """Try 占全部支出的45%: one share against its part and what it can be of."""
    part = mention.owner or (index.level(mention.subject, mention, dimension=MONEY) if mention.subject else None)
    if not part or not part.level or not part.figure.exact or not part.counted:
        return
    if mention.base:
        yield quotient("N02", mention, part, mention.base, part=part.subject, whole=mention.base.subject)
        return
    readings = []
    for whole in islice(_wholes(mention, part, index), _MOST_WHOLES):
        if whole.position != part.position and whole.figure.exact:
            names = {"part": part.subject or part.text, "whole": whole.subject or whole.text}
            verdict = quotient("N02", mention, part, whole, **names)
            near = whole.paragraph.number == part.paragraph.number
            readings.append(verdict if near or mention.whole == whole.subject else softened(verdict))
    yield from settled([verdict for verdict in readings if verdict.facts and _believable(verdict, mention)])


def _believable(verdict: Verdict, share: Mention) -> bool:
    """Whether a share is probably of what was found: where that has another name, only if little is wrong."""
    _, part, whole = verdict.facts
    alike = share.whole in _ALL or same(whole.subject, share.whole) or whole.beside(share)
    return alike or not verdict.finding or abs(off_by(verdict)) <= _FAR_RATE or slipped(share, part, whole)


def _wholes(share: Mention, part: Mention, index: Index) -> Iterator[Mention]:
    """Yield what a share can be of: the amount that its words name, else the whole of the list that it is in."""
    group = index.list_of(part)
    if share.whole in _ALL:
        if group:
            yield from group.wholes
        names = [partition.whole for partition in partitions() if part.subject in partition.parts]
        for name in names[:1] if not group else ():
            whole = index.level(name, part, part.basis)
            if whole:
                yield whole
        if not group and ONE_OF.search(part.lead):
            yield from (item for item in _counts_before(part, index)[-1:] if item.value)
        return
    if group:
        yield from (whole for whole in group.wholes if same(whole.subject, share.whole))
    found = index.level(share.whole, part, part.basis, part.period)
    if found and found.value >= part.value:
        yield found
    levels = index.levels(share.whole, part)
    here = [item for item in levels if item.paragraph.number == part.paragraph.number]
    named = [item for item in levels if item.subject == share.whole and item.period == part.period]
    exact = here or (named if named and agreed(named) else [])
    fitting = [item for item in exact if item.value >= part.value and item.basis.planned is part.basis.planned]
    yield from (item for item in fitting if item.period == part.period)
    if not fitting and not found and not group:
        yield from _said_otherwise(share, part, index)


def _said_otherwise(share: Mention, part: Mention, index: Index) -> Iterator[Mention]:
    """Yield what a share is of where no subject is called so: what stands before it or beside its words."""
    before = [item for item in _counts_before(part, index) if item.value >= part.value]
    if _ANY_WHOLE.search(share.whole) and before:
        yield before[-1]
    else:
        yield from _spoken_of(share, part, index)


def _spoken_of(share: Mention, part: Mention, index: Index) -> Iterator[Mention]:
    """Yield the nearest count beside which stands what a share is of: 抽查的50个项目…，占抽查项目的46%."""
    pairs = {share.whole[at : at + _PAIR] for at in range(len(share.whole) - 1)} - _COMMON
    near = [
        item
        for item in index.around(share)
        if item.level
        and item.figure.dimension == part.figure.dimension
        and item.position != part.position
        and item.value >= part.value
        and 0 <= share.paragraph.number - item.paragraph.number <= 1
    ]
    nearest = sorted(near, key=lambda item: abs(item.number - share.number))
    for beside in (_noun_behind, _words_around):
        for item in nearest:
            if pairs and sum(pair in beside(item) for pair in pairs) * _PAIR >= len(pairs):
                yield item
                return


def _noun_behind(item: Mention) -> str:
    """Return what a count counts: 完工小区 of 21个完工小区一次验收合格."""
    behind = item.paragraph.text[item.figure.end : item.figure.end + _BESIDE]
    return re.split(r"[,，;；。、:：()（）\d]", behind, maxsplit=1)[0]


def _words_around(item: Mention) -> str:
    return f"{item.lead[-_BESIDE:]} {_noun_behind(item)}"


def _counts_before(part: Mention, index: Index) -> list[Mention]:
    """Return the levels of a part's kind that stand before it in its sentence."""
    return [
        item
        for item in index.sentence(part)
        if item.level and item.number < part.number and item.figure.dimension == part.figure.dimension
    ]


def all_shares(index: Index) -> Iterator[Verdict]:
    """Try shares of one whole in one sentence that are given without amounts."""
    lists: dict[tuple[int, int, str], list[Mention]] = {}
    for mention in index.mentions:
        if mention.figure.dimension != PERCENT or not mention.figure.exact:
            continue
        key = (mention.paragraph.number, mention.sentence)
        several = mention.owner is None or "分别" in mention.head or "依次" in mention.head
        if mention.role is Role.SHARE and mention.against is None and not mention.base and several:
            lists.setdefault((*key, mention.whole), []).append(mention)
        elif mention.level and mention.subject in _SURVEY:
            lists.setdefault((*key, "调查结果"), []).append(mention)
    for (_, _, whole), shares in lists.items():
        yield from _shares_of(whole, shares)


def implied_wholes(index: Index) -> Iterator[Verdict]:
    """Try shares beside their amounts, where the whole is not said: all must lead to the same whole."""
    groups: dict[tuple[int, str, str], list[Mention]] = {}
    said: dict[int, str] = {}
    for mention in index.mentions:
        owner = mention.owner
        plain = (
            mention.role is Role.SHARE and mention.figure.exact and not mention.base and mention.against is None
        )
        if plain and owner and owner.level and owner.counted and owner.figure.exact and mention.figure.value > 0:
            number = mention.paragraph.number
            said[number] = mention.whole or said.get(number, "")
            key = (number, said[number], owner.figure.dimension)
            groups.setdefault(key, []).append(mention)
    for shares in groups.values():
        yield from _odd_one(shares[:_MOST_SHARES])


def _odd_one(shares: list[Mention]) -> Iterator[Verdict]:
    """Find the one share among several that does not lead to the whole that the others lead to."""
    if len(shares) < _MANY:
        return
    spans = [_implied(share) for share in shares]
    agreeing = max(
        (
            [other for other, (low, high) in enumerate(spans) if low <= middle <= high]
            for middle in map(_middle, spans)
        ),
        key=len,
    )
    odd = [at for at in range(len(shares)) if at not in agreeing]
    if len(odd) != 1 or len(agreeing) < _PAIR:
        return
    share = shares[odd[0]]
    owner = share.owner
    if owner:
        whole = sum((_middle(spans[at]) for at in agreeing), Decimal(0)) / len(agreeing)
        right = owner.value / whole
        shown = amount(whole, owner.figure, [owner.figure])
        found = finding(
            "N02",
            share.place,
            value=share.figure.value,
            expected=right.quantize(Decimal("0.0001")),
            label=owner.subject,
            part=owner.subject or owner.text,
            whole=f"按其他各项推算的总数{shown}",
            calculation=f"{owner.text}÷{shown}={percent(right, places(share.figure))}",
            said=share.text,
        )
        yield softened(Verdict((share, owner), found, abs(right - share.figure.value) * whole))


def _implied(share: Mention) -> tuple[Decimal, Decimal]:
    """Return between which figures the whole lies of which an amount is that share."""
    amount_of = share.owner.value if share.owner else Decimal(0)
    half = share.figure.step * Decimal("0.6")
    least = max(share.figure.value - half, half / 10)
    return amount_of / (share.figure.value + half), amount_of / least


def _middle(span: tuple[Decimal, Decimal]) -> Decimal:
    return (span[0] + span[1]) / 2


def _shares_of(whole: str, shares: list[Mention]) -> Iterator[Verdict]:
    total = sum((item.figure.value for item in shares), Decimal(0))
    loose = sum((item.figure.step for item in shares), Decimal(0)) * Decimal("0.5")
    different = len({item.subject for item in shares}) == len(shares)
    survey = whole == "调查结果" and not any(item.subject == "不满意" for item in shares)
    slip = len(shares) >= _MANY and any(one_slip(item.figure, item.figure.value + 1 - total) for item in shares)
    short = total < 1 - loose and not slip and (len(shares) < _MANY or total < _NEARLY_ALL or survey)
    if len(shares) < _PAIR or not different or abs(total - 1) <= loose or short:
        return
    calculation = "+".join(item.text for item in shares) + f"={percent(total)}"
    case = {"label": whole, "whole": whole or shares[0].subject, "calculation": calculation}
    yield Verdict(tuple(shares), finding("N09", shares[-1].place, value=total, expected=Decimal(1), **case))
