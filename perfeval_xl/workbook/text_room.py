"""How much room a text takes on paper, estimated so that no usual program cuts it, with whatever fonts."""

from __future__ import annotations

import math

from perfeval_xl.workbook.row_writer import lines_of

MOST_POINTS = 409.0
"""The highest that a row can be."""
_LINE = 1.45
"""How high a line is, in sizes of its font: that of the highest of the usual fonts."""
_PIXELS, _PADDING, _POINTS, _INSET = 7, 5, 0.75, 6
"""Pixels a character of a column's width, and beside them; points a pixel, and left free in a cell."""


def characters_of(width: float, size: float) -> int:
    """Return how many Han characters of a font's size, in points, stand on a line of a column's width."""
    return max(1, math.floor(((_PIXELS * width + _PADDING) * _POINTS - _INSET) / size))


def height_in(text: str, characters: int, size: float) -> float:
    """Return the points that a row needs for a text where so many Han characters of a size stand on a line.

    It is never more than a row can have.
    """
    return min(MOST_POINTS, round(lines_of(text, 2 * characters + 1) * _LINE * size + 2, 1))
