"""What people decide: all of a call or none of it, with the letters that follow; a batch of it can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.api.clock import at
from perfeval_xl.api.files import alone, typed_kept
from perfeval_xl.api.person import person
from perfeval_xl.api.rounds import WRITING
from perfeval_xl.api.watch import UNWATCHED, Watch
from perfeval_xl.api.wishes import (
    WORDS,
    Accept,
    Claim,
    Confirm,
    Deciding,
    Exempt,
    Ignore,
    Reject,
    Reopen,
    Waive,
    Wish,
    Withdraw,
)
from perfeval_xl.campaign.batches import awaiting, batched, of_batch
from perfeval_xl.campaign.standings import overview
from perfeval_xl.outgoing.enacting import enact
from perfeval_xl.records.standing import Stage
from perfeval_xl.records.times import day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.act import Act
    from perfeval_xl.records.standing import Overview, Standing


@dataclass(frozen=True, slots=True)
class Decided:
    """The acts that were entered, in the order of what was wanted, and where every unit stands then."""

    acts: tuple[Act, ...]
    seen: Overview

    @property
    def batch(self) -> str:
        """The name by which all that was decided together is undone again; '' of a single decision."""
        return self.acts[0].batch if self.acts else ""


def decide(
    campaign: Campaign,
    wishes: Iterable[Wish],
    *,
    by: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Decided:
    """Decide all that is wanted or nothing of it, enter it, and write the letters that follow.

    Each is checked against where the units stood before the call: DecisionError says what does not fit. `by` is
    who decides, or else the 经办人 of campaign.toml; UnsignedError where that is blank, too.
    """
    wanted = tuple(wishes)
    words = dict.fromkeys(WORDS[type(wish)] for wish in wanted)
    return _carried_out(campaign, lambda _: wanted, "、".join(words) or "办理", by, now, watch)


def accept(
    campaign: Campaign,
    *units: str,
    why: str = "",
    by: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Decided:
    """Accept the submissions of units by their codes or names; see `Accept` and `decide`."""
    return decide(campaign, [Accept(unit, why) for unit in units], by=by, now=now, watch=watch)


def accept_waiting(
    campaign: Campaign, *, why: str = "", by: str = "", now: datetime | None = None, watch: Watch = UNWATCHED
) -> Decided:
    """Accept the submissions of all units that wait for it; see `decide`.

    Without a reason those are left out that had passed, and wait because they are judged differently now, as are
    those that explain everything in the same words, and those of whom a person has to say which file counts.
    """

    def waiting(seen: Overview) -> list[Accept]:
        due = (one for one in seen.standings if one.stage is Stage.WAITING and one.receipt)
        return [Accept(one.unit.key, why) for one in due if not one.pending and (why or not _needs_reason(one))]

    return _carried_out(campaign, waiting, WORDS[Accept], by, now, watch)


def reopen(
    campaign: Campaign,
    *units: str,
    why: str = "",
    by: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Decided:
    """Take back the acceptance of units by their codes or names; see `Reopen` and `decide`."""
    return decide(campaign, [Reopen(unit, why) for unit in units], by=by, now=now, watch=watch)


def reject(
    campaign: Campaign,
    *units: str,
    why: str = "",
    by: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Decided:
    """Send the submissions of units back, with a reason that they read; see `Reject` and `decide`."""
    return decide(campaign, [Reject(unit, why) for unit in units], by=by, now=now, watch=watch)


def exempt(
    campaign: Campaign,
    *units: str,
    why: str,
    by: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Decided:
    """Let units off by their codes or names; see `Exempt` and `decide`."""
    return decide(campaign, [Exempt(unit, why) for unit in units], by=by, now=now, watch=watch)


def waive(
    campaign: Campaign,
    *units: str,
    rule: str,
    why: str,
    until: date | None = None,
    by: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Decided:
    """Let findings of a rule pass for units by their codes or names; see `Waive` and `decide`."""
    return decide(campaign, [Waive(unit, rule, why, until) for unit in units], by=by, now=now, watch=watch)


def ignore(
    campaign: Campaign,
    file: str,
    *,
    why: str,
    by: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Decided:
    """Leave a file alone by the name under which it came in; see `Ignore` and `decide`."""
    return decide(campaign, [Ignore(file, why)], by=by, now=now, watch=watch)


def claim(
    campaign: Campaign,
    file: str,
    unit: str = "",
    *,
    why: str = "",
    part: str = "",
    code: str = "",
    by: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Decided:
    """Settle whose a file is, by the name under which it came in; see `Claim` and `decide`."""
    return decide(campaign, [Claim(file, unit, why, part, code)], by=by, now=now, watch=watch)


def withdraw(
    campaign: Campaign,
    number: int,
    *,
    why: str = "",
    by: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Decided:
    """Undo the decision of a number, as `history` tells it; see `Withdraw` and `decide`."""
    return decide(campaign, [Withdraw(number, why)], by=by, now=now, watch=watch)


def undo(
    campaign: Campaign,
    batch: str,
    *,
    why: str = "",
    by: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Decided:
    """Undo what still holds of a batch, such as `第3批`; each unit's record of it stays. See `Decided.batch`."""

    def left(seen: Overview) -> list[Withdraw]:
        return [Withdraw(act.number, why or f"撤销{batch}") for act in of_batch(seen, batch)]

    return _carried_out(campaign, left, WORDS[Withdraw], by, now, watch)


def confirm(
    campaign: Campaign,
    *what: str,
    why: str = "",
    by: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Decided:
    """Confirm as a second person what waits for one: of units, of records by their numbers, of batches, or 全部.

    See `Confirm` and `decide`. DecisionError where whoever confirms has decided it, or nothing of it waits.
    """

    def wanted(seen: Overview) -> list[Confirm]:
        numbers = dict.fromkeys(act.number for named in what for act in awaiting(seen, named))
        return [Confirm(number, why) for number in numbers]

    return _carried_out(campaign, wanted, WORDS[Confirm], by, now, watch)


def _carried_out(
    campaign: Campaign,
    wanted: Callable[[Overview], Iterable[Wish]],
    what: str,
    by: str,
    now: datetime | None,
    watch: Watch,
) -> Decided:
    who, moment = person(campaign, by), at(now)
    with alone(campaign, what):
        with watch.phase(WRITING, len(campaign.units)) as advance:
            acts = enact(
                campaign,
                lambda seen: batched([*map(Deciding(campaign, seen, who, moment).act, wanted(seen))], seen.acts),
                moment,
                what=what,
                advance=advance,
                outputs=typed_kept(campaign, watch),
            )
        return Decided(acts, overview(campaign, day_of(moment)))


def _needs_reason(standing: Standing) -> bool:
    return standing.doubtful or standing.unsettled or standing.repetitive
