"""Who may call a page: the roles of people at the desk."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody at the desk is."""

    OFFICER = "经办"


OFFICER = frozenset({Role.OFFICER})
"""Whoever does the bureau's work."""
