"""A year of honest units of every size: nobody is accused of 元 for 万元, whoever booked in 元 is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from random import Random

import pytest
from honest_units import amounts_of, honest, in_yuan, one_booked
from small_campaign import filler_of

from perfeval_xl import reading
from perfeval_xl.campaign.folder import Campaign, create
from perfeval_xl.campaign.standings import open_overview
from perfeval_xl.intake.collect import collect
from perfeval_xl.outgoing.issue import file_name, issue
from perfeval_xl.records.finding import Finding, Level, Value
from perfeval_xl.records.submission import Key
from perfeval_xl.records.unit import Unit

UNITS = int(os.environ.get("PERFEVAL_FILLS", "4"))
"""How many units the year has, each of a size of its own."""
_OWN = ("单位名称", "单位代码")
"""What an honest return has of its own, and the workbook that was handed out has already."""

Fill = dict[Key, Value]


def _typed(campaign: Campaign, seed: int) -> Fill:
    values = honest(campaign.template, seed)
    return {
        key: value
        for key, value in values.items()
        if campaign.template.field[key[0]].role.value == "填报" and key[0] not in _OWN
    }


def _handed_out(campaign: Campaign, unit: Unit) -> Fill:
    """Return what stands in a unit's workbook, its serial among it."""
    data = (campaign.out / file_name(unit)).read_bytes()
    submission, _ = reading.read(data, file_name(unit), {campaign.template.id: campaign.template})
    assert submission is not None
    return dict(submission.values)


def _round(campaign: Campaign, number: int, typed: Mapping[Unit, Fill]) -> None:
    """Fill what was handed out and take it in; each round is later than the one before."""
    for unit, values in typed.items():
        path = campaign.inbox / f"{unit.code}.xlsx"
        path.write_bytes(filler_of(campaign).fill({**_handed_out(campaign, unit), **values}))
        os.utime(path, (1_709_280_000 + number * 86_400,) * 2)
    collect(campaign, jobs=1)


def _doubted(campaign: Campaign) -> dict[str, list[Finding]]:
    """Return what says of each unit's last workbook that its amounts are in 元."""
    with open_overview(campaign) as (seen, contents):
        return {
            one.unit.code: [
                found
                for found in (*contents(one.receipts[-1]).verdict.findings, *one.findings)
                if found.rule.startswith("A00")
            ]
            for one in seen.standings
        }


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    units = tuple(Unit(f"{301000 + number}", f"第{number}办公室", "区政府") for number in range(UNITS))
    made = create(tmp_path_factory.mktemp("honest") / "年", "hunan-2023", {"年度": Decimal(2023)}, units)
    issue(made, made.units)
    return made


def test_no_honest_unit_is_accused_and_each_that_booked_in_yuan_is(campaign: Campaign) -> None:
    honest_ones = {unit: _typed(campaign, seed) for seed, unit in enumerate(campaign.units)}
    _round(campaign, 1, honest_ones)
    assert {code: found for code, found in _doubted(campaign).items() if found} == {}

    booked = {
        unit: in_yuan(campaign.template, values, seed, rounded=bool(seed % 2))
        for seed, (unit, values) in enumerate(honest_ones.items())
    }
    _round(campaign, 2, booked)
    found = _doubted(campaign)
    assert {code: [(one.rule, one.level) for one in found[code] if not one.root] for code in found} == {
        unit.code: [("A00", Level.ERROR)] for unit in booked
    }

    wrong = {}
    for seed, (unit, values) in enumerate(honest_ones.items()):
        key = Random(seed).choice(amounts_of(campaign.template, values))  # noqa: S311 - repeatable
        wrong[unit] = (key, one_booked(values, key, seed))
    _round(campaign, 3, {unit: values for unit, (_, values) in wrong.items()})
    found = _doubted(campaign)
    missed = [
        (unit.code, key)
        for unit, (key, _) in wrong.items()
        if [one.place for one in found[unit.code] if one.rule == "A00c"] != [campaign.template.address(key)]
    ]
    assert len(missed) <= UNITS // 10, missed
