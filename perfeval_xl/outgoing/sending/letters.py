"""Which letters are written of what is owed, one for a unit or for a 主管部门, and what they say and carry."""

from __future__ import annotations

import io
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from perfeval_xl.outgoing.handout import member, without_unsafe
from perfeval_xl.paper import contact
from perfeval_xl.records.mail import Errand
from perfeval_xl.records.times import long_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from perfeval_xl.outgoing.sending.addressees import Addressee
    from perfeval_xl.outgoing.sending.states import Entry
    from perfeval_xl.paper import Letterhead

MEGABYTE = 1 << 20
_LONGEST_NAME = 60
_SUBJECTS = {
    Errand.ISSUE: "填报工作簿",
    Errand.RETURN: "退回改正、说明",
    Errand.PASSED: "通过回执",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: its entries, all of one errand; the `number`th `of` several where one would be too large.

    A `packed` one carries its files in one archive. `again` counts those before it whose files have the same name.
    """

    to: Addressee
    errand: Errand
    entries: tuple[Entry, ...]
    packed: bool = False
    number: int = 1
    of: int = 1
    again: int = 0

    @property
    def stem(self) -> str:
        """What its files are called."""
        several = f" {self.number}-{self.of}" if self.of > 1 else ""
        name = without_unsafe(f"{self.to.code} {self.to.name}".strip())[:_LONGEST_NAME].strip(" .")
        same = f"（{self.again + 1}）" if self.again else ""
        return f"{name} {self.errand}{several}{same}"

    @property
    def addresses(self) -> tuple[str, ...]:
        """To which addresses it goes."""
        return self.to.mailboxes.good

    def attachments(self) -> tuple[tuple[str, bytes], ...]:
        """Return names and bytes of what is attached."""
        files = [(path.name, path.read_bytes()) for path in _files(self.entries)]
        return ((f"{self.stem}.zip", _archive(files)),) if self.packed else tuple(files)


def letters(entries: Iterable[Entry], largest: int, *, packed: bool) -> tuple[Letter, ...]:
    """Put entries into letters, each of one errand to one addressee and of `largest` MB at most.

    Files that alone are larger are a letter of their own. With `packed` each carries one archive.
    """
    groups: dict[tuple[Addressee, Errand], list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.to, entry.item.errand].append(entry)
    several = (
        letter
        for (to, errand), group in groups.items()
        for letter in _cut(Letter(to, errand, tuple(group), packed=packed), largest)
    )
    return tuple(_told_apart(several))


def _cut(letter: Letter, largest: int) -> Iterator[Letter]:
    """Give a letter, or as many as it takes for none to be too large."""
    lots: list[list[Entry]] = [[]]
    inside: set[Path] = set()
    size = 0
    for entry in letter.entries:
        more = sum(path.stat().st_size for path in entry.item.files if path not in inside)
        if lots[-1] and size + more > largest * MEGABYTE:
            lots.append([])
            inside, size, more = set(), 0, entry.item.size
        lots[-1].append(entry)
        inside |= set(entry.item.files)
        size += more
    for number, lot in enumerate(lots, 1):
        yield replace(letter, entries=tuple(lot), number=number, of=len(lots))


def _told_apart(several: Iterable[Letter]) -> Iterator[Letter]:
    """Give letters of which no two have files of the same name, whatever is left of their addressees' names."""
    seen = Counter[str]()
    for letter in several:
        again = seen[letter.stem.lower()]
        seen[letter.stem.lower()] += 1
        yield replace(letter, again=again) if again else letter


def _files(entries: Iterable[Entry]) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(path for entry in entries for path in entry.item.files))


def _archive(files: Iterable[tuple[str, bytes]]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files:
            archive.writestr(member(name), data)
    return target.getvalue()


def subject(letter: Letter, head: Letterhead) -> str:
    """Return what stands in a letter's subject: the year's work, what it is about, whose it is."""
    several = f"（第{letter.number}封，共{letter.of}封）" if letter.of > 1 else ""
    name = " ".join(filter(None, (letter.to.code, letter.to.name)))[:_LONGEST_NAME]
    return one_line(f"{head.year}年度{head.work}{_SUBJECTS[letter.errand]}：{name}{several}")


def text(letter: Letter, head: Letterhead, today: date) -> str:
    """Return the letter's words, as they stand in the mail and can be pasted elsewhere."""
    names = [path.name for path in _files(letter.entries)]
    parts = (
        f"{letter.to.name}：",
        f"    {_asked(letter, head, today)}",
        *((f"    {told}",) if (told := contact(head.office)) else ()),
        f"附件{'（在压缩包里）' if letter.packed else ''}：",
        *(f"  {number}. {name}" for number, name in enumerate(names, 1)),
        *((f"{head.name}",) if head.name else ()),
    )
    return "\n".join(map(one_line_kept, parts)) + "\n"


def _asked(letter: Letter, head: Letterhead, today: date) -> str:
    work = f"{head.year}年度{head.work}"
    where = f"，交到{head.office.place}" if head.office.place else ""
    units = f"你部门和所属单位（共{len(letter.entries)}份）" if letter.packed else "你单位"
    pass_on = "，请分发到各单位" if letter.packed else ""
    match letter.errand:
        case Errand.ISSUE:
            return (
                f"现发去{units}的{work}填报工作簿，见附件{pass_on}。请先看填报须知，用 Excel 或 WPS 填好、保存，"
                f"{_by(head, today)}报送{where}。文件名和表格的结构请不要改。"
            )
        case Errand.RETURN if any(path.suffix == ".xlsx" for path in _files(letter.entries)):
            return (
                f"{units}报送的{work}材料已经核对，现予退回{pass_on}。问题和改法写在附件的退回通知里，也标在工作簿中。"
                f"请改正，或者写明原因，按退回通知写明的期限重新报送{where}。"
            )
        case Errand.RETURN:
            return f"{units}报来的文件读不出，还没有核对{pass_on}。原因和办法见附件，请按通知重新报送{where}。"
        case _:
            return f"{units}报送的{work}材料已经核对通过，回执见附件{pass_on}。此后如需修改，请先与我们联系。"


def _by(head: Letterhead, today: date) -> str:
    """Return by when it has to be reported; a day that is over is no deadline any more."""
    deadline = head.office.deadline
    if deadline is None:
        return "尽快"
    return f"于{long_day(deadline)}前" if deadline >= today else "尽快"


def one_line(text: str) -> str:
    """Return a text in which nothing ends a line or steers a program: no name can begin a header of its own."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def one_line_kept(text: str) -> str:
    """Return a line of a letter with its blanks, and with nothing in it that begins another."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
