"""How pages are drawn: from Jinja templates that escape all that they are given, with the words of officials."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from perfeval_xl.api.shown import one_line
from perfeval_xl.records.times import long, short

LEAVES, STATIC = Path(__file__).parent / "leaves", Path(__file__).parent / "static"


def render(leaf: str, **shown: object) -> str:
    """Return a page's HTML."""
    return _environment().get_template(f"{leaf}.html").render(**shown)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(LEAVES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(short=short, long=long, line=one_line)
    return made
