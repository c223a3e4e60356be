"""What the bureau's report consists of: the summary's sentences, and its tables on pages of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.records.blocks import Block, Chart, Line, Pages, Paper, Style

if TYPE_CHECKING:
    from collections.abc import Iterable

_USED = (Style.TITLE, Style.H1, Style.H2, Style.H3, Style.BODY, Style.NOTE, Style.SIGNED)
_STYLES = {style.value: style for style in _USED}


def bureau_paper(
    paragraphs: Iterable[tuple[str, str]], tables: Iterable[Block], charts: Iterable[Chart] = (), title: str = ""
) -> Paper:
    """Return the report: `paragraphs` are (style, text); charts follow on pages of their own, then `tables`."""
    lines = [Line(_STYLES.get(style, Style.BODY), text) for style, text in paragraphs]
    title = next((line.text for line in lines if line.style is Style.TITLE), title)
    attached = (tuple(charts), tuple(tables))
    return Paper(title, (Pages(tuple(lines)), *(Pages(blocks, attached=True) for blocks in attached if blocks)))
