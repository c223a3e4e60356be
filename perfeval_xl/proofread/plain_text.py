"""Reports as plain text: which encoding a file is in, and lines that a page or a PDF broke in the middle."""

from __future__ import annotations

import re
import unicodedata

from perfeval_xl.proofread.report import Paragraph, Report, ReportError

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_ENDS = tuple("。！？；：.!?;:")
_BEGINS = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十]+[)）、]|[（(]?\d{1,2}[)）、.．]|第[一二三四五六七八九十]|附[件：:])"
)
_SHORT_LINE, _FEW_LINES, _WIDEST, _RAGGED = 10, 6, 120, 8


def read_text(data: bytes, file: str) -> Report:
    """Read a text file into paragraphs; blank lines are left out, lines broken in the middle are joined."""
    lines = [_INVISIBLE.sub("", line).strip("\r\n") for line in decoded(data, file).splitlines()]
    filled = _unwrapped([line for line in lines if line.strip()])
    return Report(file, tuple(Paragraph(number, text) for number, text in enumerate(filled, 1)))


def decoded(data: bytes, file: str) -> str:
    """Return the text of a file in UTF-8, UTF-16 or GB18030."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding) or _refused(file)
    if b"\x00" in data[:400]:
        odd, even = data[1:400:2].count(0), data[0:400:2].count(0)
        return _strict(data, "utf-16-le" if odd >= even else "utf-16-be") or _refused(file)
    for encoding in ("utf-8", "gb18030"):
        text = _strict(data, encoding)
        if text is not None:
            return text
    return _refused(file)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _refused(file: str) -> str:
    raise ReportError(
        file, "文字编码认不出来", "请用记事本打开，另存为 UTF-8 编码的文本文件，或者另存为 .docx 后再试。"
    )


def _unwrapped(lines: list[str]) -> list[str]:
    """Join lines of about equal width that end in the middle of a sentence, as text copied from a PDF has them."""
    full_width = _wrapped_at(lines)
    joined: list[str] = []
    open_line = False
    for line in lines:
        if open_line and not _BEGINS.match(line):
            joined[-1] += line.strip()
        else:
            joined.append(line)
        open_line = bool(full_width) and _width(line) >= full_width - _RAGGED and not line.rstrip().endswith(_ENDS)
    return joined


def _width(line: str) -> int:
    """Return how wide a line is printed: a Chinese character is two wide."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line.strip())


def _wrapped_at(lines: list[str]) -> int:
    """Return the width at which the lines were broken, 0 if every line is a paragraph."""
    widths = sorted(_width(line) for line in lines if len(line) >= _SHORT_LINE)
    if len(widths) < _FEW_LINES or widths[-1] > _WIDEST:
        return 0
    broken = [line for line in lines if _width(line) >= widths[-1] - _RAGGED and not line.rstrip().endswith(_ENDS)]
    return widths[-1] if len(broken) * 3 > len(widths) else 0
