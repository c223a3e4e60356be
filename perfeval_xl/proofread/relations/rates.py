"""Rates: which figures of a sentence a rate is made of; the other kinds of quotients stand beside this module."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from perfeval_xl.proofread.calculation import ratio_slack
from perfeval_xl.proofread.figures import BARE, MONEY, PEOPLE, PERCENT, TIMES
from perfeval_xl.proofread.mentions import Basis, Mention, Role
from perfeval_xl.proofread.relations.completion import of_plan
from perfeval_xl.proofread.relations.index import PLANS, Index
from perfeval_xl.proofread.relations.multiples import multiple
from perfeval_xl.proofread.relations.quotient import off_by, quotient, slipped
from perfeval_xl.proofread.relations.shares import ONE_OF, all_shares, implied_wholes, of_whole
from perfeval_xl.proofread.verdict import Verdict, settled, softened
from perfeval_xl.proofread.word_lists import words

_PAIR = 2
_PAID = frozenset(
    {"到位", "拨付", "支付", "执行", "完成", "支出", "使用", "兑现", "报送", "整改", "收回", "下达", "投入"}
)
_RETURNED = ("回收率", "收回率", "反馈率", "应答率")
_FAR_RATE = Decimal("0.15")
"""How far a rate may be off whose base stands in another sentence, before another base is likelier."""
_DONE = re.compile("(?:的有?|其中|中有|已|按期|合格|通过|完成|实际|达标)$|其中|按期|通过|认可")
_SPENT = re.compile("支出|支付|使用|执行|拨付|付款")
_GOES_ON = re.compile("已|实际|其中|共|累计|支出|支付|拨付|完成|执行|有|的|全年|截至|到")
"""How an item of a list goes on with what stands before it; what begins with a name of its own does not."""
_LEFT_OVER = re.compile("结余|结转|余额|剩余")


def rates(index: Index) -> Iterator[Verdict]:
    """Try every share and rate whose terms the text gives."""
    for mention in index.mentions:
        if mention.figure.exact:
            yield from _tried(mention, index)
    yield from all_shares(index)
    yield from implied_wholes(index)


def _tried(mention: Mention, index: Index) -> Iterator[Verdict]:
    if mention.role is Role.SHARE and mention.figure.dimension == PERCENT:
        planned = mention.against is not None or (mention.base is not None and mention.base.basis.planned)
        yield from of_plan(mention, index) if planned else of_whole(mention, index)
    elif mention.role is Role.RATE and mention.figure.dimension == PERCENT:
        yield from _rate(mention, index)
    elif mention.role is Role.TIMES:
        yield from multiple(mention, index)
    elif mention.level and mention.figure.dimension == PERCENT and not mention.head.strip():
        yield from _bare_rate(mention, index)


def _rate(mention: Mention, index: Index) -> Iterator[Verdict]:
    pool = _pool(mention, index)
    right = next((pair for pair in _pairs(pool) if _holds(mention, *pair)), None)
    if right:
        yield Verdict((mention, *right))
    if right or _of_some(mention, pool):
        return
    planned = _plan_behind(mention, index)
    if planned and pool:
        yield from _of_plan_behind(mention, pool, planned)
    elif not _moved(mention, index):
        yield from _by_name(mention, pool, index)


def _by_name(mention: Mention, pool: list[Mention], index: Index) -> Iterator[Verdict]:
    """Try a rate on the terms that its name asks for."""
    lists = words("subjects")["rates"]
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


def _plan_behind(mention: Mention, index: Index) -> Mention | None:
    """Return the plan that stands in brackets behind a rate: 到位率95%（计划3000万元）."""
    at = mention.number - index.mentions[0].number
    behind = index.mentions[at + 1] if at + 1 < len(index.mentions) else None
    if behind is None or not behind.beside(mention) or not (behind.level and behind.figure.exact and behind.value):
        return None
    return behind if behind.basis.planned and behind.depth > mention.depth else None


def _of_plan_behind(mention: Mention, pool: Sequence[Mention], plan: Mention) -> Iterator[Verdict]:
    done = [item for item in pool if item.figure.dimension == plan.figure.dimension and not item.basis.planned]
    if done:
        yield softened(quotient("P10", mention, done[-1], plan, subject=mention.subject))


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
    other = bool(own) and not _GOES_ON.match(own[0].head.strip()) and not own[0].carried
    return own if len(set(kinds)) < len(kinds) or (cut >= mention.sentence and other) else before


def _returned(mention: Mention, pool: Sequence[Mention]) -> Iterator[Verdict]:
    """Try 抽取150人，收回答卷140份，回收率93.3%: what came back of what went out, in whatever unit."""
    back = next((item for item in reversed(pool) if re.search("[收交返]回|回收|反馈|有效", item.head)), None)
    out = [
        item for item in pool if back and item.number < back.number and item.figure.dimension not in (MONEY, BARE)
    ]
    if back and out and out[-1].value:
        sent = replace(out[-1], figure=replace(out[-1].figure, dimension=back.figure.dimension))
        yield quotient("P10", mention, back, sent, subject=mention.subject)


def _of_before(mention: Mention, pool: Sequence[Mention], index: Index) -> Iterator[Verdict]:
    """Try a rate whose base stands in a sentence before: 下达1.86亿元。……拨付1.6亿元，拨付率86%."""
    verb = _verb(mention)
    part = next((item for item in reversed(pool) if verb and set(verb) <= set(item.head)), None)
    spent = mention.subject.endswith(tuple(words("subjects")["rates"]["execution"]))
    if part is None and spent:
        part = next((item for item in reversed(pool) if _SPENT.search(item.head)), None)
    if part is None or (index.list_of(part) and not spent):
        return
    before = [
        item
        for item in index.around(mention)
        if item.paragraph.number == mention.paragraph.number and item.number < part.number
    ]
    before = [item for item in before if item.value >= part.value] or before
    wholes = [
        item
        for item in before
        if item.level and item.figure.dimension == part.figure.dimension and item.figure.exact
    ]
    readings = [quotient("P10", mention, part, whole, subject=mention.subject) for whole in wholes[::-1]]
    holds = [verdict for verdict in readings if not verdict.finding]
    near = [
        verdict
        for verdict in readings
        if verdict.finding and (abs(off_by(verdict)) <= _FAR_RATE or slipped(*verdict.facts))
    ]
    paid = (verb in _PAID and verb in part.head) or spent
    yield from settled(holds or [softened(verdict) for verdict in near[:1] if paid])


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
    """Whether the sentence moves the budget (年中追加20万元), so that no single figure is the rate's base.

    A budget that stands behind, as it became, is one.
    """
    if any(item.level and item.basis is Basis.ADJUSTED for item in _pool(mention, index)):
        return False
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
    explicit = [quotient("P10", mention, spent, budget, subject=mention.subject) for budget in same_subject]
    if explicit:
        yield from settled(explicit)
        return
    others = [item for item in money if item is not spent and item.number < mention.number]
    named = [item for item in others if re.search("可用|总预算|资金总额|到位", item.head)]
    if named or (len(others) == 1 and _plan_words(others[0])):
        yield softened(quotient("P10", mention, spent, (named or others)[-1], subject=mention.subject))


def _plan_words(item: Mention) -> bool:
    return bool(re.search("预算|安排|下达|批复|到位|计划|拨付|共|总", item.head))


def _control(mention: Mention, index: Index) -> Iterator[Verdict]:
    staff = index.level("在职人员", mention, dimension=PEOPLE)
    posts = index.level("编制", mention, dimension=PEOPLE)
    if staff and posts:
        yield quotient("P10", mention, staff, posts, subject=mention.subject)


def _counted(mention: Mention, pool: Sequence[Mention]) -> Iterator[Verdict]:
    """Try 抽检120批次，合格118批次，合格率98.33%: the part is what carries the word of the rate."""
    part, whole = _part_and_whole(mention, pool)
    if part is None or whole is None:
        return
    stem = set(_verb(mention))
    between = set(mention.paragraph.text[whole.figure.end : part.figure.start])
    planned = whole.basis.planned is not part.basis.planned or (_approved(whole) and not _approved(part))
    if planned and whole.basis is not part.basis and whole.basis.planned is False:
        whole, part = part, whole
    counted = bool(_DONE.search(part.head)) and part.value <= whole.value
    if not (planned or counted or stem & between):
        return
    if not (planned or counted or stem <= between or slipped(mention, part, whole)):
        return  # one character in common is chance: 整改到位, 资料完整率
    readings = [
        quotient("P10", mention, *pair, subject=mention.subject) for pair in ((part, whole), (whole, part))
    ]
    best = next((verdict for verdict in readings if not verdict.finding), readings[0])
    if planned or stem <= between:
        yield best
    elif best.facts and (abs(off_by(best)) <= _FAR_RATE * _PAIR or _one_of(part) or slipped(mention, part, whole)):
        yield softened(best)


def _one_of(part: Mention) -> bool:
    """Whether a count is told as some of the one before it: 18个乡镇中有15个."""
    return bool(ONE_OF.search(part.lead))


def _part_and_whole(mention: Mention, pool: Sequence[Mention]) -> tuple[Mention | None, Mention | None]:
    """Return the last figure that has the rate's verb, else the last of all, and the one before it of its kind."""
    verb = _verb(mention)
    spoken = [item for item in pool[1:] if verb and verb in item.head]
    part = spoken[-1] if spoken else (pool[-1] if pool else None)
    if part is None:
        return None, None
    wholes = [
        item for item in pool if item.number < part.number and item.figure.dimension == part.figure.dimension
    ]
    larger = [item for item in wholes if item.value >= part.value]
    return part, (larger or wholes)[-1] if wholes else None


def _verb(mention: Mention) -> str:
    """Return the two characters that say what a rate is of: 拨付 of 拨付进度, 执行 of 预算执行率."""
    return re.sub(r"(?:进度|比例|比率|[率度面])$", "", mention.subject)[-2:]


def _approved(item: Mention) -> bool:
    return bool(re.search("批复|核定|概算|下达|安排|申请|应", item.head))


def _bare_rate(mention: Mention, index: Index) -> Iterator[Verdict]:
    """Try 收回118份，满意115份，97.5%: a percentage without a name behind two counts."""
    pool = _pool(mention, index)
    close = pool and mention.number - pool[-1].number == 1
    lead = mention.paragraph.text[pool[-1].figure.end : mention.figure.start] if close else "。"
    if len(pool) < _PAIR or not re.fullmatch(r"\s*[,，(（、]?\s*", lead) or _each_in_brackets(mention, index):
        return
    if any(_holds(mention, upper, lower) for upper, lower in _pairs(pool)):
        return
    whole, part = pool[-2:]
    if whole.figure.dimension == part.figure.dimension and part.value <= whole.value:
        verdict = quotient("P10", mention, part, whole, subject=part.subject or part.text)
        if verdict.facts:
            yield softened(verdict)


def _each_in_brackets(mention: Mention, index: Index) -> bool:
    """Whether it is one of several in brackets, and so a share: 省级1840万元（26.71%），区级1580万元（22.93%）."""
    alike = [
        item
        for item in index.sentence(mention)
        if item.figure.dimension == PERCENT and item.depth and not item.head.strip()
    ]
    return mention in alike and len(alike) >= _PAIR
