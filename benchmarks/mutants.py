"""How many small faults a module's own tests notice: a sample of mutants of each core module, and who survives.

Run it from the top of a checkout: python benchmarks/mutants.py [--only engine] [--sample 100] [--seed 14]
[--write]. The goal: 85 of 100. A mutant that means the same as the module does not count; equivalent.toml lists
those, each with the reason, and the survivors that are left on purpose. Every mutant runs in a process of its own,
forked from one that has loaded the libraries, two at a time at most; nothing on the disk is changed.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import resource
import signal
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from multiprocessing import connection, get_context
from multiprocessing.context import ForkProcess
from pathlib import Path
from types import CodeType, ModuleType

from mutating import Mutant, mutants, prove

ROOT = Path(__file__).parent.parent
CORE: dict[str, tuple[str, ...]] = {
    "perfeval_xl.workbook.engine": ("tests/workbook/test_engine.py",),
    "perfeval_xl.wording.numbers": ("tests/wording/test_spellings.py", "tests/wording/test_numbers.py"),
    "perfeval_xl.comparing.control": ("tests/comparing/test_control.py",),
    "perfeval_xl.comparing.gist": ("tests/comparing/test_gist.py",),
    "perfeval_xl.comparing.compare": ("tests/comparing/test_order.py",),
    "perfeval_xl.comparing.peers": ("tests/comparing/test_peers.py",),
    "perfeval_xl.comparing.scores": ("tests/comparing/test_scores.py",),
    "perfeval_xl.comparing.sums": ("tests/comparing/test_sums.py",),
    "perfeval_xl.comparing.texts": ("tests/comparing/test_texts.py",),
    "perfeval_xl.comparing.thresholds": ("tests/comparing/test_thresholds.py",),
    "perfeval_xl.checking.check": ("tests/checking/test_check_rules.py",),
    "perfeval_xl.ledger.ledger": ("tests/ledger/test_ledger_entries.py",),
    "perfeval_xl.ledger.sealed": ("tests/ledger/test_sealed.py",),
    "perfeval_xl.summary.figures": ("tests/summary/test_figures.py",),
}
"""By each core module its own tests."""
LOADED = ("formualizer", "hypothesis", "openpyxl", "pydantic", "pytest", "rensa", "xlsxwriter")
"""Libraries that are loaded once for all modules."""
GOAL = 0.85
MOST_MEMORY = 6 << 30
PAGE = ROOT / "docs" / "mutants.md"
LISTED = Path(__file__).with_name("equivalent.toml")
HEAD = """# Tests that bite

Written by `make mutants`: of each core module a seeded sample of small faults, and how many of them the module's
own tests notice. A fault that changes nothing that can be seen does not count; `benchmarks/equivalent.toml` lists
those, each with the reason. The goal is 85 of 100.

"""


@dataclass
class Outcome:
    """What became of a module's mutants."""

    module: str
    killed: int = 0
    equal: int = 0
    survivors: list[Mutant] = field(default_factory=list)
    seconds: float = 0

    @property
    def share(self) -> float:
        counted = self.killed + len(self.survivors)
        return self.killed / counted if counted else 1.0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--only", default="", help="a part of the modules' names")
    arguments.add_argument("--sample", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=14)
    arguments.add_argument("--jobs", type=int, default=2)
    arguments.add_argument("--write", action="store_true", help="write docs/mutants.md")
    options = arguments.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    for name in LOADED:
        importlib.import_module(name)
    prove()
    outcomes = []
    for module, tests in CORE.items():
        if options.only in module:
            with ProcessPoolExecutor(1, get_context("fork")) as alone:
                outcome = alone.submit(judged, module, tests, options.sample, options.seed, options.jobs).result()
            print(f"{module}: {outcome.share:.0%}", file=sys.stderr)
            outcomes.append(outcome)
    page = "\n".join(told(outcomes))
    print(page)
    if options.write:
        PAGE.write_text(HEAD + page + "\n", encoding="utf-8")
    sys.exit(any(outcome.share < GOAL for outcome in outcomes))


def judged(module: str, tests: Sequence[str], sample: int, seed: int, jobs: int) -> Outcome:
    """Run a module's own tests against a sample of its mutants, in a process that does nothing else."""
    path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    source = path.read_text("utf-8")
    load_the_rest(module, path, tests)
    started = time.monotonic()
    unchanged = Run(module, path, tests, Mutant("", source, "", ""), float("inf"))
    unchanged.process.join()
    if unchanged.process.exitcode:
        raise RuntimeError(f"{module}: its own tests fail without any fault in it")
    limit = 10 + 5 * (time.monotonic() - started)
    equal = listed("equivalent")
    outcome = Outcome(module)
    chosen = []
    for mutant in mutants(source, random.Random(seed)):
        if (mutant.removed, mutant.added) in equal:
            outcome.equal += 1
        else:
            chosen.append(mutant)
        if len(chosen) == sample:
            break
    for mutant, killed in ran(module, path, tests, chosen, limit, jobs):
        outcome.killed += killed
        if not killed:
            outcome.survivors.append(mutant)
    outcome.seconds = time.monotonic() - started
    return outcome


def load_the_rest(module: str, path: Path, tests: Sequence[str]) -> None:
    """Load what the tests import as far as it does not rest on the module: the mutants' processes have it then."""
    refusing = Instead(module, path, "raise ImportError")
    sys.meta_path.insert(0, refusing)
    own = [ROOT / "tests" / "conftest.py", *(ROOT / test for test in tests)]
    sys.path[:0] = [str(test.parent) for test in own]
    for test in own:
        with suppress(ImportError):
            importlib.import_module(test.stem)
        sys.modules.pop(test.stem, None)
    sys.meta_path.remove(refusing)


def listed(kind: str) -> dict[tuple[str, str], str]:
    """Return by removed and added line the reasons of equivalent.toml."""
    return {
        (one["removed"], one["added"]): one["reason"]
        for one in tomllib.loads(LISTED.read_text("utf-8")).get(kind, ())
    }


def ran(
    module: str, path: Path, tests: Sequence[str], chosen: list[Mutant], limit: float, jobs: int
) -> Iterator[tuple[Mutant, bool]]:
    """Give each mutant with whether the tests noticed it; one that takes too long is noticed."""
    waiting, running = chosen[::-1], list[Run]()
    while waiting or running:
        while waiting and len(running) < jobs:
            running.append(Run(module, path, tests, waiting.pop(), limit))
        connection.wait([run.process.sentinel for run in running], timeout=0.5)
        for run in [run for run in running if run.ended()]:
            running.remove(run)
            yield run.mutant, run.process.exitcode != 0


class Run:
    """A process that runs the tests with a mutant in the module's place."""

    def __init__(self, module: str, path: Path, tests: Sequence[str], mutant: Mutant, limit: float) -> None:
        self.mutant = mutant
        self._until = time.monotonic() + limit
        self.process: ForkProcess = get_context("fork").Process(target=tried, args=(module, path, tests, mutant))
        self.process.start()

    def ended(self) -> bool:
        if self.process.is_alive() and time.monotonic() > self._until and self.process.pid:
            os.killpg(self.process.pid, signal.SIGKILL)
        return not self.process.is_alive()


def tried(module: str, path: Path, tests: Sequence[str], mutant: Mutant) -> None:
    """Run the tests in this process, as quietly and as repeatably as they can be run; exit 1 if any fails."""
    import hypothesis
    import pytest

    os.setpgrp()
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    if mutant.operator:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
    found = hypothesis.Phase.explicit, hypothesis.Phase.generate
    hypothesis.settings.register_profile("mutants", derandomize=True, database=None, deadline=None, phases=found)
    hypothesis.settings.load_profile("mutants")
    sys.meta_path.insert(0, Instead(module, path, mutant.source))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = (
        "1"  # the tests of one module need none, and some load for seconds
    )
    options = ["-x", "--assert=plain", "-p", "no:cacheprovider"]
    sys.exit(pytest.main([*options, *tests]) != pytest.ExitCode.OK)


class Instead(MetaPathFinder):
    """Finds one module's mutant instead of the module."""

    def __init__(self, module: str, path: Path, source: str) -> None:
        self._module, self._path, self._source = module, path, source

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._module:
            return None
        return spec_from_file_location(fullname, self._path, loader=Mutated(fullname, self._path, self._source))


class Mutated(SourceFileLoader):
    """Loads a module from a source that is not the file's."""

    def __init__(self, fullname: str, path: Path, source: str) -> None:
        super().__init__(fullname, str(path))
        self._source = source

    def get_code(self, _fullname: str) -> CodeType:
        return compile(self._source, self.path, "exec")


def told(outcomes: list[Outcome]) -> Iterator[str]:
    """Give the lines of the page: the table, then every survivor with its reason if it has one."""
    yield "| module | mutants | killed | share | equivalent | seconds |"
    yield "|---|---:|---:|---:|---:|---:|"
    for one in outcomes:
        counted = one.killed + len(one.survivors)
        yield (
            f"| `{one.module}` | {counted} | {one.killed} | {one.share:.0%} | {one.equal} | {one.seconds:.0f} |"
        )
    reasons = listed("left")
    for one in (one for one in outcomes if one.survivors):
        yield f"\n## Survivors of `{one.module}`\n"
        for mutant in one.survivors:
            reason = reasons.get((mutant.removed, mutant.added), "no test notices it yet")
            yield f"```diff\n{mutant}\n```\n{mutant.operator}: {reason}\n"


if __name__ == "__main__":
    main()
