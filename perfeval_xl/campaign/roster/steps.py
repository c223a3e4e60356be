"""What the sheet 沿革 says: how last year's units became this year's, and every fault of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from perfeval_xl.campaign.roster.layout import CHANGE, NEW, OLD, SHARE
from perfeval_xl.campaign.roster.listing import Line, ListedCell, Listing
from perfeval_xl.records.succession import Change, Step
from perfeval_xl.wording import numbers

_WHOLE, _ROUNDING = Decimal(100), Decimal("0.01")


def read_steps(
    listing: Listing, names: Mapping[str, str], last: frozenset[str] | None, faults: list[str]
) -> tuple[Step, ...]:
    """Return the steps; `names` are this year's units by code, `last` last year's codes where they are known."""
    found = []
    for line in listing.lines():
        if not any(line.text(heading) for heading in (OLD, CHANGE, NEW, SHARE)):
            continue
        wrong = list(_line_faults(line, names, last))
        share, fault = _share(line.cell(SHARE))
        wrong += [fault] if fault else []
        faults += wrong
        if not wrong:
            found.append((line, Step(line.text(OLD), Change(line.text(CHANGE)), line.text(NEW), share / _WHOLE)))
    faults += _together(found)
    return tuple(step for _, step in found)


def _line_faults(line: Line, names: Mapping[str, str], last: frozenset[str] | None) -> Iterator[str]:
    old, change, new = (line.cell(heading) for heading in (OLD, CHANGE, NEW))
    ends = change.text == Change.ENDED
    if not old.text:
        yield f"{old.place}：没有上年代码，请填写。"
    elif last is not None and old.text not in last:
        yield f"{old.place}：上年代码“{old.text}”不在去年的名册中，请核对。"
    if change.text not in tuple(Change):
        yield f"{change.place}：“变动”要填{'、'.join(Change)}中的一个，现在是“{change.text}”。"
    if ends and new.text:
        yield f"{new.place}：撤销的单位没有本年代码；有单位承接的，“变动”请写合并或改码。"
    elif not ends and not new.text:
        yield f"{new.place}：没有本年代码，请填写。"
    elif not ends and new.text not in names:
        yield f"{new.place}：本年代码“{new.text}”不在名册中，请核对。"
    if change.text == Change.SPLIT and not line.text(SHARE):
        yield f"{line.cell(SHARE).place}：分立要写分到这个单位的比例，例如 60。"


def _share(cell: ListedCell) -> tuple[Decimal, str]:
    """Return a share in per cent; a cell that Excel shows as 60% holds 0.6."""
    if not cell.text:
        return _WHOLE, ""
    wrong = f"{cell.place}：比例“{cell.text}”读不成一个百分数，请写 60 这样的数。"
    if isinstance(cell.value, str):
        read = numbers.figure(cell.text.rstrip("%％"), numbers.Spelling.PLAIN, "")
        value = Decimal(str(read.value)) if isinstance(read, numbers.Sure) else None
    elif isinstance(cell.value, Decimal):
        value = cell.value * (100 if cell.percent else 1)
    else:
        value = None
    if value is None:
        return _WHOLE, wrong
    return (value, "") if 0 < value <= _WHOLE else (_WHOLE, f"{cell.place}：比例应大于0，不超过100。")


def _together(found: list[tuple[Line, Step]]) -> Iterator[str]:
    """Find what is wrong with the lines of one old code taken together."""
    pairs = Counter((step.old, step.new) for _, step in found)
    by_old: dict[str, list[tuple[Line, Step]]] = defaultdict(list)
    for line, step in found:
        by_old[step.old].append((line, step))
        if pairs[step.old, step.new] > 1:
            yield f"{line.cell(OLD).place}：{step.old}到{step.new or '撤销'}写了不止一行，请删去重复的。"
    for old, several in by_old.items():
        yield from _of_one(old, several)


def _of_one(old: str, several: list[tuple[Line, Step]]) -> Iterator[str]:
    first, step = several[0]
    kinds = list(dict.fromkeys(step.change for _, step in several))
    if len(kinds) > 1:
        yield f"{first.cell(CHANGE).place}：{old}写了几种变动（{'、'.join(kinds)}），只能有一种。"
    elif step.change is Change.SPLIT:
        total = sum((step.share for _, step in several), Decimal(0)) * _WHOLE
        rows = "、".join(line.cell(SHARE).place.partition("!")[2] for line, _ in several)
        if len(several) == 1:
            yield f"{first.cell(NEW).place}：{old}分立成几个单位，就要写几行，现在只有一行。"
        elif abs(total - _WHOLE) > _ROUNDING:
            yield f"{first.listing.sheet}!{rows}：{old}分立的比例合计是{numbers.plain_text(total)}，应为100。"
    elif len(several) > 1:
        yield (f"{first.cell(NEW).place}：{old}对应了{len(several)}个本年代码，“变动”应写分立并写比例。")
    elif step.share != 1:
        yield f"{first.cell(SHARE).place}：只有分立才写比例，请清空。"
