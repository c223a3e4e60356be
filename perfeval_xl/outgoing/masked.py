"""What of a submission tells how to reach a person, and how much of it stays when it is made public."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from perfeval_xl.records.contract import CONTACT, PHONE

if TYPE_CHECKING:
    from perfeval_xl.records.submission import Entry
    from perfeval_xl.records.verdict import Record

_MASK = "*"
_PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"(?P<identity>[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx])"
    r"|(?P<mobile>1[3-9]\d[- ]?\d{4}[- ]?\d{4})"
    r"|(?P<line>(?:\(0\d{2,3}\)|（0\d{2,3}）|0\d{2,3}[-－—― ]?)\d{7,8})"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r")(?![0-9A-Za-z])",
    re.ASCII,
)
"""Numbers of identity cards, mobile telephones and lines with their area, and addresses of mail."""
_KEPT = {"identity": (6, 0), "mobile": (3, 2), "line": (0, 2), "mail": (1, 0)}
"""How many characters stay in front and behind."""


def masked(record: Record) -> Record:
    """Return a submission as it may be made public: without findings, and with nobody's name or number to call.

    Of who filled it in the surname is left. Telephone and identity numbers and addresses of mail are masked
    wherever they stand, in texts that the unit wrote, too. Figures stay as they are.
    """
    submission, verdict = record.submission, record.verdict
    paragraphs = tuple(map(masked_text, verdict.paragraphs))
    computed = {
        key: masked_text(value) if isinstance(value, str) else value for key, value in verdict.computed.items()
    }
    clean = replace(verdict, findings=(), paragraphs=paragraphs, computed=computed)
    if submission is not None:
        submission = replace(submission, entries=tuple(map(_masked_entry, submission.entries)))
    return replace(record, submission=submission, verdict=clean, noticed=())


def masked_text(text: str) -> str:
    """Return a text with every number by which a person is known or reached masked."""
    return _PERSONAL.sub(_masked_number, text)


def _masked_number(found: re.Match[str]) -> str:
    front, behind = _KEPT[str(found.lastgroup)]
    whole = found[0]
    return whole[:front] + _MASK * (len(whole) - front - behind) + whole[len(whole) - behind :]


def _masked_entry(entry: Entry) -> Entry:
    mask = {CONTACT: _masked_name, PHONE: _masked_phone}.get(entry.name, masked_text)
    value = mask(entry.value) if isinstance(entry.value, str) else entry.value
    return replace(entry, value=value, raw=mask(entry.raw) if isinstance(entry.value, str) else entry.raw)


def _masked_name(name: str) -> str:
    return name[:1] + _MASK * len(name[1:])


def _masked_phone(phone: str) -> str:
    """Return a cell that holds nothing but a number to call, however it is spelt: its last two digits stay."""
    digits = [place for place, letter in enumerate(phone) if letter.isdigit()][:-2]
    return "".join(_MASK if place in digits else letter for place, letter in enumerate(phone))
