"""One quotient: stated = upper ÷ lower, as exactly as the three are printed."""

from __future__ import annotations

from decimal import Decimal

from perfeval_xl.proofread.calculation import division, places, ratio_slack
from perfeval_xl.proofread.mentions import Mention
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
