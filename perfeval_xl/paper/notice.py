"""What the bureau writes to one unit: the notice that its workbook goes back, and the slip that it has passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from perfeval_xl.records.blocks import Cell, Line, Pages, Paper, Style, Table
from perfeval_xl.records.finding import Level
from perfeval_xl.records.times import long, long_day
from perfeval_xl.records.unit import QQ

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.records.blocks import Block
    from perfeval_xl.records.office import Office
    from perfeval_xl.records.opinion import Opinion
    from perfeval_xl.records.unit import Unit

_HEADS = ("序号", "级别", "位置", "问题和改法", "现在的值", "对照数", "怎样回应", "说明")
_WIDTHS = (5, 6, 15, 46, 13, 13, 12, 18)
_CENTERED = {"序号", "级别", "怎样回应"}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes, about which year's `work`; `name` is the bureau's, `document` the 文号 of the year's notice."""

    year: int
    name: str
    document: str
    office: Office
    work: str


@dataclass(frozen=True, slots=True)
class Passing:
    """How a submission has passed: `accepted` says by whom and on which day.

    `explained` are doubts, `waived` findings that the bureau asks nothing about; `errors` and `doubts` are still
    as they were, and a person has taken the submission all the same: `why`. `code` is the 校验码 of what has
    passed, by which a stamped paper is held against it.
    """

    accepted: str
    explained: int = 0
    waived: int = 0
    errors: int = 0
    doubts: int = 0
    by: str = ""
    why: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """The submission that a letter is about: its file, the file's time, its fingerprint, and which round it is."""

    file: str
    modified: datetime
    sha256: str
    round: int


def return_paper(
    head: Letterhead, unit: Unit, received: Received, opinions: tuple[Opinion, ...], day: date
) -> Paper:
    """Return the notice that a workbook goes back, on one page, with all that is open listed on further ones."""
    listed = tuple(opinion for opinion in opinions if opinion.open)
    title = f"关于退回{head.year}年度\n{head.work}材料的通知"
    letter = (
        Line(Style.TITLE, title),
        Line(Style.NUMBER, f"编号：{unit.key}-{received.round}（第{received.round}次退回）"),
        Line(Style.ADDRESSEE, f"{unit.name}："),
        *(Line(Style.BODY, text) for text in _return_texts(head, received, listed, day)),
        Line(Style.ATTACHED, f"附件：问题清单（{len(listed)}条）"),
        *_signed(head, day),
    )
    table = Pages(
        (
            Line(Style.ATTACHMENT, "附件"),
            Line(Style.TABLE_TITLE, "问 题 清 单"),
            Line(Style.TABLE_LINE, f"单位：{unit.label}（{unit.key}）\t文件：{received.file}"),
            *(Line(Style.TABLE_LINE, f"填表人：{told}") for told in [_reached(unit)] if told),
            _table(listed),
            Line(Style.NOTE, "填写说明的，请同时写进工作簿“核对意见”表的“说明”栏；只写在纸上的，财政部门读不到。"),
        ),
        landscape=True,
        attached=True,
    )
    return Paper(title.replace("\n", ""), (Pages(letter), table))


def _return_texts(head: Letterhead, received: Received, opinions: tuple[Opinion, ...], day: date) -> Iterator[str]:
    errors = sum(opinion.level == Level.ERROR.label for opinion in opinions)
    doubts = len(opinions) - errors
    counts = [f"错误{errors}项"] * bool(errors) + [f"须核实的事项{doubts}项"] * bool(doubts)
    by_order = f"按照{head.document}的要求，" if head.document else ""
    yield (
        f"{by_order}你单位报送的{head.year}年度{head.work}工作簿（{received.file}，"
        f"{long(received.modified)}）已经核对，发现{'、'.join(counts)}，现予退回。"
    )
    must = "错误必须改正，不能只作说明。" if errors else ""
    may = "须核实的事项，填错的请改正；情况属实的，写明原因，不少于10个字。" if doubts else ""
    yield must + may
    where = f"，交到{head.office.place}" if head.office.place else ""
    when = _when(head.office, day)
    yield (
        "请在随本通知退回的工作簿中修改：有问题的格子已标红，逐条意见在“核对意见”表。"
        f"改好后请{when}重新报送{where}。{contact(head.office)}"
    )


def unread_paper(head: Letterhead, unit: Unit, received: Received, why: str, day: date) -> Paper:
    """Return the notice that a file came and cannot be read, on one page: `why` says the reason and the remedy."""
    title = f"关于重新报送{head.year}年度\n{head.work}材料的通知"
    when = _when(head.office, day)
    where = f"，交到{head.office.place}" if head.office.place else ""
    texts = (
        f"你单位报来的文件（{received.file}，{long(received.modified)}）已经收到，但读不出里面的内容，还没有核对。",
        f"原因和办法：{why}",
        f"请{when}重新报送{where}。{contact(head.office)}",
    )
    letter = (
        Line(Style.TITLE, title),
        Line(Style.NUMBER, f"编号：{unit.key}-{received.round}（第{received.round}次退回）"),
        Line(Style.ADDRESSEE, f"{unit.name}："),
        *(Line(Style.BODY, text) for text in texts),
        *(Line(Style.BODY, f"填表人：{told}。") for told in [_reached(unit)] if told),
        *_signed(head, day),
    )
    return Paper(title.replace("\n", ""), (Pages(letter),))


def _reached(unit: Unit) -> str:
    """Return who fills for the unit and how to reach it; blank where the roster tells nothing beside a phone.

    Who is named there ought to see that it is right: a wrong address is noticed by those who read it.
    """
    reach = [f"{heading}{'' if heading == QQ else '：'}{text}" for heading, text in unit.reach.items()]
    named = [unit.contact, *([f"联系电话：{unit.phone}"] if unit.phone else [])]
    return "，".join(filter(None, (*named, *reach))) if reach else ""


def _when(office: Office, day: date) -> str:
    """Return by when it has to come again: so many days after the letter, or by a deadline that is not over."""
    last = day + timedelta(office.days) if office.days else office.deadline
    return f"于{long_day(last)}前" if last and last >= day else "尽快"


def slip_paper(head: Letterhead, unit: Unit, received: Received, passing: Passing, day: date) -> Paper:
    """Return the slip of a unit that has passed, which says what is left of what was found."""
    title = f"{head.year}年度{head.work}\n报送材料通过回执"
    texts = [
        f"你单位报送的{head.year}年度{head.work}工作簿已经核对，{_passed(passing)}",
        "采用的文件如下，此后如需修改，请先与我们联系，再重新报送；重新报送后以最后一次为准。",
    ]
    if passing.code:
        whose = "-".join(filter(None, (unit.code, unit.part_code)))
        named = f"例如“{whose} 盖章件 {passing.code}.pdf”"
        texts.append(f"报送盖章件的，请把校验码写进文件名，以便与通过的内容核对，{named}。")
    rows = (
        *(("填表人", told) for told in [_reached(unit)] if told),
        ("文件名", received.file),
        ("文件时间", long(received.modified)),
        ("第几次报送", f"第{received.round}次"),
        ("校验码", passing.code),
        ("文件指纹", received.sha256),
        ("审核", passing.accepted),
    )
    table = Table(
        (22, 78), tuple((Cell(name, head=True, side="center"), Cell(text)) for name, text in rows), row_height=28
    )
    whom = contact(head.office)
    blocks: tuple[Block, ...] = (
        Line(Style.TITLE, title),
        Line(Style.ADDRESSEE, f"{unit.label}（{unit.key}）："),
        *(Line(Style.BODY, text) for text in texts),
        table,
        *((Line(Style.BODY, whom),) if whom else ()),
        *_signed(head, day),
    )
    return Paper(title.replace("\n", ""), (Pages(blocks),))


def _passed(passing: Passing) -> str:
    """Return what is left of what was found, and on what ground the workbook has passed."""
    told = [f"须核实的事项{passing.explained}项已作说明"] * bool(passing.explained)
    told += [f"有{passing.waived}项由财政部门决定不作要求"] * bool(passing.waived)
    left = [f"错误{passing.errors}项"] * bool(passing.errors)
    left += [f"待说明的事项{passing.doubts}项"] * bool(passing.doubts)
    if left:
        told.append(f"尚有{'、'.join(left)}未改，{passing.by}审核同意采用，理由：{passing.why.rstrip('。')}")
        return f"{'，'.join(told)}。"
    corrected = [] if passing.waived else ["没有未改正的错误"]
    return f"{'，'.join((*corrected, *told))}，予以通过。"


def _table(opinions: tuple[Opinion, ...]) -> Table:
    heads = tuple(Cell(name, side="center", head=True) for name in _HEADS)
    return Table(_WIDTHS, (heads, *(_row(opinion) for opinion in opinions)), heads=1)


def _row(opinion: Opinion) -> tuple[Cell, ...]:
    texts = (
        str(opinion.number), opinion.level, opinion.place, opinion.message,
        opinion.value, opinion.expected, opinion.answer, opinion.said,
    )  # fmt: skip
    return tuple(
        Cell(text, side="center" if name in _CENTERED else "left")
        for name, text in zip(_HEADS, texts, strict=True)
    )


def contact(office: Office) -> str:
    """Return whom to ask, as a sentence; blank where nobody is named."""
    person = f"联系人：{office.operator}" if office.operator else ""
    phone = f"联系电话：{office.phone}" if office.phone else ""
    return "，".join(filter(None, (person, phone))) + ("。" if person or phone else "")


def _signed(head: Letterhead, day: date) -> Iterator[Line]:
    yield Line(Style.SIGNED, "")
    if head.name:
        yield Line(Style.SIGNED, head.name)
    yield Line(Style.SIGNED, long_day(day))
