"""How a file's name from outside becomes ours: one clean line of bounded length, and never another file's name."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from pathlib import PurePosixPath

from perfeval_xl.admission.characters import is_strange, visible

LONGEST_NAME, LONGEST_PATH = 255, 1_000
"""Characters of one name, and of a path, that are kept whole."""

_MOST_BYTES = 200
"""Of a name that is put on a disk: most take 255, and a number may still be put behind it."""
_WIDE = str.maketrans('<>:"|?*', "＜＞：＂｜？＊")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
_MARKED = re.compile("〔原名[0-9a-f]{12}〕")
_SURROGATE = re.compile("[\ud800-\udfff]")
_THREE_BYTES = "\u0800"
"""From here on a character takes three bytes of UTF-8, which few texts in another encoding have by chance."""
_COMMON = 3 / 4
"""The share of common characters from which a name is taken for Chinese in GB18030.

Chinese in UTF-8 read as GB18030 has two thirds of them at most: of three pairs one begins with E4 to E9.
"""


def admitted(path: str) -> str:
    """Return the name by which a file is known, from its path below an inbox with `/` between the parts.

    A path that is clean stays as it is. Any other is made readable and gets a mark from its true spelling, so that
    two different paths never have one name: `交通局〔原名0a1b2c3d4e5f〕.xlsx`. The true path still opens the file.
    """
    if path.isprintable() and len(path) <= LONGEST_NAME and "〔" not in path:
        return path
    name = "/".join(map(_admitted, path.split("/")))
    return name if len(name) <= LONGEST_PATH else _marked(name, path, LONGEST_PATH)


def on_any_disk(path: str) -> str:
    """Return the last part of a path as a file's name that every disk takes, and that leads nowhere else.

    Both slashes part. What Windows forbids becomes its full-width sign; a name of a device, and one that is
    nothing but dots, gets 文件 before it. At most 200 bytes are kept, of which the suffix is a part.
    """
    last = re.split(r"[/\\]", path)[-1]
    clean = visible(last).translate(_WIDE).strip().rstrip(". ")
    named = clean if clean and not _DEVICE.fullmatch(clean) else f"文件{clean}"
    stem, suffix = _split(named)
    return f"{_first_bytes(stem, _MOST_BYTES - len(suffix.encode()))}{suffix}".rstrip(". ")


def _first_bytes(text: str, most: int) -> str:
    return text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")


def _admitted(part: str) -> str:
    """Return one part of a path; what looks as if it were marked already is marked, too."""
    clean = visible(_decoded(part))
    if clean == part and len(clean) <= LONGEST_NAME and not _MARKED.search(part):
        return clean
    return _marked(clean, part, LONGEST_NAME)


def _marked(clean: str, true: str, longest: int) -> str:
    mark = f"〔原名{hashlib.sha256(true.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}〕"
    stem, suffix = _split(clean)
    return f"{_shortened(stem, longest - len(mark) - len(suffix))}{mark}{suffix}"


def _split(clean: str) -> tuple[str, str]:
    suffix = PurePosixPath(clean).suffix
    return (clean.removesuffix(suffix), suffix) if suffix and len(suffix) <= len(".download") else (clean, "")


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most // 2]}…{text[len(text) - most // 2 + 1 :]}"


def _decoded(part: str) -> str:
    """Return a name that was not in the system's encoding read as GB18030, where it is that; else as it is."""
    raw = _bytes(part)
    if raw is None:
        return part
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return part
    if "/" in text or any(map(is_strange, text)):
        return part
    damaged = any(char >= _THREE_BYTES and not _SURROGATE.match(char) for char in part)
    return part if damaged and not _is_common(text) else text


def _is_common(text: str) -> bool:
    """Whether a text reads as Chinese: `办公` holds UTF-8 by chance in GB18030, but common characters."""
    foreign = [char.encode("gb18030") for char in text if not char.isascii()]
    common = sum(_is_everyday(code) for code in foreign)
    return common >= _COMMON * len(foreign)


def _is_everyday(code: bytes) -> bool:
    """Whether a code of GB18030 is a common Chinese character, of GB 2312's first level, or a full-width sign."""
    return len(code) == 2 and (0xB0 <= code[0] <= 0xD7 or 0xA1 <= code[0] <= 0xA3) and code[1] >= 0xA1


def _bytes(part: str) -> bytes | None:
    """Return the bytes of a name that holds some that are no text; None for any other name."""
    if os.name == "nt" or not _SURROGATE.search(part):
        return None
    try:
        return part.encode(sys.getfilesystemencoding(), "surrogateescape")
    except UnicodeEncodeError:
        return None
