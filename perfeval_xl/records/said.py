"""What a workbook says of itself: whose it is, under which serial it went out, whom to call."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.records.contract import STAMP_SERIAL, STAMP_UNIT, UNIT_CODE, UNIT_NAME

if TYPE_CHECKING:
    from perfeval_xl.records.submission import Submission

_PERSON, _PHONE = "联系人", "联系电话"
FIELDS = (STAMP_UNIT, STAMP_SERIAL, UNIT_CODE, UNIT_NAME, _PERSON, _PHONE)
"""The fields that say it."""


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

    One whose stamp and cover were not found as fields says what reading made out all the same.
    """
    texts = dict.fromkeys(FIELDS, "")
    for entry in submission.entries:
        if entry.name in texts and not entry.row:
            plain = f"{entry.value.normalize():f}" if isinstance(entry.value, Decimal) else entry.value
            texts[entry.name] = plain if isinstance(plain, str) else entry.raw
    told = Said(*(texts[name].strip() for name in FIELDS))
    return told if told.stamp or told.code else Said(code=submission.unit_code, name=submission.unit_name)
