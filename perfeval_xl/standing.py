"""Where every unit stands: the roster with what came in for each, and the files that belong to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.answers import answered
from perfeval_xl.verdict import Status, status_of

if TYPE_CHECKING:
    from perfeval_xl.finding import Finding
    from perfeval_xl.unit import Unit
    from perfeval_xl.verdict import Receipt


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit with all its readable submissions, oldest first; the last one counts."""

    unit: Unit
    receipts: tuple[Receipt, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def receipt(self) -> Receipt | None:
        """The submission that counts."""
        return self.receipts[-1] if self.receipts else None

    @property
    def state(self) -> str:
        """The word of the reporting table: 免报, 未报, or where its submission stands."""
        if self.receipt is None:
            return "免报" if self.unit.exempt else "未报"
        return status_of(self.all_findings).label

    @property
    def counts(self) -> bool:
        """Whether its figures are added up: it has passed, with every doubt explained."""
        return self.receipt is not None and status_of(self.all_findings) is Status.ACCEPTED

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """What was found in the submission and across submissions."""
        if self.receipt is None:
            return self.findings
        return (*self.receipt.findings, *answered(self.findings, self.receipt.explanations))


@dataclass(frozen=True, slots=True)
class Overview:
    """Every unit of the roster in its order, and the files that belong to none of them."""

    standings: tuple[Standing, ...]
    strangers: tuple[Receipt, ...]
    rejected: tuple[Receipt, ...]
