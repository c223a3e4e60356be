"""The page that says where things are: what it names is there, and each wish stands once."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/where.md").read_text("utf-8")
PLACES = (ROOT / "perfeval_xl", ROOT)


def is_there(name: str) -> bool:
    """Say whether a file or folder has this name, below the package or at the top; `<id>` is any template's."""
    return any(any(place.glob(name.rstrip("/").replace("<id>", "*"))) for place in PLACES)


def test_everything_that_the_page_names_is_there() -> None:
    named = [name for name in re.findall(r"`([^`]+)`", PAGE) if "/" in name]
    assert len(named) > 60
    assert [name for name in named if not is_there(name)] == []


def test_each_wish_stands_once() -> None:
    wishes = Counter(line.split("|")[1].strip() for line in PAGE.splitlines() if line.startswith("| "))
    assert [wish for wish, times in wishes.items() if times > 1] == []
