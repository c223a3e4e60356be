"""Decisions as they are typed into a page's form: one deed, for a unit, for several, or of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING

from perfeval_xl.api import acts
from perfeval_xl.api.spoken import command
from perfeval_xl.api.wishes import WORDS, Accept, Claim, Exempt, Ignore, Reject, Reopen, Waive, Wish, Withdraw
from perfeval_xl.records.errors import DecisionError
from perfeval_xl.web.works import Outcome

if TYPE_CHECKING:
    from starlette.responses import Response

    from perfeval_xl.api.acts import Decided
    from perfeval_xl.api.watch import Watch
    from perfeval_xl.records.standing import Standing
    from perfeval_xl.web.asked import Asked

Made = tuple[list[Wish], tuple[str, ...]]
"""What is wished, and the words of the command that does the same."""


def decide(asked: Asked) -> Response:
    """Decide what a form says, as one batch."""
    deed, campaign = asked.typed("deed"), asked.campaign
    by = asked.typed("by")
    if deed == "undo":
        batch = asked.typed("batch")
        spoken = command("withdraw", batch, campaign.folder, *_option("why", asked), *_option("by", asked))
        return _done(
            asked, "撤销", spoken, lambda watch: acts.undo(campaign, batch, why=_why(asked), by=by, watch=watch)
        )
    if deed == "waiting":
        spoken = command("accept", "全部待审", campaign.folder, *_option("why", asked), *_option("by", asked))
        return _done(
            asked,
            "审核通过",
            spoken,
            lambda watch: acts.accept_waiting(campaign, why=_why(asked), by=by, watch=watch),
        )
    made = _MADE.get(deed)
    if made is None:
        raise DecisionError("没有选要办理的事项。")
    wishes, words = made(asked)
    if not wishes:
        raise DecisionError("没有选单位。请先在左边打勾，再选要办理的事项。")
    spoken = command(*words, campaign.folder, *_option("why", asked), *_option("by", asked))
    return _done(
        asked,
        WORDS[type(wishes[0])],
        spoken,
        lambda watch: acts.decide(campaign, wishes, by=by, watch=watch),
    )


def _done(asked: Asked, what: str, spoken: str, do: Callable[[Watch], Decided]) -> Response:
    return asked.work(what, spoken, _after(asked), lambda watch: _outcome(do(watch)))


def _outcome(done: Decided) -> Outcome:
    """Return what is said of decisions: each act, and where the units stand that it was about."""
    touched = {key for act in done.acts for key in (act.key, act.unit)} - {""}
    units = (
        f"{one.unit.key} {one.unit.label}：{one.progress}" for one in done.seen.standings if _is_of(one, touched)
    )
    files = (f"{act.deed.label}：{act.told}" for act in done.acts if not act.unit)
    batch = (f"这{len(done.acts)}项是{done.batch}，可以整批撤销。",) if done.batch else ()
    return Outcome((*files, *units, *batch))


def _is_of(standing: Standing, touched: Iterable[str]) -> bool:
    return bool({standing.unit.key, standing.unit.code} & {*touched})


def _after(asked: Asked) -> str:
    """Return the page that shows what a decision has changed: the one on which it was taken."""
    back = asked.typed("back")
    if back == "unit" and asked.picked:
        return asked.of_year("unit", key=asked.picked[0])
    return asked.of_year(*((back,) if back in ("waiting", "acts") else ()))


def _why(asked: Asked) -> str:
    return asked.typed("why")


def _option(name: str, asked: Asked) -> tuple[str, ...]:
    value = asked.typed(name)
    return (f"--{name}", value) if value else ()


def _of_units(verb: str, wish: Callable[[str, str], Wish]) -> Callable[[Asked], Made]:
    def made(asked: Asked) -> Made:
        return [wish(key, _why(asked)) for key in asked.picked], (verb, ",".join(asked.picked))

    return made


def _waive(asked: Asked) -> Made:
    rule, until = asked.typed("rule"), asked.typed("until")
    words = ("waive", ",".join(asked.picked), rule, *_option("until", asked))
    return [Waive(key, rule, _why(asked), _day(until)) for key in asked.picked], words


def _ignore(asked: Asked) -> Made:
    return [Ignore(asked.typed("file"), _why(asked))], ("ignore", asked.typed("file"))


def _claim(asked: Asked) -> Made:
    file, whose, code = (asked.typed(name) for name in ("file", "whose", "code"))
    words = ("claim", file, whose, *_option("code", asked))
    return [Claim(file, whose, _why(asked), "", code)], words


def _withdraw(asked: Asked) -> Made:
    number = asked.typed("number")
    if not (number.isascii() and number.isdecimal() and len(number) < 12):
        raise DecisionError("没有写要撤销哪一条记录。")
    return [Withdraw(int(number), _why(asked))], ("withdraw", number)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise DecisionError(f"有效期要写成 2024-12-31 这样，现在是“{text}”。") from None


_MADE: dict[str, Callable[[Asked], Made]] = {
    "accept": _of_units("accept", Accept),
    "reject": _of_units("reject", Reject),
    "reopen": _of_units("reopen", Reopen),
    "exempt": _of_units("exempt", Exempt),
    "waive": _waive,
    "ignore": _ignore,
    "claim": _claim,
    "withdraw": _withdraw,
}
"""What each deed of a form comes to."""
