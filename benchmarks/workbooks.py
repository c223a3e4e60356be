"""What is measured on: filled workbooks of the example county, as many as wanted, as Excel would save them.

Every unit takes one office of the county as its pattern and draws accounts of its own; one in four has that
office's mistake, if it has one. The same number gives the same bytes.
"""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from random import Random

from perfeval_xl.admission import times
from perfeval_xl.campaign.folder import INBOX, Campaign, create, open_campaign
from perfeval_xl.checking.judge import Arrived
from perfeval_xl.demo import YEAR, answers, county, figures, mistakes, real, scores, texts
from perfeval_xl.outgoing.issue import cover
from perfeval_xl.records.finding import Value
from perfeval_xl.records.submission import Key
from perfeval_xl.records.unit import Unit
from perfeval_xl.template.fill import Filler

TEMPLATE = "hunan-2023"
DISTINCT = 2_000
"""Workbooks that differ; further ones are copies of them under other names, with the time of the original."""
_SETTINGS: dict[str, Value] = {"年度": figures.Decimal(YEAR), "地区": county.REGION}
_PUBLISHED = {real.TRANSPORT, real.TOWNSHIP, real.EDUCATION, real.COURT, real.LAND}
_CHOSEN = re.compile("<selection (?![^>]*activeCell)")
_MOMENT = 1_709_280_000
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_STRING = re.compile(r'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')
_TEXT = re.compile(
    r' t="s"><v>([0-9]+)</v>|'
    r' t="inlineStr"><is><t xml:space="preserve">([^<]*)</t></is>'
)
_campaign: Campaign
_filler: Filler


def units(count: int) -> tuple[Unit, ...]:
    """Return a roster of so many units."""
    patterns = county.units()
    return tuple(
        Unit(f"{number:06}", f"{pattern.name}{number}", pattern.parent, pattern.section, "", "")
        for number in range(1, count + 1)
        for pattern in (patterns[number % len(patterns)],)
    )


def prepare(folder: Path, count: int) -> Campaign:
    """Make a campaign in which so many units have reported, or add to one that is there."""
    if not (folder / "campaign.toml").exists():
        create(folder, TEMPLATE, _SETTINGS)
    made = open_campaign(folder)
    wanted = units(count)
    missing = [unit for unit in wanted[:DISTINCT] if not _path(made, unit).exists()]
    with get_context("fork").Pool(initializer=_begin, initargs=(made,)) as pool:
        for _ in pool.imap_unordered(_report, missing, 20):
            pass
    for number, unit in enumerate(wanted[DISTINCT:]):
        if not _path(made, unit).exists():
            shutil.copy2(_path(made, wanted[number % DISTINCT]), _path(made, unit))
    return made


def filled(unit: Unit) -> dict[Key, Value]:
    """Return what a unit fills in."""
    number, offices = int(unit.code), texts.offices()
    pattern = county.units()[number % len(county.units())]
    office = offices.get(pattern.code) or offices[min(offices)]
    values = answers.clean(pattern, office, _accounts(office, number))
    mistake = next((one for one in mistakes.MISTAKES if one.unit == office.code), None)
    if mistake and number % 4 == 0:
        values = mistakes.with_changes(values, mistake.changes(values))
    return values


def _accounts(office: texts.Office, number: int) -> figures.Accounts:
    """Return accounts of a unit's own; offices whose published accounts are in the demo keep those."""
    if office.code in _PUBLISHED:
        return real.accounts(office)
    points = scores.points(scores.marked(office, answers.seeded(office.code)))
    return figures.drawn(office, points, Random(f"benchmark {number}"))


def as_excel_saves(data: bytes, random: Random) -> bytes:
    """Return a workbook as a program saves it: texts shared and numbered anew, other cells chosen."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    shared = [match[1] for match in _STRING.finditer(parts["xl/sharedStrings.xml"].decode())]
    numbers: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        text = shared[int(match[1])] if match[1] else match[2] or ""
        return f' t="s"><v>{numbers.setdefault(text, len(numbers))}</v>'

    for name, part in parts.items():
        if name.startswith("xl/worksheets/sheet"):
            chosen = f'<selection activeCell="C{random.randrange(5, 50)}" '
            sheet = _CHOSEN.sub(chosen, part.decode(), count=1)
            parts[name] = _TEXT.sub(number, sheet).encode()
    texts = "".join(f'<si><t xml:space="preserve">{text}</t></si>' for text in numbers)
    parts["xl/sharedStrings.xml"] = f"<sst {_MAIN}>{texts}</sst>".encode()
    opened = f'<workbookView activeTab="{random.randrange(3)}" '
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<workbookView ", opened.encode())
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def paths(folder: Path, count: int) -> Iterator[Path]:
    """Give the first workbooks in a campaign's inbox, in the order of their units."""
    return islice(iter(sorted((folder / INBOX).glob("*.xlsx"))), count)


def arrived(path: Path) -> Arrived:
    """Return a workbook as it arrived."""
    return Arrived(path.name, times.moment(path.stat().st_mtime_ns), path.read_bytes())


def _begin(made: Campaign) -> None:
    global _campaign, _filler  # a process of the pool has one for all its life
    _campaign, _filler = made, Filler(made.template, made.clock)


def _report(unit: Unit) -> None:
    values = filled(unit) | cover(_campaign.template, unit, int(unit.code))
    path = _path(_campaign, unit)
    path.write_bytes(as_excel_saves(_filler.fill(values), Random(unit.code)))
    os.utime(path, (_MOMENT + int(unit.code),) * 2)


def _path(made: Campaign, unit: Unit) -> Path:
    return made.inbox / f"{unit.code}.xlsx"
