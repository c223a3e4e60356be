"""What a workbook says of itself: whose it is, under which serial it went out, whom to call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.records.contract import PHONE, UNIT_CODE, UNIT_NAME

if TYPE_CHECKING:
    from perfeval_xl.records.submission import Submission

_PERSON = "联系人"
FIELDS = (UNIT_CODE, UNIT_NAME, _PERSON, PHONE)
"""The fields that say it, beside the stamp."""


@dataclass(frozen=True, slots=True)
class Said:
    """The texts as the workbook has them; '' for what is blank or lost."""

    stamp: str = ""
    serial: str = ""
    code: str = ""
    name: str = ""
    person: str = ""
    phone: str = ""

    @property
    def contact(self) -> tuple[str, str]:
        """Who is to be called, and where."""
        return self.person, self.phone


def said_by(submission: Submission) -> Said:
    """Return what a submission says of itself.

    A ledger of before tells no stamp; whose the file was by the stamp it does, where the cover says otherwise.
    """
    texts = dict.fromkeys(FIELDS, "")
    for entry in submission.entries:
        if entry.name in texts and not entry.row:
            texts[entry.name] = (entry.value if isinstance(entry.value, str) else entry.raw).strip()
    stamp, serial = submission.stamped
    unit = submission.unit_code
    stamp = stamp or (unit if unit != texts[UNIT_CODE] else "")
    name = texts[UNIT_NAME] or submission.unit_name
    return Said(stamp, serial, texts[UNIT_CODE], name, texts[_PERSON], texts[PHONE])
