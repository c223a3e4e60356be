"""What of this program judges, as a fingerprint: a corrected check is another program, whatever its version says.

It is taken from the program's own files, once in a process. A frozen program has none to read: it was told the
fingerprint of the sources it was built from, and so judges as one with an installed copy of them.
"""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOMS = (
    *("admission", "checking", "comparing", "proofread", "reading", "records", "template", "wording", "workbook"),
)
"""The rooms whose code decides what is found in a submission or among several."""
LIBRARIES = ("formualizer", "python-calamine", "rensa")
"""Those that decide it with them: a formula's value, an old format's cells, which texts are nearly the same."""
BUILT = "program.txt"
"""The file in a frozen program's package that holds the fingerprint of what it was built from."""
_COMPILED = "__pycache__"
_CHUNK = 1 << 20


@cache
def program() -> str:
    """Return the fingerprint of what judges; the same wherever the same sources and libraries are installed."""
    package = Path(__file__).parent.parent
    built = package / BUILT
    if getattr(sys, "frozen", False) and built.is_file():
        return built.read_text("ascii").strip()
    mark = hashlib.sha256(" ".join(map(_library, LIBRARIES)).encode())
    for piece in fingerprinted(package):
        mark.update(piece)
    return mark.hexdigest()[:16]


def fingerprinted(package: Path) -> Iterator[bytes]:
    """Give what the fingerprint is made of: each file's name and bytes, or a frozen program's executable."""
    names = sorted(_names(str(package)))
    for name in names:
        yield name.encode()
        yield (package / name).read_bytes().replace(b"\r\n", b"\n")
    if not names:
        yield from _frozen(Path(sys.executable))


def _names(package: str) -> Iterator[str]:
    """Give the files of the rooms that judge: sources and word lists, or what was compiled where that is all."""
    for room in ROOMS:
        for folder, inside, names in os.walk(os.path.join(package, room)):  # noqa: PTH118  # paths cost the most here
            inside[:] = [name for name in inside if name != _COMPILED]
            yield from (f"{folder[len(package) + 1 :]}/{name}".replace(os.sep, "/") for name in names)


def _frozen(executable: Path) -> Iterator[bytes]:
    with executable.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece


def _library(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:  # frozen without its description; the one file stands for it, too
        return name
