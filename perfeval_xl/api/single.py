"""One workbook: fill it, check it, tell its figures as a report, carry it into a fresh one."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.api.clock import at
from perfeval_xl.api.templates import templates_known
from perfeval_xl.checking.judge import Arrived, Desk
from perfeval_xl.intake.migrate import carried
from perfeval_xl.intake.named import Missing, arrival, taken
from perfeval_xl.intake.workers import judged
from perfeval_xl.outgoing.bureau_files import Reporter
from perfeval_xl.reading import stamped
from perfeval_xl.records.errors import PerfevalError
from perfeval_xl.template.fill import Filler
from perfeval_xl.template.inputs import read_values

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key
    from perfeval_xl.records.verdict import Record


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of files named by hand: the templates at hand, a record for each file in order, what gave none.

    `missing` are Chinese sentences, one for each path that could not be had; it has no record.
    """

    templates: Mapping[str, Template]
    records: tuple[Record, ...]
    missing: tuple[str, ...]

    def template_of(self, record: Record) -> Template | None:
        """Return the template of one of the records; None where it could not be read."""
        return self.templates.get(record.submission.template) if record.submission else None


@dataclass(frozen=True, slots=True)
class Migrated:
    """A fresh workbook's bytes, how many cells went into it, and a Chinese line for everything that did not."""

    data: bytes
    cells: int
    left: tuple[str, ...]


def check(files: Sequence[Path], template: str = "", *, now: datetime | None = None) -> Checked:
    """Read and check workbooks in processes of their own, which they may cost; one file never costs another.

    `template` is an id or a workbook; left out, each file's own stamp tells. `now` is the day that formulas take
    for today. UnknownTemplateError where the template is none; whatever is in the files is a finding.
    """
    given = [arrival(path) for path in files]
    missing = tuple(one.sentence for one in given if isinstance(one, Missing))
    arrivals = [one for one in given if isinstance(one, Arrived)]
    templates = _loaded(templates_known(template), arrivals)
    jobs = min(len(arrivals), os.cpu_count() or 1)
    done = judged(templates, at(now).date(), arrivals, jobs) if arrivals else iter(())
    records = [next(done) if isinstance(one, Arrived) else one for one in given if not isinstance(one, Missing)]
    return Checked(templates, tuple(records), missing)


def _loaded(templates: Mapping[str, Template], arrivals: Sequence[Arrived]) -> Mapping[str, Template]:
    """Return the templates that the workbooks name, loaded before the workers begin."""
    found = {stamped(one.data) for one in arrivals}
    return {name: templates[name] for name in sorted(found)} if found <= set(templates) else templates


def read_workbook(file: Path, template: str = "", *, now: datetime | None = None) -> tuple[Template, Record]:
    """Read and check one workbook; PerfevalError where it cannot be read at all. See `check`."""
    done = check((file,), template, now=now)
    if done.missing:
        raise PerfevalError(*done.missing)
    (record,) = done.records
    if record.submission is None:
        raise PerfevalError(f"“{file}”读不出来：{record.verdict.findings[0].message}")
    return done.templates[record.submission.template], record


def checker(template: Template, *, now: datetime | None = None) -> Callable[[str, bytes], Record]:
    """Return what checks one workbook's name and bytes after another; see `check_bytes`."""
    moment = at(now)
    desk = Desk({template.id: template}, moment.date())
    return lambda file, data: desk.judge(Arrived(file, moment, data))


def check_bytes(template: Template, file: str, data: bytes, *, now: datetime | None = None) -> Record:
    """Read and check a workbook's bytes in this very process, without the limits that workers put upon a file.

    For workbooks of one's own; those of others belong to `check`. `file` is the name that findings tell,
    `now` the file's time and the day that formulas take for today.
    """
    return checker(template, now=now)(file, data)


def values_from(file: Path, template: Template) -> dict[Key, Value]:
    """Return the values of a JSON file `{"names": {…}, "tables": {…}}` by name and row, in the field's unit.

    PerfevalError where it is no JSON, ValuesError with every fault where it does not fit the template.
    """
    try:
        data = json.loads(taken(file).decode("utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise PerfevalError(f"“{file}”不是正确的 JSON 文件：{error}。") from error
    return read_values(data, template, file.name)


def filler(template: Template, *, now: datetime | None = None) -> Callable[[Mapping[Key, Value]], bytes]:
    """Return what fills one workbook after another: the template is made ready only once. See `fill`."""
    return Filler(template, at(now).date()).fill


def fill(template: Template, values: Mapping[Key, Value], *, now: datetime | None = None) -> bytes:
    """Return the template's workbook with values by name and row (0 outside tables), every formula computed.

    Amounts are in the field's unit, rates as fractions; what is left out stays blank. `now` is the day that
    formulas take for today. KeyError for a name that the template does not have: that is the caller's mistake.
    """
    return filler(template, now=now)(values)


def report(template: Template, record: Record, *, now: datetime | None = None) -> bytes:
    """Return a checked workbook's self-evaluation report as .docx; one that has not passed is called a draft.

    UnreadableReportError where the record has no submission.
    """
    return Reporter(template, at(now).date()).report(record)


def migrate(file: Path, template: str = "", *, now: datetime | None = None) -> Migrated:
    """Carry a workbook of an older version, or a broken one, into a fresh one; PerfevalError if unreadable."""
    chosen, record = read_workbook(file, template, now=now)
    done = carried(chosen, record)
    return Migrated(fill(chosen, done.values, now=now), len(done.values), done.left)
