"""Gather the package that installs without a network: `python install/wheelhouse.py`.

All wheels for Windows and Linux on x86-64 and Linux on arm64, for each Python that we run on, with what installs
them. Linux wheels ask for no newer glibc than UOS and Kylin have.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
FOLDER = "绩效评价工具（离线安装）"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
GLIBC = 28
"""The minor version of glibc 2 that UOS 20 and Kylin V10 have."""
_FIRST_GLIBC = 5
_OLD_NAMES = {"manylinux1": 5, "manylinux2010": 12, "manylinux2014": 17}


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of machine: as the resolver names it, and the tags of the wheels that run there."""

    name: str
    resolver: str
    tags: tuple[str, ...]


def _linux(machine: str) -> tuple[str, ...]:
    new = (f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC, _FIRST_GLIBC - 1, -1))
    return (*new, *(f"{old}_{machine}" for old in _OLD_NAMES))


TARGETS = (
    Target("windows-x86_64", "x86_64-pc-windows-msvc", ("win_amd64",)),
    Target("linux-x86_64", "x86_64-manylinux_2_28", _linux("x86_64")),
    Target("linux-aarch64", "aarch64-manylinux_2_28", _linux("aarch64")),
)


def main() -> int:
    """Gather, and say where it lies and how large it is."""
    asked = _asked()
    targets = [target for target in TARGETS if asked.only in {"", target.name}]
    folder = gather(asked.out, targets, asked.python or PYTHONS)
    wheels = list((folder / "files" / "wheels").iterdir())
    size = sum(path.stat().st_size for path in wheels)
    print(f"{folder}：{len(wheels)} 个安装包，{size / 1e6:.0f} MB")
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the folder is made")
    parser.add_argument("--only", default="", choices=["", *(target.name for target in TARGETS)])
    parser.add_argument("--python", action="append", choices=PYTHONS, help="only for this Python; may be repeated")
    return parser.parse_args()


def gather(out: Path, targets: Iterable[Target], pythons: Iterable[str]) -> Path:
    """Gather everything below `out` and return the folder; what lay there before is replaced."""
    folder = out / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE / "offline", folder)
    for name in ("开始.bat", "开始.sh"):
        shutil.copy(HERE / "starter" / name, folder / "files" / name)
    wheels = folder / "files" / "wheels"
    _run("pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", wheels, ROOT)
    for target in targets:
        for python in pythons:
            wanted = folder / "wanted.txt"
            wanted.write_text(resolved(target, python), "utf-8")
            _run("pip", "download", *_kinds(target, python), "--dest", wheels, "--requirement", wanted)
            wanted.unlink()
    return folder


def resolved(target: Target, python: str) -> str:
    """Return what our dependencies come to on a machine, one a line; fails where one has no wheel for it."""
    options = ("--quiet", "--no-header", "--no-annotate", "--only-binary", ":all:")
    machine = ("--python-platform", target.resolver, "--python-version", python)
    command = (_uv(), "pip", "compile", *options, *machine, ROOT / "pyproject.toml")
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _uv() -> Path:
    """Return the resolver, which lies beside our Python and knows other machines than its own, unlike pip."""
    return Path(sysconfig.get_path("scripts")) / ("uv.exe" if sys.platform == "win32" else "uv")


def _kinds(target: Target, python: str) -> Iterator[str]:
    """Give what tells pip to fetch for another machine."""
    yield from (
        "--quiet",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--implementation",
        "cp",
        "--python-version",
        python,
    )
    short = f"cp{python.replace('.', '')}"
    for abi in (short, "abi3", "none"):
        yield from ("--abi", abi)
    for tag in target.tags:
        yield from ("--platform", tag)


def _run(*command: str | Path) -> None:
    subprocess.run([sys.executable, "-m", *command], check=True)


if __name__ == "__main__":
    sys.exit(main())
