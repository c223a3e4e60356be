"""One run of sending: what was typed is read in, drafts are written or letters sent, the list says how all is."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from perfeval_xl.campaign.folder import DRAFTS, PACKED, PASTED
from perfeval_xl.campaign.readback import enter_typed, read_back, typed_files
from perfeval_xl.campaign.standings import look
from perfeval_xl.files.publish import put_aside
from perfeval_xl.ledger import ledger
from perfeval_xl.outgoing.guidance import letterhead
from perfeval_xl.outgoing.sending import listing
from perfeval_xl.outgoing.sending.addressees import addressee
from perfeval_xl.outgoing.sending.letters import MEGABYTE, Letter, letters, text
from perfeval_xl.outgoing.sending.message import draft, number, posted
from perfeval_xl.outgoing.sending.owed import owed
from perfeval_xl.outgoing.sending.server import Delivered, Fate
from perfeval_xl.outgoing.sending.states import FOR_GOOD, REPLY, TO, WHOM, Entry, Progress
from perfeval_xl.records.act import AUTOMATIC, Act, Deed
from perfeval_xl.records.mail import State
from perfeval_xl.records.times import day_of
from perfeval_xl.records.typed_cells import POSTING, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.files.outputs import Outputs
    from perfeval_xl.ledger.ledger import Ledger
    from perfeval_xl.outgoing.sending.server import Server

_OLD = "旧稿"
_BOM, _LINE = "\ufeff", "\r\n"
_NUMBER = "邮件编号"
_NOT_ADDRESSED = (State.NO_ADDRESS, State.WRONG_ADDRESS, State.TOO_LARGE)
_PENDING = (State.DUE, State.LATER, State.UNKNOWN, State.REFUSED, *_NOT_ADDRESSED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is about: whose letters, put together how, and what is to go once more.

    `units` are keys, None for all; `again` are keys of which everything goes that lies ready, sent before or not,
    and with `unknown` all goes of which nobody knows whether it has come.
    """

    units: frozenset[str] | None = None
    by_parent: bool = False
    again: frozenset[str] = frozenset()
    unknown: bool = False


@contextmanager
def opened_room(campaign: Campaign, wanted: Wanted, now: datetime, outputs: Outputs) -> Iterator[Room]:
    """Open the ledger and give what knows the letters of a campaign. Whoever writes holds the folder."""
    with ledger.opened(campaign.ledger) as book:
        yield Room(campaign, book, wanted, now, outputs)


class Room:
    """The letters of a campaign at one moment, with the ledger open."""

    def __init__(self, campaign: Campaign, book: Ledger, wanted: Wanted, now: datetime, outputs: Outputs) -> None:
        self._campaign, self._book, self._wanted, self._now, self._outputs = campaign, book, wanted, now, outputs
        self._head, self._today = letterhead(campaign), day_of(now)
        self._read: tuple[Act, ...] = ()
        self._units = {unit.code: unit for unit in reversed(campaign.roster.units)}

    def read_in(self, *, trial: bool = False) -> None:
        """Enter what people noted in the list as sent by themselves; in a `trial` only read it."""
        post, units, by = self._campaign.post, self._campaign.units, self._campaign.office.operator
        if trial:
            paths = typed_files(post, POSTING.files, self._outputs)
            self._read = read_back(paths, POSTING, units, self._book.acts(), by, self._now).acts
        else:
            enter_typed(self._book, post, POSTING, units, by, self._outputs, self._now)

    def entries(self) -> tuple[Entry, ...]:
        """Return all that lies ready with its state, in the roster's order, and what is asked for once more."""
        return tuple(map(self._weighed, self._states(self._wanted)))

    def outcome(self) -> tuple[Entry, ...]:
        """Return where all stands by now, whatever was asked for."""
        nothing_more = replace(self._wanted, again=frozenset(), unknown=False)
        return tuple(map(self._weighed, self._states(nothing_more)))

    def _states(self, wanted: Wanted) -> Iterator[Entry]:
        progress = Progress((*self._book.acts(), *self._read))
        for item in owed(self._campaign, self._book, look(self._campaign, self._book, self._today)):
            to = addressee(item.unit, self._units, by_parent=wanted.by_parent)
            entry = progress.entry(item, to)
            asked = wanted.unknown and entry.state is State.UNKNOWN
            if asked or item.unit.key in wanted.again:
                entry = progress.entry(item, to, asked=True)
            yield entry

    def _weighed(self, entry: Entry) -> Entry:
        largest = self._campaign.mail.largest
        if not entry.due or entry.item.size <= largest * MEGABYTE:
            return entry
        told = f"附件共{entry.item.size / MEGABYTE:.1f}MB，超过{largest}MB，请用别的办法发"
        return replace(entry, state=State.TOO_LARGE, note=told, asked=False)

    def letters(self, entries: Iterable[Entry]) -> tuple[Letter, ...]:
        """Return the letters of those entries that are due, whomever the run is about."""
        return self._put_together(entry for entry in entries if entry.due)

    def unaddressed(self, entries: Iterable[Entry]) -> tuple[Letter, ...]:
        """Return the letters of entries that cannot go by mail: their words are there to be pasted."""
        return self._put_together(entry for entry in entries if entry.state in _NOT_ADDRESSED)

    def _put_together(self, entries: Iterable[Entry]) -> tuple[Letter, ...]:
        return letters(entries, self._campaign.mail.largest, packed=self._wanted.by_parent)

    def chosen(self, several: Iterable[Letter]) -> tuple[Letter, ...]:
        """Return the letters that the run is about."""
        units = self._wanted.units
        return tuple(
            letter
            for letter in several
            if units is None or any(entry.item.unit.key in units for entry in letter.entries)
        )

    def pending(self, *, unknown: bool) -> tuple[Entry, ...]:
        """Return what somebody may say of that it has been sent: of the units named, or all that is `unknown`."""
        units = self._wanted.units or frozenset()
        return tuple(
            entry
            for entry in self.entries()
            if (unknown and entry.state is State.UNKNOWN)
            or (entry.item.unit.key in units and entry.state in _PENDING)
        )

    def write_drafts(self, several: Sequence[Letter], advance: Callable[[], object]) -> tuple[Path, ...]:
        """Write a draft of each letter; return their paths."""
        sender, folder, written = self._campaign.mail.sender, self._campaign.post / DRAFTS, list[Path]()
        for letter in several:
            data = draft(letter, self._head, sender, self._today)
            written.append(self._outputs.publish(folder / f"{letter.stem}.eml", data, self._now))
            advance()
        return tuple(written)

    def write_texts(self, several: Iterable[Letter]) -> tuple[Path, ...]:
        """Write the words of each letter to be pasted elsewhere and, where files are packed, the archives."""
        post, written = self._campaign.post, list[Path]()
        for letter in several:
            words = _BOM + text(letter, self._head, self._today).replace("\n", _LINE)
            written.append(self._outputs.publish(post / PASTED / f"{letter.stem}.txt", words.encode(), self._now))
            if letter.packed:
                for name, data in letter.attachments():
                    self._outputs.publish(post / PACKED / name, data, self._now)
        return tuple(written)

    def tidy(self, several: Iterable[Letter]) -> None:
        """Put aside what was written for letters that are not due any more, so that nobody sends it."""
        stems = {letter.stem for letter in several}
        for name in (DRAFTS, PASTED, PACKED):
            folder = self._campaign.post / name
            old = [path for path in sorted(folder.glob("*.*")) if path.is_file() and path.stem not in stems]
            put_aside(old, folder / _OLD)

    def write_list(self, entries: Sequence[Entry]) -> Path:
        """Write 发送清单.xlsx with what was typed into the one before."""
        acts, campaign = self._book.acts(), self._campaign
        names = {unit.key: unit.label for unit in campaign.units}
        data = listing.sending_book(campaign.title, entries, acts, names, shown(acts, POSTING))
        return self._outputs.publish(campaign.post / listing.NAME, data, self._now)

    def send(self, letter: Letter, server: Server, clock: Callable[[], datetime]) -> Delivered:
        """Send one letter: that it is on its way is entered before its content leaves, what came of it after."""
        sender = self._campaign.mail.sender
        mark = number(letter, sender)
        data = posted(letter, self._head, sender, clock(), mark)
        about = {TO: "；".join(letter.addresses), WHOM: letter.to.name, _NUMBER: mark}
        by = self._campaign.office.operator or AUTOMATIC

        def enter(deed: Deed, more: dict[str, str]) -> None:
            self._enter(deed, letter.entries, clock(), by, {**about, **more})

        done = server.deliver(data, letter.addresses, lambda: enter(Deed.SENDING, {}))
        if done.fate is Fate.SENT:
            enter(Deed.SENT, {REPLY: done.reply} if done.reply else {})
        elif done.fate is not Fate.UNKNOWN:
            lasting = {FOR_GOOD: "是"} if done.fate is Fate.REFUSED else {}
            enter(Deed.UNSENT, {REPLY: done.reply, **lasting})
        return done

    def note_sent(self, entries: Iterable[Entry], by: str) -> None:
        """Enter that entries have been sent, as somebody says who knows it."""
        for entry in entries:
            grounds = {TO: entry.address, WHOM: entry.to.name, REPLY: f"{by}记下：已经发出"}
            self._enter(Deed.SENT, (entry,), self._now, by, grounds)

    def _enter(self, deed: Deed, entries: Iterable[Entry], at: datetime, by: str, grounds: dict[str, str]) -> None:
        moment = at.replace(microsecond=0)
        self._book.enter([_act(deed, entry, moment, by, grounds) for entry in entries])


def _act(deed: Deed, entry: Entry, at: datetime, by: str, grounds: dict[str, str]) -> Act:
    item, to = entry.item, grounds.get(TO, "")
    names = "、".join(path.name for path in item.files)
    why = "，".join(filter(None, (f"寄往{to}" if to else "", f"附件{names}", grounds.get(REPLY, ""))))
    unit, subject = item.unit, item.line[1]
    return Act(deed, at, by, unit.code, subject, why, None, item.sha256, grounds, part=unit.part_code)
