"""How one workbook is judged: read, checked, and made a record, whatever its bytes are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from perfeval_xl import reading
from perfeval_xl.checking.blanks import gathered
from perfeval_xl.checking.check import OVERWRITTEN, Checker
from perfeval_xl.checking.knock_on import told_once
from perfeval_xl.checking.program import program
from perfeval_xl.checking.weighing import SINGLE
from perfeval_xl.reading.rules_of_returns import DIVIDED, say
from perfeval_xl.records.answers import answered, same_words
from perfeval_xl.records.rule import WRONG_UNIT
from perfeval_xl.records.verdict import Record, Verdict
from perfeval_xl.workbook import engine

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Finding
    from perfeval_xl.records.submission import Entry, Submission


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


class Desk:
    """Reads and checks one workbook after another against the templates it knows, by their ids."""

    def __init__(self, templates: Mapping[str, Template], today: date, year: int | None = None) -> None:
        """`year`, where given, is the only one whose workbooks are read."""
        self._templates = templates
        self._year = year
        self._today = today
        self._checkers: dict[str, Checker] = {}

    def prepare(self) -> None:
        """Make ready what checking against each template needs, most of a second for a large one."""
        for template in self._templates:
            self._for(template)

    def judge(self, arrived: Arrived) -> Record:
        """Return what became of a workbook; never raises for what is in it."""
        submission, found = reading.read(
            arrived.data, arrived.file, self._templates, arithmetic=engine.arithmetic, year=self._year
        )
        if submission is None:
            return refused(arrived, *found)
        return self._checked(Record(arrived.file, arrived.sha256, arrived.modified, submission, Verdict(), found))

    def again(self, record: Record) -> Record:
        """Check anew what was read before, against the templates as they are now; a refused file stays refused."""
        submission = record.submission
        if submission is None or submission.template not in self._templates:
            return record
        template = self._templates[submission.template]
        fitting = template.fitting(submission)
        misread = fitting.unreadable - submission.unreadable
        noticed = [one for one in record.noticed if not one.field or one.field in template.field]
        noticed += [_no_figure(entry, template) for entry in fitting.entries if entry.key in misread]
        contradicted = frozenset(entry.key for entry in fitting.stored)
        return self._checked(
            replace(record, submission=replace(fitting, changed=contradicted), noticed=tuple(noticed))
        )

    def _checked(self, record: Record) -> Record:
        """Return a record with its verdict, without the stored results that agree with ours."""
        submission = record.submission
        if submission is None:
            return record
        verdict = self._verdict(submission)
        told = told_once(record.noticed, verdict.findings)
        both = _of_one_unit(gathered(told, submission, self._templates[submission.template]))
        everything = answered(both, submission.explanations)
        same = same_words(everything)
        everything = (*everything, same) if same else everything
        findings = tuple(sorted(everything, key=lambda finding: finding.sort_key))
        stored = _contradicted(submission, verdict, self._templates[submission.template])
        kept = replace(submission, stored=stored, changed=frozenset())
        return replace(record, submission=kept, verdict=replace(verdict, findings=findings))

    def _verdict(self, submission: Submission) -> Verdict:
        """Check; a checker that fails is not used again, since it may still hold what made it fail."""
        try:
            return self._for(submission.template).check(submission)
        except BaseException:
            del self._checkers[submission.template]
            raise

    def _for(self, template: str) -> Checker:
        if template not in self._checkers:
            self._checkers[template] = Checker(self._templates[template], self._today)
        return self._checkers[template]


def basis(templates: Mapping[str, Template], today: date) -> str:
    """Return what judging rests on, as a fingerprint: this program, the templates with their settings, the day."""
    mark = hashlib.sha256(f"{program()} {today}".encode())
    for name in sorted(templates):
        mark.update(templates[name].fingerprint.encode())
    return mark.hexdigest()[:16]


def _of_one_unit(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Hang what a dividing format and a doubted unit both say of an amount on the one that says it of more."""
    whole = any(finding.rule == WRONG_UNIT for finding in findings)
    divided = {finding.place for finding in findings if finding.rule == DIVIDED}
    return tuple(
        replace(one, root=WRONG_UNIT)
        if whole and one.rule == DIVIDED
        else replace(one, root=DIVIDED)
        if one.rule == SINGLE and one.place in divided
        else one
        for one in findings
    )


def _no_figure(entry: Entry, template: Template) -> Finding:
    """Say that a cell holds something else than the figure for which this version of the template has it."""
    field = template.field[entry.name]
    sample = field.kind.sample
    return say("R41", entry.address, field=field.name, label=field.label, value=entry.raw, what="", sample=sample)


def _contradicted(submission: Submission, verdict: Verdict, template: Template) -> tuple[Entry, ...]:
    """Return the stored results that we contradict.

    Only these are worth keeping: a result that agrees with ours is ours, and under a changed formula the file's
    old result would accuse a department of a change that the bureau made.
    """
    found = [finding for finding in verdict.findings if finding.rule == OVERWRITTEN]
    places = {finding.place for finding in found}
    places |= {related.address for finding in found for related in finding.related}
    return tuple(entry for entry in submission.stored if template.address(entry.key) in places)


def refused(arrived: Arrived, *findings: Finding) -> Record:
    """Return the record of a workbook that could not be read, with the reason."""
    return Record(arrived.file, arrived.sha256, arrived.modified, None, Verdict(findings=findings), findings)
