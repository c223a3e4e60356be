"""What was decided together: how a batch is named, what of it can be undone, what waits for a second person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from perfeval_xl.campaign.decisions import standings_of
from perfeval_xl.records.act import BATCH, Act, undoable
from perfeval_xl.records.errors import DecisionError
from perfeval_xl.records.standing import Overview

ALL = "全部"
"""In place of a unit: all that waits for a second person."""
_NAME = re.compile(r"第(\d+)批")


def batched(acts: Sequence[Act], before: Iterable[Act], *, always: bool = False) -> tuple[Act, ...]:
    """Return acts as one batch behind those of `before`; a single one is none, unless it is `always` one."""
    if len(acts) < 2 and not always:
        return tuple(acts)
    numbers = [int(found[1]) for act in before if (found := _NAME.fullmatch(act.batch))]
    name = f"第{max(numbers, default=0) + 1}批"
    return tuple(replace(act, grounds={**act.grounds, BATCH: name}) for act in acts)


def of_batch(overview: Overview, name: str) -> tuple[Act, ...]:
    """Return what of a batch still holds, the last first; DecisionError where that is nothing."""
    acts = [act for act in overview.acts if act.batch == name]
    if not acts:
        known = "、".join(dict.fromkeys(act.batch for act in overview.acts if act.batch)) or "（没有）"
        raise DecisionError(f"没有名为“{name}”的批次。办理过的批次有：{known}。")
    holding = {act.number for act in undoable(overview.acts)}
    left = tuple(act for act in reversed(acts) if act.number in holding)
    if not left:
        raise DecisionError(f"{name}的{len(acts)}项已经全部撤销，或本身就是撤销。")
    return left


def awaiting(overview: Overview, named: str) -> tuple[Act, ...]:
    """Return what waits for a second person: all of it, of a batch, of a unit, or of a record's number.

    A figure that is both the code of a unit of which something waits and a number means the unit. DecisionError
    where nothing waits.
    """
    waiting = {act.number: act for one in overview.standings for act in one.pending}
    codes = {act.unit for act in waiting.values()}
    if named == ALL:
        found = [*waiting.values()]
    elif _NAME.fullmatch(named):
        found = [act for act in waiting.values() if act.batch == named]
    elif named.isdecimal() and named not in codes and int(named) in waiting:
        found = [waiting[int(named)]]
    else:
        found = list({act.number: act for one in standings_of(overview, named) for act in one.pending}.values())
    if not found:
        raise DecisionError(f"“{named}”没有待复核的。要两个人办的，先由一个人办理，再由另一个人复核。")
    return tuple(sorted(found, key=lambda act: act.number))
