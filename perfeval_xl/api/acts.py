"""What people decide: accept, reopen, exempt, waive, ignore, withdraw; all of a call or none, with its letters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from perfeval_xl.api.clock import at
from perfeval_xl.api.files import alone, typed_kept
from perfeval_xl.api.rounds import WRITING
from perfeval_xl.api.rulebook import rules
from perfeval_xl.api.watch import UNWATCHED, Watch
from perfeval_xl.campaign import decisions
from perfeval_xl.campaign.folder import SETTINGS
from perfeval_xl.campaign.grounds import grounds_of
from perfeval_xl.campaign.standings import overview
from perfeval_xl.outgoing.enacting import enact
from perfeval_xl.records.errors import UnsignedError
from perfeval_xl.records.standing import Stage
from perfeval_xl.records.times import day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.act import Act
    from perfeval_xl.records.standing import Grounds, Overview, Standing
    from perfeval_xl.records.unit import Unit


@dataclass(frozen=True, slots=True)
class Accept:
    """Accept the submission of a unit that counts; one with open findings only with a reason."""

    unit: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reopen:
    """Take the acceptance of a unit back."""

    unit: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Exempt:
    """Let a unit off reporting; what it has sent is kept and does not count. The reason is required."""

    unit: str
    why: str


@dataclass(frozen=True, slots=True)
class Waive:
    """Let findings of a rule pass for a unit, up to a day where one is given. The reason is required."""

    unit: str
    rule: str
    why: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Ignore:
    """Leave a file alone, by the name under which it came in. The reason is required."""

    file: str
    why: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Settle whose a file is: the unit's code, and which part of its report where a template has parts.

    The file is named as it came in; whatever it is, and whatever it says of itself.
    """

    file: str
    unit: str
    why: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Undo the decision of this number; the record of it stays."""

    number: int
    why: str = ""


Wish = Accept | Reopen | Exempt | Waive | Ignore | Claim | Withdraw
"""One thing that somebody wants to decide."""
_WORDS = {
    Accept: "审核",
    Reopen: "重新打开",
    Exempt: "免报",
    Waive: "豁免",
    Ignore: "不处理",
    Claim: "认领",
    Withdraw: "撤销",
}
"""What others are told that is going on in the folder."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The acts that were entered, in the order of what was wanted, and where every unit stands then."""

    acts: tuple[Act, ...]
    seen: Overview


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
    words = dict.fromkeys(_WORDS[type(wish)] for wish in wanted)
    return _carried_out(campaign, lambda _: wanted, "、".join(words) or "办理", by, now, watch)


def accept(
    campaign: Campaign,
    *units: str,
    why: str = "",
    by: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Decided:
    """Accept the submissions of units by their codes; see `Accept` and `decide`."""
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
        return [Accept(one.unit.key, why) for one in due if why or not _needs_reason(one)]

    return _carried_out(campaign, waiting, _WORDS[Accept], by, now, watch)


def reopen(
    campaign: Campaign,
    *units: str,
    why: str = "",
    by: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Decided:
    """Take back the acceptance of units by their codes; see `Reopen` and `decide`."""
    return decide(campaign, [Reopen(unit, why) for unit in units], by=by, now=now, watch=watch)


def exempt(
    campaign: Campaign,
    *units: str,
    why: str,
    by: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Decided:
    """Let units off by their codes; see `Exempt` and `decide`."""
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
    """Let findings of a rule pass for units by their codes; see `Waive` and `decide`."""
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
    unit: str,
    *,
    why: str = "",
    part: str = "",
    by: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Decided:
    """Settle whose a file is, by the name under which it came in and the unit's code; see `Claim` and `decide`."""
    return decide(campaign, [Claim(file, unit, why, part)], by=by, now=now, watch=watch)


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


def _carried_out(
    campaign: Campaign,
    wanted: Callable[[Overview], Iterable[Wish]],
    what: str,
    by: str,
    now: datetime | None,
    watch: Watch,
) -> Decided:
    person, moment = _person(campaign, by), at(now)
    with alone(campaign, what):
        with watch.phase(WRITING, len(campaign.units)) as advance:
            acts = enact(
                campaign,
                lambda seen: list(map(_Deciding(campaign, seen, person, moment).act, wanted(seen))),
                moment,
                what=what,
                advance=advance,
                outputs=typed_kept(campaign, watch),
            )
        return Decided(acts, overview(campaign, day_of(moment)))


def _needs_reason(standing: Standing) -> bool:
    return standing.doubtful or standing.unsettled or standing.repetitive


def _person(campaign: Campaign, by: str) -> str:
    person = by.strip() or campaign.office.operator
    if not person:
        raise UnsignedError(f"没有写经办人。请写上姓名，或者在 {SETTINGS} 的“经办人”里填好。")
    return person


@dataclass(frozen=True)
class _Deciding:
    """What deciding rests on, worked out once for all that is wanted."""

    campaign: Campaign
    seen: Overview
    by: str
    moment: datetime

    @cached_property
    def grounds(self) -> Callable[[Unit], Grounds]:
        return grounds_of(self.campaign)

    @cached_property
    def rules(self) -> frozenset[str]:
        return frozenset(rule.id for rule in rules([self.campaign.template]))

    def _of_all(self, unit: str, decided: Callable[[Standing], Act]) -> Act:
        """Return an act about the part that is named; about all of them where that was a unit with several."""
        named = decisions.standings_of(self.seen, unit)
        act = decided(next((one for one in named if not one.decision.exempt), named[0]))
        return act if len(named) == 1 else replace(act, part="")

    def act(self, wish: Wish) -> Act:
        """Return the act that a wish comes to; DecisionError where it does not fit where the unit stands."""
        match wish:
            case Ignore() | Claim() | Withdraw():
                return self._of_a_file_or_an_act(wish)
            case Exempt():
                return self._of_all(wish.unit, lambda one: decisions.exempt(one, self.by, wish.why, self.moment))
            case Waive(_, rule, why, until):
                return self._of_all(
                    wish.unit,
                    lambda one: decisions.waive(one, rule, self.rules, self.by, why, until, self.moment),
                )
        standing = decisions.standing_of(self.seen, wish.unit)
        match wish:
            case Accept():
                return decisions.accept(standing, self.grounds(standing.unit), self.by, wish.why, self.moment)
            case Reopen():
                return decisions.reopen(standing, self.by, wish.why, self.moment)

    def _of_a_file_or_an_act(self, wish: Ignore | Claim | Withdraw) -> Act:
        match wish:
            case Ignore():
                return decisions.ignore(self.seen, wish.file, self.by, wish.why, self.moment)
            case Claim():
                return decisions.claim(self.seen, wish.file, wish.unit, self.by, wish.why, wish.part, self.moment)
            case Withdraw():
                return decisions.withdraw(self.seen, wish.number, self.by, wish.why, self.moment)
