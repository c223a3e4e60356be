"""What was made of a text before, kept between workbooks as long as it is little: the same text gives the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

_Made = TypeVar("_Made")


class Memory(dict[str, _Made]):
    """What a function makes of texts, by the texts.

    Forgets everything when it holds `most`, and keeps nothing of texts beyond `longest` characters, so that no
    file can fill it.
    """

    def __init__(self, make: Callable[[str], _Made], most: int, longest: int = 1_000) -> None:
        super().__init__()
        self._make, self._most, self._longest = make, most, longest

    def __missing__(self, text: str) -> _Made:
        made = self._make(text)
        if len(text) <= self._longest:
            if len(self) >= self._most:
                self.clear()
            self[text] = made
        return made
