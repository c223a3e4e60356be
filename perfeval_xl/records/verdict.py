"""What became of one file: where it stands, what was found, what was computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from perfeval_xl.records.finding import Level
from perfeval_xl.records.rule import WRONG_UNIT
from perfeval_xl.records.unit import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from perfeval_xl.records.finding import Finding, Value
    from perfeval_xl.records.submission import Key, Submission


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
class Receipt:
    """One file as it is listed: all but its contents, so that ten thousand of them fit into little memory.

    `modified` is the file's own time, which orders several submissions of one unit. `readable` says whether it has
    contents; `unit` is the code of the unit whose it is, empty where unknown; `part` and `part_name` say which of
    a unit's projects it is about, where the template asks for a workbook each. `number` is the ledger's, 0 before
    it is there.
    """

    file: str
    sha256: str
    modified: datetime
    readable: bool
    unit: str = ""
    unit_name: str = ""
    template: str = ""
    version: str = ""
    filled: int = 0
    findings: tuple[Finding, ...] = ()
    not_evaluated: tuple[str, ...] = ()
    explanations: Mapping[str, str] = field(default_factory=dict)
    part: str = ""
    part_name: str = ""
    number: int = field(default=0, compare=False)

    @property
    def key(self) -> str:
        """Whose it is by what it says of itself: the unit, with the part that it is about."""
        return key_of(self.unit, self.part)

    @property
    def status(self) -> Status:
        """Where it stands."""
        return status_of(self.findings) if self.readable else Status.REJECTED

    @property
    def in_other_unit(self) -> bool:
        """Whether checking took its amounts for such in another unit of money."""
        return any(finding.rule == WRONG_UNIT for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Record:
    """One file whole. `submission` is None where it could not be read.

    `verdict.findings` are all that were found, in reading and in checking; `noticed` are those of reading alone.
    `code` is the 校验码 of what has been accepted; '' of all else.
    """

    file: str
    sha256: str
    modified: datetime
    submission: Submission | None
    verdict: Verdict
    noticed: tuple[Finding, ...] = ()
    code: str = ""

    @property
    def is_draft(self) -> bool:
        """Whether it has neither passed by itself nor been accepted."""
        return self.status is not Status.ACCEPTED and not self.code

    @property
    def receipt(self) -> Receipt:
        """What is listed of it."""
        submission = self.submission
        listed = Receipt(
            self.file,
            self.sha256,
            self.modified,
            submission is not None,
            findings=self.verdict.findings,
            not_evaluated=self.verdict.not_evaluated,
        )
        if submission is None:
            return listed
        return replace(
            listed,
            unit=submission.unit_code,
            unit_name=submission.unit_name,
            template=submission.template,
            version=submission.version,
            filled=submission.filled,
            explanations=submission.explanations,
            part=submission.part,
            part_name=submission.part_name,
        )

    @property
    def status(self) -> Status:
        """Where it stands."""
        return self.receipt.status

    def value(self, name: str, row: int = 0) -> Value:
        """Return what it holds of a field: our own result of a computed cell, else what was typed."""
        if self.submission is None:
            return None
        computed = self.verdict.computed
        return computed[name, row] if (name, row) in computed else self.submission.values.get((name, row))


Contents = Callable[[Receipt], Record]
"""How a stage gets the contents of a file that it only knows from its receipt."""
