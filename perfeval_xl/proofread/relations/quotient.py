"""One quotient: stated = upper ÷ lower, as exactly as the three are printed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from perfeval_xl.proofread.calculation import division, places, ratio_slack
from perfeval_xl.proofread.mentions import Mention
from perfeval_xl.proofread.relations.slips import variants
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.verdict import Verdict


def quotient(rule: str, stated: Mention, upper: Mention, lower: Mention, **names: str) -> Verdict:
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


def off_by(verdict: Verdict) -> Decimal:
    """Return by how much a stated quotient differs from the right one; 0 where it does not."""
    difference = verdict.finding.difference if verdict.finding else None
    return difference if difference is not None else Decimal(0)


def slipped(mention: Mention, upper: Mention, lower: Mention) -> bool:
    """Whether a rate comes right when one digit of it or of one of its terms is another."""
    for item in (mention, upper, lower):
        for value in variants(item.figure):
            changed = replace(item, figure=replace(item.figure, value=value))
            stated, part, whole = (changed if term is item else term for term in (mention, upper, lower))
            if whole.value and _is_quotient(stated, part, whole):
                return True
    return False


def _is_quotient(mention: Mention, upper: Mention, lower: Mention) -> bool:
    right = upper.value / lower.value
    return abs(mention.figure.value - right) <= ratio_slack(mention.figure, upper.figure, lower.figure)
