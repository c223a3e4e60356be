"""Which units of the roster people mean who write a code, a name or the beginning of one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches

from perfeval_xl.comparing.roster_names import plain
from perfeval_xl.records.errors import DecisionError
from perfeval_xl.records.unit import Unit

_BETWEEN = re.compile(r"[,，、;；]")
_MOST, _ALIKE = 5, 0.6
"""How many units are named that may have been meant, and how like a name must be to be one of them."""


def units_named(units: Iterable[Unit], text: str) -> tuple[Unit, ...]:
    """Return the unit that a text means, with all its parts where it has several and none is named.

    A text is a code or key, a whole name, both as tables show them, or the beginning of one unit's name only;
    width, capitals and blanks do not matter. DecisionError with those that it may mean, where it is not one.
    """
    everyone = tuple(units)
    if exact := tuple(unit for unit in everyone if text in (unit.code, unit.key)):
        return exact
    for means in _ways(plain(text)):
        found = tuple(unit for unit in everyone if means(unit))
        if found and len({unit.code for unit in found}) > 1:
            raise DecisionError(f"“{text}”可以是几个单位：{_told(found)}。请写单位代码，或写全名称。")
        if found:
            return found
    raise DecisionError(_nobody(everyone, text))


def units_listed(units: Sequence[Unit], text: str) -> tuple[str, ...]:
    """Return the units of a list as people write it, each by what names it: commas or `、` between, blanks too.

    A name with such a sign in it is one name where a unit is called so; between names a blank divides nothing.
    """
    if any(plain(text) in (plain(unit.name), plain(unit.label)) for unit in units):
        return (text.strip(),)
    return tuple(word for piece in _BETWEEN.split(text) for word in _words(piece) if word)


def _words(piece: str) -> list[str]:
    """Return what stands between two commas: several codes, or one name whatever blanks are in it."""
    return piece.split() if piece.isascii() else [piece.strip()]


def _ways(text: str) -> Iterator[Callable[[Unit], bool]]:
    """Give the ways in which a text may mean a unit, the surest first."""
    if not text:
        return
    yield lambda unit: text in (plain(unit.key), plain(unit.code))
    yield lambda unit: text in _names(unit)
    yield lambda unit: plain(unit.label).startswith(text)


def _names(unit: Unit) -> tuple[str, ...]:
    """Return a unit's names alone and behind its code, as tables and lists show them."""
    name, label = plain(unit.name), plain(unit.label)
    return name, label, plain(unit.code) + name, plain(unit.key) + label


def _nobody(units: Sequence[Unit], text: str) -> str:
    by_name = {unit.name: unit for unit in units}
    near = [unit for unit in units if text.strip() and plain(text) in plain(unit.label)]
    near = near or [by_name[name] for name in get_close_matches(text, by_name, _MOST, _ALIKE)]
    maybe = f"相近的有：{_told(near)}。" if near else ""
    return f"名册中没有“{text}”这个单位。{maybe}请核对代码或名称，或先在名册中加上这个单位。"


def _told(units: Sequence[Unit]) -> str:
    more = f"等{len(units)}个" if len(units) > _MOST else ""
    return "、".join(f"{unit.key} {unit.label}" for unit in units[:_MOST]) + more
