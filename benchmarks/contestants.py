"""What is compared: one way of handling workbooks in a process of its own, with the time and memory that it took.

python benchmarks/contestants.py NAME FOLDER SCRATCH COUNT JOBS      prints one line of JSON
"""

from __future__ import annotations

import gc
import io
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import workbooks

from perfeval_xl.campaign.folder import Campaign, create, open_campaign

Work = Callable[[], object]
TODAY = date(2024, 12, 31)
_PATIENCE = 30
"""Seconds in which a process ends that was told to."""
_started: list[subprocess.Popen[bytes]] = []


def main() -> None:
    name, place, scratch, count, jobs = sys.argv[1:]
    try:
        work = WAYS[name](Path(place), Path(scratch), int(count), int(jobs))
        gc.collect()
        wall, used = time.perf_counter(), seconds()
        work()
        wall = time.perf_counter() - wall
    finally:
        dismiss()
    used = seconds() - used
    megabytes = [
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    each = 1000 / int(count)
    figure = {"milliseconds": used * each, "wall": wall * each, "parent": megabytes[0], "worker": megabytes[1]}
    print(json.dumps(figure))


def dismiss() -> None:
    """End what was started for the work, the last first, and wait for it: what it used counts from then on.

    Workers are told while their scheduler is there. Those that are being started anew may not hear it.
    """
    for process in reversed(_started):
        process.terminate()
        try:
            process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def seconds() -> float:
    """Return the processor time of this process and of those it has waited for, and theirs."""
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
    from perfeval_xl import reading
    from perfeval_xl.workbook import engine
    from perfeval_xl.workbook.taking import Staged, stage

    templates = known(place)
    reading.read(next(workbooks.paths(place, 1)).read_bytes(), "", templates)

    def work() -> None:
        for path in workbooks.paths(place, count):
            staged = stage(path)
            if isinstance(staged, Staged):
                reading.read(staged.data, staged.name, templates, arithmetic=engine.arithmetic)

    return work


def judge(place: Path, _scratch: Path, count: int, _jobs: int) -> Work:
    from perfeval_xl.checking.judge import Desk

    desk = Desk(known(place), TODAY)
    desk.judge(workbooks.arrived(next(workbooks.paths(place, 1))))

    def work() -> None:
        for path in workbooks.paths(place, count):
            desk.judge(workbooks.arrived(path))

    return work


def collect(place: Path, scratch: Path, count: int, jobs: int) -> Work:
    """Take so many workbooks into a new ledger, starting with the program's own start."""
    from perfeval_xl.intake.collect import collect

    campaign = a_campaign(place, scratch, count)
    campaign.ledger.unlink(missing_ok=True)
    return lambda: collect(campaign, jobs=jobs)


def collect_again(place: Path, scratch: Path, count: int, jobs: int) -> Work:
    """Run over what the ledger has already."""
    from perfeval_xl.intake.collect import collect

    campaign = a_campaign(place, scratch, count)
    return lambda: collect(campaign, jobs=jobs)


def dask(place: Path, scratch: Path, count: int, jobs: int) -> Work:
    """Take so many workbooks into a new ledger, read by so many workers of a cluster."""
    from perfeval_xl.intake.cluster import hired
    from perfeval_xl.intake.collect import collect

    campaign = a_campaign(place, scratch, count)
    campaign.ledger.unlink(missing_ok=True)
    return partial(collect, campaign, crew=partial(hired, a_cluster(scratch, jobs)))


def dask_again(place: Path, scratch: Path, count: int, jobs: int) -> Work:
    """Run over what the ledger has already, with a cluster at hand."""
    from perfeval_xl.intake.cluster import hired
    from perfeval_xl.intake.collect import collect

    campaign = a_campaign(place, scratch, count)
    return partial(collect, campaign, crew=partial(hired, a_cluster(scratch, jobs)))


def dask_killed(place: Path, scratch: Path, count: int, jobs: int) -> Work:
    """Do as `dask`, and kill one of the workers half-way."""
    from distributed import Client

    from perfeval_xl.intake.cluster import hired
    from perfeval_xl.intake.collect import Step, collect

    campaign = a_campaign(place, scratch, count)
    campaign.ledger.unlink(missing_ok=True)
    address = a_cluster(scratch, jobs)
    with Client(address, set_as_default=False) as client:
        worker = min(client.run(os.getpid).values())

    def kill(step: Step) -> None:
        if step.done == step.total // 2:
            os.kill(worker, signal.SIGKILL)

    return partial(collect, campaign, kill, crew=partial(hired, address))


def issue(place: Path, scratch: Path, count: int, _jobs: int) -> Work:
    from perfeval_xl.outgoing.issue import issue

    campaign = a_campaign(place, scratch, count)
    for path in campaign.out.iterdir():
        path.unlink()
    return lambda: issue(campaign, campaign.units)


def load_set_save(place: Path, _scratch: Path, count: int, _jobs: int) -> Work:
    """Do with openpyxl what `issue` does, but for the values of formulas, which it cannot compute."""
    from openpyxl import load_workbook

    from perfeval_xl.outgoing.issue import cover

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
    from perfeval_xl.workbook.engine import Engine

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


def a_cluster(scratch: Path, count: int) -> str:
    """Start a scheduler and so many workers as docs/cluster.zh-CN.md tells; return the scheduler's address."""
    from distributed import Client

    told = scratch / f"scheduler of {os.getpid()}.json"
    program = Path(sys.executable).with_name("dask")
    both = ("--scheduler-file", told, "--no-dashboard")
    workers = ("--nworkers", f"{count}", "--nthreads", "1", "--memory-limit", "2GB", "--local-directory", scratch)
    start(program, "scheduler", "--host", "127.0.0.1", "--port", "0", *both)
    start(program, "worker", *both, *workers)
    with Client(scheduler_file=str(told), timeout=60, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)
        return client.scheduler.address


def start(*command: str | Path) -> None:
    """Start a process that works for this one until it is dismissed."""
    silent = subprocess.DEVNULL
    _started.append(subprocess.Popen(command, stdout=silent, stderr=silent, start_new_session=True))


def a_campaign(place: Path, scratch: Path, count: int) -> Campaign:
    """Return a campaign of so many units, all of which have reported."""
    folder = folder_of(scratch, count)
    if folder.exists():
        return open_campaign(folder)
    settings = open_campaign(place).settings
    campaign = create(folder, workbooks.TEMPLATE, settings, workbooks.units(count))
    for path in workbooks.paths(place, count):
        shutil.copy2(path, campaign.inbox / path.name)
    return campaign


def folder_of(scratch: Path, count: int) -> Path:
    return scratch / f"campaign of {count}"


WAYS: dict[str, Callable[[Path, Path, int, int], Work]] = {
    "calamine": calamine,
    "openpyxl": openpyxl,
    "pandas": pandas,
    "pandas_calamine": pandas_calamine,
    "read": read,
    "judge": judge,
    "collect": collect,
    "collect_again": collect_again,
    "dask": dask,
    "dask_again": dask_again,
    "dask_killed": dask_killed,
    "issue": issue,
    "load_set_save": load_set_save,
    "write_anew": write_anew,
    "evaluate": evaluate,
}

if __name__ == "__main__":
    main()
