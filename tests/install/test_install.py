"""What offices install: the frozen program, and the wheels for each machine; whole, in `make proof`."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from shipped import TEMPLATES

from perfeval_xl.checking import program
from perfeval_xl.workbook.helper import FROZEN_WORD, helper
from perfeval_xl.workbook.legacy import worker as reader
from perfeval_xl.workbook.unpacking import worker as unpacker

ROOT = TEMPLATES.parent
WHOLE = os.environ.get("PERFEVAL_INSTALL") == "all"
linux = pytest.mark.skipif(sys.platform != "linux", reason="asks for a glibc")
proof = pytest.mark.skipif(not WHOLE, reason="part of `make proof`")


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "install" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


app, wheelhouse = _script("app"), _script("wheelhouse")


# --- the frozen program ---------------------------------------------------------------------------------------


def test_a_frozen_program_is_its_own_helper(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no script beside it that a Python could run."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/app/perfeval-xl")
    assert helper(reader) == ["/app/perfeval-xl", FROZEN_WORD, "perfeval_xl.workbook.legacy.worker"]


def test_the_frozen_start_can_be_every_helper() -> None:
    start = [sys.executable, str(ROOT / "install" / "start.py"), FROZEN_WORD]
    old = [*start, reader.__name__, "20", str(1 << 32), "1000", "1000"]
    assert subprocess.run(old, input=b"none", capture_output=True, check=False).returncode == reader.UNREADABLE
    packed = [*start, unpacker.__name__, "7z", "20", str(1 << 32), "10", "1000", "1000"]
    told = subprocess.run(packed, input=b"none", capture_output=True, check=False)
    assert unpacker.DAMAGED.encode() in told.stdout


def test_nothing_starts_a_script_but_as_a_helper() -> None:
    """A frozen program that starts Python starts itself, with arguments that are no command."""
    sources = (ROOT / "perfeval_xl").rglob("*.py")
    starting = {path.name for path in sources if "sys.executable" in path.read_text("utf-8")}
    assert starting == {"helper.py", "program.py"}


def test_a_frozen_program_judges_as_its_sources_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "perfeval_xl"
    (package / "checking").mkdir(parents=True)
    (package / program.BUILT).write_text("0123456789abcdef\n", "ascii")
    monkeypatch.setattr(program, "__file__", str(package / "checking" / "program.py"))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert program.program.__wrapped__() == "0123456789abcdef"


@linux
def test_the_glibc_that_a_folder_needs_is_seen(tmp_path: Path) -> None:
    (tmp_path / "read.me").write_text("GLIBC_2.99 is only a word here")
    assert app.glibc(tmp_path) == ((0, 0), tmp_path)
    shutil.copy(shutil.which("sh") or "", tmp_path / "program")
    needed, by = app.glibc(tmp_path)
    assert needed > (2, 1)
    assert by == tmp_path / "program"
    assert app._numbers("GLIBC_2.2.5") < app._numbers("GLIBC_2.17") < app._numbers("GLIBC_2.28")


# --- the package for machines without a network ----------------------------------------------------------------


@pytest.mark.parametrize("target", wheelhouse.TARGETS, ids=lambda target: target.name)
@pytest.mark.parametrize("python", wheelhouse.PYTHONS if WHOLE else [wheelhouse.PYTHONS[0]])
def test_every_dependency_has_a_wheel(target: object, python: str) -> None:
    """For Windows and for UOS and Kylin; what is only a source needs a compiler, which no office has."""
    try:
        wanted = wheelhouse.resolved(target, python)
    except subprocess.CalledProcessError as error:
        if "Failed to fetch" in error.stderr or "Could not connect" in error.stderr:
            pytest.skip("the index of packages cannot be reached")
        pytest.fail(error.stderr)
    names = {line.partition("==")[0] for line in wanted.splitlines()}
    assert {"openpyxl", "xlsxwriter", "typer", "formualizer", "lxml"} <= names
    assert ("colorama" in names) == target.name.startswith("windows"), "what Windows alone needs is there, too"


def test_no_wheel_asks_for_a_newer_glibc_than_uos_and_kylin_have() -> None:
    for target in wheelhouse.TARGETS[1:]:
        modern = [int(tag.split("_")[2]) for tag in target.tags if tag.startswith("manylinux_2_")]
        assert max(modern) == wheelhouse.GLIBC == 28
        assert f"manylinux2014_{target.name.partition('-')[2]}" in target.tags


def test_an_old_python_is_told_which_one_is_wanted(tmp_path: Path) -> None:
    script = ROOT / "install" / "offline" / "files" / "install.py"
    code = (
        "import sys, runpy\nsys.version_info = (3, 7, 3)\n"
        f"script = runpy.run_path({str(script)!r})\nsys.exit(script['main']())"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, cwd=tmp_path)
    assert ended.returncode == 1
    assert "这里的 Python 是 3.7，程序要 Python 3.11" in ended.stderr.decode()
    assert not list(tmp_path.iterdir())


@linux
def test_without_any_python_the_office_is_told_what_to_fetch(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("readlink", "dirname", "cat"):
        (tools / tool).symlink_to(shutil.which(tool) or "")
    script = ROOT / "install" / "offline" / "安装.sh"
    ended = subprocess.run(["/bin/sh", script], capture_output=True, check=False, env={"PATH": str(tools)})
    assert ended.returncode == 1
    assert "没有找到 Python" in ended.stderr.decode()


@pytest.mark.parametrize("name", ["starter/开始.bat", "offline/安装.bat"])
def test_windows_can_read_its_scripts(name: str) -> None:
    """The command interpreter wants CRLF, and before `chcp` knows no Chinese."""
    text = (ROOT / "install" / name).read_bytes()
    assert text.isascii()
    assert text.count(b"\n") == text.count(b"\r\n") > 0


# --- whole, as an office has it ---------------------------------------------------------------------------------


@proof
@linux
def test_the_folder_plays_a_year_without_python(tmp_path: Path) -> None:
    folder = app.build(tmp_path)
    command, bare = folder / "perfeval-xl", {"PATH": "", "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    subprocess.run([command, "demo", tmp_path / "demo"], env=bare, check=True, capture_output=True)
    summary = next((tmp_path / "demo" / "汇总").glob("*.xlsx"))
    assert summary.stat().st_size > 10_000
    told = subprocess.run(
        [command, "check", _old_format(tmp_path), "--format", "json"], env=bare, capture_output=True, check=False
    )
    assert "R08" in {finding["rule"] for finding in json.loads(told.stdout)["findings"]}


def _old_format(folder: Path) -> Path:
    """Return a returned workbook of the example, saved in the format of Excel 97."""
    source = next((folder / "demo" / "发放").glob("*.xlsx"))
    options = (
        "--headless",
        f"-env:UserInstallation=file://{folder}/office",
        "--convert-to",
        "xls",
        "--outdir",
        folder,
    )
    subprocess.run(["soffice", *options, source], check=True, capture_output=True)
    return folder / f"{source.stem}.xls"


@proof
@linux
def test_the_package_installs_without_a_network(tmp_path: Path) -> None:
    target = next(one for one in wheelhouse.TARGETS if one.name == f"linux-{os.uname().machine}")
    folder = wheelhouse.gather(tmp_path, [target], [f"{sys.version_info[0]}.{sys.version_info[1]}"])
    nothing = {
        "PIP_NO_INDEX": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
    }
    subprocess.run([folder / "安装.sh", tmp_path / "程序"], env=nothing, check=True, capture_output=True)
    command = tmp_path / "程序" / "bin" / "perfeval-xl"
    told = subprocess.run(
        [command, "template", "list"], check=True, capture_output=True, env=nothing, cwd=tmp_path
    )
    assert "hunan-2023" in told.stdout.decode()
