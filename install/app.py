"""Build the folder with which an office runs the program without Python: `python install/app.py`.

The folder is for the system that builds it. On Linux it says which glibc it needs; with `--glibc 2.28`, as in the
builds for UOS and Kylin, it fails where that is more.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import docx.parts
from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

from perfeval_xl.checking.program import BUILT, LIBRARIES, program

HERE = Path(__file__).parent
ROOT = HERE.parent
NAME = "perfeval-xl"
FOLDER = "绩效评价工具"
"""What officials see: the folder, and the starter in it."""
WINDOWS = sys.platform == "win32"
STARTERS = ("开始.bat",) if WINDOWS else ("开始.sh", "绩效评价.desktop")
WHOLE = ("rich._unicode_data",)
"""Packages whose modules are named only when they are needed."""
LEFT_OUT = ("PIL", "numpy", "tkinter")
"""What libraries use where it happens to be installed, and we do not need."""
Glibc = tuple[int, int]


def main() -> int:
    """Build, and say where it lies, how large it is and what it needs."""
    asked = _asked()
    folder = build(asked.out)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    print(f"{folder}：{size / 1e6:.0f} MB，{platform.system()} {platform.machine()}")
    if sys.platform == "linux":
        needed, by = glibc(folder)
        print(f"需要 glibc {needed[0]}.{needed[1]}（{by.relative_to(folder)}）")
        if asked.glibc and needed > tuple(map(int, asked.glibc.split("."))):
            print(f"要求不高于 {asked.glibc}，不合格。", file=sys.stderr)
            return 1
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the folder is made")
    parser.add_argument("--glibc", default="", help="the newest glibc that it may need, as 2.28")
    return parser.parse_args()


def build(out: Path) -> Path:
    """Build the folder below `out` and return it; what lay there before is replaced."""
    work = out / "build"
    work.mkdir(parents=True, exist_ok=True)
    (work / BUILT).write_text(program(), "ascii")
    subprocess.run([sys.executable, "-m", "PyInstaller", *_options(out, work), HERE / "start.py"], check=True)
    folder = out / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    (out / NAME).rename(folder)
    for name in (*STARTERS, "请先看我.txt"):
        shutil.copy(HERE / "starter" / name, folder / name)
    shutil.copy(HERE / "icon.png", folder / "icon.png")
    shutil.copy(ROOT / "LICENSE", folder / "LICENSE.txt")
    return folder


def _options(out: Path, work: Path) -> Iterator[str | Path]:
    """Give what PyInstaller has to know: our package is imported by names, and its data lie beside its modules."""
    yield from ("--noconfirm", "--log-level", "WARN", "--onedir", "--console", "--name", NAME)
    yield from ("--distpath", out, "--workpath", work, "--specpath", work)
    if WINDOWS:
        yield from ("--icon", (HERE / "icon.ico").resolve())
    yield from ("--collect-submodules", "perfeval_xl", "--collect-data", "perfeval_xl", "--collect-data", "docx")
    yield from ("--add-data", f"{docx.parts.__file__}:docx/parts")  # it finds its templates by way of this folder
    yield from ("--add-data", f"{(ROOT / 'workbook_templates').resolve()}:perfeval_xl/workbook_templates")
    yield from ("--add-data", f"{(work / BUILT).resolve()}:perfeval_xl")
    for library in LIBRARIES:
        yield from ("--copy-metadata", library)
    for package in WHOLE:
        yield from ("--collect-submodules", package)
    for package in LEFT_OUT:
        yield from ("--exclude-module", package)


def glibc(folder: Path) -> tuple[Glibc, Path]:
    """Return the newest glibc that anything below a folder asks for, and the file that does."""
    found = [(max(asked), path) for path in sorted(folder.rglob("*")) if (asked := list(_asks(path)))]
    return max(found, default=((0, 0), folder))


def _asks(path: Path) -> Iterator[Glibc]:
    """Give the versions of glibc that a file's dynamic symbols ask for; nothing for what is no program."""
    if path.is_symlink() or not path.is_file():
        return
    with path.open("rb") as file:
        try:
            sections = list(ELFFile(file).iter_sections())
        except ELFError:
            return
        for section in sections:
            if isinstance(section, GNUVerNeedSection):
                names = (asked.name for _, all_asked in section.iter_versions() for asked in all_asked)
                yield from (_numbers(name) for name in names if name.startswith("GLIBC_2"))


def _numbers(name: str) -> Glibc:
    """Return GLIBC_2.17 or GLIBC_2.2.5 as (2, 17) and (2, 2)."""
    major, minor, *_ = name.removeprefix("GLIBC_").split(".")
    return int(major), int(minor)


if __name__ == "__main__":
    sys.exit(main())
