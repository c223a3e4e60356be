"""The page for programmers says what is so: its examples run, from top to bottom, in one empty folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import perfeval_xl

PAGE = Path(__file__).parent.parent.parent / "docs" / "api.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def test_the_examples_of_the_page_run_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text, names = PAGE.read_text("utf-8"), {"__name__": "page"}
    blocks = list(BLOCK.finditer(text))
    assert len(blocks) > 10
    for block in blocks:
        line = text[: block.start(1)].count("\n")
        exec(compile("\n" * line + block[1], PAGE, "exec"), names)  # noqa: S102  # the page's own examples


def test_the_page_names_everything_that_does_something() -> None:
    text = PAGE.read_text("utf-8")
    functions = [name for name in perfeval_xl.__all__ if name[0].islower()]
    assert [name for name in functions if not re.search(rf"\b{name}\b", text)] == []
