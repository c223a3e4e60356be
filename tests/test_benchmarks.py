"""The benchmarks run: every way of handling workbooks that they compare takes two workbooks without complaint."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
WAYS = (
    *("calamine", "openpyxl", "pandas", "pandas_calamine", "read", "judge", "collect", "collect_again"),
    *("issue", "load_set_save", "write_anew", "evaluate"),
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
    command = [sys.executable, BENCHMARKS / "contestants.py", way, place, tmp_path, "2", "1"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)) == {"milliseconds", "wall", "parent", "worker"}
    if way == "collect":
        assert (tmp_path / "campaign of 2" / "台账.sqlite").stat().st_size > 0
