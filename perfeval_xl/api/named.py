"""Units of a year as people name them: by code, by name, or by the beginning of one; several in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.campaign import named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.unit import Unit

__all__ = ["find_units", "listed_units"]


def listed_units(campaign: Campaign, text: str) -> tuple[str, ...]:
    """Return what names each unit of a list with commas or `、` between; blanks divide codes, but no names."""
    return named.units_listed(campaign.units, text)


def find_units(campaign: Campaign, *texts: str) -> tuple[Unit, ...]:
    """Return the units that texts mean, each a list of codes or names, in the roster's order, each once.

    A unit with several parts comes with all of them. DecisionError with the likeliest where a text means none or
    several.
    """
    units, words = campaign.units, [word for text in texts for word in listed_units(campaign, text)]
    keys = {unit.key for word in words for unit in named.units_named(units, word)}
    return _in_order(units, keys)


def _in_order(units: Iterable[Unit], keys: set[str]) -> tuple[Unit, ...]:
    return tuple(unit for unit in units if unit.key in keys)
