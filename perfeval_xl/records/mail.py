"""The bureau's outgoing mail: by which server and as whom, what goes to whom, and which addresses a cell holds."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Security(StrEnum):
    """How the way to the server is kept from others."""

    SSL = "SSL"
    STARTTLS = "STARTTLS"
    NONE = "无"

    @property
    def port(self) -> int:
        """The usual port."""
        return {Security.SSL: 465, Security.STARTTLS: 587, Security.NONE: 25}[self]


@dataclass(frozen=True, slots=True)
class Mail:
    """What stands in the section `mail` of campaign.toml; a password never does.

    `sender` is the bureau's address. Without a `user` nobody logs in. `certificate` is a file with certificates
    that are trusted beside the system's. `per_minute` is how many letters leave in a minute at most, 0 leaves that
    open; `largest` is how many MB the attachments of one letter have at most.
    """

    sender: str = ""
    host: str = ""
    security: Security = Security.SSL
    port: int = 0
    user: str = ""
    certificate: str = ""
    per_minute: int = 30
    largest: int = 20


NO_MAIL = Mail()
"""Settings of which none is set: letters can be written as drafts, but not sent."""


class Errand(StrEnum):
    """Why something goes to a unit."""

    ISSUE = "发放"
    RETURN = "退回"
    PASSED = "通过"


class State(StrEnum):
    """How far what goes to a unit has come."""

    DUE = "待发送"
    SENT = "已发送"
    BY_HAND = "已自行发出"
    UNKNOWN = "待确认"
    LATER = "暂未发出"
    REFUSED = "被拒收"
    NO_ADDRESS = "无邮箱"
    WRONG_ADDRESS = "邮箱有误"
    TOO_LARGE = "附件过大"
    NEEDLESS = "不用再发"

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self in (State.SENT, State.BY_HAND, State.NEEDLESS)


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """What a cell says of where mail goes: addresses that can be written to, and texts that are none."""

    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()


_BETWEEN = re.compile(r"[\s;,<>、/|]+")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_WORD = r"[A-Za-z0-9!#$%&'*+=?^_`{}~-]+"
_ADDRESS = re.compile(rf"{_WORD}(?:\.{_WORD})*@(?:{_LABEL}\.)+{_LABEL}")
_LONGEST = 254


def mailboxes(text: str) -> Mailboxes:
    """Return the addresses of a cell: several between blanks or `；，、`, full-width signs as narrow ones.

    A Chinese name beside an address is let pass; anything else that is none is told.
    """
    words = [word for word in _BETWEEN.split(unicodedata.normalize("NFKC", text).replace("。", ".")) if word]
    once: dict[str, str] = {}
    for word in filter(is_address, words):
        once.setdefault(word.lower(), word)
    good = tuple(once.values())
    bad = tuple(word for word in words if not is_address(word) and (not good or word.isascii() or "@" in word))
    return Mailboxes(good, bad)


def is_address(text: str) -> bool:
    """Whether mail can be addressed so: letters without accents, a domain with a dot."""
    return len(text) <= _LONGEST and _ADDRESS.fullmatch(text) is not None
