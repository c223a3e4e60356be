"""Units of a year as people name them: by code, by name, or by the beginning of one; several in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.campaign import named
from perfeval_xl.records.errors import DecisionError

if TYPE_CHECKING:
    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.unit import Unit

__all__ = ["find_units", "listed_units", "units_beginning"]


def listed_units(campaign: Campaign, text: str) -> tuple[str, ...]:
    """Return what names each unit of a list with commas or `、` between; blanks divide codes, but no names."""
    return named.units_listed(campaign.units, text)


def find_units(campaign: Campaign, *texts: str) -> tuple[Unit, ...]:
    """Return the units that texts mean, each a list of codes or names, in the roster's order, each once.

    A unit with several parts comes with all of them. DecisionError with all that mean none or several units, and
    the likeliest.
    """
    units, keys, faults = campaign.units, set[str](), list[str]()
    for word in (word for text in texts for word in listed_units(campaign, text)):
        try:
            keys |= {unit.key for unit in named.units_named(units, word)}
        except DecisionError as error:
            faults.append(str(error))
    if faults:
        raise DecisionError("\n".join(faults))
    return tuple(unit for unit in units if unit.key in keys)


def units_beginning(campaign: Campaign, text: str) -> tuple[Unit, ...]:
    """Return the units whose code or name begins so, to be offered while somebody types."""
    return tuple(unit for unit in campaign.units if unit.key.startswith(text) or unit.label.startswith(text))
