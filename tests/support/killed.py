"""Kill what is done to a disk at one operation after another: in a fork, before it, with no clearing up."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from itertools import count

_CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.utime", "os.chmod", "sqlite3.connect"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND


STEP = 1 if "PERFEVAL_KILLS" in os.environ else 4
"""How many operations later the next kill comes; `make proof` takes each."""


def killed_at_every(action: Callable[[], object]) -> Iterator[int]:
    """Do something again and again, each time killed some operations later; gives after each kill how many it had.

    Ends when the action came to its end. What it does must start anew each time by the one who iterates.
    """
    for passing in count(0, STEP):
        if not _killed(action, passing):
            return
        yield passing


def _killed(action: Callable[[], object], passing: int) -> bool:
    child = os.fork()
    if not child:
        _be_killed(action, passing)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the action failed by itself"
    return False


def _be_killed(action: Callable[[], object], passing: int) -> None:
    done = 0

    def count_and_kill(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal done
        if event in _CHANGES or (event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING):
            done += 1
            if done > passing:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count_and_kill)
    code = 1
    try:
        action()
        code = 0
    finally:
        os._exit(code)
