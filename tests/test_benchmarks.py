"""The benchmarks run: every way of handling workbooks that they compare takes two workbooks without complaint.

So does the measuring of the summary, and what was measured becomes a page.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
ALL = os.environ.get("PERFEVAL_WAYS") == "all"
"""Whether every way is tried, as `make proof` does; three of them tell whether the frame of it all still fits."""
WAYS = (
    ("read", "judge", "collect")
    if not ALL
    else (
        *("calamine", "openpyxl", "pandas", "pandas_calamine", "read", "judge", "collect", "collect_again"),
        *("dask", "dask_again", "dask_killed", "issue", "load_set_save", "write_anew", "evaluate"),
    )
)
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux counts it")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workbooks")
    code = "import sys, pathlib, workbooks; workbooks.prepare(pathlib.Path(sys.argv[1]), 2)"
    subprocess.run([sys.executable, "-c", code, folder], check=True, cwd=BENCHMARKS)
    return folder


@pytest.mark.parametrize("way", WAYS)
def test_a_way_takes_two_workbooks(way: str, place: Path, tmp_path: Path) -> None:
    if way.startswith("pandas") and find_spec("pandas") is None:
        pytest.skip("pandas is installed by make bench")
    figure = printed("contestants.py", way, place, tmp_path, "2", "1")
    assert set(figure) == {"milliseconds", "wall", "parent", "worker"}
    if way.startswith(("collect", "dask")):
        assert (tmp_path / "campaign of 2" / "台账.sqlite").stat().st_size > 0
    if way in ("collect", "dask", "dask_killed"):
        assert figure["worker"] > 0


@pytest.mark.skipif(not ALL, reason="measures for half a minute: make proof")
def test_the_summary_is_measured(place: Path, tmp_path: Path) -> None:
    printed("contestants.py", "collect", place, tmp_path, "2", "1")
    (line,) = printed("summary.py", "--json", "--units", "3", "--campaign", tmp_path / "campaign of 2")
    assert (line["units"], line["filled cells"]) == (3, 900)
    assert line["cells of the summary"] > 900
    assert {"seconds", "seconds of xlsxwriter", "MB of memory", "MB of workbook"} < line.keys()


def printed(script: str, *arguments: str | Path) -> Any:
    """Return what a script of the benchmarks prints as JSON."""
    command = [sys.executable, BENCHMARKS / script, *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_growth_is_told_of_jobs_and_of_a_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    performance = import_module("performance")
    ran: list[tuple[str, int, int]] = []

    def run(name: str, _place: Path, _scratch: Path, count: int, jobs: int) -> Any:
        ran.append((name, count, jobs))
        return performance.Figure(milliseconds=50, wall=1 if "again" in name else 50, parent=100, worker=200)

    monkeypatch.setattr(performance, "run", run)
    monkeypatch.setattr(performance, "fingerprint", lambda _, count: f"{count}")
    page, goals = performance.growing(tmp_path, tmp_path, performance.smaller(performance.WHOLE, 1500))
    here = [(name, 100, jobs) for jobs in (1, 2) for name in ("collect", "collect_again")]
    assert ran[:4] == here
    assert {(name, jobs) for name, count, jobs in ran if count == 1000} == {
        *(("collect", 1), ("collect", 2), ("collect_again", 1), ("collect_again", 2)),
        *(("dask", 1), ("dask", 2), ("dask_again", 1), ("dask_again", 2), ("dask_killed", 2)),
    }
    assert ran[-2:] == [("collect", 1500, 2), ("collect_again", 1500, 2)]
    assert "| 1000 | Dask, 2 workers | 50.0 | 20 | 100 | 200 | 2.0 % | 1000 |" in page
    assert len(goals) == 5
    assert all(goals.values())
    marks = iter("甲乙" * 10)
    monkeypatch.setattr(performance, "fingerprint", lambda *_: next(marks))
    _, goals = performance.growing(tmp_path, tmp_path, performance.QUICK)
    assert [goal for goal, met in goals.items() if not met] == ["the same ledger, whoever reads"]


@pytest.mark.skipif(not ALL, reason="measures for half a minute: make proof")
def test_commands_on_a_made_ledger_are_measured(tmp_path: Path) -> None:
    command = [sys.executable, BENCHMARKS / "status.py", "--units", "4", "--folder", tmp_path, "--returns"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["command"] for line in lines] == ["status"] * 2 + ["collect"] * 2 + ["summarize"] * 2
    assert len([*(tmp_path / "4 units" / "campaign" / "退回").rglob("*.docx")]) == 3


def test_the_modules_that_are_mutated_and_their_tests_are_there() -> None:
    tree = ast.parse((BENCHMARKS / "mutants.py").read_text("utf-8"))
    core = next(
        ast.literal_eval(line.value)
        for line in tree.body
        if isinstance(line, ast.AnnAssign) and line.value and ast.unparse(line.target) == "CORE"
    )
    sources = [f"{module.replace('.', '/')}.py" for module in core]
    tests = [test for several in core.values() for test in several]
    assert len(core) > 10
    assert [path for path in (*sources, *tests) if not (BENCHMARKS.parent / path).is_file()] == []
