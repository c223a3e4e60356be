"""Where a unit's letters lie: all in one folder or, where there are many, in one for each 主管部门 or unit."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from perfeval_xl.campaign.folder import SLIPS
from perfeval_xl.files.outputs import KEPT
from perfeval_xl.files.publish import free
from perfeval_xl.outgoing.handout import without_unsafe
from perfeval_xl.outgoing.issue import code_in_names, file_name
from perfeval_xl.records.office import Shelving

if TYPE_CHECKING:
    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.unit import Unit

DONE, VOID = "已办结", "已作废"
_NOT_UNITS = frozenset({DONE, VOID, SLIPS, KEPT})
_LONGEST = 60
_SLIP = " 通过回执.docx"


def letter_path(campaign: Campaign, unit: Unit) -> Path:
    """Return where the marked workbook of a unit lies, or would."""
    return campaign.returns / _shelf(campaign, unit) / file_name(unit)


def notice_beside(book: Path) -> Path:
    """Return the path of the notice that goes with a marked workbook."""
    return book.with_name(f"{book.stem} 退回通知.docx")


def slip_path(campaign: Campaign, unit: Unit) -> Path:
    """Return where the slip of a unit that has passed lies, or would."""
    name = file_name(unit).removesuffix(".xlsx")
    return campaign.returns / SLIPS / _shelf(campaign, unit) / f"{name}{_SLIP}"


def letters_in(folder: Path) -> dict[str, list[Path]]:
    """Return the letters of a folder and of those for 主管部门 or units in it, by the code at their names' head.

    Letters of former rounds, which were put aside, are none of them.
    """
    found: dict[str, list[Path]] = {}
    for place in (folder, *shelves(folder)):
        for path in sorted(place.glob("*.*")):
            if path.is_file():
                found.setdefault(path.name.split(" ", 1)[0], []).append(path)
    return found


def shelves(folder: Path) -> tuple[Path, ...]:
    """Return the folders for 主管部门 or units in a folder of letters."""
    return tuple(path for path in sorted(folder.glob("*")) if path.is_dir() and path.name not in _NOT_UNITS)


def put_in_place(campaign: Campaign, unit: Unit, *folders: dict[str, list[Path]]) -> None:
    """Move a unit's letters to where the settings want them now; the mappings of `letters_in` follow.

    One that somebody has open stays until the next time.
    """
    for letters, place in zip(folders, (campaign.returns, campaign.returns / SLIPS), strict=True):
        target = place / _shelf(campaign, unit)
        moved = [_moved(path, target) for path in letters.get(code_in_names(unit), ())]
        if moved:
            letters[code_in_names(unit)] = moved


def _moved(path: Path, folder: Path) -> Path:
    if path.parent == folder:
        return path
    folder.mkdir(parents=True, exist_ok=True)
    left = path.parent
    with suppress(PermissionError):
        path = path.rename(free(folder / path.name))
        with suppress(OSError):
            left.rmdir()
    return path


def _shelf(campaign: Campaign, unit: Unit) -> str:
    """Return the folder of a unit's letters by the settings; '' for none of its own."""
    match campaign.office.shelving:
        case Shelving.PARENT:
            name = unit.parent or unit.name
        case Shelving.UNIT:
            name = f"{unit.code} {unit.name}"
        case _:
            return ""
    clean = without_unsafe(name)[:_LONGEST].strip(" .")
    return f"{clean}（单位）" if clean in _NOT_UNITS or not clean else clean
