"""Golden files: the templates and a small summary as reviewable text; `make golden` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from describe import described
from shipped import TEMPLATES
from small_campaign import make

from perfeval_xl.intake.collect import collect
from perfeval_xl.outgoing.bureau_files import write_summary

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parent / "golden"
WRITE = os.environ.get("PERFEVAL_GOLDEN") == "write"
BUILT = sorted(TEMPLATES.glob("*/*.xlsx"))


def compare(name: str, text: Callable[[], str]) -> None:
    path = GOLDEN / name
    if WRITE:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text(), "utf-8")
    assert text() == path.read_text("utf-8"), "review the difference; `make golden` accepts it"


@pytest.mark.parametrize("path", BUILT, ids=lambda path: path.stem)
def test_template(path: Path) -> None:
    compare(f"{path.stem}.txt", lambda: described(path.read_bytes()))


def test_summary(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    collect(campaign)
    compare("summary.txt", lambda: described(write_summary(campaign).read_bytes()))
