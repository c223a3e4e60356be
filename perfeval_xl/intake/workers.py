"""How many files are judged at once, in processes that may stall or die without taking the run with them."""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import sys
from collections import deque
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as LateError
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pebble import ProcessExpired, ProcessPool

from perfeval_xl.admission import times
from perfeval_xl.checking.judge import Arrived, Desk, basis, refused
from perfeval_xl.intake import garbage
from perfeval_xl.ledger.packing import Parcel, pack, unpack
from perfeval_xl.reading.rules_of_returns import say
from perfeval_xl.records.errors import PerfevalError
from perfeval_xl.records.finding import Finding
from perfeval_xl.workbook.taking import Deferred, Staged
from perfeval_xl.workbook.unpacking.enclosed import is_inbox

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from perfeval_xl.intake.inbox import Inbox
    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.verdict import Record

SECONDS, MEMORY = 30, 2 * 1024**3
"""What one workbook may take of its worker: seconds of time, bytes of memory (where the system can limit it)."""
_AHEAD = 8
_TRIES = 2
_desk: Desk | None = None
_prepared: dict[str, Desk] = {}
"""The desk that forked workers of the last run began with; nothing is ever judged at it in this process."""


@dataclass(frozen=True, slots=True)
class Loose:
    """A file in an inbox, to be taken by its path and judged under its name by whoever works on it."""

    inbox: Inbox
    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Archive:
    """What taking a file gave: it is an archive with workbooks in it."""

    path: str


@dataclass(frozen=True, slots=True)
class Later:
    """What a task gave: the file can't be read or checked now; the next run tries again."""

    name: str
    why: str


Task = Loose | Arrived | Parcel
"""A file to take, bytes to read, or what was read before and is to be checked anew."""
Outcome = Parcel | Archive | Later


@dataclass(frozen=True)
class Standards:
    """What every worker is given once: the templates, the day, and the only year that is taken, if any."""

    templates: Mapping[str, Template]
    today: date
    year: int | None = None

    @cached_property
    def basis(self) -> str:
        """The fingerprint of what judging here rests on."""
        return basis(self.templates, self.today)

    @cached_property
    def mark(self) -> str:
        """Which desk is the same as this one's."""
        return f"{self.basis} {self.year}"

    def desk(self) -> Desk:
        """Return a desk to work at."""
        return Desk(self.templates, self.today, self.year)


def work(desk: Desk, task: Task) -> Outcome:
    """Do one task: the whole of what is done with a file, apart from keeping the result.

    Our own mistakes cost that file only. Want of memory, which libraries may call an OSError, is for the crew to
    settle, and so is a template that we cannot work with.
    """
    try:
        return _done(desk, task)
    except (PerfevalError, MemoryError, OSError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001  # what a Rust library panics with is no Exception
        return spoilt(task, _mistaken(error))


def _mistaken(error: BaseException) -> Finding:
    return say("G99", what=type(error).__name__)


def _done(desk: Desk, task: Task) -> Outcome:
    match task:
        case Loose():
            return _taken(desk, task)
        case Arrived():
            return pack(desk.judge(task))
        case Parcel():
            return pack(desk.again(unpack(task)))


def _taken(desk: Desk, task: Loose) -> Outcome:
    staged = task.inbox.take(task.path)
    if isinstance(staged, Deferred):
        return Later(task.name, staged.reason)
    if isinstance(staged, Finding):
        return pack(refused(unread(task.name), staged))
    if is_inbox(staged.data):
        return Archive(task.path)
    return pack(desk.judge(arrived(task.name, staged)))


def arrived(name: str, staged: Staged) -> Arrived:
    """Return a staged file under the name by which it is known."""
    return Arrived(name, times.moment(staged.modified_ns), staged.data)


def unread(name: str) -> Arrived:
    """Return what stands for a file whose bytes cannot be had: its name."""
    return Arrived(name, times.EARLIEST, name.encode())


class Crew(Protocol):
    """Those who do the tasks, here or on other machines."""

    ahead: int
    """How many tasks may be under way."""

    def begin(self, task: Task) -> Any:
        """Hand a task over; what comes back is for `outcome`."""
        ...

    def outcome(self, task: Task, handle: Any) -> Outcome:
        """Wait for a task; a file that costs its worker is refused with that reason, never raised."""
        ...


def done(crew: Crew, tasks: Iterable[Task]) -> Iterator[tuple[Task, Outcome]]:
    """Give every task with its outcome, in the order of the tasks, whoever finishes first."""
    waiting: deque[tuple[Task, Any]] = deque()
    for task in tasks:
        waiting.append((task, crew.begin(task)))
        if len(waiting) >= crew.ahead:
            first, handle = waiting.popleft()
            yield first, crew.outcome(first, handle)
    for task, handle in waiting:
        yield task, crew.outcome(task, handle)


@contextmanager
def hired(standards: Standards, jobs: int = 0, seconds: float = SECONDS) -> Iterator[Crew]:
    """Hire worker processes on this machine, `jobs` of them (0: one a processor), for the time of a run."""
    crew = _Processes(standards, jobs or os.cpu_count() or 1, seconds)
    try:
        yield crew
        crew.pool.close()  # type: ignore[no-untyped-call]  # pebble types its functions in part
    finally:
        crew.pool.stop()  # type: ignore[no-untyped-call]  # the same
        crew.pool.join()


class _Processes:
    """Processes of this machine; each may be killed by its time or its memory."""

    def __init__(self, standards: Standards, jobs: int, seconds: float) -> None:
        self.ahead = _AHEAD * jobs
        self._standards, self._seconds = standards, seconds
        self.pool = ProcessPool(
            max_workers=jobs, context=_context(), initializer=_begin, initargs=(standards, MEMORY)
        )

    def begin(self, task: Task) -> Any:
        _prepare(self._standards)  # here, since the first task is what starts the workers
        return self.pool.schedule(_do, args=(task,), timeout=self._seconds)

    def outcome(self, task: Task, handle: Any) -> Outcome:
        """Return what a task gave; one whose worker died is tried once more in a new one."""
        for attempt in range(_TRIES):
            try:
                outcome: Outcome = pickle.loads(handle.result())  # noqa: S301  # our own process wrote it
            except LateError:
                return spoilt(task, say("G97", what=f"{self._seconds:g}"))
            except (ProcessExpired, MemoryError, OSError):  # a library may call want of memory an OSError
                if attempt + 1 < _TRIES:
                    handle = self.begin(task)
            except (PerfevalError, CancelledError):
                raise
            except Exception as error:  # noqa: BLE001  # a result that cannot travel between processes
                return spoilt(task, _mistaken(error))
            else:
                return outcome
        return spoilt(task, say("G98"))


def spoilt(task: Task, finding: Finding) -> Outcome:
    """Return the outcome of a task that failed; what was read before keeps its former judgement for now."""
    match task:
        case Parcel():
            return Later(task.receipt.file, finding.message)
        case Arrived():
            return pack(refused(task, finding))
        case Loose():
            staged = task.inbox.take(task.path)
            if isinstance(staged, Staged):
                return pack(refused(arrived(task.name, staged), finding))
            return Later(task.name, "读取时出错，文件又被移走或改动")


def judged(
    templates: Mapping[str, Template], today: date, arrivals: Iterable[Arrived], jobs: int = 0
) -> Iterator[Record]:
    """Give each workbook's record in the order of arrival, whatever the number of `jobs` (0: one a processor)."""
    with hired(Standards(templates, today), jobs) as crew:
        for _, outcome in done(crew, arrivals):
            if isinstance(outcome, Parcel):
                yield outcome.record


def _context() -> multiprocessing.context.BaseContext:
    """Return how workers begin: a fork has the template at once, elsewhere it is handed over."""
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def _prepare(standards: Standards) -> None:
    """Make the desk that each worker would make for itself, before they are forked, and keep it for the next run.

    Only of one template: of several nobody knows yet which the files name.
    """
    if len(standards.templates) > 1 or _context().get_start_method() != "fork" or standards.mark in _prepared:
        return
    desk = standards.desk()
    desk.prepare()
    _prepared.clear()
    _prepared[standards.mark] = desk


def _prepared_for(standards: Standards) -> Desk | None:
    return _prepared.get(standards.mark) if len(standards.templates) == 1 else None


def _begin(standards: Standards, memory: int) -> None:
    global _desk  # noqa: PLW0603 - a worker process has one desk for all its life
    _desk = _prepared_for(standards) or standards.desk()
    settle()
    if sys.platform != "win32":
        most = _address_space() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def settle() -> None:
    """Tell the garbage collector that what a worker process holds now stays, and that looking seldom is enough.

    Looking through the templates again and again took a tenth of the time.
    """
    gc.freeze()
    garbage.seldom()


def _address_space() -> int:
    """Return how many bytes of addresses this process has already, from what it was forked from."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _do(task: Task) -> bytes:
    """Return the outcome of a task as it travels; what cannot travel is found here and costs its file only."""
    if _desk is None:
        raise RuntimeError("a worker began without its desk")
    outcome = work(_desk, task)
    try:
        return pickle.dumps(outcome)
    except (pickle.PicklingError, AttributeError, TypeError, RecursionError) as error:
        return pickle.dumps(spoilt(task, _mistaken(error)))
