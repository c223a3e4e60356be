"""Completion: 完成年初预算的98%; what was done, of which plan."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfeval_xl.proofread.figures import MONEY
from perfeval_xl.proofread.mentions import Basis, Mention
from perfeval_xl.proofread.relations.index import PLANS, Index
from perfeval_xl.proofread.relations.quotient import quotient
from perfeval_xl.proofread.verdict import Verdict, settled, softened

_MOST_WHOLES = 4


def of_plan(mention: Mention, index: Index) -> Iterator[Verdict]:
    """Try 完成年初预算的98% and 占年初预算80万元的45%."""
    done = _performed(mention, index)
    if not done:
        return
    plans = [mention.base] if mention.base else _plans(mention, done, index)
    name = f"{mention.subject or done.subject}完成预算的比例"
    readings = [quotient("P10", mention, done, plan, subject=name) for plan in plans if plan.figure.exact]
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
    return (
        told
        and item.figure.dimension == dimension
        and bool(re.search("(?<!超额)(?:实际|实有|完成|支出$)", item.head))
    )


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
