"""Work that a page has begun: what it does, how far it is, what it said, what came of it; several at a time."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from perfeval_xl.api.clock import now
from perfeval_xl.api.watch import Watch
from perfeval_xl.records.errors import PerfevalError, os_reason

if TYPE_CHECKING:
    from perfeval_xl.api.rounds import Step

MOST = 200
"""Pieces of work that are remembered; the oldest that are over go first."""
OUR_FAULT = "程序出错，没有办完。已经写好的都保存着；请再试一次，仍不行的请把终端里显示的内容发给开发者。"
STOPPED = "已取消。已经读取、核对的都记在台账里，再收取一次就接着办。"


class Stopped(BaseException):
    """Somebody has cancelled the work; like Ctrl-C, it is no error that a stage may swallow."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a piece of work: sentences, and files to download, each with what it is called."""

    told: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(slots=True)
class Work:
    """One piece of work. `after` is the page that shows what has changed by it.

    `phase` says what is being done, `done` of the `total` steps of it; `stoppable` whether it can be cancelled.
    """

    number: int
    year: str
    what: str
    command: str
    after: str
    begun: datetime
    phase: str = ""
    done: int = 0
    total: int = 0
    stoppable: bool = False
    told: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _stop: Event = field(default_factory=Event)
    _over: Event = field(default_factory=Event)

    @property
    def over(self) -> bool:
        """Whether nothing more comes of it."""
        return self._over.is_set()

    @property
    def stopping(self) -> bool:
        """Whether it is to end early."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Ask it to end as soon as what it has done can be kept."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it is over; return whether it is."""
        return self._over.wait(seconds)

    @property
    def watch(self) -> Watch:
        """How the API is followed: sentences, phases, the reading of an inbox."""
        return Watch(self.told.append, self._shown, self._reading)

    @contextmanager
    def _shown(self, what: str, total: int | None = None, /) -> Iterator[Callable[[], object]]:
        self.phase, self.done, self.total = what, 0, total or 0
        yield self._advance

    def _advance(self) -> None:
        self.done += 1

    @contextmanager
    def _reading(self) -> Iterator[Callable[[Step], object]]:
        self.stoppable = True
        try:
            yield self._stepped
        finally:
            self.stoppable = False

    def _stepped(self, step: Step) -> None:
        self.phase, self.done, self.total = step.what, step.done, step.total
        if self.stopping:
            raise Stopped

    def run(self, do: Callable[[Watch], Outcome]) -> None:
        """Do it to its end, whatever that is."""
        try:
            outcome = do(self.watch)
            self.told += outcome.told
            self.faults += outcome.faults
        except PerfevalError as error:
            self.faults.append(str(error))
        except OSError as error:
            self.faults.append(f"读写文件时出错：{os_reason(error)}。")
        except Stopped:
            self.faults.append(STOPPED)
        except Exception:  # noqa: BLE001  # our mistake costs this piece of work, not the desk
            traceback.print_exc()
            self.faults.append(OUR_FAULT)
        finally:
            self._over.set()


class Works:
    """All work of the desk since it began, each in a thread of its own; the folder's lock parts who may write."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._works: dict[int, Work] = {}
        self._last = 0

    def begin(self, year: str, what: str, command: str, after: str, do: Callable[[Watch], Outcome]) -> Work:
        """Begin a piece of work and return it."""
        with self._lock:
            self._last += 1
            work = Work(self._last, year, what, command, after, now())
            self._works[work.number] = work
            self._forget()
        Thread(target=work.run, args=(do,), name=f"work {work.number}", daemon=True).start()
        return work

    def get(self, number: int) -> Work | None:
        """Return the work of a number, where it is remembered."""
        return self._works.get(number)

    def going(self, year: str = "") -> tuple[Work, ...]:
        """Return what is not over yet, of a year or of all."""
        return tuple(one for one in self._listed() if not one.over and year in ("", one.year))

    def end(self) -> None:
        """Ask all that goes on to end, and wait for it."""
        for one in self.going():
            one.stop()
        for one in self.going():
            one.wait()

    def _listed(self) -> list[Work]:
        with self._lock:
            return list(self._works.values())

    def _forget(self) -> None:
        over = [number for number, one in self._works.items() if one.over]
        for number in over[: max(0, len(self._works) - MOST)]:
            del self._works[number]
