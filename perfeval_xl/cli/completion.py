"""What a shell is offered while somebody types a unit: those of the folder at hand that begin so."""

from __future__ import annotations

from pathlib import Path

from perfeval_xl.records.errors import PerfevalError

_BETWEEN = ",，、"
_MOST = 50


def offered_units(incomplete: str) -> list[str]:
    """Return what may follow in place of the last unit of a list; nothing in a folder that is no year's.

    A shell asks before it knows the folder on the line, so it is the current one.
    """
    from perfeval_xl.api.named import units_beginning
    from perfeval_xl.api.year import open_campaign

    before = max(map(incomplete.rfind, _BETWEEN)) + 1
    head, last = incomplete[:before], incomplete[before:]
    try:
        found = units_beginning(open_campaign(Path()), last)
    except (PerfevalError, OSError):
        return []
    coded = bool(last) and last[0].isascii()
    return [f"{head}{unit.key if coded else unit.name}" for unit in found[:_MOST]]
