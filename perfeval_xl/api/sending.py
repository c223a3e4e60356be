"""Sending what was handed out or goes back: as drafts and texts, or through the bureau's mail server."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.api import clock as clocks
from perfeval_xl.api.clock import at
from perfeval_xl.api.files import alone, typed_kept
from perfeval_xl.api.named import find_units
from perfeval_xl.api.watch import UNWATCHED, Watch
from perfeval_xl.campaign.folder import DRAFTS, POST, SETTINGS
from perfeval_xl.outgoing.sending import password as passwords
from perfeval_xl.outgoing.sending.room import Room, Wanted, opened_room
from perfeval_xl.outgoing.sending.server import Fate, MailError, Server
from perfeval_xl.outgoing.sending.states import Entry
from perfeval_xl.records.errors import DecisionError, UnsignedError
from perfeval_xl.records.mail import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.files.outputs import Outputs
    from perfeval_xl.outgoing.sending.letters import Letter

__all__ = [
    "Drafted",
    "Entry",
    "MailError",
    "Sent",
    "State",
    "keep_password",
    "kept_password",
    "note_sent",
    "send",
    "write_drafts",
]

UNKNOWN = "全部待确认"
"""What names every letter of which nobody knows whether it has come."""
_PATIENCE = 3
"""Letters in a row that a lost connection may cost before a run gives up."""
_MINUTE = 60.0


class DraftsLieError(MailError):
    """Drafts lie there that somebody may have sent already."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"“{POST}/{DRAFTS}”里有{count}封草稿，可能已经用邮件程序发出了。发出的，请先在发送清单的“已发出”栏填写；"
            "确实都没有发出的，请说明草稿都没有发出，再发送。"
        )


@dataclass(frozen=True, slots=True)
class Drafted:
    """What writing drafts did: drafts, texts to paste, 发送清单.xlsx, and where everything stands.

    `letters` is how many letters there are; those without an address have a text only. With a dry run nothing is
    written and `listing` is None.
    """

    letters: int
    drafts: tuple[Path, ...]
    texts: tuple[Path, ...]
    listing: Path | None
    entries: tuple[Entry, ...]
    unsettled: bool = False

    def in_state(self, *states: State) -> tuple[Entry, ...]:
        """Return what stands so."""
        return tuple(entry for entry in self.entries if entry.state in states)


@dataclass(frozen=True, slots=True)
class Sent(Drafted):
    """What sending did: how many letters left, and why it stopped before its end, where it did.

    Where every letter stands is in `entries`.
    """

    sent: int = 0
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class Mailing:
    """Mailing letters a call is about.

    `units` are codes or names, all if left out. With `by_parent` each 主管部门 gets one letter with an archive.
    `again` names units to which everything that lies ready goes once more; 全部待确认 names all letters of which
    nobody knows whether they have come.
    """

    units: Sequence[str] = ()
    by_parent: bool = False
    again: Sequence[str] = ()


ALL = Mailing()


def write_drafts(
    campaign: Campaign,
    which: Mailing = ALL,
    *,
    trial: bool = False,
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Drafted:
    """Write a draft and a text to paste for every letter that is due, into 发送, and 发送清单.xlsx.

    What people noted there as sent is read in first. A `trial` writes nothing. DecisionError where a name means no
    unit.
    """
    with _room(campaign, which, at(now), watch, trial=trial) as (room, outputs):
        entries = room.entries()
        due = room.letters(entries)
        chosen = room.chosen(due)
        if trial:
            return Drafted(len(chosen), (), (), None, entries)
        unaddressed = room.unaddressed(entries)
        room.tidy((*due, *unaddressed))
        with watch.phase("写邮件草稿", len(chosen)) as advance:
            drafts = room.write_drafts(chosen, advance)
        texts = room.write_texts((*chosen, *room.chosen(unaddressed)))
        return Drafted(len(chosen), drafts, texts, room.write_list(entries), entries, outputs.unsettled)


def send(
    campaign: Campaign,
    password: Callable[[], str],
    which: Mailing = ALL,
    *,
    drafts_unsent: bool = False,
    trial: bool = False,
    now: datetime | None = None,
    pause: Callable[[float], object] = time.sleep,
    watch: Watch = UNWATCHED,
) -> Sent:
    """Send every letter that is due through the server of campaign.toml, each of them once.

    `password` is asked when a connection is made, and kept nowhere. What a run has sent, another does not send
    again; of what was cut short before the server's answer nobody knows, so it waits in the list until a person
    says that it has come or names it in `again`. Where drafts lie that somebody may have sent, MailError, unless
    `drafts_unsent`. Between letters `pause` waits as long as the settings ask for. MailError where the server
    cannot be reached or does not let us in.
    """
    _require_server(campaign)
    with _room(campaign, which, at(now), watch, trial=trial) as (room, outputs):
        entries = room.entries()
        chosen = room.chosen(room.letters(entries))
        if trial:
            return Sent(len(chosen), (), (), None, entries)
        if chosen and not drafts_unsent:
            _require_no_drafts(campaign)
        tick = (lambda: now) if now else clocks.now
        with Server(campaign.mail, password) as server, watch.phase("发送邮件", len(chosen)) as advance:
            sent, stopped = _post(room, chosen, server, tick, _pace(campaign, pause), advance)
        entries = room.outcome()
        unaddressed, tried = room.unaddressed(entries), {letter.stem for letter in chosen}
        room.tidy((*unaddressed, *(one for one in room.letters(entries) if one.stem not in tried)))
        texts = room.write_texts(room.chosen(unaddressed))
        listed = room.write_list(entries)
        return Sent(len(chosen), (), texts, listed, entries, outputs.unsettled, sent, stopped)


def _post(
    room: Room,
    several: Sequence[Letter],
    server: Server,
    tick: Callable[[], datetime],
    wait: Callable[[], object],
    advance: Callable[[], object],
) -> tuple[int, str]:
    """Send letters one after another; return how many have left, and why it went no further, where it did."""
    if several:
        server.connect()
    sent = lost = 0
    for position, letter in enumerate(several):
        if position:
            wait()
        try:
            fate = room.send(letter, server, tick).fate
        except MailError as error:
            return sent, str(error)
        sent += fate is Fate.SENT
        lost = 0 if server.connected else lost + 1
        if lost == _PATIENCE:
            return sent, "与邮件服务器的连接接连中断，先停下来；稍后再运行，接着发没有发出的"
        advance()
    return sent, ""


def _pace(campaign: Campaign, pause: Callable[[float], object]) -> Callable[[], object]:
    """Return what waits between two letters."""
    per_minute = campaign.mail.per_minute
    return (lambda: pause(_MINUTE / per_minute)) if per_minute else (lambda: None)


def note_sent(
    campaign: Campaign,
    units: Sequence[str],
    *,
    by: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Sent:
    """Enter that what lies ready for units has been sent, or has come, as a person says who knows.

    全部待确认 names all of which nobody knew. DecisionError where nothing waits to be sent there, UnsignedError
    where nobody is named who says so.
    """
    person = by.strip() or campaign.office.operator
    if not person:
        raise UnsignedError(f"没有写是谁记下的。请写明，或者在 {SETTINGS} 的“经办人”里填好。")
    names = [name for name in units if name != UNKNOWN]
    with _room(campaign, Mailing(names), at(now), watch) as (room, outputs):
        meant = room.pending(unknown=UNKNOWN in units)
        if not meant:
            raise DecisionError("没有等着发送或待确认的，没有记下什么。")
        room.note_sent(meant, person)
        entries = room.entries()
        room.tidy((*room.letters(entries), *room.unaddressed(entries)))
        return Sent(len(meant), (), (), room.write_list(entries), entries, outputs.unsettled)


def kept_password(campaign: Campaign) -> str:
    """Return the password that the system's keyring holds for the sender; '' where it holds none."""
    return passwords.kept(campaign.mail)


def keep_password(campaign: Campaign, secret: str) -> bool:
    """Give the sender's password to the system's keyring to keep; False where there is none."""
    return passwords.keep(campaign.mail, secret)


@contextmanager
def _room(
    campaign: Campaign, which: Mailing, moment: datetime, watch: Watch, *, trial: bool = False
) -> Iterator[tuple[Room, Outputs]]:
    """Hold the folder and the ledger, read in what was typed, and give what knows the letters."""
    outputs, wanted = typed_kept(campaign, watch), _wanted(campaign, which)
    with alone(campaign, "发送"), opened_room(campaign, wanted, moment, outputs) as room:
        room.read_in(trial=trial)
        yield room, outputs


def _wanted(campaign: Campaign, which: Mailing) -> Wanted:
    """Return what is wanted by keys; where only some are to go once more, the call is about these alone."""
    again = _keys(campaign, [name for name in which.again if name != UNKNOWN])
    units = _keys(campaign, which.units) if which.units else None
    unknown = UNKNOWN in which.again
    return Wanted(again if again and units is None and not unknown else units, which.by_parent, again, unknown)


def _keys(campaign: Campaign, names: Sequence[str]) -> frozenset[str]:
    return frozenset(unit.key for unit in find_units(campaign, *names)) if names else frozenset()


def _require_server(campaign: Campaign) -> None:
    lacking = [
        f"“{name}”"
        for name, value in (("服务器", campaign.mail.host), ("发件人", campaign.mail.sender))
        if not value
    ]
    if lacking:
        raise MailError(
            f"还没有设置邮件服务器：请在 {campaign.folder / SETTINGS} 的 [mail] 下填好{'、'.join(lacking)}；"
            '没有这一部分的，在文件末尾加上 [mail] 一行，下面一行一项，例如 "服务器" = "smtp.example.gov.cn"。'
        )


def _require_no_drafts(campaign: Campaign) -> None:
    """Refuse to send what somebody may have sent out of the drafts."""
    drafts = list((campaign.post / DRAFTS).glob("*.eml"))
    if drafts:
        raise DraftsLieError(len(drafts))
