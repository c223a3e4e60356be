"""The files of a year that may be downloaded, each asked for by a fingerprint and never by a path."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from perfeval_xl.api.year import INBOX, OUT, RETURNS, ROSTER, SETTINGS, SUMMARY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.api.year import Campaign
    from perfeval_xl.records.unit import Unit

AREAS = (OUT, RETURNS, SUMMARY, INBOX, "备份")
"""The folders of a year whose files may be downloaded."""
SINGLE = (ROSTER, SETTINGS)
"""The files beside them that may be, too."""
_HIDDEN = ("~$", ".")


@dataclass(frozen=True, slots=True)
class Letter:
    """One file: the fingerprint by which it is asked for, its path, and where it lies below the year's folder."""

    key: str
    path: Path
    told: str

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path.name

    @property
    def size(self) -> str:
        """How large it is, in KB."""
        return f"{-(-self.path.stat().st_size // 1024):,} KB" if self.path.exists() else ""


def letters(campaign: Campaign, *areas: str) -> tuple[Letter, ...]:
    """Return the files in some of a year's folders, by name; those of former rounds are behind."""
    return tuple(one for area in areas for one in _in(campaign, area))


def letters_of(campaign: Campaign, unit: Unit) -> tuple[Letter, ...]:
    """Return the files that were written for one unit: their names begin with its key."""
    stems = (f"{unit.key} ".replace("/", " "), f"{unit.code} ")
    found = letters(campaign, OUT, RETURNS)
    return tuple(one for one in found if one.name.startswith(stems[0] if unit.part else stems[1]))


def letter(campaign: Campaign, key: str) -> Letter | None:
    """Return the file of a fingerprint; None where there is none: what is asked for never becomes a path."""
    single = (letter_of(campaign, campaign.folder / name) for name in SINGLE)
    found = (*single, *letters(campaign, *AREAS))
    return next((one for one in found if one.key == key and one.path.is_file()), None)


def _in(campaign: Campaign, area: str) -> Iterator[Letter]:
    folder = campaign.folder / area
    for path in sorted(folder.rglob("*"), key=lambda one: (len(one.parts), one.name)):
        if path.is_file() and not path.is_symlink() and not path.name.startswith(_HIDDEN):
            yield letter_of(campaign, path)


def letter_of(campaign: Campaign, path: Path) -> Letter:
    """Return a file in a year's folder as a page names it."""
    told = path.relative_to(campaign.folder).as_posix()
    return Letter(hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16], path, told)
