"""Where every unit stands: the roster with what came in for each, and the files that belong to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.answers import answered
from perfeval_xl.verdict import Status, status_of

if TYPE_CHECKING:
    from perfeval_xl.finding import Finding
    from perfeval_xl.unit import Unit
    from perfeval_xl.verdict import Record


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit with all its readable submissions, oldest first; the last one counts."""

    unit: Unit
    records: tuple[Record, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def record(self) -> Record | None:
        """The submission that counts."""
        return self.records[-1] if self.records else None

    @property
    def state(self) -> str:
        """The word of the reporting table: 免报, 未报, or where its submission stands."""
        if self.record is None:
            return "免报" if self.unit.exempt else "未报"
        return status_of(self.all_findings).label

    @property
    def counts(self) -> bool:
        """Whether its figures are added up: it has passed, with every doubt explained."""
        return self.record is not None and status_of(self.all_findings) is Status.ACCEPTED

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """What was found in the submission and across submissions."""
        record = self.record
        if record is None or record.submission is None:
            return self.findings
        return (*record.verdict.findings, *answered(self.findings, record.submission.explanations))


@dataclass(frozen=True, slots=True)
class Overview:
    """Every unit of the roster in its order, and the files that belong to none of them."""

    standings: tuple[Standing, ...]
    strangers: tuple[Record, ...]
    rejected: tuple[Record, ...]
