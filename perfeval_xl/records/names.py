"""When two names or codes are one but for their typing, and which of several a mistyped one most likely means."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

_LIKELY = 0.6
"""From this likeness on a name may be meant by another."""


def plain_name(name: str) -> str:
    """Return a name without what typing varies: spaces, full and half width, the shapes of letters."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def same_name(one: str, other: str) -> bool:
    """Whether two names differ in nothing but how they were typed: 教育局（本级） and 教育局(本级)."""
    return plain_name(one) == plain_name(other)


def same_code(one: str, other: str) -> bool:
    """Whether two codes differ in nothing but their typing, or in zeros before digits that a spreadsheet drops."""
    first, second = plain_name(one), plain_name(other)
    digits = first.isdecimal() and second.isdecimal()
    return first == second or (digits and first.lstrip("0") == second.lstrip("0"))


def likeliest(name: str, names: Iterable[str]) -> str:
    """Return which of `names` is most likely meant; '' where none is near, or two are equally near.

    One that holds all of the name, or that the name holds, is nearer than any that only resembles it.
    """
    wanted = plain_name(name)
    ranked = sorted(((_likeness(wanted, plain_name(one)), one) for one in set(names)), reverse=True)
    ranked = [pair for pair in ranked if pair[0] >= _LIKELY]
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return ""
    return ranked[0][1]


def _likeness(wanted: str, name: str) -> float:
    shorter = min(len(wanted), len(name))
    if not shorter:
        return 0.0
    resembling = SequenceMatcher(None, wanted, name, autojunk=False).ratio()
    holds = shorter > 1 and (wanted in name or name in wanted)
    return 1 + resembling if holds else resembling
