"""What has become of each finding: open, explained, waived, taken as it is by a person, or of no account."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING

from perfeval_xl.records.finding import Level
from perfeval_xl.records.standing import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from perfeval_xl.records.finding import Finding
    from perfeval_xl.records.standing import Standing


class Handling(StrEnum):
    """What has become of a finding; the values are what officials read."""

    TO_CORRECT = "未改正"
    TO_EXPLAIN = "未说明"
    EXPLAINED = "已说明"
    WAIVED = "已豁免"
    PASSED = "审核采用"
    NOT_ASKED = "免报不计"
    TOLD = "仅提示"

    @property
    def open(self) -> bool:
        """Whether the unit still has to do something about it."""
        return self in (Handling.TO_CORRECT, Handling.TO_EXPLAIN)


def handling(standing: Standing, finding: Finding) -> Handling:
    """Return what has become of one of a unit's findings, as its `all_findings` give them."""
    if finding.level is Level.NOTICE:
        return Handling.TOLD
    if standing.stage is Stage.EXEMPT:
        return Handling.NOT_ASKED
    if finding.explanation:
        return Handling.WAIVED if standing.is_waived(finding) else Handling.EXPLAINED
    if standing.passed:
        return Handling.PASSED
    return Handling.TO_CORRECT if finding.level is Level.ERROR else Handling.TO_EXPLAIN


def counted(standing: Standing) -> Mapping[tuple[Handling, Level], int]:
    """Return how many of a unit's findings have come to what, by their level; none is missing, as 0."""
    return Counter((handling(standing, finding), finding.level) for finding in standing.all_findings)


def corrected(standing: Standing) -> int:
    """Return how many errors a unit has corrected after an earlier submission of its own.

    An error is known again by its rule and its place, whatever the figures there.
    """
    if standing.receipt is None:
        return 0
    before = {
        finding.key
        for receipt in standing.receipts[:-1]
        for finding in receipt.findings
        if finding.level is Level.ERROR
    }
    return len(before - {finding.key for finding in standing.all_findings})
