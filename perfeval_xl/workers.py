"""How many workbooks are judged at once, in processes that may stall or die without taking the run with them."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections import deque
from concurrent.futures import TimeoutError as LateError
from typing import TYPE_CHECKING

from pebble import ProcessExpired, ProcessPool

from perfeval_xl.desk import Arrived, Desk, refused
from perfeval_xl.reading.catalogue import say

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from pebble import ProcessFuture

    from perfeval_xl.contract import Template
    from perfeval_xl.verdict import Record

SECONDS, MEMORY = 30, 2 * 1024**3
"""What one workbook may take of its worker: seconds of time, bytes of memory (where the system can limit it)."""
_AHEAD = 4
_TRIES = 2
_desk: Desk | None = None


def judged(
    templates: Mapping[str, Template],
    today: date,
    arrivals: Iterable[Arrived],
    jobs: int = 0,
    seconds: float = SECONDS,
) -> Iterator[Record]:
    """Give each workbook's record in the order of arrival, whatever the number of `jobs` (0: one a processor).

    A workbook that takes too long, or whose worker dies twice, is refused with that reason; the others go on.
    """
    jobs = jobs or os.cpu_count() or 1
    pool = ProcessPool(
        max_workers=jobs, context=_context(), initializer=_begin, initargs=(templates, today, MEMORY)
    )
    waiting: deque[tuple[Arrived, ProcessFuture[Record]]] = deque()
    try:
        for arrived in arrivals:
            waiting.append((arrived, pool.schedule(_judge, args=(arrived,), timeout=seconds)))
            if len(waiting) >= _AHEAD * jobs:
                yield _outcome(pool, *waiting.popleft(), seconds)
        while waiting:
            yield _outcome(pool, *waiting.popleft(), seconds)
        pool.close()  # type: ignore[no-untyped-call]  # pebble types its functions in part
    finally:
        pool.stop()  # type: ignore[no-untyped-call]  # the same
        pool.join()


def _outcome(pool: ProcessPool, arrived: Arrived, future: ProcessFuture[Record], seconds: float) -> Record:
    """Return a workbook's record; one whose worker died is tried once more in a new one."""
    for attempt in range(_TRIES):
        try:
            record: Record = future.result()
        except LateError:
            return refused(arrived, say("G97", what=f"{seconds:g}"))
        except (ProcessExpired, MemoryError):
            if attempt + 1 < _TRIES:
                future = pool.schedule(_judge, args=(arrived,), timeout=seconds)
        else:
            return record
    return refused(arrived, say("G98"))


def _context() -> multiprocessing.context.BaseContext:
    """Return how workers begin: a fork has the template at once, elsewhere it is handed over."""
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def _begin(templates: Mapping[str, Template], today: date, memory: int) -> None:
    global _desk  # noqa: PLW0603 - a worker process has one desk for all its life
    _desk = Desk(templates, today)
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _judge(arrived: Arrived) -> Record:
    if _desk is None:
        raise RuntimeError("a worker began without its desk")
    return _desk.judge(arrived)
