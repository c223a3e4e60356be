"""Deciding in Excel: 审核单.xlsx is written, filled by people, tried, and applied as one batch of acts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from perfeval_xl.api.acts import Decided
from perfeval_xl.api.clock import at
from perfeval_xl.api.files import alone, typed_kept
from perfeval_xl.api.person import person
from perfeval_xl.api.rounds import WRITING
from perfeval_xl.api.standings import overview
from perfeval_xl.api.watch import UNWATCHED, Watch
from perfeval_xl.api.wishes import Accept, Claim, Deciding, Exempt, Ignore, Reject, Waive, Wish
from perfeval_xl.campaign import docket as lists
from perfeval_xl.campaign.batches import batched
from perfeval_xl.campaign.docket import Choice, Entry, FilledDocket, open_docket
from perfeval_xl.campaign.docket.taking import ROWS
from perfeval_xl.campaign.grounds import grounds_of
from perfeval_xl.outgoing.enacting import enact
from perfeval_xl.records.act import AUTOMATIC, Act
from perfeval_xl.records.errors import DecisionError, PerfevalError, UnreasonedError, UnsignedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from perfeval_xl.campaign.docket import Matter
    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.files.outputs import Outputs
    from perfeval_xl.records.standing import Overview

__all__ = ["DOCKET", "Docket", "Written", "apply_docket", "try_docket", "write_docket"]

DOCKET = "审核单.xlsx"
"""What the list is called, in the folder of results."""
_SOURCE, _PLACE = "来自", "单元格"


@dataclass(frozen=True, slots=True)
class Written:
    """The list that was written, how many lines wait in it, and whether something is to be settled by a person."""

    path: Path
    lines: int
    carried: int
    unsettled: bool


@dataclass(frozen=True, slots=True)
class Docket:
    """What a filled list comes to: its acts and a sentence for each, what is wrong, how many were applied before.

    `done` is what was entered and where the units stand then; None where it was only tried, or nothing was right.
    """

    acts: tuple[Act, ...]
    told: tuple[str, ...]
    faults: tuple[str, ...]
    known: int
    done: Decided | None = None


def write_docket(campaign: Campaign, *, now: datetime | None = None, watch: Watch = UNWATCHED) -> Written:
    """Write 审核单.xlsx: what waits, the doubtful first, with whom a file that nobody can place may be of.

    What was typed into the one before and not applied stands in the new one, where that still waits unchanged; the
    old file is kept. DamagedLedgerError, RosterError; BusyError while another run holds the folder.
    """
    moment, outputs = at(now), typed_kept(campaign, watch)
    path = campaign.results / DOCKET
    with alone(campaign, "写审核单"):
        seen = overview(campaign, now=moment, watch=watch)
        listed = lists.matters(seen, grounds_of(campaign))
        typed, by_hand, lost = _carried(campaign, path, listed, seen, outputs)
        number = max((act.number for act in seen.acts), default=0)
        people = _people(campaign, seen)
        data = lists.docket_book(campaign.title, number, listed, campaign.units, people, typed, by_hand)
        path = outputs.publish(path, data, moment)
    if lost:
        outputs.complain(f"上一份审核单里有{lost}行填了还没有办理，那些事项已有变化，没有带进新的审核单。")
    return Written(path, len(listed), len(typed) + len(by_hand), outputs.unsettled)


def _carried(
    campaign: Campaign, path: Path, listed: Iterable[Matter], seen: Overview, outputs: Outputs
) -> tuple[dict[str, dict[str, str]], list[dict[str, str]], int]:
    """Return what of the list that lies there is still to be applied; nothing of one that cannot be read."""
    if not path.exists():
        return {}, [], 0
    try:
        return lists.carried(open_docket(path, campaign.title), listed, seen.acts)
    except PerfevalError as error:
        outputs.complain(f"{error}里面填的内容没有带进新的审核单。")
        return {}, [], 0


def _people(campaign: Campaign, seen: Overview) -> list[str]:
    """Return who may be meant to decide: who does as a rule, and who has decided this year."""
    people = dict.fromkeys((campaign.office.operator, *(act.by for act in seen.acts)))
    return [one for one in people if one and one != AUTOMATIC and "," not in one][:20]


def try_docket(
    campaign: Campaign, path: Path | None = None, *, by: str = "", now: datetime | None = None
) -> Docket:
    """Return what a filled list would come to, and change nothing; see `apply_docket`."""
    moment = at(now)
    filled = open_docket(path or campaign.results / DOCKET, campaign.title)
    return _come_to(campaign, filled, overview(campaign, now=moment), by, moment)


def apply_docket(
    campaign: Campaign,
    path: Path | None = None,
    *,
    by: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Docket:
    """Enter what a filled list decides as one batch, and write the letters that follow.

    Lines that are wrong are told with their cells, all at once, and not applied; so are those of which the file or
    the findings have changed since the list was written. A line is applied once only, however often the list is
    read. Who decides is the 办理人 of the line, or else `by`, or else the 经办人 of campaign.toml. ReadError,
    DocketError where the file is no list of this year.
    """
    moment = at(now)
    filled = open_docket(path or campaign.results / DOCKET, campaign.title)
    found: list[Docket] = []

    def decide(seen: Overview) -> Sequence[Act]:
        found.append(_come_to(campaign, filled, seen, by, moment))
        return found[0].acts

    with alone(campaign, "审核单"):
        with watch.phase(WRITING, len(campaign.units)) as advance:
            outputs = typed_kept(campaign, watch)
            acts = enact(campaign, decide, moment, what="审核单", advance=advance, outputs=outputs)
        done = Decided(acts, overview(campaign, now=moment)) if acts else None
    return replace(found[0], done=done)


def _come_to(campaign: Campaign, filled: FilledDocket, seen: Overview, by: str, moment: datetime) -> Docket:
    taken = lists.taken(filled, lists.matters(seen, grounds_of(campaign)), seen)
    first = [entry for entry in taken.entries if entry.choice is Choice.WAIVE]
    deciding = Deciding(campaign, seen, by, moment)
    acts, told, faults = list[Act](), list[str](), [*taken.faults]
    for entries in (first, [entry for entry in taken.entries if entry not in first]):
        entered = list[Act]()
        for entry in entries:
            try:
                act = _act(deciding, entry, filled)
            except DecisionError as error:
                faults.append(_fault(entry, error))
            else:
                entered.append(act)
                told.append(_told(entry, act))
        acts += entered
        deciding = deciding.after(entered) if entered else deciding
    return Docket(batched(acts, seen.acts, always=True), tuple(told), tuple(faults), taken.known)


def _act(deciding: Deciding, entry: Entry, filled: FilledDocket) -> Act:
    """Return the act of an entry; DecisionError where it does not fit, or is not of the file that was meant."""
    act = deciding.of(_who(deciding.campaign, entry.by or deciding.by)).act(_wish(entry))
    if entry.sha256 and act.sha256 != entry.sha256 and entry.choice is not Choice.ACCEPT:
        raise DecisionError(f"名为“{entry.file}”的文件来过几份，这一份不是最后的，请只处理最后的一份。")
    grounds = {**act.grounds, ROWS: "\n".join(entry.rows), _SOURCE: filled.name, _PLACE: entry.place}
    return replace(act, grounds=grounds)


def _who(campaign: Campaign, by: str) -> str:
    try:
        return person(campaign, by)
    except UnsignedError:
        told = "没有写办理人。请填写，或者在 campaign.toml 的“经办人”里填好。"
        raise DecisionError(told) from None


def _wish(entry: Entry) -> Wish:
    unit, why = entry.unit, entry.why
    match entry.choice, unit:
        case Choice.IGNORE, _:
            return Ignore(entry.file, why)
        case Choice.CLAIM, unit if unit:
            return Claim(entry.file, unit.code, why, unit.part_code)
        case Choice.ACCEPT, unit if unit:
            return Accept(unit.key, why)
        case Choice.REJECT, unit if unit:
            return Reject(unit.key, why)
        case Choice.EXEMPT, unit if unit:
            return Exempt(unit.key, why)
        case Choice.WAIVE, unit if unit:
            return Waive(unit.key, entry.rule, why, entry.until)
    raise AssertionError(f"a decision of nobody: {entry}")


def _fault(entry: Entry, error: DecisionError) -> str:
    """Return a fault with the cell to be filled: that of the reason where only that is lacking."""
    return f"{entry.why_place if isinstance(error, UnreasonedError) else entry.place}：{error}"


def _told(entry: Entry, act: Act) -> str:
    """Return what an entry does, in one sentence."""
    about = " ".join(filter(None, (entry.unit.key, entry.unit.label))) if entry.unit else ""
    if entry.choice in (Choice.CLAIM, Choice.IGNORE):
        about = f"“{entry.file}”" + (f"给{about}" if about else "")
    what = f"{entry.choice}{act.told}" if entry.choice is Choice.WAIVE else str(entry.choice)
    why = f"（{act.why}）" if act.why else ""
    return f"{entry.place}：{what} {about}{why}"
