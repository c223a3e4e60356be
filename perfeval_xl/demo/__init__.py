"""The example county 南岳区, 2023: who is asked, what arrives in which order, and which mistakes are in it.

Data only: 42 departments, of which 40 report and one of them twice. The same in every run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from random import Random

from perfeval_xl.demo import answers, mistakes, real, texts
from perfeval_xl.demo.county import REGION, units
from perfeval_xl.records.finding import Value
from perfeval_xl.records.submission import Key
from perfeval_xl.records.unit import Unit

__all__ = ["NOTES", "REGION", "YEAR", "Filing", "corrected", "filings", "units"]

YEAR = 2023
NOTES = (files("perfeval_xl.demo") / "notes.md").read_text("utf-8")
"""What the demo's README says of the data, in Chinese."""

_SENT_BACK = timedelta(days=6)
_FILE_NAMES = (
    "{name}.xlsx",
    "{code}_{name}.xlsx",
    "{name}2023年度整体支出绩效自评.xlsx",
    "2023年绩效自评表（{name}）.xlsx",
    "{code}{name}-自评表定稿.xlsx",
    "{name}绩效自评(1).xlsx",
)


@dataclass(frozen=True, slots=True)
class Filing:
    """One workbook as it arrives: whose, under which name, with which values, and what is wrong in it."""

    unit: str
    file: str
    values: dict[Key, Value]
    about: str = ""


@cache
def filings() -> tuple[Filing, ...]:
    """Return all workbooks in order of arrival."""
    asked = {unit.code: unit for unit in units()}
    found = [_filing(asked[code], office) for code, office in texts.offices().items()]
    found += [_first_attempt(filing) for filing in found if filing.unit == mistakes.CORRECTED.unit]
    return tuple(sorted((_settled(filing) for filing in found), key=_arrival))


def corrected(code: str) -> Filing:
    """Return a unit's workbook as it comes after it was sent back: without the mistake that was put into it."""
    unit = next(unit for unit in units() if unit.code == code)
    office = texts.offices()[code]
    file = _file_name(unit).removesuffix(".xlsx") + "（改正）.xlsx"
    return Filing(code, file, answers.clean(unit, office, real.accounts(office)))


def _filing(unit: Unit, office: texts.Office) -> Filing:
    values = answers.clean(unit, office, real.accounts(office))
    mistake = next((mistake for mistake in mistakes.MISTAKES if mistake.unit == unit.code), None)
    if mistake is None:
        return Filing(unit.code, _file_name(unit), values)
    return Filing(
        unit.code, _file_name(unit), mistakes.with_changes(values, mistake.changes(values)), mistake.about
    )


def _first_attempt(corrected: Filing) -> Filing:
    mistake = mistakes.CORRECTED
    values = mistakes.with_changes(corrected.values, mistake.changes(corrected.values))
    return Filing(corrected.unit, corrected.file, values, mistake.about)


def _settled(filing: Filing) -> Filing:
    """Date and rename the corrected workbook, so that it differs from the first."""
    if filing.unit != mistakes.CORRECTED.unit or filing.about:
        return filing
    later = answers.day_filled(filing.unit) + _SENT_BACK
    file = filing.file.removesuffix(".xlsx") + "（退回后修改）.xlsx"
    return Filing(filing.unit, file, {**filing.values, ("填报日期", 0): later})


def _arrival(filing: Filing) -> tuple[date, str]:
    day = filing.values["填报日期", 0]
    if not isinstance(day, date):
        raise TypeError("every workbook is dated")
    return day, filing.file


def _file_name(unit: Unit) -> str:
    pattern = Random(f"file {unit.code}").choice(_FILE_NAMES)  # noqa: S311  # a choice of names
    return pattern.format(code=unit.code, name=unit.name)
