"""Which unit of the roster each 主管部门 means, by code or by name, and what is wrong or doubtful about it.

A department that is not on the roster may well be outside of it, so that a name that only resembles a unit's is
told and left as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from perfeval_xl.campaign.roster.listing import Line
from perfeval_xl.records.names import likeliest, plain_name
from perfeval_xl.records.unit import Unit

PARENT, GATHERS = "主管部门", "汇总户"
Listed = Sequence[tuple[Line, Unit]]


@dataclass(frozen=True)
class _Known:
    """The units of a roster by all that a 主管部门 may be written as, however it is typed."""

    by_code: Mapping[str, Unit]
    by_name: Mapping[str, tuple[Unit, ...]]

    def meant(self, parent: str) -> tuple[Unit, ...]:
        """Return the units that a 主管部门 names: by code, by the very name, by one that is typed otherwise."""
        plain = plain_name(parent)
        if plain in self.by_code:
            return (self.by_code[plain],)
        named = self.by_name.get(plain, ())
        return tuple(one for one in named if one.name == parent) or named

    def likeliest(self, parent: str) -> Unit | None:
        """Return the one unit that a 主管部门 may mean which names none."""
        code = self.by_code.get(plain_name(likeliest(parent, (one.code for one in self.by_code.values()))))
        named = self.by_name.get(plain_name(likeliest(parent, (one.name for one in self.by_code.values()))), ())
        return named[0] if len(named) == 1 else code


def with_superiors(found: Listed, faults: list[str], doubts: list[str]) -> list[tuple[Line, Unit]]:
    """Find each unit's 主管部门 on the roster; a name that is not there stays a name.

    What cannot be is added to `faults`, what may be meant otherwise to `doubts`, one line for each name.
    """
    known = _known(unit for _, unit in found)
    doubtful: dict[str, list[str]] = defaultdict(list)
    resolved = []
    for line, unit in found:
        place, several = line.cell(PARENT).place, known.meant(unit.parent) if unit.parent else ()
        faults += _faults(place, unit, several, known)
        above = unit if unit in several else next(iter(several), None)
        if unit.parent and (above is None or unit.parent not in (above.code, above.name)):
            doubtful[unit.parent].append(place)
        resolved.append((line, _below(unit, above)))
    doubts += _doubts(doubtful, known)
    return resolved


def _known(units: Iterable[Unit]) -> _Known:
    by_code: dict[str, Unit] = {}
    by_name: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        if unit.code:
            by_code[plain_name(unit.code)] = unit
        by_name[plain_name(unit.name)].append(unit)
    return _Known(by_code, {name: tuple(several) for name, several in by_name.items()})


def _below(unit: Unit, above: Unit | None) -> Unit:
    if above is None:
        return unit
    return replace(unit, parent=above.name, superior=above.code if above.code != unit.code else "")


def _faults(place: str, unit: Unit, several: Sequence[Unit], known: _Known) -> Iterator[str]:
    parent = unit.parent
    if len(several) > 1 and unit not in several:
        codes = "、".join(one.code for one in several)
        yield f"{place}：名册中有{len(several)}个“{parent}”（{codes}），主管部门请写代码。"
    if not several and parent.isascii() and any(char.isdigit() for char in parent):
        near = known.likeliest(parent)
        guess = f"最接近的是{near.code} {near.name}。" if near else ""
        yield f"{place}：主管部门“{parent}”不在名册中，{guess}请核对代码；不在名册中的主管部门请写全称。"


def _doubts(doubtful: Mapping[str, Sequence[str]], known: _Known) -> Iterator[str]:
    """Give a sentence for each name that is typed otherwise than the roster's, or that resembles one of these."""
    for parent, places in doubtful.items():
        where = places[0] + (f"等{len(places)}处" if len(places) > 1 else "")
        several, near = known.meant(parent), known.likeliest(parent)
        if several:
            unit = several[0]
            told = f"名册中的“{unit.name}”（{unit.code}）"
            yield f"{where}：主管部门“{parent}”当作{told}，只是写法不同；请改成一致。"
        elif near:
            yield (
                f"{where}：主管部门“{parent}”不在名册中，最接近的是“{near.name}”（{near.code}）。"
                "指的是它的，请改成它的代码或全称；不是的，不用管。"
            )


def hierarchy_faults(units: Listed) -> Iterator[str]:
    """Give units that stand above themselves, and 汇总户 that nothing stands below, with who may be meant to."""
    superiors = {unit.code: unit.superior for _, unit in units}
    parents = set(superiors.values())
    for line, unit in units:
        circle = _circle(unit.code, superiors)
        if circle:
            told = "→".join((*circle, circle[0]))
            yield f"{line.cell(PARENT).place}：主管部门绕成了一圈（{told}），请改正其中一个。"
        if unit.gathers and unit.code not in parents:
            near = likeliest(unit.name, {one.parent for _, one in units if one.parent and not one.superior})
            guess = f"（写作“{near}”的主管部门，可能指的就是它）" if near and near != unit.name else ""
            yield (
                f"{line.cell(GATHERS).place}：{unit.name}是汇总户，但没有单位以它为主管部门{guess}，"
                "请补上或取消“是”。"
            )


def _circle(code: str, superiors: Mapping[str, str]) -> tuple[str, ...]:
    """Return the codes above this one back to itself; empty where the chain ends."""
    seen = [code]
    while above := superiors.get(seen[-1], ""):
        if above == code:
            return tuple(seen)
        if above in seen:
            return ()
        seen.append(above)
    return ()
