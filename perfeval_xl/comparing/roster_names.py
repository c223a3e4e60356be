"""Which units of the roster a text names: by their codes and their full names, as people write them on files."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from perfeval_xl.records.unit import Unit

_TOKEN = re.compile(r"[0-9a-z]+")
_LONG = 5
"""From this length on a code is one wherever it stands; a shorter one may be a year or the number of a copy."""
_HEAD = 2
_SUFFIX = 15
"""Letters and figures that a file's suffix has at most."""


class RosterNames:
    """The roster's units by their codes and names, made to be found in texts."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = {unit.code: unit for unit in units}

    def __contains__(self, code: str) -> bool:
        return code in self._units

    def told(self, codes: Iterable[str]) -> str:
        """Return units as people read them, with code and name."""
        return "、".join(f"{code} {self._units[code].name}" if code in self else code for code in sorted(codes))

    def called(self, name: str) -> frozenset[str]:
        """Return the codes of the units that are called so, whatever the width of the characters."""
        return frozenset(self._by_name.get(plain(name), ()))

    def coded(self, code: str) -> frozenset[str]:
        """Return the unit of a code, also where zeros before it were lost; nothing where the roster has none."""
        written = plain(code)
        found = self._by_code.get(written) or self._without_zeros.get(written.lstrip("0"), "")
        return frozenset({found}) if found and written else frozenset()

    def above(self, code: str) -> frozenset[str]:
        """Return the codes of the departments above a unit."""
        found = set[str]()
        while (unit := self._units.get(code)) and unit.superior and unit.superior not in found:
            found.add(code := unit.superior)
        return frozenset(found)

    def of_people(self, person: str, phone: str) -> frozenset[str]:
        """Return the units whose contact has this name and this number; both must be given."""
        both = (plain(person), plain(phone))
        return self._by_contact.get(both, frozenset()) if all(both) else frozenset()

    def in_text(self, text: str) -> frozenset[str]:
        """Return the units that a text names; of names that lie one in the other the longer counts."""
        return self.coded_in(text) | self.named_in(text)

    def named_in(self, text: str) -> frozenset[str]:
        """Return the units whose names a text holds, the longer of two that lie one in the other."""
        return frozenset(self._names_in(plain(text)))

    def coded_in(self, text: str) -> frozenset[str]:
        """Return the units whose codes a text holds."""
        return frozenset(self._codes_in(spaced(text).strip()))

    def _codes_in(self, written: str) -> Iterator[str]:
        for token in _TOKEN.finditer(written):
            first = token.start() == 0 and not written[token.end() :].lstrip().startswith("年")
            if code := self._by_code.get(token.group()) if first or len(token.group()) >= _LONG else None:
                yield code

    def _names_in(self, written: str) -> Iterator[str]:
        place = 0
        while place < len(written):
            longest = next((name for name in self._by_head[written[place : place + _HEAD]]
                            if written.startswith(name, place)), "")  # fmt: skip
            yield from self._by_name.get(longest, ())
            place += len(longest) or 1

    @cached_property
    def _by_code(self) -> Mapping[str, str]:
        return {plain(code): code for code in self._units}

    @cached_property
    def _without_zeros(self) -> Mapping[str, str]:
        """Return the codes of digits by what is left of them without zeros before; '' where several are alike."""
        found = dict[str, str]()
        for code in self._units:
            if plain(code).isdecimal():
                bare = plain(code).lstrip("0")
                found[bare] = "" if bare in found else code
        return found

    @cached_property
    def _by_name(self) -> Mapping[str, list[str]]:
        found = defaultdict[str, list[str]](list)
        for unit in self._units.values():
            if len(plain(unit.name)) >= _HEAD:
                found[plain(unit.name)].append(unit.code)
        return found

    @cached_property
    def _by_head(self) -> defaultdict[str, list[str]]:
        """Return the names by how they begin, the longer ones first."""
        found = defaultdict[str, list[str]](list)
        for name in sorted(self._by_name, key=len, reverse=True):
            found[name[:_HEAD]].append(name)
        return found

    @cached_property
    def _by_contact(self) -> Mapping[tuple[str, str], frozenset[str]]:
        found = defaultdict[tuple[str, str], set[str]](set)
        for unit in self._units.values():
            found[plain(unit.contact), plain(unit.phone)].add(unit.code)
        return {pair: frozenset(codes) for pair, codes in found.items()}


def plain(text: str) -> str:
    """Return a text as it is compared: full and half width alike, small letters, no spaces."""
    return "".join(spaced(text).split())


def spaced(text: str) -> str:
    """Return a text as it is compared, with its spaces: they part a code from what stands behind it."""
    return unicodedata.normalize("NFKC", text).casefold()


def stem(name: str) -> str:
    """Return a file's name without its suffix."""
    head, dot, tail = name.rpartition(".")
    return head if dot and tail.isascii() and len(tail) <= _SUFFIX else name
