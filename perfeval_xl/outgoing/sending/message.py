"""A letter as mail programs read it: Chinese names written both ways that they know, files as they are."""

from __future__ import annotations

import hashlib
from email.encoders import encode_base64
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from perfeval_xl.outgoing.sending.letters import one_line, subject, text
from perfeval_xl.records.times import day_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from perfeval_xl.outgoing.sending.letters import Letter
    from perfeval_xl.paper import Letterhead

_POLICY = SMTP.clone(refold_source="none")
"""Headers that a part has are kept as they are: Python would write names in one of the two ways only."""
_WORD = 66
"""Characters of a name that one encoded word holds, so that none is longer than RFC 2047 allows."""
_LONGEST_NAME = 40
_TYPES = {
    "xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "vnd.openxmlformats-officedocument.wordprocessingml.document",
    "zip": "zip",
}


def draft(letter: Letter, head: Letterhead, sender: str, today: date) -> bytes:
    """Return a letter as an .eml file that mail programs open ready to be sent: X-Unsent, and no date yet."""
    message = _message(letter, head, sender, today)
    message["X-Unsent"] = "1"
    return bytes(message)


def posted(letter: Letter, head: Letterhead, sender: str, now: datetime, mark: str) -> bytes:
    """Return a letter as it goes over the wire, under the number `mark`."""
    message = _message(letter, head, sender, day_of(now))
    message["Date"] = format_datetime(now)
    message["Message-ID"] = mark
    return bytes(message)


def number(letter: Letter, sender: str) -> str:
    """Return the number of a letter by what it is about, and by how often that has been on its way before."""
    about = repr((letter.stem, [(entry.item.line, entry.times) for entry in letter.entries]))
    return f"<{hashlib.sha256(about.encode()).hexdigest()[:32]}@{sender.partition('@')[2]}>"


def _message(letter: Letter, head: Letterhead, sender: str, today: date) -> EmailMessage:
    message = EmailMessage(_POLICY)
    if sender:
        message["From"] = Address(_named(head.name), addr_spec=sender)
    message["To"] = tuple(Address(_named(letter.to.name), addr_spec=one) for one in letter.addresses)
    message["Subject"] = subject(letter, head)
    message.set_content(text(letter, head, today), cte="base64")
    message.make_mixed()
    boundary = hashlib.sha256(message["Subject"].encode()).hexdigest()[:24]
    message.set_boundary(f"=_{boundary}")
    for name, data in letter.attachments():
        message.attach(_part(one_line(name), data))  # type: ignore[arg-type]  # any message may be a part
    return message


def _named(name: str) -> str:
    """Return a name as it stands beside an address: nobody reads a longer one there."""
    return one_line(name)[:_LONGEST_NAME]


def _part(name: str, data: bytes) -> Message:
    """Return an attachment; its name stands in RFC 2231 for new programs, in RFC 2047 for old ones."""
    part = Message()
    kind = _TYPES.get(name.rpartition(".")[2].lower(), "octet-stream")
    old = Header(name, "utf-8", maxlinelen=_WORD).encode()
    part["Content-Type"] = f'application/{kind};\n name="{old}"'
    part["Content-Disposition"] = f"attachment;\n filename*=utf-8''{quote(name, safe='')}"
    part.set_payload(data)
    encode_base64(part)
    return part
