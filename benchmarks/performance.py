"""How fast workbooks are read, checked, collected, issued and summed up, against other ways in the same run.

    python benchmarks/performance.py             the whole, some 25 minutes; writes docs/performance.md
    python benchmarks/performance.py --quick     the same with few files, to see that it works; writes nothing

Every figure is the median of several rounds, unless the page says once. In a round each contestant handles the
same files in a fresh process, one after the other so that all meet the same machine; what is counted is processor
time, its own and its workers'.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import contestants
import summary
import workbooks

from perfeval_xl import __version__
from perfeval_xl.campaign.folder import open_campaign
from perfeval_xl.ledger import ledger

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
LIBRARIES = ("python-calamine", "openpyxl", "pandas", "xlsxwriter", "formualizer", "distributed")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: files read by the quick ways and by the slow ones, units issued, runs of collect.

    The run of `cluster` files is done by a cluster, too; larger ones with two jobs only.
    """

    rounds: int
    files: int
    few: int
    issued: int
    growth: tuple[int, ...]
    cluster: int
    summaries: tuple[int, ...]
    evaluations: int


WHOLE = Size(3, 1000, 20, 2000, (100, 1000, 10_000), 1000, (42, 3000), 10_000)
QUICK = Size(1, 10, 2, 10, (10, 20), 10, (5, 20), 100)


@dataclass(frozen=True, slots=True)
class Figure:
    """What one run took, per workbook, and the most memory that it and one of its workers held."""

    milliseconds: float
    wall: float
    parent: float
    worker: float


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--quick", action="store_true")
    arguments.add_argument("--folder", type=Path, help="where the workbooks are made, or lie from an earlier run")
    arguments.add_argument("--largest", type=int, help="the most workbooks that are collected, instead of 10,000")
    options = arguments.parse_args()
    size = QUICK if options.quick else WHOLE
    if options.largest:
        size = smaller(size, options.largest)
    with tempfile.TemporaryDirectory() as scratch:
        place = options.folder or Path(scratch)
        workbooks.prepare(place, max(*size.growth, size.files))
        sections = list(measured(place, Path(scratch), size))
    page = "\n".join([head(size), *(text for text, _ in sections)])
    print(page)
    if not options.quick:
        PAGE.write_text(page, "utf-8")
    missed = [goal for _, goals in sections for goal, met in goals.items() if not met]
    for goal in missed:
        print(f"MISSED: {goal}")
    return 1 if missed and not options.quick else 0


def smaller(size: Size, largest: int) -> Size:
    """Return the sizes without runs of collect above the `largest`, and with that."""
    growth = (*(count for count in size.growth if count < largest), largest)
    return replace(size, growth=growth, cluster=min(size.cluster, largest))


Section = tuple[str, dict[str, bool]]
"""A part of the page, and the goals that it shows with whether they are met."""


def measured(place: Path, scratch: Path, size: Size) -> Iterator[Section]:
    yield reading(place, scratch, size)
    yield issuing(place, scratch, size)
    yield growing(place, scratch, size)
    yield summarising(scratch, size)
    yield engine(place, scratch, size)


def run(name: str, place: Path, scratch: Path, count: int, jobs: int = 1) -> Figure:
    """Let one contestant handle `count` workbooks in a process of its own."""
    command = [sys.executable, contestants.__file__, name, str(place), str(scratch), str(count), str(jobs)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    return Figure(**json.loads(done.stdout.splitlines()[-1]))


def medians(size: Size, place: Path, scratch: Path, counts: dict[str, int]) -> dict[str, Figure]:
    """Return each contestant's median figure; in every round each has its turn."""
    found: dict[str, list[Figure]] = {name: [] for name in counts}
    for _ in range(size.rounds):
        for name, count in counts.items():
            found[name].append(run(name, place, scratch, count))
    return {name: median(figures) for name, figures in found.items()}


def median(figures: list[Figure]) -> Figure:
    return sorted(figures, key=lambda figure: figure.milliseconds)[len(figures) // 2]


def reading(place: Path, scratch: Path, size: Size) -> Section:
    counts = {"calamine": size.files, "read": size.files, "judge": size.files, "collect": size.files}
    counts |= {"openpyxl": size.few, "pandas": size.few, "pandas_calamine": size.few}
    found = medians(size, place, scratch, counts)
    bare, script = found["calamine"].milliseconds, found["pandas"].milliseconds
    words = {
        "calamine": "python-calamine, reads all sheets and nothing else",
        "read": "**perfeval_xl, read**: every field found, every deviation named",
        "judge": "**perfeval_xl, read and check**: and all formulas evaluated",
        "collect": "**perfeval_xl, collect**: and into the ledger, one worker",
        "openpyxl": "openpyxl, reads the values of all sheets (read-only)",
        "pandas": "a script: pandas with openpyxl, all sheets, concatenated",
        "pandas_calamine": "the same script with python-calamine",
    }
    rows = [
        (words[name], f"{figure.milliseconds:.1f}", f"{figure.milliseconds / bare:.2f}",
         f"{script / figure.milliseconds:.1f}", f"{figure.parent:.0f}")
        for name, figure in found.items()
    ]  # fmt: skip
    heads = ("one workbook", "ms", "times calamine", "times faster than the script", "peak MB")
    collect = found["collect"].milliseconds
    goals = {
        "collect takes at most 5 times what calamine takes": collect <= 5 * bare,
        "collect is at least 5 times faster than the script": 5 * collect <= script,
    }
    return section("Reading, checking, collecting", heads, rows, goals), goals


def issuing(place: Path, scratch: Path, size: Size) -> Section:
    counts = {"issue": size.issued, "load_set_save": size.few, "write_anew": size.few}
    found = medians(size, place, scratch, counts)
    own, other = found["issue"].milliseconds, found["load_set_save"].milliseconds
    words = {
        "issue": "**perfeval_xl, issue**: filled, every stored value right, written durably",
        "load_set_save": "openpyxl: load the template, set the same cells, save",
        "write_anew": "xlsxwriter: write the same values and formulas anew, no formats or rules",
    }
    rows = [
        (words[name], f"{figure.milliseconds:.1f}", f"{figure.milliseconds / own:.1f}")
        for name, figure in found.items()
    ]
    goals = {"issue is at least 30 times faster than openpyxl": own * 30 <= other}
    return section("Handing out", ("one workbook", "ms", "times issue"), rows, goals), goals


@dataclass(frozen=True, slots=True)
class Crew:
    """Who reads in a run of collect: so many workers, here or of a cluster, one of which may be killed."""

    name: str
    first: str
    again: str
    workers: int


HERE = (Crew("1 job", "collect", "collect_again", 1), Crew("2 jobs", "collect", "collect_again", 2))
CLUSTER = (
    Crew("Dask, 1 worker", "dask", "dask_again", 1),
    Crew("Dask, 2 workers", "dask", "dask_again", 2),
    Crew("Dask, 1 of 2 workers killed half-way", "dask_killed", "dask_again", 2),
)


@dataclass(frozen=True, slots=True)
class Collection:
    """A first and a second run of collect over so many workbooks, and the hash of the ledger between them."""

    count: int
    crew: Crew
    first: Figure
    again: Figure
    ledger: str

    @property
    def share(self) -> float:
        return self.again.wall / self.first.wall


def growing(place: Path, scratch: Path, size: Size) -> Section:
    runs = [collected(place, scratch, count, crew) for count, crew in grown(size)]
    rows = [
        (f"{one.count}", one.crew.name, f"{one.first.milliseconds:.1f}", f"{1000 / one.first.wall:.0f}",
         f"{one.first.parent:.0f}", f"{one.first.worker:.0f}", f"{one.share * 100:.1f} %", one.ledger)
        for one in runs
    ]  # fmt: skip
    heads = ("workbooks", "read by", "ms of processor each", "a second", "parent MB", "worker MB", "second run",
             "ledger")  # fmt: skip
    goals = goals_of_growth(runs)
    return section("Growth", heads, rows, goals), goals


def goals_of_growth(runs: list[Collection]) -> dict[str, bool]:
    """Compare the most workbooks with those before, both read by two jobs, and the ledgers of any number."""
    *_, before, last = [runs[0], *(one for one in runs if one.crew == HERE[-1])]
    ledgers = {(one.count, one.ledger) for one in runs}
    return {
        f"{last.count} workbooks: parent under 400 MB": last.first.parent < 400,
        f"{last.count} workbooks: workers under 300 MB": last.first.worker < 300,
        f"{last.count} workbooks: a second run under 3 % of the first": last.share < 0.03,
        f"{last.count} workbooks: each within 10 % of the time at {before.count}": (
            last.first.milliseconds <= 1.1 * before.first.milliseconds
        ),
        "the same ledger, whoever reads": len(ledgers) == len({one.count for one in runs}),
    }


def collected(place: Path, scratch: Path, count: int, crew: Crew) -> Collection:
    first = run(crew.first, place, scratch, count, crew.workers)
    mark = fingerprint(scratch, count)
    return Collection(count, crew, first, run(crew.again, place, scratch, count, crew.workers), mark)


def grown(size: Size) -> Iterator[tuple[int, Crew]]:
    """Give the counts with who reads so many."""
    for count in size.growth:
        yield from ((count, crew) for crew in HERE if crew.workers == 2 or count <= size.cluster)
        if count == size.cluster:
            yield from ((count, crew) for crew in CLUSTER)


def fingerprint(scratch: Path, count: int) -> str:
    """Return the beginning of the hash of all that the ledger of so many workbooks holds."""
    mark = hashlib.sha256()
    with ledger.opened(open_campaign(contestants.folder_of(scratch, count)).ledger) as book:
        for text in book.dump():
            mark.update(text.encode())
    return mark.hexdigest()[:12]


def summarising(scratch: Path, size: Size) -> Section:
    """Sum up units over and over those collected first, beside what xlsxwriter takes for the same cells."""
    collected = contestants.folder_of(scratch, size.growth[0])
    units = ",".join(f"{count}" for count in size.summaries)
    command = [sys.executable, summary.__file__, "--json", "--units", units, "--campaign", str(collected)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    found = json.loads(done.stdout.splitlines()[-1])
    rows = [
        (f"{one['units']}", f"{one['filled cells']}", f"{one['cells of the summary']}", f"{one['seconds']:.1f}",
         f"{one['seconds of xlsxwriter']:.1f}", f"{one['seconds'] / one['seconds of xlsxwriter']:.1f}",
         f"{one['MB of memory']:.0f}", f"{one['MB of workbook']:.1f}")
        for one in found
    ]  # fmt: skip
    heads = ("units", "cells filled", "cells of the summary", "seconds",
             "xlsxwriter: the same values, no formulas or formats", "times xlsxwriter", "peak MB",
             "MB of workbook")  # fmt: skip
    largest = found[-1]
    goals = {f"the summary of {largest['units']} units takes at most 20 seconds": largest["seconds"] <= 20}
    return section("The summary", heads, rows, goals), goals


def engine(place: Path, scratch: Path, size: Size) -> Section:
    """Show that the formula engine holds no more memory after many units than after a few."""
    few, many = (run("evaluate", place, scratch, count) for count in (size.evaluations // 10, size.evaluations))
    rows = [
        (f"{count}", f"{figure.milliseconds:.1f}", f"{figure.parent:.0f}")
        for count, figure in ((size.evaluations // 10, few), (size.evaluations, many))
    ]
    goals = {"evaluating ten times as many units takes at most 20 MB more": many.parent - few.parent <= 20}
    return section("The formula engine", ("evaluations in one process", "ms each", "peak MB"), rows, goals), goals


def section(title: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]], goals: dict[str, bool]) -> str:
    lines = [f"## {title}", "", line(heads), line(tuple("---" for _ in heads)), *map(line, rows), ""]
    lines += [f"- {goal}: {'yes' if met else '**no**'}" for goal, met in goals.items()]
    return "\n".join([*lines, ""])


def line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def head(size: Size) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    machine = f"{processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release().partition('-')[0]}"
    program = f"perfeval_xl {__version__}, Python {platform.python_version()}"
    return f"""# Performance

Written by `make bench`: {program}, {versions}; {machine}.

The workbooks are filled {workbooks.TEMPLATE} of invented units, their texts shared and the package packed anew as
a spreadsheet program does. Medians of {size.rounds} rounds; in each, every contestant handled the same files in a
fresh process. Milliseconds are processor time with that of the workers, so that they can be compared per core.
There were {size.files} files ({size.few} for ways that take long) and {size.issued} units to hand out to; the time
of collect has the start of its workers in it, and with Dask that of the scheduler. Growth and the summary are
measured once. Of the workbooks {workbooks.DISTINCT} differ; the others are copies under other names. A second run
is one over the same files, its time as a share of the first; a ledger is known by the hash of all that it holds.
"""


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (text.partition(":")[2].strip() for text in lines if text.startswith("model name"))
    return next(names, platform.machine())


if __name__ == "__main__":
    sys.exit(main())
