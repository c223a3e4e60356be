"""What one submission alone cannot show: units missing or unknown, several submissions, texts alike."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from perfeval_xl.finding import Finding, Level
from perfeval_xl.standing import Overview, Standing
from perfeval_xl.verdict import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from perfeval_xl.contract import Template
    from perfeval_xl.unit import Unit
    from perfeval_xl.verdict import Contents, Receipt

_GRAM = 5
_ALIKE = 0.5
_LEAST_TEXT = 120


def overview(
    units: Iterable[Unit], receipts: Iterable[Receipt], template: Template, contents: Contents
) -> Overview:
    """Sort submissions to their units. `receipts` are in order of time; the latest readable one counts."""
    by_unit: dict[str, list[Receipt]] = defaultdict(list)
    rejected = []
    for receipt in receipts:
        if receipt.status is Status.REJECTED:
            rejected.append(receipt)
        else:
            by_unit[receipt.unit].append(receipt)
    standings = [Standing(unit, tuple(by_unit.pop(unit.code, ()))) for unit in units]
    alike = _alike(standings, template, contents)
    return Overview(
        tuple(replace(standing, findings=tuple(_across(standing, alike))) for standing in standings),
        tuple(receipt for others in by_unit.values() for receipt in others),
        tuple(rejected),
    )


def _across(standing: Standing, alike: Mapping[str, list[str]]) -> Iterator[Finding]:
    unit = standing.unit
    receipt = standing.receipt
    if receipt and receipt.unit_name and receipt.unit_name != unit.name:
        message = (
            f"封面的单位名称是“{receipt.unit_name}”，名册中这个代码是“{unit.name}”，请确认没有用错别的单位的文件。"
        )
        yield Finding("A02", Level.ERROR, message, unit=unit.code, value=receipt.unit_name, expected=unit.name)
    if len(standing.receipts) > 1:
        files = "、".join(receipt.file for receipt in standing.receipts[:-1])
        last = standing.receipts[-1].file
        message = (
            f"{unit.name}报送了{len(standing.receipts)}次，以最后一次（{last}）为准，以前的（{files}）已存入台账。"
        )
        yield Finding("A01", Level.NOTICE, message, unit=unit.code)
    if unit.code in alike:
        message = f"文字部分与{'、'.join(alike[unit.code])}的大段相同，请核对是否照抄，按本单位的实际情况改写。"
        yield Finding("N07", Level.NOTICE, message, unit=unit.code)


def _alike(standings: list[Standing], template: Template, contents: Contents) -> dict[str, list[str]]:
    """Return by code the names of the units whose texts are nearly the same: 5-gram Jaccard above one half."""
    grams = {}
    for standing in standings:
        text = _texts(standing, template, contents)
        if len(text) >= _LEAST_TEXT:
            grams[standing.unit.code] = {text[start : start + _GRAM] for start in range(len(text) - _GRAM + 1)}
    names = {standing.unit.code: standing.unit.name for standing in standings}
    found: dict[str, list[str]] = defaultdict(list)
    for first, second in combinations(grams, 2):
        shared = len(grams[first] & grams[second])
        if shared > _ALIKE * (len(grams[first]) + len(grams[second]) - shared):
            found[first].append(names[second])
            found[second].append(names[first])
    return found


def _texts(standing: Standing, template: Template, contents: Contents) -> str:
    submission = contents(standing.receipt).submission if standing.receipt else None
    if submission is None:
        return ""
    return "".join(
        entry.value
        for entry in submission.entries
        if isinstance(entry.value, str) and template.field[entry.name].kind.id == "longtext"
    )
