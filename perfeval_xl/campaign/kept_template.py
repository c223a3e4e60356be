"""Which template a year works with: the one it began with, kept in its folder, whatever the program brings now."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from perfeval_xl import reading
from perfeval_xl.campaign.settings import Kept, with_kept
from perfeval_xl.files.publish import DiskError, is_leftover, publish
from perfeval_xl.ledger import ledger
from perfeval_xl.records.contract import STAMP_TEMPLATE, STAMP_VERSION, STAMP_YEAR
from perfeval_xl.records.errors import CampaignError, os_reason
from perfeval_xl.template.load import load
from perfeval_xl.template.shelf import UnknownTemplateError, find, place

if TYPE_CHECKING:
    from perfeval_xl.records.contract import Template

FOLDER = "模板"
_LONGEST_STEM = 60
_GLANCES = 20
"""Workbooks handed out that are looked at to tell with which template a year began."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """With which template a year was handed out or taken in: its id and version and, where known, the year."""

    template: str
    version: str
    year: str = ""


class KeptTemplateError(CampaignError):
    """The template that a year began with is not there any more, or is another one."""


def mark(package: bytes) -> str:
    """Return a template's fingerprint."""
    return sha256(package).hexdigest()


def template_of(folder: Path, name: str, kept: Kept | None) -> Template:
    """Return the template of a year, without its settings: the kept one, or else the one that `name` finds.

    KeptTemplateError where the kept one is lost or altered.
    """
    if kept is None or kept.template != name:
        return find(name, folder)
    return load(_kept_package(folder, kept))


def _kept_package(folder: Path, kept: Kept) -> bytes:
    path = folder / FOLDER / kept.file
    if path.exists() and not path.is_file():
        raise KeptTemplateError(f"“{path}”不是普通文件。请把它移走，再从备份的压缩包里取出原来的文件放回。")
    try:
        package = path.read_bytes()
    except FileNotFoundError as error:
        same = _same_of_program(folder, kept)
        if same is not None:
            return same
        raise KeptTemplateError(
            f"“{path}”不见了。它是这一年所用的模板，没有它不能核对和汇总。请从备份的压缩包里取出“{FOLDER}”文件夹放回原处；"
            f"没有备份的，运行 perfeval-xl upgrade {folder}，改用程序现在的模板（会先说明变化）。"
        ) from error
    except OSError as error:
        raise KeptTemplateError(f"打不开“{path}”：{os_reason(error)}。请关闭正在使用它的程序后重试。") from error
    if mark(package) != kept.sha256:
        raise KeptTemplateError(
            f"“{path}”与这一年开始时存下的不同，被改动过或者已经损坏。请从备份的压缩包里取出原来的文件放回；"
            "确实要改用改过的模板，请把它复制到别的文件夹，"
            f"再运行 perfeval-xl upgrade {folder} --template 那份文件。"
        )
    return package


def _same_of_program(folder: Path, kept: Kept) -> bytes | None:
    """Return the template as it still lies where the kept one was taken from, if it is still the same."""
    try:
        package = place(kept.template, folder).read_bytes()
    except (UnknownTemplateError, OSError):
        return None
    return package if mark(package) == kept.sha256 else None


def put(folder: Path, template: Template, name: str, year: int) -> Kept:
    """Lay a template into the year's folder, where it does not lie there yet; return what is to be noted of it."""
    found = mark(template.package)
    stem = re.sub(r"[^\w.-]+", "_", f"{template.id}-{template.version}").strip(".")[:_LONGEST_STEM] or FOLDER
    path = folder / FOLDER / f"{stem}.xlsx"
    if path.exists() and not _holds(path, template.package):
        path = path.with_name(f"{stem}-{found[:8]}.xlsx")
    if not _holds(path, template.package):
        publish(path, template.package)
    return Kept(name, path.name, template.version, found, year)


def _holds(path: Path, package: bytes) -> bool:
    try:
        return path.read_bytes() == package
    except OSError:
        return False


def note(settings: Path, kept: Kept) -> None:
    """Write into a settings file with which template its year began; all else in it stays as it is."""
    try:
        text = settings.read_bytes().decode("utf-8")
    except OSError as error:
        raise DiskError(settings, error) from error
    publish(settings, with_kept(text, kept).encode("utf-8"))


# --- how a year began -------------------------------------------------------------------------------------------


def has_begun(out: Path, book: Path) -> bool:
    """Whether workbooks were handed out or anything was written into the ledger."""
    if next(_issued(out), None):
        return True
    if not book.exists():
        return False
    with ledger.opened(book) as opened:
        return bool(opened.known() or opened.acts())


def beginning(out: Path, book: Path) -> Beginning | None:
    """Return with which template a year was handed out, or else taken in; nothing where it has not begun."""
    for path, _ in zip(_issued(out), range(_GLANCES), strict=False):
        stamps = reading.stamps(path.read_bytes())
        if stamps.get(STAMP_TEMPLATE):
            return Beginning(stamps[STAMP_TEMPLATE], stamps.get(STAMP_VERSION, ""), stamps.get(STAMP_YEAR, ""))
    if not book.exists():
        return None
    with ledger.opened(book) as opened:
        taken = Counter((one.template, one.version) for one in opened.receipts() if one.readable)
    return Beginning(*taken.most_common(1)[0][0]) if taken else None


def require_fit(template: Template, began: Beginning | None, year: int, folder: Path) -> None:
    """Refuse a template that does not read what a year handed out, where none was kept when it began."""
    if began is None:
        return
    if began.year and began.year != str(year):
        raise CampaignError(
            f"“{folder}”里的工作簿是按{began.year}年度发放的，而设置里的“年度”是 {year}。"
            f"请把“年度”改回 {began.year}；{year}年度的请用 perfeval-xl init 另建文件夹。"
        )
    if began.template != template.id or not reads(template.version, began.version):
        raise KeptTemplateError(
            f"“{folder}”这一年是用模板“{began.template}”{began.version}版开始的，文件夹里没有存下这个模板，"
            f"现在找到的是“{template.id}”{template.version}版。请用原来版本的程序做完这一年；"
            f"或者运行 perfeval-xl upgrade {folder}，改用新版（加 --preview 先看有哪些变化）。"
        )


def reads(ours: str, theirs: str) -> bool:
    """Whether a template reads the workbooks of a version of it: the same, or an older one of the same series."""
    if ours == theirs:
        return True
    new, old = _numbers(ours), _numbers(theirs)
    return bool(new and old) and new[0] == old[0] and old <= new


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()


def _issued(out: Path) -> Iterator[Path]:
    return (path for path in sorted(out.glob("* *.xlsx")) if path.is_file() and not is_leftover(path.name))
