"""The 校验码: what the typed inputs of a return come to in eight letters and figures, and how texts tell it.

It stands on what is printed of an accepted return, so that a stamped paper tells of which return it is. People
type it off paper: no character of it is taken for another, it begins with a letter and ends with a figure, so that
neither a date nor a word is one.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from perfeval_xl.records.submission import Entry, Submission

CHECK_CODE = "校验码"
"""What officials call it, and under which word acts keep it."""
_LETTERS, _FIGURES = "ACDEFGHJKMNPQRTVWXY", "23456789"
_BOTH = _LETTERS + _FIGURES
_PLACES = (_LETTERS, *(_BOTH,) * 6, _FIGURES)
_GROUP = 4
_HEAD, _TAIL = f"([{_LETTERS}][{_BOTH}]{{3}})", f"([{_BOTH}]{{3}}[{_FIGURES}])"
_WHOLE = re.compile(f"{_HEAD}[- ]?{_TAIL}")
_NAMED = re.compile(f"{CHECK_CODE}[:_ -]?{_HEAD}[-_ ]?{_TAIL}(?![0-9A-Z])")
_GROUPED = re.compile(f"(?<![0-9A-Z]){_HEAD}[-_]{_TAIL}(?![0-9A-Z])")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))


def check_code(submission: Submission, typed: Collection[str]) -> str:
    """Return the code of a return, as `A3KD-7RT9`, from what it holds of the fields that a department types.

    `typed` are these fields' names. How a figure was typed, blank cells, spaces and ends of lines make no
    difference, nor does what a program or the bureau put in, or what was explained on the board.
    """
    held = sorted(
        (entry.name, entry.row, *_plain(entry, readable=entry.key not in submission.unreadable))
        for entry in submission.entries
        if entry.name in typed
    )
    content = json.dumps([submission.template, [line for line in held if line[-1]]], ensure_ascii=False)
    return _spelt(int.from_bytes(hashlib.sha256(content.encode()).digest()))


def code_of_bytes(mark: str) -> str:
    """Return what a fingerprint in hexadecimal comes to in the characters of the code, to be read out."""
    return _spelt(int(mark, 16))


def _plain(entry: Entry, *, readable: bool) -> tuple[str, str]:
    """Return what kind of thing an entry holds, and its text, the same however it was typed."""
    value = entry.value if readable else None
    match value:
        case None:
            return "as typed", _spaced(entry.raw)
        case Decimal():
            return "figure", f"{value.normalize() + 0:f}"
        case str():
            return "text", _spaced(value)
        case _:
            return type(value).__name__, str(value)


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _spelt(number: int) -> str:
    """Return a number in the characters of the code, in groups."""
    found = ""
    for place in _PLACES:
        number, rest = divmod(number, len(place))
        found += place[rest]
    return f"{found[:_GROUP]}-{found[_GROUP:]}"


def as_code(text: str) -> str:
    """Return a code that somebody typed as it is spelt; '' where it is none."""
    return _of(_WHOLE.fullmatch(_written(text)))


def code_in(text: str) -> str:
    """Return the code that a text names: the one behind the word 校验码, or else one in its two groups."""
    written = _written(text)
    return _of(_NAMED.search(written)) or _of(_GROUPED.search(written))


def _of(match: re.Match[str] | None) -> str:
    return "-".join(match.groups()) if match else ""


def _written(text: str) -> str:
    return _spaced(unicodedata.normalize("NFKC", text).upper().translate(_DASHES))
