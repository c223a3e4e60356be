"""A command as a user gives it: in a process of its own, with its exit code and what it printed.

Where the system can fork, the process begins with the imports of the test that asks: importing the program takes
longer than most of what is asked of it. `run_together` starts several at once; `started_anew` begins with nothing,
as a shell does.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

from perfeval_xl import cli

Ended = subprocess.CompletedProcess[str]


def run(*arguments: object, cwd: Path | None = None) -> Ended:
    """Run the program with arguments and wait for its end."""
    (ended,) = run_together(arguments, cwd=cwd)
    return ended


def run_together(*lines: Sequence[object], cwd: Path | None = None) -> list[Ended]:
    """Run the program with each of several lines of arguments at the same time, and wait for the end of all."""
    if not hasattr(os, "fork"):
        with ThreadPoolExecutor(len(lines)) as pool:
            return list(pool.map(lambda line: started_anew(*line, cwd=cwd), lines))
    with ExitStack() as files:
        begun = [_begun(line, files, cwd) for line in lines]
        return [one.ended() for one in begun]


@dataclass(frozen=True)
class _Begun:
    """A child that is the program, and where it writes."""

    child: int
    words: list[str]
    out: IO[bytes]
    err: IO[bytes]

    def ended(self) -> Ended:
        _, status = os.waitpid(self.child, 0)
        code = os.waitstatus_to_exitcode(status)
        return subprocess.CompletedProcess(self.words, code, _text(self.out), _text(self.err))


def _begun(line: Sequence[object], files: ExitStack, cwd: Path | None) -> _Begun:
    words = list(map(str, line))
    out, err = (files.enter_context(tempfile.TemporaryFile()) for _ in range(2))  # noqa: SIM115  # the stack closes them
    child = os.fork()
    if not child:
        _become(words, out, err, cwd)
    return _Begun(child, words, out, err)


def started_anew(*arguments: object, cwd: Path | None = None, **options: Any) -> Ended:
    """Run the program as a shell does, in a new interpreter."""
    command = [sys.executable, "-m", "perfeval_xl", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", cwd=cwd, check=False, **options)


def _text(written: IO[bytes]) -> str:
    written.seek(0)
    return written.read().decode("utf-8").replace(os.linesep, "\n")


def _become(words: list[str], out: IO[bytes], err: IO[bytes], cwd: Path | None) -> NoReturn:
    """Be the program from here on, in a child; nothing of the test that forked it goes on."""
    code = 1
    try:
        sys.argv = ["perfeval-xl", *words]
        sys.stdout, sys.stderr = _stream(out, 1), _stream(err, 2)
        if cwd:
            os.chdir(cwd)
        cli.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001  # as an interpreter does at its end
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _stream(file: IO[bytes], descriptor: int) -> io.TextIOWrapper:
    """Return a stream into a file, which the descriptor of its kind leads to as well."""
    os.dup2(file.fileno(), descriptor)
    return io.TextIOWrapper(open(descriptor, "wb", closefd=False), encoding="utf-8")  # the same
