"""What a 主管部门 hands up in one file: how it is written down and sealed, and what of it the bureau may take.

The file is a zip of the workbooks with a list: whose each is, when the department first saw it, what it found, and
what it decided. The list is sealed by its fingerprint and bears those of all files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from perfeval_xl.admission.texts import admitted
from perfeval_xl.ledger.packing import compact
from perfeval_xl.records.act import Act, Deed
from perfeval_xl.records.check_code import code_of_bytes
from perfeval_xl.records.errors import PerfevalError
from perfeval_xl.records.handed import FIRST_SEEN, RESULT_THERE, TAKEN_FROM, relayed
from perfeval_xl.records.names import plain_name
from perfeval_xl.records.times import short
from perfeval_xl.records.unit import key_of
from perfeval_xl.records.version import __version__

if TYPE_CHECKING:
    from perfeval_xl.records.unit import Unit

LIST = "上报清单.json"
FORMAT = 1
"""The version of the form of the list."""
FOLDER = "主管部门上报"
"""Below which name the ledger keeps what was handed up, by department and unit, whatever the zip is called."""
_SEAL = "封签"
_WORDS = {
    "form": "格式", "program": "程序", "template": "模板", "version": "模板版本", "year": "年度",
    "department": "主管部门", "by": "经办人", "at": "上报时间", "files": "文件", "acts": "办理",
}  # fmt: skip
_MALFORMED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


class HandoverError(PerfevalError):
    """A file handed up that cannot be written, or not be taken: `what` is wrong and what is `todo`."""

    def __init__(
        self, what: str, todo: str = "请主管部门用 handover 重新写出上报文件，不要改动里面的内容"
    ) -> None:
        self.what, self.todo = what, todo
        super().__init__(f"{what}。{todo}。")


@dataclass(frozen=True, slots=True)
class HandedFile:
    """One file of those that are handed up: its name in the zip, whose it is, and what the department knew of it.

    `result` is what judging it gave there, by rule, `findings` the sentences.
    """

    member: str
    sha256: str
    unit: str
    part: str
    name: str
    modified: datetime
    first_seen: datetime | None
    result: str = ""
    findings: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Whose it is."""
        return key_of(self.unit, self.part)


@dataclass(frozen=True, slots=True)
class Handover:
    """All that a department hands up at once: its files, and its acts about their units."""

    department: str
    template: str
    version: str
    year: int
    by: str
    at: datetime
    files: tuple[HandedFile, ...]
    acts: tuple[Act, ...]
    form: int = FORMAT
    program: str = __version__

    @property
    def seal(self) -> str:
        """The fingerprint of the list."""
        return hashlib.sha256(compact(_plain(self)).encode()).hexdigest()

    @property
    def code(self) -> str:
        """The fingerprint in eight characters, to be read out over the telephone."""
        return code_of_bytes(self.seal)

    def entered(self, keys: Iterable[str], taken_from: str) -> tuple[Act, ...]:
        """Return what is entered of the files and acts of these units and parts, as acts of ours."""
        wanted = {*keys}
        units = {key.partition("/")[0] for key in wanted}
        files = (self._handed(one, taken_from) for one in self.files if one.key in wanted)
        acts = (relayed(act, self.department) for act in self.acts if act.key in wanted or act.key in units)
        return (*files, *acts)

    def _handed(self, one: HandedFile, taken_from: str) -> Act:
        first = {FIRST_SEEN: short(one.first_seen)} if one.first_seen else {}
        grounds = {**first, RESULT_THERE: one.result, TAKEN_FROM: taken_from}
        act = Act(Deed.HANDOVER, self.at, self.by, one.unit, self.department, "", None, one.sha256, grounds)
        return replace(act, part=one.part)


def list_of(handover: Handover) -> bytes:
    """Return the list with its seal."""
    sealed = {**_plain(handover), _SEAL: handover.seal}
    return json.dumps(sealed, ensure_ascii=False, indent=1).encode(errors="surrogatepass")


def read_list(data: bytes) -> Handover:
    """Return what a list says, HandoverError where it is none, of a later form, or not as it was sealed."""
    try:
        plain = json.loads(data)
        form, program = int(plain[_WORDS["form"]]), str(plain[_WORDS["program"]])
    except _MALFORMED as error:
        raise HandoverError("里面的清单读不懂") from error
    if form > FORMAT:
        raise HandoverError(f"它由更新版本的程序（{admitted(program)}）写成", "请升级程序以后再收取")
    try:
        seal = plain.pop(_SEAL)
        found = _handover(plain)
    except _MALFORMED as error:
        raise HandoverError("里面的清单不完整") from error
    if hashlib.sha256(compact(plain).encode(errors="surrogatepass")).hexdigest() != seal or found.seal != seal:
        raise HandoverError("封签不符，清单写出以后有人改过")
    return found


def _plain(handover: Handover) -> dict[str, Any]:
    return {
        word: _PARTS[name](getattr(handover, name)) if name in _PARTS else getattr(handover, name)
        for name, word in _WORDS.items()
    }


def _plain_file(one: HandedFile) -> dict[str, Any]:
    first = one.first_seen.isoformat() if one.first_seen else ""
    return {
        "成员": one.member, "指纹": one.sha256, "单位": one.unit, "部分": one.part, "名称": one.name,
        "文件时间": one.modified.isoformat(), "首次收到": first, "核对结果": one.result, "问题": [*one.findings],
    }  # fmt: skip


def _plain_act(act: Act) -> dict[str, Any]:
    return {
        "编号": act.number, "时间": act.at.isoformat(), "事项": act.deed.value, "经办人": act.by, "单位": act.unit,
        "对象": act.subject, "原因": act.why, "有效期至": str(act.until or ""), "指纹": act.sha256,
        "依据": dict(act.grounds), "撤销": act.withdraws, "部分": act.part,
    }  # fmt: skip


_PARTS: dict[str, Callable[[Any], Any]] = {
    "at": datetime.isoformat,
    "files": lambda files: [_plain_file(one) for one in files],
    "acts": lambda acts: [_plain_act(act) for act in acts],
}


def _handover(plain: Mapping[str, Any]) -> Handover:
    told = {name: plain[word] for name, word in _WORDS.items()}
    return Handover(
        _text(told["department"]),
        _text(told["template"]),
        _text(told["version"]),
        int(told["year"]),
        _text(told["by"]),
        _moment(told["at"]),
        tuple(map(_file, told["files"])),
        tuple(map(_act, told["acts"])),
        int(told["form"]),
        _text(told["program"]),
    )


def _file(plain: Mapping[str, Any]) -> HandedFile:
    first = plain["首次收到"]
    return HandedFile(
        member=_text(plain["成员"]),
        sha256=_text(plain["指纹"]),
        unit=_text(plain["单位"]),
        part=_text(plain["部分"]),
        name=_text(plain["名称"]),
        modified=_moment(plain["文件时间"]),
        first_seen=_moment(first) if first else None,
        result=_text(plain["核对结果"]),
        findings=tuple(map(_text, plain["问题"])),
    )


def _act(plain: Mapping[str, Any]) -> Act:
    until = plain["有效期至"]
    return Act(
        Deed(plain["事项"]),
        _moment(plain["时间"]),
        _text(plain["经办人"]),
        _text(plain["单位"]),
        _text(plain["对象"]),
        _text(plain["原因"]),
        date.fromisoformat(until) if until else None,
        _text(plain["指纹"]),
        {_text(word): _text(text) for word, text in plain["依据"].items()},
        int(plain["撤销"]),
        int(plain["编号"]),
        _text(plain["部分"]),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return admitted(value)


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError(value)
    return found


def department_of(unit: Unit) -> str:
    """Return the 主管部门 that hands a unit up: the one above it, or itself where there is none."""
    return unit.parent or unit.name


def below(units: Iterable[Unit], department: str) -> dict[str, Unit]:
    """Return by key the units of a roster that a department may hand up: those below it, and itself."""
    wanted = plain_name(department)
    return {unit.key: unit for unit in units if wanted in (plain_name(department_of(unit)), plain_name(unit.name))}


def require_fit(handover: Handover, template: str, year: int, units: Iterable[Unit]) -> dict[str, Unit]:
    """Return by key the units that a department may hand up.

    HandoverError where what it hands up is of another year or template, or the roster has no such department.
    """
    if handover.year != year:
        raise HandoverError(f"它是{handover.year}年度的，这里是{year}年度", "请放到那一年的工作文件夹里收取")
    if handover.template != template:
        raise HandoverError(f"它用的模板是“{handover.template}”，这里用的是“{template}”", "请主管部门用同一个模板")
    found = below(units, handover.department)
    if not found:
        raise HandoverError(
            f"名册里没有主管部门“{handover.department}”", "请核对名册的“主管部门”一栏，改正以后再收取一次"
        )
    return found


def misplaced(handover: Handover, allowed: Mapping[str, Unit]) -> dict[str, str]:
    """Return by key of units that a department hands up why they may not be taken from it."""
    told = {}
    for one in handover.files:
        unit = allowed.get(one.key)
        if unit is None:
            told[one.key] = f"{one.key} {one.name}不归{handover.department}管"
        elif plain_name(unit.label) != plain_name(one.name):
            told[one.key] = f"{one.key}在名册里是{unit.label}，上报的是{one.name}"
    return told
