"""How long the commands after collecting take, and how much memory, where thousands of units have reported.

Run it from the top of a checkout: python benchmarks/status.py [--units 10000] [--folder FOLDER] [--returns]

Each command runs twice as a process of its own, the first time with nothing worked out before. The ledger is made
of the workbooks of `workbooks.py`, judged once and entered under one unit after another: one unit in twenty has
not reported, one in ten has reported twice. `--returns` also runs `collect`, which writes the letters to all.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from pathlib import Path
from random import Random

import workbooks

from perfeval_xl.campaign.folder import Campaign, create, open_campaign
from perfeval_xl.checking.judge import basis
from perfeval_xl.intake.workers import judged
from perfeval_xl.ledger.ledger import Item, Sighting, opened
from perfeval_xl.ledger.packing import pack
from perfeval_xl.records.contract import Template
from perfeval_xl.records.office import Office
from perfeval_xl.records.submission import Entry
from perfeval_xl.records.unit import Unit
from perfeval_xl.records.verdict import Record

_DISTINCT = 400
_MISSING, _TWICE = 20, 10
_BATCH = 500
_ALIKE = 3
"""One copy in so many has the texts of its pattern; those of the others are mixed and like nobody's."""
_CHANGED = 12
"""Cells that the second submission of a unit changed."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--units", type=int, default=10_000)
    arguments.add_argument("--folder", type=Path, help="where the ledger is made, or lies from an earlier run")
    arguments.add_argument("--returns", action="store_true")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = (options.folder or Path(scratch)) / f"{options.units} units"
        campaign = open_campaign(folder / "campaign") if folder.exists() else made(folder, options.units)
        for name in ("status", *(("collect",) if options.returns else ()), "summarize"):
            for run in ("first", "second"):
                print(json.dumps({"command": name, "run": run, **measured(name, campaign)}), flush=True)


def measured(name: str, campaign: Campaign) -> dict[str, float]:
    """Run one command in a process of its own; return its time, that of processors, and its memory in MB."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "perfeval_xl", name, str(campaign.folder)], stdout=subprocess.DEVNULL
    )
    _, _, usage = os.wait4(process.pid, 0)
    return {
        "wall": round(time.perf_counter() - began, 1),
        "seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "MB": round(usage.ru_maxrss / 1024),
    }


def made(folder: Path, count: int) -> Campaign:
    """Make a campaign of so many units with a ledger of what they have reported."""
    distinct = min(count, _DISTINCT)
    pattern = workbooks.prepare(folder / "pattern", distinct)
    office = Office(date(2024, 3, 15), operator="经办人")
    units = workbooks.units(count)
    campaign = create(folder / "campaign", workbooks.TEMPLATE, pattern.settings, units, office)
    templates = {campaign.template.id: campaign.template}
    files = [workbooks.arrived(path) for path in workbooks.paths(pattern.folder, distinct)]
    filings = filed(units, list(judged(templates, campaign.clock, files)), campaign.template)
    with opened(campaign.ledger) as book:
        while batch := list(islice(filings, _BATCH)):
            sightings = [seen(campaign, record.file, record.sha256) for record in batch]
            book.add([pack(record) for record in batch], basis(templates, campaign.clock), sightings)
    return campaign


def filed(units: Iterable[Unit], records: list[Record], template: Template) -> Iterator[Record]:
    """Give what the units have reported, in the order of the roster."""
    for number, unit in enumerate(units):
        record = records[number % len(records)]
        if number % _MISSING == 0 or record.submission is None:
            continue
        if number % _TWICE == 1:
            yield copied(record, unit, "第一次", template)
        yield copied(record, unit, "", template)


def copied(record: Record, unit: Unit, former: str, template: Template) -> Record:
    """Return a record as that of another unit: its amounts are others, and mostly its texts."""
    random = Random(unit.code)
    factor = 1 + Decimal(random.randrange(1, 1000)) / 1000
    mixed = int(unit.code) % _ALIKE != 0

    def own(entry: Entry) -> Entry:
        kind = template.field[entry.name].kind.id
        if kind == "money" and isinstance(entry.value, Decimal):
            return replace(entry, value=(entry.value * factor).quantize(Decimal("0.01")))
        if kind == "longtext" and isinstance(entry.value, str) and mixed:
            return replace(entry, value="".join(random.sample(entry.value, len(entry.value))))
        return entry

    if record.submission is None:
        return record
    file = f"{unit.code}{former}.xlsx"
    entries = tuple(map(own, record.submission.entries))
    submission = replace(
        record.submission,
        file=file,
        unit_code=unit.code,
        unit_name=unit.name,
        entries=entries[_CHANGED:] if former else entries,
    )
    time = record.modified - timedelta(days=1) if former else record.modified
    return replace(record, file=file, sha256=mark(file), modified=time, submission=submission)


def seen(campaign: Campaign, file: str, sha256: str) -> Sighting:
    """Put an empty file into the inbox and return it as one that has been taken already."""
    path = campaign.inbox / file
    path.touch()
    look = path.stat()
    return Sighting(file, look.st_size, look.st_mtime_ns, (Item(file, sha256),))


def mark(file: str) -> str:
    """Return a fingerprint that no other file has."""
    return sha256(file.encode()).hexdigest()


if __name__ == "__main__":
    main()
