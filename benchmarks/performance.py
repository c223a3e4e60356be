"""How fast workbooks are read, checked, collected and issued, against other ways measured in the same run.

    python benchmarks/performance.py             the whole, more than an hour; writes docs/performance.md
    python benchmarks/performance.py --quick     the same with few files, to see that it works; writes nothing

Every figure is the median of several rounds. In a round each contestant handles the same files in a fresh process,
one after the other so that all meet the same machine; what is counted is processor time, its own and its workers'.
"""

from __future__ import annotations

import argparse
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
import workbooks

from perfeval_xl import __version__

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
LIBRARIES = ("python-calamine", "openpyxl", "pandas", "xlsxwriter", "formualizer")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: files read by the quick ways and by the slow ones, units issued, runs of collect."""

    rounds: int
    files: int
    few: int
    issued: int
    growth: tuple[int, ...]
    evaluations: int


WHOLE = Size(3, 1000, 20, 2000, (100, 1000, 10_000), 10_000)
QUICK = Size(1, 10, 2, 10, (10, 20), 100)


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
        size = replace(size, growth=(*size.growth[:-1], options.largest))
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


Section = tuple[str, dict[str, bool]]
"""A part of the page, and the goals that it shows with whether they are met."""


def measured(place: Path, scratch: Path, size: Size) -> Iterator[Section]:
    yield reading(place, scratch, size)
    yield issuing(place, scratch, size)
    yield growing(place, scratch, size)
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


def growing(place: Path, scratch: Path, size: Size) -> Section:
    rows, goals = [], dict[str, bool]()
    cost: dict[tuple[int, int], float] = {}
    for count, jobs in grown(size.growth):
        first, second = (run(name, place, scratch, count, jobs) for name in ("collect", "collect_again"))
        cost[jobs, count] = first.milliseconds
        again = second.wall / first.wall
        rows.append((f"{count}", f"{jobs}", f"{first.milliseconds:.1f}", f"{1000 / first.wall:.0f}",
                     f"{first.parent:.0f}", f"{first.worker:.0f}", f"{again * 100:.1f} %"))  # fmt: skip
        if count == size.growth[-1]:
            steady = first.milliseconds <= 1.1 * cost[jobs, size.growth[-2]]
            goals = {
                f"{count} workbooks: parent under 400 MB": first.parent < 400,
                f"{count} workbooks: workers under 300 MB": first.worker < 300,
                f"{count} workbooks: a second run under 3 % of the first": again < 0.03,
                f"{count} workbooks: each within 10 % of the time at {size.growth[-2]}": steady,
            }
    heads = ("workbooks", "jobs", "ms of processor each", "a second", "parent MB", "worker MB", "second run")
    return section("Growth", heads, rows, goals), goals


def grown(counts: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """Give the counts with the numbers of jobs: one and two, for the largest two."""
    for count in counts:
        yield from ((count, jobs) for jobs in (1, 2) if jobs == 2 or count != counts[-1])


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
of collect has the start of its workers in it. Growth is measured once. Of the workbooks
{workbooks.DISTINCT} differ; the others are copies under other names.
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
