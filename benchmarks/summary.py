"""How long the summary takes and how much memory, for a county, a city, a province; each in a process of its own.

Run it from the top of a checkout: python benchmarks/summary.py [--json] [--units 42,3000,10000] [--cells 300]
The goal: 3,000 units of 300 filled cells each in 20 seconds of one processor. The units are those of the example
county over and over, read from packed contents as from the ledger; of their some 510 cells the first are kept.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import pickle
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from perfeval_xl.campaign import Campaign
from perfeval_xl.contents import Parcel, pack
from perfeval_xl.ledger import opened
from perfeval_xl.rehearsal import rehearse
from perfeval_xl.standing import Overview, Standing
from perfeval_xl.summary import bound, compute
from perfeval_xl.unit import Unit
from perfeval_xl.verdict import Receipt, Record


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--units", default="42,3000")
    arguments.add_argument("--cells", type=int, default=300)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        campaign = rehearse(Path(folder) / "county", lambda _: None).campaign
        with opened(campaign.ledger) as book:
            parcels = [cut(book.record(one), options.cells) for one in book.receipts() if one.readable]
        fresh = multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1)
        with fresh:
            lines = [
                fresh.apply(measured, (campaign, pickle.dumps(parcels), int(units)))
                for units in options.units.split(",")
            ]
    print(json.dumps(lines, ensure_ascii=False) if options.json else "\n".join(map(str, lines)))


def measured(campaign: Campaign, packed: bytes, units: int) -> dict[str, float]:
    """Summarise so many units once; seconds are of the processor, since others may use the machine."""
    parcels: list[Parcel] = pickle.loads(packed)  # noqa: S301 - made by this script
    numbered = dict(zip(range(1, units + 1), itertools.cycle(parcels), strict=False))
    standings = tuple(standing(number, parcel) for number, parcel in numbered.items())

    def contents(receipt: Receipt) -> Record:
        return replace(numbered[receipt.number], receipt=receipt).record

    template = campaign.template
    began, seen = time.process_time(), time.perf_counter()
    computed = compute(template, Overview(standings, (), ()), contents, campaign.clock, everything=True)
    package = bound(computed)
    return {
        "units": units,
        "filled cells": sum(one.receipt.filled for one in standings if one.receipt),
        "seconds": round(time.process_time() - began, 1),
        "wall": round(time.perf_counter() - seen, 1),
        "MB of memory": peak(),
        "MB of workbook": round(len(package) / 1e6, 1),
    }


def cut(record: Record, cells: int) -> Parcel:
    """Return a record with its first filled cells alone."""
    submission = record.submission
    if submission is None:
        return pack(record)
    entries = submission.entries[:cells]
    return pack(replace(record, submission=replace(submission, entries=entries, filled=len(entries))))


def standing(number: int, parcel: Parcel) -> Standing:
    """Return a copy of a unit's standing under a number of its own."""
    unit = Unit(f"{number:06}", f"{parcel.receipt.unit_name}{number}", parent=f"第{number // 40 + 1}主管部门")
    return Standing(unit, (replace(parcel.receipt, unit=unit.code, unit_name=unit.name, number=number),))


def peak() -> float:
    """Return the most memory that the process has used, in MB; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0.0
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(used / (1e6 if sys.platform == "darwin" else 1e3), 0)


if __name__ == "__main__":
    main()
