"""Quotients: shares, completion, rates of counts, multiples, costs a head; each against what it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, islice

from perfeval_xl.proofread.calculation import amount, division, number, percent, places, ratio_slack
from perfeval_xl.proofread.figures import BARE, MONEY, PEOPLE, PERCENT, TIMES
from perfeval_xl.proofread.mentions import Basis, Mention, Role
from perfeval_xl.proofread.relations.index import PLANS, Index, agreed
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.subjects import partitions, same
from perfeval_xl.proofread.verdict import Verdict, settled, softened
from perfeval_xl.proofread.word_lists import words

_ALL = frozenset(
    {"", "全部", "总数", "其", "总", "全部支出", "总量", "总额", "支出", "收入", "总支出", "总收入", "比重"}
)
_MOST_WHOLES, _MOST_SHARES = 4, 30
_ANY_WHOLE = re.compile("总|全部|全年|应|计划|整个")
"""What a share is of where its words only say that it is the whole of what stands before."""
_PAIR, _MANY = 2, 3
_PAID = frozenset(
    {"到位", "拨付", "支付", "执行", "完成", "支出", "使用", "兑现", "报送", "整改", "收回", "下达", "投入"}
)
_RETURNED = ("回收率", "收回率", "反馈率", "应答率")
_ONE_OF = re.compile("中[,，]?(?:只|仅|共|已经?|还|尚)?有?\\s*$")
_FORMER = re.compile("原来|原先|以前|之前|当初|改造前")
_FAR_RATE = Decimal("0.15")
"""How far a rate may be off whose base stands in another sentence, before another base is likelier."""
_DONE = re.compile("(?:的有?|其中|中有|已|按期|合格|通过|完成|实际|达标)$|其中|按期|通过|认可")
_LEFT_OVER = re.compile("结余|结转|余额|剩余")
_NEARLY_ALL = Decimal("0.9")
_SURVEY = frozenset(
    {"不满意", "非常满意", "比较满意", "基本满意", "满意", "很满意", "较满意", "一般", "不太满意", "不了解"}
)


def rates(index: Index) -> Iterator[Verdict]:
    """Try every share and rate whose terms the text gives."""
    for mention in index.mentions:
        if mention.figure.exact:
            yield from _tried(mention, index)
    yield from _all_shares(index)
    yield from _implied_wholes(index)


def _tried(mention: Mention, index: Index) -> Iterator[Verdict]:
    if mention.role is Role.SHARE and mention.figure.dimension == PERCENT:
        planned = mention.against is not None or (mention.base is not None and mention.base.basis.planned)
        yield from _of_plan(mention, index) if planned else _share(mention, index)
    elif mention.role is Role.RATE and mention.figure.dimension == PERCENT:
        yield from _rate(mention, index)
    elif mention.role is Role.TIMES:
        yield from _multiple(mention, index)
    elif mention.role is Role.EACH:
        yield from _each(mention, index)
    elif mention.level and mention.figure.dimension == PERCENT and not mention.head.strip():
        yield from _bare_rate(mention, index)


def _quotient(rule: str, stated: Mention, upper: Mention, lower: Mention, **names: str) -> Verdict:
    """Try stated = upper ÷ lower."""
    terms = (stated, upper, lower)
    if upper.figure.dimension != lower.figure.dimension or not lower.value or upper is lower:
        return Verdict(())
    right = upper.value / lower.value
    off = abs(abs(stated.figure.value) - abs(right))
    if off <= ratio_slack(stated.figure, upper.figure, lower.figure):
        return Verdict(terms)
    found = finding(
        rule,
        stated.place,
        value=stated.figure.value,
        expected=right.quantize(Decimal("0.0001")),
        label=names.get("part", stated.subject),
        calculation=division(upper.value, lower.value, [upper.figure, lower.figure], places(stated.figure)),
        said=stated.text,
        **names,
    )
    return Verdict(terms, found, off * abs(lower.value))


def _share(mention: Mention, index: Index) -> Iterator[Verdict]:
    part = mention.owner or (index.level(mention.subject, mention, dimension=MONEY) if mention.subject else None)
    if not part or not part.level or not part.figure.exact or not part.counted:
        return
    if mention.base:
        yield _quotient("N02", mention, part, mention.base, part=part.subject, whole=mention.base.subject)
        return
    readings = []
    for whole in islice(_wholes(mention, part, index), _MOST_WHOLES):
        if whole.position != part.position and whole.figure.exact:
            names = {"part": part.subject or part.text, "whole": whole.subject or whole.text}
            verdict = _quotient("N02", mention, part, whole, **names)
            near = whole.paragraph.number == part.paragraph.number
            readings.append(verdict if near or mention.whole == whole.subject else softened(verdict))
    yield from settled([verdict for verdict in readings if verdict.facts])


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
        if not group and _ONE_OF.search(part.lead):
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
    if not fitting and not found and not group and _ANY_WHOLE.search(share.whole):
        before = [item for item in index.sentence(share) if item.level and item.number < part.number]
        larger = [
            item for item in before if item.figure.dimension == part.figure.dimension and item.value >= part.value
        ]
        yield from larger[-1:]


def _counts_before(part: Mention, index: Index) -> list[Mention]:
    """Return the levels of a part's kind that stand before it in its sentence."""
    return [
        item
        for item in index.sentence(part)
        if item.level and item.number < part.number and item.figure.dimension == part.figure.dimension
    ]


def _of_plan(mention: Mention, index: Index) -> Iterator[Verdict]:
    """Try 完成年初预算的98% and 占年初预算80万元的45%."""
    done = _performed(mention, index)
    if not done:
        return
    plans = [mention.base] if mention.base else _plans(mention, done, index)
    name = f"{mention.subject or done.subject}完成预算的比例"
    readings = [_quotient("P10", mention, done, plan, subject=name) for plan in plans if plan.figure.exact]
    sure = mention.base is not None or any(plan.paragraph.number == mention.paragraph.number for plan in plans)
    kept = [verdict if sure else softened(verdict) for verdict in readings if verdict.facts]
    yield from settled(kept)


def _performed(mention: Mention, index: Index) -> Mention | None:
    """Return what was done of the plan that a rate speaks of."""
    owner = mention.owner
    if owner and owner.level and owner.counted and owner.figure.exact and not owner.basis.planned:
        return owner
    base = mention.base
    subject = (base.subject if base else mention.subject) or mention.subject
    if subject:
        found = index.level(
            subject, base or mention, Basis.FINAL, dimension=base.figure.dimension if base else MONEY
        )
        if found:
            return found
    kind = base.figure.dimension if base else MONEY
    before = [
        item
        for item in index.sentence(mention)
        if item.level and not item.basis.planned and item.figure.dimension == kind and item.number < mention.number
    ]
    if before or not base:
        return before[-1] if before and before[-1].figure.exact else None
    return next((item for item in index.sentence(mention) if _done_behind(item, mention, kind)), None)


def _done_behind(item: Mention, mention: Mention, dimension: str) -> bool:
    """Whether an amount tells behind a rate what was done: 完成年初预算12600万元的103%，实际支出12978万元."""
    told = item.level and item.figure.exact and item.number == mention.number + 1
    return told and item.figure.dimension == dimension and bool(re.search("实际|实有|完成|支出$", item.head))


def _plans(mention: Mention, done: Mention, index: Index) -> list[Mention]:
    against = mention.against
    wanted = (against,) if against in (Basis.INITIAL, Basis.ADJUSTED) else PLANS
    beside = [
        item
        for item in index.sentence(mention)
        if item.level and item.basis in wanted and item.figure.dimension == done.figure.dimension
    ]
    named = index.levels(done.subject, mention, done.figure.dimension)
    of_subject = [item for item in named if item.basis in wanted and item.period == done.period][:_MOST_WHOLES]
    return of_subject or beside[-1:]


def _rate(mention: Mention, index: Index) -> Iterator[Verdict]:
    lists = words("subjects")["rates"]
    pool = _pool(mention, index)
    right = next((pair for pair in _pairs(pool) if _holds(mention, *pair)), None)
    if right:
        yield Verdict((mention, *right))
    if right or _moved(mention, index) or _of_some(mention, pool):
        return
    if mention.subject.endswith(_RETURNED):
        yield from _returned(mention, pool)
        return
    if len({item.figure.dimension for item in pool}) == len(pool):
        yield from _of_before(mention, pool, index)
        return
    if mention.subject.endswith(tuple(lists["execution"])):
        yield from _execution(mention, pool)
    elif mention.subject.endswith("控制率") and index.level("编制", mention, dimension=PEOPLE):
        yield from _control(mention, index)
    elif mention.subject.endswith(("率", "度", "进度", "比例", "面")):
        between = [
            item for item in index.sentence(mention) if item.role is Role.RATE and item.number < mention.number
        ]
        fresh = [item for item in pool if not between or item.number > between[-1].number]
        yield from _counted(mention, _with_its_whole(fresh, pool, mention))
    elif mention.subject.endswith("比例"):
        yield from _counted(mention, pool)


def _with_its_whole(fresh: list[Mention], pool: list[Mention], mention: Mention) -> list[Mention]:
    """Return the figures since the last rate, with the one before it where they are only the part of this one."""
    if len(fresh) == 1 and mention.subject[:-1][-2:] in fresh[0].head:
        alike = [item for item in pool if item.figure.dimension == fresh[0].figure.dimension]
        return alike[-_PAIR:]
    return fresh or [item for item in pool if mention.subject[:-1][-2:] in item.head]


def _pool(mention: Mention, index: Index) -> list[Mention]:
    """Return the levels of the sentence that a rate can be made of: those since the last rate, in order."""
    before: list[Mention] = []
    for item in index.sentence(mention):
        if item.number >= mention.number:
            break
        usable = (item.level or item.role is Role.BASE) and item.counted and item.figure.exact
        if usable and item.figure.dimension != TIMES:
            before.append(item)
    return _since_semicolon(mention, before)


def _since_semicolon(mention: Mention, before: list[Mention]) -> list[Mention]:
    """Return what stands in a rate's own item of a list, where that holds two figures of one kind."""
    cut = max(mention.paragraph.text.rfind(mark, mention.sentence, mention.figure.start) for mark in ";；")
    own = [item for item in before if item.figure.start > cut]
    kinds = [item.figure.dimension for item in own]
    return own if len(set(kinds)) < len(kinds) else before


def _returned(mention: Mention, pool: Sequence[Mention]) -> Iterator[Verdict]:
    """Try 抽取150人，收回答卷140份，回收率93.3%: what came back of what went out, in whatever unit."""
    back = next((item for item in reversed(pool) if re.search("[收交返]回|回收|反馈|有效", item.head)), None)
    out = [
        item for item in pool if back and item.number < back.number and item.figure.dimension not in (MONEY, BARE)
    ]
    if back and out and out[-1].value:
        sent = replace(out[-1], figure=replace(out[-1].figure, dimension=back.figure.dimension))
        yield _quotient("P10", mention, back, sent, subject=mention.subject)


def _of_before(mention: Mention, pool: Sequence[Mention], index: Index) -> Iterator[Verdict]:
    """Try a rate whose base stands in a sentence before: 下达1.86亿元。……拨付1.6亿元，拨付率86%."""
    verb = mention.subject[:-1][-2:]
    part = next((item for item in reversed(pool) if verb and set(verb) <= set(item.head)), None)
    if part is None or index.list_of(part):
        return
    before = [
        item
        for item in index.around(mention)
        if item.paragraph.number == mention.paragraph.number
        and item.number < part.number
        and item.value >= part.value
    ]
    wholes = [
        item
        for item in before
        if item.level and item.figure.dimension == part.figure.dimension and item.figure.exact
    ]
    readings = [_quotient("P10", mention, part, whole, subject=mention.subject) for whole in wholes[::-1]]
    holds = [verdict for verdict in readings if not verdict.finding]
    near = [verdict for verdict in readings if verdict.finding and abs(_off(verdict)) <= _FAR_RATE]
    paid = verb in _PAID and verb in part.head
    yield from settled(holds or [softened(verdict) for verdict in near[:1] if paid])


def _off(verdict: Verdict) -> Decimal:
    difference = verdict.finding.difference if verdict.finding else None
    return difference if difference is not None else Decimal(0)


def _of_some(mention: Mention, pool: Sequence[Mention]) -> bool:
    """Whether two or three of the parts together are the rate's part: 优5个、良3个，优良率88.9%."""
    last = pool[-6:]
    for lower in last:
        alike = [item for item in last if item is not lower and item.figure.dimension == lower.figure.dimension]
        for count in (2, 3):
            for some in combinations(alike, count):
                total = sum((item.value for item in some), Decimal(0))
                if lower.value and abs(mention.figure.value - total / lower.value) <= mention.figure.step:
                    return True
    return False


def _moved(mention: Mention, index: Index) -> bool:
    """Whether the sentence moves the budget (年中追加20万元), so that no single figure is the rate's base."""
    return any(item.role is Role.ADJUSTMENT for item in index.sentence(mention) if item.number < mention.number)


def _pairs(pool: Sequence[Mention]) -> Iterator[tuple[Mention, Mention]]:
    last = pool[-8:]
    for upper in last:
        for lower in last:
            if upper is not lower and upper.figure.dimension == lower.figure.dimension and lower.value:
                yield upper, lower


def _holds(mention: Mention, upper: Mention, lower: Mention) -> bool:
    right = upper.value / lower.value
    loose = ratio_slack(mention.figure, upper.figure, lower.figure)
    return abs(mention.figure.value - right) <= loose or abs(mention.figure.value - (1 - right)) <= loose


def _execution(mention: Mention, pool: Sequence[Mention]) -> Iterator[Verdict]:
    money = [item for item in pool if item.figure.dimension in (MONEY, BARE)]
    spent = next(
        (item for item in reversed(money) if not item.basis.planned and not _LEFT_OVER.search(item.head)), None
    )
    if not spent:
        return
    budgets = [item for basis in PLANS for item in reversed(money) if item.basis is basis]
    same_subject = [
        item for item in budgets if item.subject == spent.subject or not item.subject or not spent.subject
    ]
    explicit = [_quotient("P10", mention, spent, budget, subject=mention.subject) for budget in same_subject]
    if explicit:
        yield from settled(explicit)
        return
    others = [item for item in money if item is not spent and item.number < mention.number]
    named = [item for item in others if re.search("可用|总预算|资金总额|到位", item.head)]
    if named or (len(others) == 1 and _plan_words(others[0])):
        yield softened(_quotient("P10", mention, spent, (named or others)[-1], subject=mention.subject))


def _plan_words(item: Mention) -> bool:
    return bool(re.search("预算|安排|下达|批复|到位|计划|拨付|共|总", item.head))


def _control(mention: Mention, index: Index) -> Iterator[Verdict]:
    staff = index.level("在职人员", mention, dimension=PEOPLE)
    posts = index.level("编制", mention, dimension=PEOPLE)
    if staff and posts:
        yield _quotient("P10", mention, staff, posts, subject=mention.subject)


def _counted(mention: Mention, pool: Sequence[Mention]) -> Iterator[Verdict]:
    """Try 抽检120批次，合格118批次，合格率98.33%: the part is what carries the word of the rate."""
    part, whole = _part_and_whole(mention, pool)
    if part is None or whole is None:
        return
    stem = set(mention.subject[:-1][-2:])
    between = set(mention.paragraph.text[whole.figure.end : part.figure.start])
    planned = whole.basis.planned is not part.basis.planned or (_approved(whole) and not _approved(part))
    if planned and whole.basis is not part.basis and whole.basis.planned is False:
        whole, part = part, whole
    counted = bool(_DONE.search(part.head)) and part.value <= whole.value
    if not (planned or counted or stem & between):
        return
    readings = [
        _quotient("P10", mention, *pair, subject=mention.subject) for pair in ((part, whole), (whole, part))
    ]
    best = next((verdict for verdict in readings if not verdict.finding), readings[0])
    if planned or stem <= between:
        yield best
    elif best.facts and abs(_off(best)) <= _FAR_RATE * _PAIR:
        yield softened(best)


def _part_and_whole(mention: Mention, pool: Sequence[Mention]) -> tuple[Mention | None, Mention | None]:
    """Return the last figure that has the rate's verb, else the last of all, and the one before it of its kind."""
    verb = mention.subject[:-1][-2:]
    spoken = [item for item in pool[1:] if verb and verb in item.head]
    part = spoken[-1] if spoken else (pool[-1] if pool else None)
    if part is None:
        return None, None
    wholes = [
        item for item in pool if item.number < part.number and item.figure.dimension == part.figure.dimension
    ]
    larger = [item for item in wholes if item.value >= part.value]
    return part, (larger or wholes)[-1] if wholes else None


def _approved(item: Mention) -> bool:
    return bool(re.search("批复|核定|概算|下达|安排|申请|应", item.head))


def _bare_rate(mention: Mention, index: Index) -> Iterator[Verdict]:
    """Try 收回118份，满意115份，97.5%: a percentage without a name behind two counts."""
    pool = _pool(mention, index)
    close = pool and mention.number - pool[-1].number == 1
    lead = mention.paragraph.text[pool[-1].figure.end : mention.figure.start] if close else "。"
    if len(pool) < _PAIR or not re.fullmatch(r"\s*[,，(（、]?\s*", lead):
        return
    if any(_holds(mention, upper, lower) for upper, lower in _pairs(pool)):
        return
    whole, part = pool[-2:]
    if whole.figure.dimension == part.figure.dimension and part.value <= whole.value:
        verdict = _quotient("P10", mention, part, whole, subject=part.subject or part.text)
        if verdict.facts:
            yield softened(verdict)


def _multiple(mention: Mention, index: Index) -> Iterator[Verdict]:
    """Try 是上年的3倍."""
    if "后者" in mention.head:
        yield from _of_two(mention, index)
        return
    now = mention.owner
    if not now or not now.level or not now.counted or not now.figure.exact:
        return
    if mention.base:
        found = [mention.base]
    elif _FORMER.search(mention.whole):
        risen = [item.before for item in index.telling.transitions if item.after.position == now.position]
        found = risen[:1]
    elif mention.whole:
        found = [item for item in index.levels(mention.whole, now) if item.period == now.period][:_MOST_WHOLES]
    else:
        found = [item for item in index.levels(now.subject, now) if item.period == now.period - 1][:_MOST_WHOLES]
    yield from settled([_times(mention, now, base) for base in found if base.value])


def _of_two(mention: Mention, index: Index) -> Iterator[Verdict]:
    """Try 前者为后者的2.8倍."""
    before = [
        item for item in index.sentence(mention) if item.level and item.counted and item.number < mention.number
    ]
    if len(before) == _PAIR and before[1].value and before[0].figure.dimension == before[1].figure.dimension:
        yield _times(mention, *before)


def _times(mention: Mention, now: Mention, base: Mention) -> Verdict:
    right = now.value / base.value
    if abs(right - mention.figure.value) <= mention.figure.step * Decimal("0.51"):
        return Verdict((mention, now, base))
    shown = amount(now.value, now.figure, [now.figure, base.figure])
    other = amount(base.value, now.figure, [now.figure, base.figure])
    found = finding(
        "P10",
        mention.place,
        value=mention.figure.value,
        expected=right.quantize(Decimal("0.01")),
        label=now.subject,
        subject=f"{now.subject}的倍数",
        calculation=f"{shown}÷{other}={number(right, Decimal(1), 2)}倍",
        said=mention.text,
    )
    return Verdict((mention, now, base), found, abs(right - mention.figure.value) * base.value)


def _each(mention: Mention, index: Index) -> Iterator[Verdict]:
    """Try 户均3万元: a total by a count."""
    near = [
        item
        for item in index.sentence(mention)
        if item.level and item.counted and item.figure.exact and item.value
    ]
    totals = [item for item in near if item.figure.dimension == mention.figure.dimension]
    counts = [item for item in near if item.figure.dimension not in (mention.figure.dimension, MONEY, BARE)]
    heads = re.search(r"([人户批亩辆台])均|[每单]([人户批辆车台亩])", mention.head)
    if heads:
        wanted = (heads[1] or heads[2]).replace("车", "辆")
        counts = [item for item in counts if item.figure.dimension.startswith(wanted)] or counts
    readings = [_average(mention, total, count) for total in totals for count in counts]
    if len(readings) > 1 and all(verdict.finding for verdict in readings):
        readings = [
            _average(mention, total, count)
            for total in totals[-1:]
            for count in counts[-1:]
            if _close(mention, count)
        ]
    if any(not verdict.finding for verdict in readings):
        yield next(verdict for verdict in readings if not verdict.finding)
    elif len(readings) == 1:
        yield softened(readings[0])


def _close(mention: Mention, other: Mention) -> bool:
    """Whether nothing but a comma or two stands between two figures."""
    between = sorted((mention.figure.start, other.figure.start))
    return abs(mention.number - other.number) <= _PAIR and not re.search(
        "[;；。]", mention.paragraph.text[slice(*between)]
    )


def _average(mention: Mention, total: Mention, count: Mention) -> Verdict:
    right = total.value / count.value
    terms = (mention, total, count)
    if abs(right - mention.value) <= mention.figure.step + total.figure.step / count.value:
        return Verdict(terms)
    figures = [mention.figure, total.figure]
    found = finding(
        "P10",
        mention.place,
        label=mention.subject,
        subject=mention.head.strip() or mention.subject,
        calculation=f"{total.text}÷{count.text}={amount(right, mention.figure, figures)}",
        said=mention.text,
    )
    return Verdict(terms, found, abs(right - mention.value) * count.value)


def _all_shares(index: Index) -> Iterator[Verdict]:
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


def _implied_wholes(index: Index) -> Iterator[Verdict]:
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
    short = total < 1 - loose and (len(shares) < _MANY or total < _NEARLY_ALL or survey)
    if len(shares) < _PAIR or not different or abs(total - 1) <= loose or short:
        return
    calculation = "+".join(item.text for item in shares) + f"={percent(total)}"
    case = {"label": whole, "whole": whole or shares[0].subject, "calculation": calculation}
    yield Verdict(tuple(shares), finding("N09", shares[-1].place, value=total, expected=Decimal(1), **case))


def limits(mentions: Sequence[Mention]) -> Iterator[Verdict]:
    """Find rates above 100 % that cannot be, and those that need a reason."""
    known = words("subjects")["rates"]
    for mention in mentions:
        if mention.figure.dimension != PERCENT or mention.figure.span or mention.figure.value <= 1:
            continue
        named = mention.level or mention.role is Role.RATE
        of_plan = mention.against is not None or (mention.base is not None and mention.base.basis.planned)
        if mention.role is Role.SHARE and not of_plan:
            yield _above("P14", mention, f"{mention.subject}占比")
        elif named and mention.subject.endswith(tuple(known["never"])):
            yield _above("P14", mention, mention.subject)
        elif named and mention.subject.endswith(tuple(known["rarely"])):
            yield _above("P15", mention, mention.subject)


def _above(rule: str, mention: Mention, name: str) -> Verdict:
    found = finding(rule, mention.place, value=mention.value, label=name, subject=name, said=mention.text)
    return Verdict((), found)
