"""The board of a year: what to do next, how many units are how far, and the units, filtered and page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.api.standings import counts, is_open
from perfeval_xl.records.errors import PerfevalError
from perfeval_xl.records.standing import Stage
from perfeval_xl.web import setup

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from perfeval_xl.api.standings import Line
    from perfeval_xl.web.asked import Asked
    from perfeval_xl.web.years import Seen

PER_PAGE = 100
"""Units on one page of the board."""
_ORDERS: dict[str, tuple[str, Callable[[Line], tuple[int, ...]]]] = {
    "": ("名册顺序", lambda _: ()),
    "errors": ("错误多的在前", lambda line: (-line.errors,)),
    "doubts": ("待说明多的在前", lambda line: (-line.open_doubts,)),
    "late": ("逾期久的在前", lambda line: (-line.late,)),
    "last": ("新近报来的在前", lambda line: (-int(line.last.timestamp()) if line.last else 0,)),
}
"""By what the units may be ordered, with what the officials read."""


@dataclass(frozen=True, slots=True)
class Next:
    """What is likely to be done next: a sentence, the page where it is done, and what its button says."""

    sentence: str
    page: tuple[str, ...]
    button: str


def board(asked: Asked) -> Response:
    """Show where a year's units stand; the roster with its faults where that has to be mended first."""
    try:
        seen = asked.seen
    except PerfevalError:
        if setup.faults_of(asked.campaign):
            return setup.roster(asked)
        raise
    wanted = [line for line in seen.lines if _is_wanted(line, asked)]
    order = asked.words.get("order", "")
    wanted.sort(key=_ORDERS.get(order, _ORDERS[""])[1])
    last = max(1, -(-len(wanted) // PER_PAGE))
    page = min(max(1, _number(asked.words.get("page", ""))), last)
    return asked.page(
        "board",
        seen=seen,
        stages=tuple(counts(seen.lines).items()),
        lines=wanted[(page - 1) * PER_PAGE : page * PER_PAGE],
        found=len(wanted),
        number=page,
        last=last,
        step=next_step(seen),
        orders=[(name, told) for name, (told, _) in _ORDERS.items()],
        filters={name: asked.words.get(name, "") for name in ("stage", "section", "q", "order")},
        sections=tuple(dict.fromkeys(line.unit.section for line in seen.lines if line.unit.section)),
        of_none=len(seen.overview.rejected) + len(seen.overview.strangers) + len(seen.overview.waiting),
    )


def _is_wanted(line: Line, asked: Asked) -> bool:
    stage, section, text = (asked.words.get(name, "").strip() for name in ("stage", "section", "q"))
    if (stage == "open" and not is_open(line)) or (stage not in ("", "open") and line.stage != stage):
        return False
    if section and line.unit.section != section:
        return False
    unit = line.unit
    return not text or any(text in one for one in (unit.key, unit.label, unit.parent, unit.contact))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 1


def next_step(seen: Seen) -> Next:
    """Return what is likely to be done next in a year."""
    campaign, found = seen.campaign, seen.overview
    stages = {line.stage for line in seen.lines}
    if not any(campaign.out.glob("*.xlsx")) and stages <= {Stage.MISSING, Stage.EXEMPT}:
        return Next("填报工作簿还没有发放。", ("handout",), "发放")
    if Stage.WAITING in stages or found.waiting or found.rejected or found.strangers:
        return Next("有等您决定的单位或文件。", ("waiting",), "看等您决定的")
    if stages <= {Stage.PASSED, Stage.EXEMPT}:
        return Next("全部通过，可以汇总。", ("summary",), "汇总")
    if Stage.FAULTY in stages:
        return Next("有审核有误、还没有退回的单位：再收取一次，退回的文件就写好。", ("inbox",), "收取")
    return Next("各单位报来的文件放进收件以后收取；没有报的可以催办。", ("inbox",), "收件和收取")
