"""The order in which a returned workbook is read: what it is, what it holds, whose it is, what its fields say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from perfeval_xl.reading.blank import plans
from perfeval_xl.reading.harvest import EXPLANATION, Harvest, harvest
from perfeval_xl.reading.identity import identify as identify_template
from perfeval_xl.reading.identity import stamps_of
from perfeval_xl.reading.opinions import answers
from perfeval_xl.reading.rules_of_returns import say
from perfeval_xl.reading.typed_formulas import Arithmetic
from perfeval_xl.records.contract import IDENTITY, STAMP_TEMPLATE, Template
from perfeval_xl.records.finding import Finding
from perfeval_xl.records.submission import Submission
from perfeval_xl.workbook.file_formats import Format, identify
from perfeval_xl.workbook.limits import MEBIBYTE, Limits
from perfeval_xl.workbook.opening import open_book
from perfeval_xl.workbook.parts import unpack
from perfeval_xl.workbook.rules_of_files import RefusalError
from perfeval_xl.workbook.sheets import read_book

DEFAULT = Limits()
GLANCE = Limits(
    part=8 * MEBIBYTE, unpacked=16 * MEBIBYTE, cells=10_000, strings=100_000, tags=200_000, token=MEBIBYTE
)
"""What is looked at to tell a workbook's template, where that is told outside of a worker."""


def read(
    data: bytes,
    file: str,
    templates: Mapping[str, Template],
    limits: Limits = DEFAULT,
    arithmetic: Arithmetic | None = None,
    year: int | None = None,
) -> tuple[Submission | None, tuple[Finding, ...]]:
    """Read one returned workbook; None with the one finding that says why where it is refused.

    `arithmetic` computes formulas of plain numbers; `year` refuses workbooks of another one. A template that
    can't be read is the bureau's fault, not the department's: TemplateError.
    """
    plans(templates)
    try:
        return _read(data, file, templates, limits, arithmetic, year)
    except RefusalError as refusal:
        return None, (refusal.finding,)
    except Exception as error:  # noqa: BLE001  # the last resort: our own mistake may cost one file, never the inbox
        return None, (say("G99", what=type(error).__name__),)


def _read(
    data: bytes,
    file: str,
    templates: Mapping[str, Template],
    limits: Limits,
    arithmetic: Arithmetic | None,
    year: int | None,
) -> tuple[Submission, tuple[Finding, ...]]:
    opened, found = open_book(data, limits, _for_programs(templates))
    identity = identify_template(opened, templates, year)
    harvested = harvest(identity.plan, opened, arithmetic, designed=identity.designed)
    submission = Submission(
        file,
        identity.plan.template.id,
        identity.version,
        identity.unit_code,
        identity.unit_name,
        tuple(harvested.entries),
        tuple(entry for entry in harvested.stored if identity.computed or entry.key in harvested.changed),
        frozenset(harvested.unreadable),
        {**harvested.notes, **_explanations(harvested), **answers(opened)},
        harvested.filled,
        frozenset(harvested.translated),
        frozenset(harvested.changed),
        stamped=identity.stamped,
        part=identity.part,
        part_name=identity.part_name,
    )
    findings = (*found, *identity.findings, *harvested.findings)
    ordered = sorted(findings, key=lambda finding: finding.sort_key)
    return submission, tuple(replace(finding, unit=identity.unit_code) for finding in ordered)


def _explanations(harvested: Harvest) -> dict[str, str]:
    return {
        entry.name.removeprefix(EXPLANATION): entry.value
        for entry in harvested.entries
        if entry.name.startswith(EXPLANATION) and isinstance(entry.value, str)
    }


def stamped(data: bytes) -> str:
    """Return the template that a workbook says it was made from; empty where that takes more than a glance."""
    return stamps(data).get(STAMP_TEMPLATE, "")


def stamps(data: bytes) -> Mapping[str, str]:
    """Return what a workbook says of itself, by its stamp's names; nothing where that takes more than a glance.

    Looks at the stamp alone, within limits so tight that no file can cost more than a moment.
    """
    try:
        if identify(data, GLANCE) is not Format.XLSX:
            return {}
        opened, _ = read_book(unpack(data, GLANCE), GLANCE, lambda name: name != IDENTITY)
    except RefusalError:
        return {}
    return stamps_of(opened)


def _for_programs(templates: Mapping[str, Template]) -> Callable[[str], bool]:
    """Return which sheets are skipped: hidden ones of the contract in which no template has a field to be read."""
    used = {IDENTITY} | {form.name for plan in plans(templates) for form in plan.forms}
    return lambda name: name.startswith("_") and name not in used
