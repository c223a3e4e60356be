"""How 档案目录.xlsx lists a sealed year for people: what it is, every file with its fingerprint, every unit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.campaign.folder import (
    HANDED_UP,
    INBOX,
    LEDGER,
    OUT,
    PUBLIC,
    RETURNS,
    ROSTER,
    SETTINGS,
    SLIPS,
    SUMMARY,
    TEMPLATES,
)
from perfeval_xl.campaign.status.book import grid
from perfeval_xl.records.papers import archive_of, paper_of
from perfeval_xl.records.times import long_day
from perfeval_xl.workbook.sheet_writer import FIRST_ROW, Binder, Page

if TYPE_CHECKING:
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.standing import Overview, Standing
    from perfeval_xl.records.verdict import Receipt

_TAB = "#7F7F7F"
_KINDS = {
    SETTINGS: "设置",
    ROSTER: "名册",
    LEDGER: "台账",
    TEMPLATES: "模板",
    OUT: "发放的工作簿",
    RETURNS: "退回件",
    SUMMARY: "汇总和清单",
    PUBLIC: "公开的文件",
    HANDED_UP: "上报的文件",
}
_LINES = (
    ("档案是什么", "这一年工作文件夹的全部内容，连同台账，封存成一个压缩包；封存以后不再改动。"),
    ("怎样核对", "perfeval-xl archive --verify 档案文件：逐个文件与指纹核对，并检查台账是否完整。"),
    ("怎样打开", "perfeval-xl archive --open 档案文件 -o 新文件夹：以后的版本也能打开；也可以解压后直接看。"),
    ("指纹", "SHA-256，64位。文件改动一个字，指纹就不同；用 Windows 自带的 certutil 也能算出来核对。"),
)


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is said of a sealed year as a whole; `lacking` are sentences of what is not in it, or not finished."""

    title: str
    template: str
    program: str
    by: str
    on: date
    lacking: tuple[str, ...] = ()


def catalogue(about: Particulars, seen: Overview, files: Mapping[str, tuple[str, int]]) -> bytes:
    """Return 档案目录.xlsx; `files` are fingerprint and size in bytes by the name in the archive."""
    binder = Binder(f"{about.title}档案目录")
    _write_about(binder.page("档案说明", _TAB), about, seen, len(files))
    _write_files(binder.page("文件目录"), about.title, seen, files)
    _write_units(binder.page("单位"), about.title, seen)
    return binder.bytes()


def _write_about(page: Page, about: Particulars, seen: Overview, files: int) -> None:
    page.widths(16, 100)
    page.title(f"{about.title}档案", 2)
    stages = Counter(one.stage for one in seen.standings)
    units = f"共{len(seen.standings)}户：{'，'.join(f'{stage.value}{count}户' for stage, count in stages.items())}"
    lines = (
        ("归档", f"{long_day(about.on)}，{about.by}"),
        ("模板", about.template),
        ("程序版本", about.program),
        ("单位", units),
        ("文件", f"{files}个，见“文件目录”"),
        ("记录", f"台账中有办理记录{len(seen.acts)}条"),
        *(("请注意", sentence) for sentence in about.lacking),
        *_LINES,
    )
    for row, (word, text) in enumerate(lines, FIRST_ROW):
        page.text(row, 1, word, "board_center")
        page.text(row, 2, text, "board")
    page.fit(FIRST_ROW, FIRST_ROW + len(lines) - 1)
    page.printed(FIRST_ROW + len(lines) - 1, 2)


def _write_files(page: Page, title: str, seen: Overview, files: Mapping[str, tuple[str, int]]) -> None:
    page.title(f"{title}文件目录", 7, "大小以字节计；指纹是 SHA-256。")
    owners = _owners(seen)
    rows = (
        (Decimal(number), kind_of(name), name, *owners.get(name, ("", "")), Decimal(size), mark)
        for number, (name, (mark, size)) in enumerate(files.items(), 1)
    )
    heads = (
        ("序号", 6), ("类别", 13), ("文件", 60), ("单位代码", 12), ("单位名称", 28), ("大小", 12),
        ("文件指纹", 68),
    )  # fmt: skip
    grid(page, heads, rows)


def kind_of(name: str) -> str:
    """Return what a file of a sealed year is, in the word that officials read, by where it lies."""
    top, _, below = name.partition("/")
    if top == INBOX:
        paper = paper_of(below)
        return paper.value if paper else "报送件"
    if top == RETURNS and below.startswith(f"{SLIPS}/"):
        return SLIPS
    return _KINDS.get(top, "其他")


def _owners(seen: Overview) -> dict[str, tuple[str, str]]:
    """Return code and name of the units whose files lie under a name in the inbox, in an archive several."""
    units: dict[str, dict[str, str]] = defaultdict(dict)
    for one in seen.standings:
        for receipt in _received(one):
            place = archive_of(receipt.file) or receipt.file
            units[f"{INBOX}/{place}"][one.unit.key] = one.unit.label
    return {name: ("、".join(found), "、".join(found.values())) for name, found in units.items()}


def _received(standing: Standing) -> Iterator[Receipt]:
    yield from (*standing.receipts, *standing.unread, *(one.receipt for one in standing.waiting))
    yield from (filed.receipt for filed in standing.papers)


def _write_units(page: Page, title: str, seen: Overview) -> None:
    page.title(f"{title}各单位的结果", 9)
    heads = (
        ("单位代码", 12), ("单位名称", 28), ("主管部门", 20), ("状态", 18), ("采用的文件", 40), ("文件指纹", 68),
        ("校验码", 12), ("审核记录", 50), ("公开", 40),
    )  # fmt: skip
    grid(page, heads, map(_unit, seen.standings))


def _unit(standing: Standing) -> Iterable[Value]:
    unit, receipt = standing.unit, standing.receipt
    used = (receipt.file, receipt.sha256) if receipt else ("", "")
    return (
        *(unit.key, unit.label, unit.parent, standing.progress, *used),
        *(standing.accepted_code, standing.remark, standing.public),
    )
