"""How one workbook is judged: read, checked, and made a record, whatever its bytes are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from perfeval_xl import engine, reading
from perfeval_xl.answers import answered
from perfeval_xl.check import Checker
from perfeval_xl.verdict import Record, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from perfeval_xl.contract import Template
    from perfeval_xl.finding import Finding


@dataclass(frozen=True, slots=True)
class Arrived:
    """A workbook's bytes as they came: its name (with the archive's, if it lay in one) and the file's time."""

    file: str
    modified: datetime
    data: bytes

    @property
    def sha256(self) -> str:
        """The fingerprint of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


def arrived(path: Path) -> Arrived:
    """Take one file that was named by hand; what cannot be staged counts as no bytes, which reading refuses."""
    data = path.read_bytes()
    return Arrived(path.name, datetime.fromtimestamp(int(path.stat().st_mtime), UTC), data)


class Desk:
    """Reads and checks one workbook after another against the templates it knows, by their ids."""

    def __init__(self, templates: Mapping[str, Template], today: date) -> None:
        self._templates = templates
        self._today = today
        self._checkers: dict[str, Checker] = {}

    def judge(self, arrived: Arrived) -> Record:
        """Return what became of a workbook; never raises for what is in it."""
        submission, found = reading.read(arrived.data, arrived.file, self._templates, arithmetic=engine.arithmetic)
        if submission is None:
            return refused(arrived, *found)
        verdict = self._for(submission.template).check(submission)
        everything = answered((*found, *verdict.findings), submission.explanations)
        findings = sorted(everything, key=lambda finding: finding.sort_key)
        whole = replace(verdict, findings=tuple(findings))
        return Record(arrived.file, arrived.sha256, arrived.modified, submission, whole)

    def _for(self, template: str) -> Checker:
        if template not in self._checkers:
            self._checkers[template] = Checker(self._templates[template], self._today)
        return self._checkers[template]


def refused(arrived: Arrived, *findings: Finding) -> Record:
    """Return the record of a workbook that could not be read, with the reason."""
    return Record(arrived.file, arrived.sha256, arrived.modified, None, Verdict(findings=findings))
