"""What goes to the units after a collection: marked workbooks, notices, slips, and the acts that record them."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from perfeval_xl.campaign.folder import SLIPS
from perfeval_xl.campaign.grounds import grounds_of
from perfeval_xl.campaign.standings import look
from perfeval_xl.files.lock import locked
from perfeval_xl.files.outputs import Outputs
from perfeval_xl.files.publish import put_aside
from perfeval_xl.ledger import ledger
from perfeval_xl.outgoing.guidance import letterhead
from perfeval_xl.outgoing.issue import code_in_names, file_name, given
from perfeval_xl.outgoing.marked_copy import markup, opinions
from perfeval_xl.outgoing.numbering import Made, Numbering
from perfeval_xl.outgoing.places import DONE, VOID, letter_path, letters_in, notice_beside, put_in_place, slip_path
from perfeval_xl.paper import Passing, Received, acceptance_slip, return_notice, unread_notice
from perfeval_xl.records.act import AUTOMATIC, Act, Deed
from perfeval_xl.records.check_code import CHECK_CODE
from perfeval_xl.records.contract import OPINIONS
from perfeval_xl.records.errors import PerfevalError
from perfeval_xl.records.finding import Level
from perfeval_xl.records.handling import Handling, counted
from perfeval_xl.records.provenance import Purpose
from perfeval_xl.records.standing import PROGRAM, RESULT, Grounds, Stage, Standing
from perfeval_xl.records.times import day_of, long_day
from perfeval_xl.template.fill import Filler

if TYPE_CHECKING:
    from collections.abc import Callable

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.ledger.ledger import Ledger
    from perfeval_xl.records.opinion import Opinion
    from perfeval_xl.records.standing import Overview
    from perfeval_xl.records.verdict import Receipt

_BATCH = 100
_NAMED = 10
"""Changed letters that are named one by one."""


def write_returns(
    campaign: Campaign,
    now: datetime,
    *,
    seen: Overview | None = None,
    advance: Callable[[], object] = lambda: None,
    outputs: Outputs | None = None,
) -> tuple[Path, ...]:
    """Write into `退回/` a marked workbook and a notice for units that have to act, a slip for those that passed.

    Letters of a former round are put aside, and so are those of units that need do nothing any more. What was
    written is entered into the ledger, and a letter bears the day of its entry: a second run changes nothing.
    A letter that somebody has changed since stays as it is, as long as it is the one to be sent.
    The marked workbooks are returned. `seen` is where the units stand, for those who have looked already;
    `advance` is called after each unit.
    """
    with locked(campaign.folder, "退回"), ledger.opened(campaign.ledger) as book:
        post = _Post(campaign, book, now, outputs or Outputs(campaign.folder))
        try:
            for standing in (seen or look(campaign, book, day_of(now))).standings:
                post.serve(standing)
                advance()
        finally:
            post.enter()
        post.tell_left()
    return tuple(post.returned)


class _Post:
    """One run over the units: what was written, and the acts that are still to be entered."""

    def __init__(self, campaign: Campaign, book: Ledger, now: datetime, outputs: Outputs) -> None:
        self._outputs = outputs
        self._left: list[Path] = []
        self._campaign, self._book, self._now = campaign, book, now.replace(microsecond=0)
        self._known, self._grounds = campaign.dossiers, grounds_of(campaign)
        self._head = letterhead(campaign)
        self._letters = letters_in(campaign.returns)
        self._slips = letters_in(campaign.returns / SLIPS)
        self._acts: list[Act] = []
        self.returned: list[Path] = []

    @cached_property
    def _filler(self) -> Filler:
        """What writes the workbooks; a run without any does not load the template into an engine for it."""
        return Filler(self._campaign.template, self._campaign.clock, front=OPINIONS)

    @cached_property
    def _numbering(self) -> Numbering:
        return Numbering(self._book, Purpose.RETURN, self._now)

    def serve(self, standing: Standing) -> None:
        """Write what a unit gets now; our own mistakes cost that unit's letters only, and are told.

        Where making a letter fails nothing of the unit is moved or entered: the next run tries again.
        """
        try:
            self._serve(standing)
        except (PerfevalError, MemoryError, OSError, KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001  # what a Rust library panics with is no Exception
            self.__dict__.pop("_filler", None)  # it may still hold what made it fail
            unit = standing.unit
            self._outputs.complain(
                f"{unit.key} {unit.label}：退回件或回执没有写成，程序在这里出了错（{type(error).__name__}）。"
                "其他单位不受影响；请把这个单位报来的文件和这句话发给程序的维护人员。"
            )

    def _serve(self, standing: Standing) -> None:
        """Write what a unit gets now, and put aside what it got before and no longer holds."""
        put_in_place(self._campaign, standing.unit, self._letters, self._slips)
        match standing.stage, standing.receipt:
            case Stage.FAULTY | Stage.RETURNED | Stage.DOUBTFUL, receipt if receipt:
                self._return(standing, receipt)
            case Stage.UNREADABLE, _:
                self._ask_again(standing, standing.unread[-1])
            case Stage.PASSED, receipt if receipt:
                self._put_aside(standing)
                self._void(standing, renamed=True)
                self._confirm(standing, receipt)
            case _:
                self._put_aside(standing)
                self._void(standing)
        if len(self._acts) >= _BATCH:
            self.enter()

    def enter(self) -> None:
        """Enter the acts of what has been written."""
        self._book.enter(self._acts)
        self._acts.clear()

    def _return(self, standing: Standing, receipt: Receipt) -> None:
        campaign, unit = self._campaign, standing.unit
        said = opinions(standing, campaign.template)
        mark = _mark(said, self._grounds(unit))
        former = [act for act in standing.decision.returns if act.sha256 == receipt.sha256]
        act = former[-1] if former and former[-1].subject == mark else None
        moment = act.at if act else self._now
        book = letter_path(campaign, unit)
        notice = notice_beside(book)
        due = [path for path in (book, notice) if not act or not self._stays(path, moment)]
        made: dict[Path, bytes] = {}
        marked: Made | None = None
        if book in due:
            marked = self._marked(standing, receipt)
            made[book] = marked.data
        if notice in due:
            received = Received(
                receipt.file, receipt.modified, receipt.sha256, standing.round or _rounds(standing) + 1
            )
            made[notice] = return_notice(self._head, unit, received, said, day_of(moment))
        self._numbering.note([marked] if marked else [])
        self._void(standing)
        if not former:
            self._put_aside(standing)
        self._put_aside_renamed(standing)
        self.returned.append(book)
        for path, data in made.items():
            self._write(path, data, moment)
        if act is None:
            returned = Act(Deed.RETURN, moment, AUTOMATIC, unit.code, mark, sha256=receipt.sha256)
            self._acts.append(replace(returned, part=unit.part_code))

    def _ask_again(self, standing: Standing, unread: Receipt) -> None:
        """Write why nobody can read what a unit sent; there is no workbook that could go back with it."""
        said = unread.findings[0].message
        mark = hashlib.sha256(said.encode()).hexdigest()[:16]
        former = [act for act in standing.decision.returns if act.sha256 == unread.sha256]
        act = former[-1] if former and former[-1].subject == mark else None
        moment, notice = act.at if act else self._now, notice_beside(letter_path(self._campaign, standing.unit))
        self._void(standing)
        if not former:
            self._put_aside(standing)
        self._put_aside_renamed(standing)
        if not (act and self._stays(notice, moment)):
            rounds = standing.decision.round(unread.sha256) or _rounds(standing) + 1
            received = Received(unread.file, unread.modified, unread.sha256, rounds)
            self._write(notice, unread_notice(self._head, standing.unit, received, said, day_of(moment)), moment)
        if act is None:
            code = code_in_names(standing.unit)
            self._acts.append(Act(Deed.RETURN, moment, AUTOMATIC, code, mark, sha256=unread.sha256))

    def _marked(self, standing: Standing, receipt: Receipt) -> Made:
        """Return the workbook that goes back to a unit, under a serial of its own."""
        campaign, unit, record = self._campaign, standing.unit, self._book.record(receipt)

        def filled(serial: int) -> bytes:
            fixed = given(campaign.template, unit, serial, self._known[unit.key])
            return markup(self._filler, standing, record, fixed)

        return self._numbering.made(unit.code, campaign.template.id, filled, unit.part_code)

    def _confirm(self, standing: Standing, receipt: Receipt) -> None:
        unit, act = standing.unit, standing.accepted
        grounds = self._grounds(unit)
        if act is None or (act.automatic and standing.stale):
            why = f"{'、'.join(standing.stale)}变动后重新核对，仍然通过" if standing.stale else ""
            rests_on = {**grounds, RESULT: standing.result, CHECK_CODE: standing.code}
            act = Act(Deed.ACCEPT, self._now, AUTOMATIC, unit.code, "", why, None, receipt.sha256, rests_on)
            act = replace(act, part=unit.part_code)
            self._acts.append(act)
        slip = slip_path(self._campaign, unit)
        if self._stays(slip, act.at):
            return
        received = Received(receipt.file, receipt.modified, receipt.sha256, len(standing.receipts))
        slip_of = acceptance_slip(self._head, unit, received, _passing(standing, act), day_of(act.at))
        self._write(slip, slip_of, act.at)

    def _write(self, path: Path, data: bytes, moment: datetime) -> None:
        """Publish a letter with the time of its act, by which it is known again."""

        def make(temporary: Path) -> None:
            temporary.write_bytes(data)
            os.utime(temporary, (moment.timestamp(),) * 2)

        self._outputs.publish_made(path, make, self._now)

    def _stays(self, path: Path, moment: datetime) -> bool:
        """Whether a letter is there and is that of an act, as it was written or as somebody changed it."""
        if _is_of(path, moment):
            return True
        if not path.exists() or path.stat().st_mtime < moment.timestamp() or self._outputs.is_ours(path):
            return False
        self._left.append(path)
        return True

    def tell_left(self) -> None:
        """Say which letters somebody has changed, and that they are to be sent as they are."""
        if self._left:
            names = "、".join(f"“{path.name}”" for path in self._left[:_NAMED])
            more = f"等{len(self._left)}份" if len(self._left) > _NAMED else ""
            self._outputs.tell(f"{names}{more}写出以后有人改过，没有覆盖；要重新生成的，请先把它移走。")

    def _put_aside(self, standing: Standing) -> None:
        """Move a unit's letters of its last round away; one of this very moment is of a run that was cut short."""
        rounds = _rounds(standing)
        folder = self._campaign.returns / DONE / f"第{rounds}次" if rounds else self._campaign.returns / DONE
        letters = self._letters.pop(code_in_names(standing.unit), ())
        put_aside([path for path in letters if not _is_of(path, self._now)], folder)

    def _put_aside_renamed(self, standing: Standing) -> None:
        """Move letters away that bear a former name of the unit."""
        letters = self._letters.get(code_in_names(standing.unit), ())
        put_aside([path for path in letters if not _is_named(path, standing)], self._campaign.returns / DONE)

    def _void(self, standing: Standing, *, renamed: bool = False) -> None:
        """Move a slip away that does not hold any more, or only one that bears a former name of the unit."""
        slips = self._slips.get(code_in_names(standing.unit), ())
        void = [path for path in slips if not renamed or not _is_named(path, standing)]
        put_aside(void, self._campaign.returns / SLIPS / VOID)


def _passing(standing: Standing, act: Act) -> Passing:
    """Return how a submission has passed by an act, and what is left of what was found."""
    found = counted(standing)
    who = "核对没有问题，自动通过" if act.automatic else f"{act.by}审核通过"
    return Passing(
        f"{who}，{long_day(day_of(act.at))}",
        explained=found[Handling.EXPLAINED, Level.WARNING],
        waived=found[Handling.WAIVED, Level.ERROR] + found[Handling.WAIVED, Level.WARNING],
        errors=found[Handling.PASSED, Level.ERROR],
        doubts=found[Handling.PASSED, Level.WARNING],
        by=act.by,
        why=act.why,
        code=act.grounds.get(CHECK_CODE) or standing.code,
    )


def _stem(standing: Standing) -> str:
    return file_name(standing.unit).removesuffix(".xlsx")


def _is_named(path: Path, standing: Standing) -> bool:
    """Whether a letter bears the name that the unit has now."""
    stem = _stem(standing)
    return path.name.startswith((f"{stem}.", f"{stem} ", f"{stem}-"))


def _rounds(standing: Standing) -> int:
    """Return how many of a unit's submissions have gone back."""
    return len({act.sha256 for act in standing.decision.returns})


def _mark(said: tuple[Opinion, ...], grounds: Grounds) -> str:
    """Return the fingerprint of what a letter says: while it stays the same the letter stays, too.

    Another program that finds the same writes no other letter.
    """
    held = sorted((word, mark) for word, mark in grounds.items() if word != PROGRAM)
    return hashlib.sha256(repr((said, held)).encode()).hexdigest()[:16]


def _is_of(path: Path, moment: datetime) -> bool:
    """Whether a letter is there and is that of an act at this moment."""
    return path.exists() and int(path.stat().st_mtime) == int(moment.timestamp())
