"""How a process is started that may die of what it reads: a script, or the frozen program told to be it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

FROZEN_WORD = "--be"
"""The first argument with which the frozen program, which has no scripts beside it, is one; its name follows."""


def helper(script: ModuleType) -> list[str]:
    """Return the command that runs a script, whose `main` reads `sys.argv`; its arguments are to follow."""
    if getattr(sys, "frozen", False):
        return [sys.executable, FROZEN_WORD, script.__name__]
    return [sys.executable, "-P", str(Path(script.__file__ or ""))]
