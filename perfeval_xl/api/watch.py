"""How a caller follows work that takes long: sentences for people, and how far it has come."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from perfeval_xl.intake.collect import Step


class Phase(Protocol):
    """What shows one phase of the work, while its block runs."""

    def __call__(self, what: str, total: int | None = None, /) -> AbstractContextManager[Callable[[], object]]:
        """Begin a phase of `total` steps, where they are known; gives what to call after each."""
        ...


@contextmanager
def _unseen(_: str, __: int | None = None, /) -> Iterator[Callable[[], object]]:
    yield lambda: None


@contextmanager
def _unfollowed() -> Iterator[Callable[[Step], object]]:
    yield lambda _: None


def _unheard(_: str) -> None:
    """Let a sentence go: it is in the result, too, where somebody has to act on it."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who follows a piece of work; what is not given is not followed.

    `tell` gets complete Chinese sentences at the moment at which they become true, for instance that a changed
    file was kept. `phase` shows one phase, `steps` the reading of an inbox, file by file. Phases follow upon each
    other; none begins before the last has ended.
    """

    tell: Callable[[str], object] = _unheard
    phase: Phase = _unseen
    steps: Callable[[], AbstractContextManager[Callable[[Step], object]]] = _unfollowed


UNWATCHED = Watch()
"""Nobody follows."""
