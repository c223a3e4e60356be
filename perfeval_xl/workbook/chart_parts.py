"""What the sheet library leaves out of a chart, where each program that shows it takes something else for granted.

The fonts are made to hold for Chinese letters, too; titles don't cover the chart; labels say the value alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from perfeval_xl.workbook.granted import require_count

_LATIN_FONT = re.compile(rb'<a:latin typeface="([^"]*)"/>')
_NO = b'<c:%s val="0"/>'


@dataclass(frozen=True, slots=True)
class _Omission:
    """Where `occasion` stands the library writes `short` and means `whole`; only in charts that have `kind`."""

    occasion: bytes
    short: bytes
    whole: bytes
    kind: bytes = b""

    def completed(self, chart: bytes, name: str) -> bytes:
        """Return the chart with what is left out; ChangedOutputError where the library does not write `short`."""
        if self.kind not in chart:
            return chart
        require_count(name, self.short.decode(), chart.count(self.occasion), chart.count(self.short))
        return chart.replace(self.short, self.whole)


_OMISSIONS = (
    _Omission(b"<c:chartSpace ", b'<c:lang val="en-US"/>', b'<c:lang val="zh-CN"/>' + _NO % b"roundedCorners"),
    _Omission(b"</c:title>", b"<c:layout/></c:title>", b"<c:layout/>" + _NO % b"overlay" + b"</c:title>"),
    _Omission(b"<c:legend>", b"<c:layout/><c:txPr>", b"<c:layout/>" + _NO % b"overlay" + b"<c:txPr>"),
    _Omission(
        b"<c:barChart>",
        b'<c:grouping val="clustered"/>',
        b'<c:grouping val="clustered"/>' + _NO % b"varyColors",
    ),
    _Omission(
        b"<c:scatterChart>",
        b'<c:scatterStyle val="lineMarker"/>',
        b'<c:scatterStyle val="lineMarker"/>' + _NO % b"varyColors",
    ),
    _Omission(
        b"<c:dLbls>",
        b"</c:spPr><c:dLbls>",
        b"</c:spPr>" + _NO % b"invertIfNegative" + b"<c:dLbls>",
        b"<c:barChart>",
    ),
    _Omission(
        b"</c:dLbls>",
        b'<c:showVal val="1"/>',
        _NO % b"showLegendKey"
        + b'<c:showVal val="1"/>'
        + b"".join(_NO % name for name in (b"showCatName", b"showSerName", b"showPercent", b"showBubbleSize")),
    ),
)


def explicit(chart: bytes, name: str) -> bytes:
    """Return a chart's part with what the library leaves out; ChangedOutputError where its output is not known."""
    chart, fonts = _LATIN_FONT.subn(rb'\g<0><a:ea typeface="\1"/>', chart)
    require_count(name, '<a:latin typeface="…"/>', chart.count(b"<a:latin "), fonts)
    for omission in _OMISSIONS:
        chart = omission.completed(chart, name)
    return chart
