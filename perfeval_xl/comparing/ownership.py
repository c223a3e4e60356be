"""Whose file it is, by all evidence together: who is likely, how sure that is, and which evidence disagrees.

What is inside a workbook and its name must not name two units; a folder, a contact and former returns only help
where nothing else speaks. Nothing here is kept: whoever looks asks anew, with the roster as it is then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from perfeval_xl.comparing.roster_names import RosterNames, stem
from perfeval_xl.records.provenance import Serials
from perfeval_xl.records.said import Said

_NOBODY = frozenset[str]()


class Certainty(StrEnum):
    """How sure it is whose a file is; the values are what officials read."""

    CLAIMED = "已认领"
    SURE = "确定"
    LIKELY = "可能"
    DISPUTED = "说法不一"
    STRANGER = "不在名册"
    UNKNOWN = "不明"


class Source(StrEnum):
    """What speaks of a file's owner; the values are what officials read."""

    STAMP = "填报标识"
    SERIAL = "发放序号"
    CODE = "封面代码"
    NAME = "封面名称"
    FILE = "文件名"
    FOLDER = "文件夹"
    CONTACT = "联系人和电话"
    FORMER = "以前报送的联系人"

    @property
    def inside(self) -> bool:
        """Whether it stands in the workbook and says whose it is."""
        return self in (Source.STAMP, Source.SERIAL, Source.CODE, Source.NAME)

    def of_part(self, what: str) -> str:
        """Return the words for what speaks of a part, which are called `what`."""
        return {Source.CODE: f"{what}代码", Source.NAME: f"{what}名称"}.get(self, self.value)

    @property
    def strong(self) -> bool:
        """Whether a file that it names another unit by must be looked at by a person."""
        return self.inside or self is Source.FILE


@dataclass(frozen=True, slots=True)
class Sign:
    """One piece of evidence: what it says, and which units of the roster that names, if any."""

    source: Source
    said: str
    units: frozenset[str] = frozenset()
    never: bool = False
    """Whether it is a serial that was never handed out."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a file is: the unit's code where one is likely at least, and all that `named` by the signs."""

    unit: str
    certainty: Certainty
    signs: tuple[Sign, ...] = ()

    @property
    def named(self) -> frozenset[str]:
        """Every unit that strong evidence names."""
        return frozenset().union(*(sign.units for sign in self.signs if sign.source.strong))

    @property
    def disagreeing(self) -> Sign | None:
        """The people whom to call, where they are others' than whose the file is by all else: weak evidence."""
        contact = next((sign for sign in self.signs if sign.source is Source.CONTACT), None)
        return contact if contact and contact.units and self.unit not in contact.units else None

    @property
    def settled(self) -> bool:
        """Whether the file may count without a person."""
        return self.certainty in (Certainty.CLAIMED, Certainty.SURE)


@dataclass(frozen=True)
class Known:
    """What is known beside the file itself: the roster, the serials that went out, contacts of former returns."""

    names: RosterNames
    serials: Serials = field(default_factory=lambda: Serials({}))
    former: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)


def owner_of(file: str, said: Said | None, known: Known) -> Owner:
    """Return whose a file is. `said` is what the workbook says of itself; None where nobody can read it."""
    signs = tuple(_signs(file, said or Said(), known))
    inside = tuple(sign for sign in signs if sign.source.inside)
    foreign = next((sign for sign in inside if not sign.never and sign.said and not sign.units), None)
    if any(sign.never for sign in signs):
        return Owner("", Certainty.DISPUTED, signs)
    if foreign and foreign.source is not Source.NAME and not _contradicts(foreign, inside):
        return Owner(foreign.said, Certainty.STRANGER, signs)
    votes = [sign for sign in signs if sign.source.strong and sign.units]
    if not votes:
        return _helped(signs)
    return _agreed(votes, signs, known)


def _contradicts(foreign: Sign, inside: Iterable[Sign]) -> bool:
    """Whether a cover names a code that is not on the roster while the stamp names a unit that is."""
    return foreign.source is Source.CODE and any(one.source is Source.STAMP and one.units for one in inside)


def _agreed(votes: list[Sign], signs: tuple[Sign, ...], known: Known) -> Owner:
    """Return the one unit that all strong evidence names; a folder may be that of a department above it."""
    common = frozenset.intersection(*(sign.units for sign in votes))
    if len(common) != 1:
        return Owner("", Certainty.DISPUTED, signs)
    (unit,) = common
    if _lies_elsewhere(unit, signs, known):
        return Owner(unit, Certainty.DISPUTED, signs)
    sure = any(sign.source.inside for sign in votes)
    return Owner(unit, Certainty.SURE if sure else Certainty.LIKELY, signs)


def _lies_elsewhere(unit: str, signs: tuple[Sign, ...], known: Known) -> bool:
    """Whether a file without a telling name lies in a folder of a unit that is not above its own."""
    named = any(sign.source is Source.FILE and sign.units for sign in signs)
    folder = next((sign.units for sign in signs if sign.source is Source.FOLDER), _NOBODY)
    return bool(not named and folder and not folder & (known.names.above(unit) | {unit}))


def _helped(signs: tuple[Sign, ...]) -> Owner:
    """Return who is likely where only a folder or people speak."""
    for source in (Source.FOLDER, Source.CONTACT, Source.FORMER):
        units = next((sign.units for sign in signs if sign.source is source), _NOBODY)
        if len(units) == 1:
            return Owner(next(iter(units)), Certainty.LIKELY, signs)
    return Owner("", Certainty.UNKNOWN, signs)


def _signs(file: str, said: Said, known: Known) -> Iterator[Sign]:
    names = known.names
    yield Sign(Source.STAMP, said.stamp, names.coded(said.stamp))
    yield _serial(said, known)
    yield Sign(Source.CODE, said.code, names.coded(said.code))
    yield Sign(Source.NAME, said.name, names.called(said.name))
    *folders, name = file.split("/")
    yield Sign(Source.FILE, name, names.in_text(stem(name)))
    told = ((folder, names.in_text(stem(folder))) for folder in reversed(folders))
    yield Sign(Source.FOLDER, *next((pair for pair in told if pair[1]), ("", _NOBODY)))
    person = f"{said.person} {said.phone}".strip()
    yield Sign(Source.CONTACT, person, names.of_people(said.person, said.phone))
    yield Sign(Source.FORMER, person, known.former.get(said.contact, _NOBODY) if all(said.contact) else _NOBODY)


def _serial(said: Said, known: Known) -> Sign:
    """Return what a serial says: none and 0 nothing, one that was noted its unit, one of before nothing either."""
    number = said.number
    if not number:
        return Sign(Source.SERIAL, "")
    unit = known.serials.unit_of(number)
    units, never = known.names.coded(unit), known.serials.never(number)
    return Sign(Source.SERIAL, said.serial if units or never else "", units, never)
