"""What became of one file: where it stands, what was found, what was computed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from perfeval_xl.finding import Level

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from perfeval_xl.finding import Finding, Value
    from perfeval_xl.submission import Key, Submission


class Status(StrEnum):
    """Where a submission stands."""

    ACCEPTED = "accepted"
    EXPLAIN = "explain"
    ERRORS = "errors"
    REJECTED = "rejected"

    @property
    def label(self) -> str:
        """The words that officials read."""
        return {"accepted": "通过", "explain": "待说明", "errors": "有错误", "rejected": "未能读取"}[self.value]


def status_of(findings: Iterable[Finding]) -> Status:
    """Return where a readable submission with these findings stands."""
    levels = {finding.level for finding in findings if not finding.explanation}
    if Level.ERROR in levels:
        return Status.ERRORS
    return Status.EXPLAIN if Level.WARNING in levels else Status.ACCEPTED


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking gave. `computed` holds our own results of the template's computed cells, never the file's.

    Beside each of the `paragraphs`, `styles` has its style and `lacking` the labels of the required cells that its
    sentence rests on and that are blank or unreadable: its figures are not to be relied on.
    """

    findings: tuple[Finding, ...] = ()
    not_evaluated: tuple[str, ...] = ()
    computed: dict[Key, Value] = field(default_factory=dict)
    paragraphs: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    lacking: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One file as the ledger keeps it. `submission` is None where it could not be read.

    `modified` is the file's own time, which orders several submissions of one unit. `verdict.findings` are all
    that were found, in reading and in checking.
    """

    file: str
    sha256: str
    modified: datetime
    submission: Submission | None
    verdict: Verdict

    @property
    def status(self) -> Status:
        """Where it stands."""
        return status_of(self.verdict.findings) if self.submission else Status.REJECTED

    @property
    def unit(self) -> str:
        """The code of the unit whose it is; empty where unknown."""
        return self.submission.unit_code if self.submission else ""
