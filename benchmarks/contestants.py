"""What is compared: one way of handling workbooks in a process of its own, with the time and memory that it took.

python benchmarks/contestants.py NAME FOLDER SCRATCH COUNT JOBS      prints one line of JSON
"""

from __future__ import annotations

import gc
import io
import json
import resource
import shutil
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import workbooks

from perfeval_xl.campaign import Campaign, create, open_campaign

Work = Callable[[], object]
TODAY = date(2024, 12, 31)


def main() -> None:
    name, place, scratch, count, jobs = sys.argv[1:]
    work = WAYS[name](Path(place), Path(scratch), int(count), int(jobs))
    gc.collect()
    wall, used = time.perf_counter(), seconds()
    work()
    wall, used = time.perf_counter() - wall, seconds() - used
    megabytes = [
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    each = 1000 / int(count)
    figure = {"milliseconds": used * each, "wall": wall * each, "parent": megabytes[0], "worker": megabytes[1]}
    print(json.dumps(figure))


def seconds() -> float:
    """Return the processor time of this process and of those it has waited for."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


# Each function gets ready and returns the work that is measured. Libraries are imported by those who use them.


def calamine(place: Path, _scratch: Path, count: int, _jobs: int) -> Work:
    from python_calamine import CalamineWorkbook

    def work() -> None:
        for path in workbooks.paths(place, count):
            workbook = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
            for name in workbook.sheet_names:
                workbook.get_sheet_by_name(name).to_python()

    return work


def openpyxl(place: Path, _scratch: Path, count: int, _jobs: int) -> Work:
    from openpyxl import load_workbook

    def work() -> None:
        for path in workbooks.paths(place, count):
            workbook = load_workbook(path, read_only=True, data_only=True)
            for sheet in workbook.worksheets:
                for _ in sheet.iter_rows(values_only=True):
                    pass

    return work


def pandas(place: Path, _scratch: Path, count: int, _jobs: int) -> Work:
    return pandas_with("openpyxl", place, count)


def pandas_calamine(place: Path, _scratch: Path, count: int, _jobs: int) -> Work:
    return pandas_with("calamine", place, count)


def pandas_with(engine: str, place: Path, count: int) -> Work:
    """Do what a user's own script does: read all sheets of all files, put those of one name below one another."""
    import pandas as pd

    def work() -> None:
        files = workbooks.paths(place, count)
        read = [pd.read_excel(path, sheet_name=None, header=None, engine=engine) for path in files]
        for name in read[0]:
            pd.concat([sheets[name] for sheets in read], keys=range(len(read)))

    return work


def read(place: Path, _scratch: Path, count: int, _jobs: int) -> Work:
    from perfeval_xl import engine, reading

    templates = known(place)
    reading.read(next(workbooks.paths(place, 1)).read_bytes(), "", templates)

    def work() -> None:
        for path in workbooks.paths(place, count):
            staged = reading.stage(path)
            if isinstance(staged, reading.Staged):
                reading.read(staged.data, staged.name, templates, arithmetic=engine.arithmetic)

    return work


def judge(place: Path, _scratch: Path, count: int, _jobs: int) -> Work:
    from perfeval_xl.desk import Desk, arrived

    desk = Desk(known(place), TODAY)
    desk.judge(arrived(next(workbooks.paths(place, 1))))

    def work() -> None:
        for path in workbooks.paths(place, count):
            desk.judge(arrived(path))

    return work


def collect(place: Path, scratch: Path, count: int, jobs: int) -> Work:
    """Take so many workbooks into a new ledger, starting with the program's own start."""
    from perfeval_xl.collect import collect

    campaign = a_campaign(place, scratch, count)
    campaign.ledger.unlink(missing_ok=True)
    return lambda: collect(campaign, jobs=jobs)


def collect_again(place: Path, scratch: Path, count: int, jobs: int) -> Work:
    """Run over what the ledger has already."""
    from perfeval_xl.collect import collect

    campaign = a_campaign(place, scratch, count)
    return lambda: collect(campaign, jobs=jobs)


def issue(place: Path, scratch: Path, count: int, _jobs: int) -> Work:
    from perfeval_xl.issue import issue

    campaign = a_campaign(place, scratch, count)
    for path in campaign.out.iterdir():
        path.unlink()
    return lambda: issue(campaign, campaign.units)


def load_set_save(place: Path, _scratch: Path, count: int, _jobs: int) -> Work:
    """Do with openpyxl what `issue` does, but for the values of formulas, which it cannot compute."""
    from openpyxl import load_workbook

    from perfeval_xl.issue import cover

    template = open_campaign(place).template

    def work() -> None:
        for number, unit in enumerate(workbooks.units(count), 1):
            workbook = load_workbook(io.BytesIO(template.package))
            for key, value in cover(template, unit, number).items():
                at = template.address(key)
                workbook[at.sheet].cell(at.row, at.column).value = value
            workbook.save(io.BytesIO())

    return work


def write_anew(place: Path, _scratch: Path, count: int, _jobs: int) -> Work:
    """Write the template's values and formulas with xlsxwriter, from cells that lie ready in memory."""
    import xlsxwriter
    from openpyxl import load_workbook

    blank = load_workbook(io.BytesIO(open_campaign(place).template.package))
    sheets = {
        sheet.title: [(cell.row - 1, cell.column - 1, cell.value) for row in sheet for cell in row if cell.value]
        for sheet in blank.worksheets
    }

    def work() -> None:
        for _ in range(count):
            with xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True}) as workbook:
                for name, cells in sheets.items():
                    sheet = workbook.add_worksheet(name)
                    for row, column, value in cells:
                        sheet.write(row, column, value)

    return work


def evaluate(place: Path, _scratch: Path, count: int, _jobs: int) -> Work:
    """Put unit after unit into one engine and evaluate all its formulas."""
    from perfeval_xl.engine import Engine

    template = open_campaign(place).template
    inputs = [
        {template.address(key): value for key, value in workbooks.filled(unit).items()}
        for unit in workbooks.units(min(count, 84))
    ]

    def work() -> None:
        engine = Engine(template.package, TODAY)
        for number in range(count):
            engine.put(inputs[number % len(inputs)])

    return work


def known(place: Path) -> dict[str, object]:
    template = open_campaign(place).template
    return {template.id: template}


def a_campaign(place: Path, scratch: Path, count: int) -> Campaign:
    """Return a campaign of so many units, all of which have reported."""
    folder = scratch / f"campaign of {count}"
    if folder.exists():
        return open_campaign(folder)
    settings = open_campaign(place).settings
    campaign = create(folder, workbooks.TEMPLATE, settings, workbooks.units(count))
    for path in workbooks.paths(place, count):
        shutil.copy2(path, campaign.inbox / path.name)
    return campaign


WAYS: dict[str, Callable[[Path, Path, int, int], Work]] = {
    "calamine": calamine,
    "openpyxl": openpyxl,
    "pandas": pandas,
    "pandas_calamine": pandas_calamine,
    "read": read,
    "judge": judge,
    "collect": collect,
    "collect_again": collect_again,
    "issue": issue,
    "load_set_save": load_set_save,
    "write_anew": write_anew,
    "evaluate": evaluate,
}

if __name__ == "__main__":
    main()
