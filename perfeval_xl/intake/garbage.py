"""How often a process looks for garbage: seldom, since hardly anything here is dropped in circles."""

from __future__ import annotations

import gc

PILE = 100_000
"""Objects that may pile up before garbage is looked for: some workbooks' worth, about 20 MB."""


def seldom() -> None:
    """Look for garbage seldom: looking through a ledger's records again and again took a quarter of the time."""
    gc.set_threshold(PILE, 20, 20)
