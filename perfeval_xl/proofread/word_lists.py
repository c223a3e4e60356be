"""Where the words are kept: the TOML files beside this module, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def words(name: str) -> dict[str, Any]:
    """Return the contents of one data file: `words("subjects")` is subjects.toml."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


@cache
def measure_words() -> tuple[str, ...]:
    """Return the measure words of counts."""
    return tuple(words("subjects")["measures"]["words"])
