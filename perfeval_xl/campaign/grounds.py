"""What accepting a submission rests on besides the submission itself, as fingerprints to compare later."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from perfeval_xl.checking.program import program
from perfeval_xl.records.standing import PROGRAM, SETTINGS, TEMPLATE

if TYPE_CHECKING:
    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.standing import Grounds
    from perfeval_xl.records.unit import Unit


def grounds_of(campaign: Campaign) -> Callable[[Unit], Grounds]:
    """Return what gives a unit's grounds; the bureau's figures are looked up when the first unit is asked for."""

    @cache
    def common() -> dict[str, str]:
        template = campaign.template
        settings = sorted((name, str(value)) for name, value in campaign.settings.items())
        kept = _mark(template.id, template.version, template.design)
        return {TEMPLATE: kept, SETTINGS: _mark(settings), PROGRAM: program()}

    def grounds(unit: Unit) -> Grounds:
        listed = (unit, unit.part) if unit.part else (unit,)
        return {"名册": _mark(*listed), "控制数和上年数": _mark(campaign.dossiers.get(unit.key)), **common()}

    return grounds


def _mark(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
