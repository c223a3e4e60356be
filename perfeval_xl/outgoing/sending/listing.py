"""发送清单.xlsx: what goes to whom and how far it has come, what was sent, and where people note their own."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from perfeval_xl.outgoing.sending.letters import MEGABYTE
from perfeval_xl.outgoing.sending.states import REPLY, TO
from perfeval_xl.records.act import Deed
from perfeval_xl.records.kind import KINDS
from perfeval_xl.records.mail import State
from perfeval_xl.records.times import short
from perfeval_xl.records.typed_cells import POSTED, POSTING, as_value, base_rows
from perfeval_xl.records.unit import EMAIL, reached_by
from perfeval_xl.workbook.sheet_writer import FIRST_ROW, HEAD_ROW, Binder, Page, draw_base
from perfeval_xl.workbook.styles import RIGHT_INK, WARN_INK, WRONG_INK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from perfeval_xl.outgoing.sending.states import Entry
    from perfeval_xl.records.act import Act
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.typed_cells import Values

NAME = "发送清单.xlsx"
_PRINTED: tuple[tuple[str, float], ...] = (
    ("序号", 5), ("单位代码", 10), ("单位名称", 24), ("联系人", 9), ("联系电话", 14), ("事项", 7), ("状态", 12),
    ("收件邮箱", 24), ("发送时间", 17), ("说明", 36), (POSTED, 12),
)  # fmt: skip
_BESIDE: tuple[tuple[str, float], ...] = (
    ("主管部门", 18), ("凭据", 16), ("附件", 40), ("大小（MB）", 8),
)  # fmt: skip
"""Columns that are for the screen; behind them come the other ways to reach a unit."""
_OWN = frozenset(heading for heading, _ in (*_PRINTED, *_BESIDE, (EMAIL, 0)))
_REACH_WIDTH = 16
_CENTERED = {"序号", "单位代码", "联系人", "事项", "凭据", "状态", "发送时间"}
_INKS = {
    State.SENT: RIGHT_INK,
    State.BY_HAND: RIGHT_INK,
    State.UNKNOWN: WRONG_INK,
    State.REFUSED: WRONG_INK,
    State.WRONG_ADDRESS: WRONG_INK,
    State.TOO_LARGE: WRONG_INK,
    State.NO_ADDRESS: WARN_INK,
    State.LATER: WARN_INK,
}
_GUIDE = (
    "自己用邮箱、QQ、OA发出的，在黄色的“已发出”栏填日期或“是”，保存、关上；下次运行 send 时读入，不再发。"
    "待确认的先问单位收到没有。"
)
_SENT_COLUMNS = (
    ("时间", 17), ("事项", 10), ("单位代码", 12), ("单位名称", 26), ("内容", 26), ("收件邮箱", 30),
    ("对方答复", 40), ("经办人", 9), ("文件指纹", 14),
)  # fmt: skip
_TOLD = frozenset({Deed.SENDING, Deed.SENT, Deed.UNSENT, Deed.POST})


def sending_book(
    title: str,
    entries: Sequence[Entry],
    acts: Iterable[Act],
    names: Mapping[str, str],
    typed: Mapping[tuple[str, str], Values] = MappingProxyType({}),
) -> bytes:
    """Return the list; `names` are the units' by their keys, `typed` what stands in its last column."""
    binder = Binder(f"{title}发送清单")
    _write_list(binder.page(POSTING.sheet, "#C00000"), title, entries, typed)
    _write_record(binder.page("发送记录"), title, [act for act in acts if act.deed in _TOLD], names)
    if typed:
        draw_base(binder, base_rows(typed, POSTING))
    return binder.bytes()


def _write_list(page: Page, title: str, entries: Sequence[Entry], typed: Mapping[tuple[str, str], Values]) -> None:
    reach = tuple(one for one in reached_by(entry.item.unit for entry in entries) if one not in _OWN)
    columns = (*_PRINTED, *_BESIDE, *((heading, _REACH_WIDTH) for heading in reach))
    page.widths(*(width for _, width in columns))
    page.title(f"{title}发送清单", len(_PRINTED), f"{counted(entries)}{_GUIDE}")
    page.sheet.set_row(1, 30)
    page.heads(*(heading for heading, _ in columns))
    page.sheet.set_row(HEAD_ROW - 1, 30)
    for row, entry in enumerate(entries, FIRST_ROW):
        for column, (heading, value) in enumerate(_values(row - FIRST_ROW + 1, entry, reach, typed), 1):
            look = "answer" if heading == POSTED else "board_center" if heading in _CENTERED else "board"
            kind = KINDS["money"] if heading == "大小（MB）" else KINDS["text"]
            if isinstance(value, str):
                page.text(row, column, value, look)
            else:
                page.value(row, column, value, look, kind)
    last = FIRST_ROW + len(entries) - 1
    page.fit(FIRST_ROW, last)
    state = next(number for number, (heading, _) in enumerate(columns) if heading == "状态")
    for one, ink in _INKS.items():
        style = {"type": "cell", "criteria": "==", "value": f'"{one}"'}
        shown = {**style, "format": page.binder.formats.extra(font_color=ink)}
        page.sheet.conditional_format(FIRST_ROW - 1, state, max(last, FIRST_ROW) - 1, state, shown)
    page.filtered(last, len(columns), 3)
    page.printed(last, len(_PRINTED), HEAD_ROW)


def _values(
    position: int, entry: Entry, reach: Sequence[str], typed: Mapping[tuple[str, str], Values]
) -> Iterator[tuple[str, Value]]:
    item, unit = entry.item, entry.item.unit
    yield "序号", str(position)
    yield "单位代码", unit.key
    yield "单位名称", unit.label
    yield "联系人", unit.contact
    yield "联系电话", unit.phone
    yield "事项", item.errand.value
    yield "状态", entry.state.value
    yield "收件邮箱", entry.address
    yield "发送时间", short(entry.at) if entry.at else ""
    yield "说明", entry.note
    yield POSTED, as_value(typed.get(item.line, {}).get(POSTED, "")) or ""
    yield "主管部门", unit.parent
    yield "凭据", item.occasion
    yield "附件", "\n".join(f"{path.parent.name}\\{path.name}" for path in item.files)
    yield "大小（MB）", Decimal(item.size) / MEGABYTE
    for heading in reach:
        yield heading, unit.reach.get(heading, "")


def _write_record(page: Page, title: str, acts: Sequence[Act], names: Mapping[str, str]) -> None:
    page.widths(*(width for _, width in _SENT_COLUMNS))
    page.title(
        f"{title}发送记录", len(_SENT_COLUMNS), "发送中：开始发送；之后没有“已发送”或“未发出”的，结果不明。"
    )
    page.heads(*(heading for heading, _ in _SENT_COLUMNS))
    for row, act in enumerate(acts, FIRST_ROW):
        texts = (
            short(act.at), act.deed.label, act.key, names.get(act.key, ""), act.subject, act.grounds.get(TO, ""),
            act.grounds.get(REPLY, "") or act.why * (act.deed is Deed.POST), act.by, act.sha256[:12],
        )  # fmt: skip
        for column, text in enumerate(texts, 1):
            page.text(row, column, text, "board")
    last = FIRST_ROW + len(acts) - 1
    page.fit(FIRST_ROW, last)
    page.filtered(last, len(_SENT_COLUMNS))
    page.printed(last, len(_SENT_COLUMNS), HEAD_ROW)


def counted(entries: Iterable[Entry]) -> str:
    """Return how many stand where, as a sentence."""
    states = [entry.state for entry in entries]
    told = "，".join(f"{state}{states.count(state)}份" for state in State if state in states)
    return f"共{len(states)}份：{told}。" if states else "没有可以发送的。"
