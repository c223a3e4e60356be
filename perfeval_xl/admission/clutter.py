"""What programs leave in a folder unasked, by its name, and why it is not a unit's file."""

from __future__ import annotations

from pathlib import PurePosixPath

OPENED = "Excel、WPS、LibreOffice 或本程序的临时文件"
UNFINISHED = "没有下载完、没有写完的文件"
SYSTEM = "系统自动生成的文件"
SHORTCUT = "快捷方式，不是文件本身"

_OPENED = ("~$", ".~", "~wrl", "~wrd")
_UNFINISHED = frozenset(
    (".tmp", ".crdownload", ".part", ".partial", ".download", ".opdownload", ".downloading", ".td", ".xltd")
)
_SHORTCUTS = frozenset((".lnk", ".url", ".webloc"))
_SYSTEM_FILES = frozenset((".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".directory", ".localized"))
_SYSTEM_FOLDERS = frozenset(
    (
        *("__macosx", "$recycle.bin", "system volume information", "lost+found", "@eadir", "#recycle"),
        *(".trashes", ".spotlight-v100", ".fseventsd", ".temporaryitems"),
    )
)


def why_ignored(path: str) -> str:
    """Return why what lies at a path is no file of a unit; empty where it may be one."""
    *folders, name = PurePosixPath(path.replace("\\", "/").lower()).parts or ("",)
    if name in _SYSTEM_FILES or name.startswith("._") or any(map(is_system_folder, folders)):
        return SYSTEM
    if name.startswith(_OPENED):
        return OPENED
    suffix = PurePosixPath(name).suffix
    if suffix in _SHORTCUTS:
        return SHORTCUT
    return UNFINISHED if suffix in _UNFINISHED else ""


def is_system_folder(name: str) -> bool:
    """Whether a folder is one that a system keeps for itself and in which no unit's file lies."""
    return name.lower() in _SYSTEM_FOLDERS or name.lower().startswith(".trash-")
