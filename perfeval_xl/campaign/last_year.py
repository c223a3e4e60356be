"""What the bureau knows of every unit before it reports: the roster's figures, and last year's ledger passed on.

Only a submission that passed last year feeds this year: a figure that the bureau itself did not accept is nothing
to hold a unit against. Where one is lacking, the figure stays open and the note says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from perfeval_xl.comparing.gist import Gists
from perfeval_xl.ledger import ledger
from perfeval_xl.records.act import decision_of, decisions
from perfeval_xl.records.errors import PerfevalError
from perfeval_xl.records.known import Dossier, Dossiers, Known, Texts, openings
from perfeval_xl.records.standing import Standing
from perfeval_xl.records.succession import Change, Origin, origins, without_heir
from perfeval_xl.records.unit import Unit, key_of

if TYPE_CHECKING:
    from pathlib import Path

    from perfeval_xl.campaign.roster.read import Roster
    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.office import Office
    from perfeval_xl.records.verdict import Receipt, Record

_Figures = Mapping[str, Decimal]


class Year(Protocol):
    """What is needed of a campaign, this year's or last year's."""

    @property
    def folder(self) -> Path:
        """The year's folder."""

    @property
    def ledger(self) -> Path:
        """Where its ledger lies."""

    @property
    def year(self) -> int:
        """The year that is evaluated."""

    @property
    def roster(self) -> Roster:
        """The roster workbook as read."""

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units on the roster."""

    @property
    def units_alone(self) -> tuple[Unit, ...]:
        """The units, whatever else is wrong with the roster."""

    @property
    def office(self) -> Office:
        """How the bureau accepts."""

    @property
    def template(self) -> Template:
        """The template with the settings put in."""

    @property
    def last(self) -> Year | None:
        """The year before, where it is known."""


class NoLastLedgerError(PerfevalError):
    """Last year's folder has no ledger, so there is nothing to take over."""

    def __init__(self, last: Year) -> None:
        super().__init__(
            f"“上年文件夹”（{last.folder}）里没有台账，取不到去年的决算数。"
            "请核对文件夹；去年没有用本工具的，清空“上年文件夹”，把去年的数填在名册的“上年数”表。"
        )


@dataclass(frozen=True, slots=True)
class _LastYear:
    """Last year as this year needs it, by code: names, closing figures of those that passed, texts of all."""

    year: int
    names: Mapping[str, str]
    closings: Mapping[str, _Figures]
    texts: Mapping[str, Texts]

    def told(self, code: str) -> str:
        return f"{code} {self.names.get(code, '')}".strip()


def dossiers(campaign: Year) -> Dossiers:
    """Return what is known of each unit of the roster, by its code.

    Figures of the sheet 上年数 win over last year's ledger.
    """
    roster, template = campaign.roster, campaign.template
    past = _last_year(campaign.last, template) if campaign.last else None
    sources = origins(roster.steps, (unit.code for unit in roster.units))
    return {
        unit.key: _dossier(unit, _of_part(sources[unit.code], unit), past, template,
                           roster.openings.get(unit.key, ()), roster.controls.get(unit.key, ()))
        for unit in roster.reporting
    }  # fmt: skip


def _of_part(sources: tuple[Origin, ...], unit: Unit) -> tuple[Origin, ...]:
    """Return where a unit comes from, or a part of it: the same part, by its code, of the unit's origins."""
    if unit.part is None:
        return sources
    return tuple(replace(origin, old=key_of(origin.old, unit.part.code)) for origin in sources)


def without_successor(campaign: Year) -> tuple[str, ...]:
    """Return last year's units, each with code and name, from which nobody of this year's roster goes on."""
    if not campaign.last:
        return ()
    names = {unit.code: unit.name for unit in campaign.last.units_alone}
    lost = without_heir(campaign.roster.steps, (unit.code for unit in campaign.units), names)
    return tuple(f"{code} {names[code]}" for code in lost)


def _last_year(last: Year, template: Template) -> _LastYear:
    if not ledger.is_there(last.ledger):
        raise NoLastLedgerError(last)
    wanted = tuple(openings(template).values())
    closings: dict[str, _Figures] = {}
    gists, written = Gists(template), dict[str, Texts]()
    asked = gists.long_texts | frozenset(wanted)
    with ledger.opened(last.ledger) as book:
        latest = {receipt.key: receipt for receipt in book.receipts() if receipt.readable}
        decided = decisions(book.acts())
        for key, receipt in latest.items():
            record = book.record(receipt, asked)
            written[key] = gists.texts(record)
            decision = decision_of(decided, key)
            if Standing(
                Unit(receipt.unit, receipt.unit_name), (receipt,), (), decision, last.office.by_hand
            ).passed:
                closings[key] = _figures(record, wanted)
    return _LastYear(last.year, _names(last, latest.values()), closings, written)


def _names(last: Year, latest: Iterable[Receipt]) -> dict[str, str]:
    """Return what last year's units were called, by code, and the parts that were reported, by key."""
    parts = {one.key: f"{one.unit_name}（{one.part_name}）" for one in latest if one.part}
    return {**{unit.code: unit.name for unit in last.units_alone}, **parts}


def _figures(record: Record, wanted: Sequence[str]) -> _Figures:
    return {name: value for name in wanted if isinstance(value := record.value(name), Decimal)}


def _dossier(
    unit: Unit,
    sources: tuple[Origin, ...],
    past: _LastYear | None,
    template: Template,
    typed: tuple[Known, ...],
    controls: tuple[Known, ...],
) -> Dossier:
    # a unit whose code nobody had last year and of whom the table does not speak is a new one
    before = tuple(one for one in sources if past and (one.change or one.old in past.names))
    taken = tuple(_passed_on(before, past, template)) if past else ()
    by_hand = {known.field for known in typed}
    figures = (*typed, *(known for known in taken if known.field not in by_hand), *controls)
    same = len(before) == 1 and before[0].change is not Change.SPLIT
    if typed:
        note = "上年决算数由财政部门录入。" + ("没有录入的，取自上年的自评。" if taken else "")
    else:
        note = _note(unit, before, past, taken=bool(taken)) if past else ""
    last = before[0].old if same else ""
    return Dossier(figures, note, last, past.texts.get(last, ()) if past else ())


def _passed_on(sources: tuple[Origin, ...], past: _LastYear, template: Template) -> Iterator[Known]:
    """Give the opening figures: the sum over all origins, each by its share; none where one did not pass."""
    if any(origin.old not in past.closings for origin in sources):
        return
    source = f"{past.year}年度台账（{'、'.join(past.told(origin.old) for origin in sources)}）"
    for opening, closing in openings(template).items():
        parts = [
            past.closings[origin.old][closing] * origin.share
            for origin in sources
            if closing in past.closings[origin.old]
        ]
        if parts:
            decimals = template.field[opening].kind.decimals or 0
            yield Known(opening, round(sum(parts, Decimal(0)), decimals), source, last_year=True)


def _note(unit: Unit, before: tuple[Origin, ...], past: _LastYear, *, taken: bool) -> str:
    """Say where last year's figures come from, or why there are none."""
    if not before:
        return f"{unit.label}是今年新列入的{'' if unit.part else '单位'}，没有上年决算数，由本单位填写。"
    told = "、".join(_origin_told(origin, past) for origin in before)
    lacking = "、".join(past.told(origin.old) for origin in before if origin.old not in past.closings)
    if lacking:
        return f"上年决算数没有预填：{lacking}{past.year}年度的自评没有通过，由本单位填写。"
    if not taken:
        return f"上年决算数没有预填：{told}{past.year}年度的自评中没有这些数，由本单位填写。"
    if any(origin.change is Change.SPLIT for origin in before):
        return f"上年决算数取自{told}{past.year}年度的自评，按分立的比例计算；与实际划分不同的请改正并说明。"
    if len(before) > 1:
        return f"上年决算数是{told}{past.year}年度自评数的合计。"
    return f"上年决算数取自{told}{past.year}年度的自评。"


def _origin_told(origin: Origin, past: _LastYear) -> str:
    share = f"的{(origin.share * 100).normalize():f}%" if origin.change is Change.SPLIT else ""
    return past.told(origin.old) + share
