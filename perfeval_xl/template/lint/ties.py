"""Whether every official figure is typed once, or its places are tied to each other by checks."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from perfeval_xl.records.contract import BOARD, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.records.contract import Field, Template

_TYING = frozenset({"=", "≤", "≥"})
"""How a check compares two figures that it ties; what is only there or not there ties nothing."""


def untied(template: Template) -> Iterator[str]:
    """Give a sentence for each two typed fields of one figure that no check compares, by whatever detour."""
    groups: dict[str, list[Field]] = defaultdict(list)
    for field in template.fields:
        if field.figure and field.role is Role.INPUT:
            groups[field.figure].append(field)
    for figure, (first, *others) in groups.items():
        reached = _tied_to(first.name, template)
        for other in others:
            if other.name not in reached:
                yield (
                    f"“{first.name}”和“{other.name}”填的是同一个数（{figure}），没有核对把它们联系起来："
                    f"请让一个成为公式（取自另一个），或在“{BOARD}”增加一条比较两者的核对"
                )


def _tied_to(name: str, template: Template) -> set[str]:
    """Return the fields of the same figure that checks lead to from one of them, itself among them."""
    figure = template.field[name].figure
    same = {field.name for field in template.fields if field.figure == figure}
    ties = [check.inputs & same for check in template.checks if check.relation in _TYING]
    reached = {name}
    while further := set().union(*(tie for tie in ties if tie & reached)) - reached:
        reached |= further
    return reached
