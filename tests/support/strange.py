"""Inboxes as hostile as a file system allows: names of any bytes, folders of any shape, files that are none."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

any_name = pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes names of any bytes")
SPARSE = 3 * 1024**3


def raw(folder: Path, name: bytes) -> bytes:
    """Return a path whose name is of any bytes."""
    return os.fsencode(folder) + b"/" + name


def place(folder: Path, name: bytes, data: bytes, moment: float = 1_709_280_000) -> None:
    """Put a file under a name of any bytes."""
    path = raw(folder, name)
    with open(path, "wb") as file:  # noqa: PTH123  # a path of bytes
        file.write(data)
    os.utime(path, (moment, moment))


def sparse(path: Path) -> None:
    """Make a file that says it holds 3 GB and takes no room."""
    with path.open("wb") as file:
        file.truncate(SPARSE)


@contextmanager
def nested(folder: Path, levels: int, name: str = "层", data: bytes = b"") -> Iterator[None]:
    """Nest folders as deep as wanted, with a file in the innermost; they are gone afterwards.

    Neither the way there nor the way back is a path that the system takes as a whole.
    """
    here = os.open(folder, os.O_RDONLY)
    try:
        for _ in range(levels):
            os.mkdir(name, dir_fd=here)
            inner = os.open(name, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
        innermost = os.open("底.xlsx", os.O_WRONLY | os.O_CREAT, dir_fd=here)
        os.write(innermost, data)
        os.close(innermost)
        yield
    finally:
        os.close(here)
        subprocess.run(["rm", "-rf", str(folder / name)], check=True)
