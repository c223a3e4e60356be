"""What is no workbook and comes beside one: stamped papers and evidence, known by their names alone.

Nobody opens them. They are kept where they lie, and filed to the unit whose they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from perfeval_xl.records.check_code import code_in

if TYPE_CHECKING:
    from perfeval_xl.records.verdict import Receipt


class Paper(StrEnum):
    """What comes beside a workbook; the values are what officials read."""

    STAMPED = "盖章件"
    EVIDENCE = "佐证材料"


_SCANS = frozenset(
    (
        *("pdf", "ofd", "ceb", "cebx", "jpg", "jpeg", "jpe", "jfif", "png", "bmp", "gif", "tif", "tiff"),
        *("webp", "heic", "heif"),
    )
)
_DOCUMENTS = frozenset(
    (
        *("doc", "docx", "docm", "wps", "wpt", "rtf", "odt", "txt", "md", "ppt", "pptx", "pps", "ppsx", "dps"),
        *("mp4", "mov", "avi", "wmv", "mp3", "m4a", "wav", "eml", "msg", "caj"),
    )
)
_ARCHIVES = frozenset(("zip", "7z", "rar"))
_WORKBOOKS = frozenset(
    ("xls", "xlsx", "xlsm", "xlsb", "xlt", "xltx", "xltm", "et", "ett", "ods", "fods", "csv", "uos", "xml")
)
_UNTOLD: dict[str, Paper | None] = {
    **dict.fromkeys(_SCANS, Paper.STAMPED),
    **dict.fromkeys(_DOCUMENTS, Paper.EVIDENCE),
    **dict.fromkeys(_ARCHIVES),
}
"""What a file is by its suffix where no word tells."""
_OF_EVIDENCE = ("佐证", "证明材料", "支撑材料", "印证材料", "依据材料")
_OF_STAMPS = ("盖章", "签章", "公章", "签字", "扫描件")


class Held(StrEnum):
    """Whether a unit's papers of one kind have come; the values are what officials read."""

    RECEIVED = "已收"
    MISSING = "缺"
    DIFFERS = "与通过稿不符"


@dataclass(frozen=True, slots=True)
class Filed:
    """A paper that is filed to a unit, with the 校验码 that its name or a person tells; '' where none does."""

    receipt: Receipt
    paper: Paper
    code: str = ""


def paper_of(file: str) -> Paper | None:
    """Return what a file that is no workbook of ours is, by its name and its folders; None where it may be one.

    The nearest word tells: on the file before its folder. Without a word what is scanned is a stamped paper, any
    other document is evidence, and an archive, which may hold a workbook, is neither. A workbook is evidence only
    in a folder of evidence.
    """
    *folders, name = file.split("/")
    suffix = suffix_of(name)
    if suffix in _WORKBOOKS:
        return Paper.EVIDENCE if any(_told(folder) is Paper.EVIDENCE for folder in folders) else None
    if suffix not in _UNTOLD:
        return None
    return next((paper for text in (name, *reversed(folders)) if (paper := _told(text))), _UNTOLD[suffix])


def _told(text: str) -> Paper | None:
    """Return which kind a name speaks of, if any."""
    if any(word in text for word in _OF_STAMPS):
        return Paper.STAMPED
    return Paper.EVIDENCE if any(word in text for word in _OF_EVIDENCE) else None


def suffix_of(name: str) -> str:
    """Return how a file's name ends, in small letters and without the dot."""
    return PurePosixPath(name.lower()).suffix.removeprefix(".")


def archive_of(file: str) -> str:
    """Return the path of the archive in which a file came; '' where it lay loose."""
    parts = file.split("/")
    end = next((place for place, part in enumerate(parts[:-1], 1) if suffix_of(part) in _ARCHIVES), 0)
    return "/".join(parts[:end])


def code_told(file: str) -> str:
    """Return the 校验码 that a file's name tells, or else the nearest of its folders; '' where none does."""
    return next((code for part in reversed(file.split("/")) if (code := code_in(part))), "")
