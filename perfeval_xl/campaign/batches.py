"""What was decided together: how a batch is named, and which of its decisions can still be undone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from perfeval_xl.records.act import BATCH, Act, valid
from perfeval_xl.records.errors import DecisionError
from perfeval_xl.records.standing import Overview

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
    holding = {act.number for act in valid(overview.acts)}
    left = tuple(act for act in reversed(acts) if act.number in holding)
    if not left:
        raise DecisionError(f"{name}的{len(acts)}项已经全部撤销，或本身就是撤销。")
    return left
