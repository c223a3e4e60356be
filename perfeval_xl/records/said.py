"""What a workbook says of itself: whose it is, what it is about, under which serial it went out, whom to call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.records.contract import PHONE, UNIT_CODE, UNIT_NAME, Parted

if TYPE_CHECKING:
    from perfeval_xl.records.submission import Submission

_PERSON = "联系人"
_FIELDS = (UNIT_CODE, UNIT_NAME, _PERSON, PHONE)
_SERIAL_DIGITS = 15


def saying(parted: Parted | None) -> tuple[str, ...]:
    """Return the fields that say it, beside the stamp; of a template with parts the code of the part, too."""
    return (*_FIELDS, parted.code) if parted else _FIELDS


@dataclass(frozen=True, slots=True)
class Said:
    """The texts as the workbook has them; '' for what is blank or lost."""

    stamp: str = ""
    serial: str = ""
    code: str = ""
    name: str = ""
    person: str = ""
    phone: str = ""
    part_code: str = ""
    """What the cover calls its part, a project say."""

    @property
    def number(self) -> int:
        """The serial as a number; 0 where there is none, or it cannot be one."""
        plain = self.serial.isdecimal() and len(self.serial) <= _SERIAL_DIGITS
        return int(self.serial) if plain else 0

    @property
    def contact(self) -> tuple[str, str]:
        """Who is to be called, and where."""
        return self.person, self.phone


def said_by(submission: Submission, parted: Parted | None = None) -> Said:
    """Return what a submission says of itself.

    A ledger of before tells no stamp; whose the file was by the stamp it does, where the cover says otherwise.
    """
    texts = dict.fromkeys(saying(parted), "")
    for entry in submission.entries:
        if entry.name in texts and not entry.row:
            texts[entry.name] = (entry.value if isinstance(entry.value, str) else entry.raw).strip()
    stamp, serial = submission.stamped
    unit = submission.unit_code
    stamp = stamp or (unit if unit != texts[UNIT_CODE] else "")
    name = texts[UNIT_NAME] or submission.unit_name
    part = texts[parted.code] if parted else ""
    return Said(stamp, serial, texts[UNIT_CODE], name, texts[_PERSON], texts[PHONE], part)
