"""How long the summary takes and how much memory, for a county, a city, a province; each in a process of its own.

Run it from the top of a checkout: python benchmarks/summary.py [--json] [--units 42,3000,10000] [--cells 300]
The goal: 3,000 units of 300 filled cells each in 20 seconds of one processor. The units are those of the example
county (or of a collected --campaign) over and over, read from packed contents as from the ledger; of their some
510 cells the first are kept. Beside it stands what xlsxwriter takes, again in a process of its own, to write all
values of that summary's cells from memory: without formulas, formats, names, charts or rules.
"""

from __future__ import annotations

import argparse
import gc
import io
import itertools
import json
import multiprocessing
import pickle
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import xlsxwriter

from perfeval_xl.campaign.folder import Campaign, open_campaign
from perfeval_xl.demo.play import rehearse
from perfeval_xl.ledger.ledger import opened
from perfeval_xl.ledger.packing import Parcel, pack
from perfeval_xl.records.standing import Overview, Standing
from perfeval_xl.records.unit import Unit
from perfeval_xl.records.verdict import Receipt, Record
from perfeval_xl.summary import bound, compute
from perfeval_xl.workbook.cells import NUMBER, Cell
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.opening import open_book

_AS_THEY_ARE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--units", default="42,3000")
    arguments.add_argument("--cells", type=int, default=300)
    arguments.add_argument("--campaign", type=Path)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        campaign = collected(options.campaign, folder)
        with opened(campaign.ledger) as book:
            parcels = [cut(book.record(one), options.cells) for one in book.receipts() if one.readable]
        packed = pickle.dumps(parcels)
        with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as fresh:
            lines = [
                fresh.apply(measured, (campaign, packed, int(units), folder / units))
                | fresh.apply(written_bare, (folder / units,))
                for units in options.units.split(",")
            ]
    print(json.dumps(lines, ensure_ascii=False) if options.json else "\n".join(map(str, lines)))


def collected(place: Path | None, folder: Path) -> Campaign:
    """Return the campaign at a place, or that of the example county."""
    return open_campaign(place) if place else rehearse(folder / "county", lambda _: None).campaign


def measured(campaign: Campaign, packed: bytes, units: int, target: Path) -> dict[str, float]:
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
    taken, waited = time.process_time() - began, time.perf_counter() - seen
    target.write_bytes(package)
    return {
        "units": units,
        "filled cells": sum(one.receipt.filled for one in standings if one.receipt),
        "seconds": round(taken, 2),
        "wall": round(waited, 2),
        "MB of memory": peak(),
        "MB of workbook": round(len(package) / 1e6, 1),
    }


def written_bare(source: Path) -> dict[str, float]:
    """Write the values of a workbook's cells anew, and nothing else."""
    vast = Limits(cells=10**9, strings=10**9, tags=10**9, unpacked=2**40, part=2**40)
    book, _ = open_book(source.read_bytes(), vast)
    sheets = [
        (
            sheet.name,
            [
                (row - 1, column - 1, value(cell))
                for (row, column), cell in sorted(sheet.cells.items())
                if cell.text
            ],
        )
        for sheet in book.sheets
    ]
    del book
    gc.collect()
    gc.freeze()  # what is to be written is not the writer's burden
    began = time.process_time()
    with xlsxwriter.Workbook(io.BytesIO(), _AS_THEY_ARE) as workbook:
        for name, cells in sheets:
            sheet = workbook.add_worksheet(name)
            for row, column, content in cells:
                sheet.write(row, column, content)
    taken = time.process_time() - began
    return {
        "cells of the summary": sum(len(cells) for _, cells in sheets),
        "seconds of xlsxwriter": round(taken, 2),
    }


def value(cell: Cell) -> str | float:
    """Return what a cell shows, a formula its result."""
    return float(cell.text) if cell.kind == NUMBER else cell.text


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
