"""The fingerprint of what judges: another for a corrected check of the same version, the same in every process."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import perfeval_xl
from perfeval_xl.checking import judge, program

if TYPE_CHECKING:
    from perfeval_xl.records.contract import Template

PACKAGE = Path(perfeval_xl.__file__).parent
MOST_SECONDS = 0.02


def made_of(package: Path) -> bytes:
    return b"\0".join(program.fingerprinted(package))


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The program as installed somewhere else."""
    return shutil.copytree(PACKAGE, tmp_path / "perfeval_xl", ignore=shutil.ignore_patterns("__pycache__"))


def test_the_same_program_elsewhere_is_the_same(installed: Path) -> None:
    for path in installed.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (installed / "checking" / "__pycache__").mkdir()
    (installed / "checking" / "__pycache__" / "check.cpython-311.pyc").write_bytes(b"compiled")
    (installed / "cli" / "app.py").write_bytes(b"# how it is called is no matter\n")
    assert made_of(installed) == made_of(PACKAGE)


@pytest.mark.parametrize(
    "name", ["checking/check.py", "reading/meaning.py", "comparing/texts.py", "wording/numbers.py"]
)
def test_a_corrected_check_is_another_program(installed: Path, name: str) -> None:
    path = installed / name
    path.write_bytes(path.read_bytes() + b"\n# corrected\n")
    assert made_of(installed) != made_of(PACKAGE)


def test_a_file_more_or_by_another_name_is_another_program(installed: Path) -> None:
    (installed / "checking" / "check.py").rename(installed / "checking" / "checks.py")
    assert made_of(installed) != made_of(PACKAGE)


def test_a_frozen_program_is_known_by_its_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen = tmp_path / "perfeval-xl.exe"
    frozen.write_bytes(b"all in one")
    monkeypatch.setattr(sys, "executable", str(frozen))
    assert made_of(tmp_path / "nothing") == b"all in one"


def test_all_that_a_judge_uses_is_counted() -> None:
    """Whatever judging imports, however far away, and what compares submissions and loads templates."""
    code = "import sys, perfeval_xl.checking.judge, perfeval_xl.comparing, perfeval_xl.template.load\n"
    code += "print(*(name for name in sys.modules if name.startswith('perfeval_xl.')))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {name.split(".")[1] for name in told.stdout.split()} == set(program.ROOMS)


def test_every_process_tells_the_same() -> None:
    code = "from perfeval_xl.checking.program import program; print(program())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == program.program()


def test_it_costs_little() -> None:
    """CPU time, so that a busy machine does not matter; the best of a few, as the first reads from the disk."""
    spent = []
    for _ in range(5):
        program.program.cache_clear()
        start = time.process_time()
        program.program()
        spent.append(time.process_time() - start)
    assert min(spent) < MOST_SECONDS


def test_the_basis_is_the_program_the_template_and_the_day(
    hunan: Template, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {hunan.id: hunan}
    first = judge.basis(known, today)
    assert judge.basis(known, date(1999, 1, 1)) != first
    monkeypatch.setattr(judge, "program", lambda: "corrected")
    assert judge.basis(known, today) != first
    monkeypatch.undo()
    assert judge.basis(known, today) == first
