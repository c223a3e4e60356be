"""How a judged file is written down: its contents as small blocks of bytes, its findings as text, and back again.

Workers do the packing, so that what travels between processes is what the ledger stores.
"""

from __future__ import annotations

import json
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from sys import intern
from typing import TYPE_CHECKING, Any

from perfeval_xl.admission.characters import whole
from perfeval_xl.records.address import Address
from perfeval_xl.records.errors import LedgerError
from perfeval_xl.records.finding import Finding, Level, Related
from perfeval_xl.records.submission import Entry, Submission
from perfeval_xl.records.verdict import Receipt, Record, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key

_FAST = 1
_address = lru_cache(maxsize=20_000)(Address)
"""Thousands of workbooks of one template have the same cells."""
_FIGURES = ("value", "expected", "difference", "tolerance")
_TEXTS = ("rule", "message", "unit", "field", "label", "explanation", "root")
_REPEATED = ("rule", "unit", "field", "label")
"""Texts that thousands of findings have in common; they are kept once."""


_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, zlib.error)
"""What Python raises of a text or bytes that are not what was written."""


@contextmanager
def decoding(what: str) -> Iterator[None]:
    """Say in a sentence that `what` the ledger holds cannot be read back."""
    try:
        yield
    except _UNREADABLE as error:
        raise LedgerError(f"台账里{what}读不懂，台账可能已损坏。请用备份恢复（perfeval-xl restore）。") from error


@dataclass(frozen=True, slots=True)
class Parcel:
    """A judged file, packed. `read` is what reading it gave, `judged` what checking gave; both empty if refused.

    `noticed` are the findings of reading alone, as text: checking again starts from them.
    """

    receipt: Receipt
    read: bytes
    judged: bytes
    noticed: str

    @property
    def record(self) -> Record:
        """The whole record."""
        return unpack(self)


def pack(record: Record) -> Parcel:
    """Return a record as the ledger keeps it; computed cells without a value are left out.

    Halves of characters, which no store can hold, are made whole here if they have come so far.
    """
    try:
        parcel = _packed(record)
        "".join(_texts(parcel.receipt)).encode()
    except UnicodeEncodeError:
        return _packed(_whole(record))
    return parcel


def _texts(receipt: Receipt) -> Iterator[str]:
    yield from (receipt.file, receipt.unit, receipt.unit_name, receipt.template, receipt.version)
    yield receipt.part + receipt.part_name
    yield from receipt.not_evaluated
    for of, text in receipt.explanations.items():
        yield of + text
    for one in receipt.findings:
        yield one.message + one.label + one.explanation + one.field + one.unit
        yield one.place.sheet if isinstance(one.place, Address) else ""
        for value in (one.value, one.expected, *(related.value for related in one.related)):
            if isinstance(value, str):
                yield value
        for related in one.related:
            yield related.label + related.address.sheet


def _whole(plain: Any) -> Any:
    """Return data with every text of it whole."""
    if isinstance(plain, str):
        return whole(plain) if type(plain) is str else plain
    if is_dataclass(plain) and not isinstance(plain, type):
        return replace(plain, **{one.name: _whole(getattr(plain, one.name)) for one in fields(plain)})
    if isinstance(plain, dict):
        return {_whole(key): _whole(value) for key, value in plain.items()}
    return type(plain)(map(_whole, plain)) if isinstance(plain, tuple | list | frozenset) else plain


def _packed(record: Record) -> Parcel:
    submission, verdict = record.submission, record.verdict
    read = judged = b""
    if submission is not None:
        read = _squeezed(
            {
                "entries": _lines(submission.entries),
                "stored": _lines(submission.stored),
                "unreadable": sorted(submission.unreadable),
                "stamped": submission.stamped,
            }
        )
        judged = _squeezed(
            {
                "computed": [
                    [name, row, *frozen(value)]
                    for (name, row), value in verdict.computed.items()
                    if value is not None
                ],
                "told": list(zip(verdict.paragraphs, verdict.styles, verdict.lacking, strict=True)),
            }
        )
    noticed = findings_text(record.noticed)
    noticed.encode()
    return Parcel(record.receipt, read, judged, noticed)


def unpack(parcel: Parcel, only: Collection[str] | None = None) -> Record:
    """Return the record that was packed; with `only`, what it holds of those fields and no report."""
    with decoding(f"“{parcel.receipt.file}”的内容"):
        return _unpacked(parcel, only)


def _unpacked(parcel: Parcel, only: Collection[str] | None) -> Record:
    receipt = parcel.receipt
    noticed = findings_from(parcel.noticed)
    if not receipt.readable:
        verdict = Verdict(receipt.findings, receipt.not_evaluated)
        return Record(receipt.file, receipt.sha256, receipt.modified, None, verdict, noticed)
    read, judged = _unsqueezed(parcel.read), _unsqueezed(parcel.judged)
    entries, stored, computed = (
        [line for line in lines if only is None or line[0] in only]
        for lines in (read["entries"], read["stored"], judged.get("computed", ()))
    )
    submission = _submission(receipt, entries, stored, _unreadable(read))
    stamped, serial = read.get("stamped", ("", ""))
    submission = replace(submission, stamped=(stamped, serial))
    told = judged.get("told", ()) if only is None else ()
    verdict = Verdict(
        receipt.findings,
        receipt.not_evaluated,
        {(name, row): thawed(kind, text) for name, row, kind, text in computed},
        tuple(text for text, _, _ in told),
        tuple(style for _, style, _ in told),
        tuple(tuple(lacking) for _, _, lacking in told),
    )
    return Record(receipt.file, receipt.sha256, receipt.modified, submission, verdict, noticed)


def sheets_of(parcel: Parcel) -> frozenset[str]:
    """Return the sheets on which a packed submission has entries; much faster than unpacking it."""
    with decoding(f"“{parcel.receipt.file}”的内容"):
        return frozenset(sheet for _, _, sheet, *_ in _unsqueezed(parcel.read).get("entries", ()))


def differing(before: Parcel, after: Parcel) -> tuple[Submission, Submission]:
    """Return two packed submissions with only those entries that are not the same in both; both can be read."""
    with decoding(f"“{before.receipt.file}”或“{after.receipt.file}”的内容"):
        return _differing(before, after)


def _differing(before: Parcel, after: Parcel) -> tuple[Submission, Submission]:
    former, latter = _unsqueezed(before.read), _unsqueezed(after.read)
    unreadable = _unreadable(former), _unreadable(latter)
    unlike = unreadable[0] ^ unreadable[1]
    lines = [{tuple(line) for line in read["entries"]} for read in (former, latter)]
    same = {line for line in lines[0] & lines[1] if line[:2] not in unlike}
    return (
        _submission(before.receipt, lines[0] - same, (), unreadable[0]),
        _submission(after.receipt, lines[1] - same, (), unreadable[1]),
    )


def findings_text(findings: Iterable[Finding]) -> str:
    """Return findings as JSON from which they can be made again."""
    return compact([_plain(finding) for finding in findings])


def findings_from(text: str) -> tuple[Finding, ...]:
    """Return the findings that `findings_text` wrote."""
    with decoding("有核对的问题"):
        return tuple(_finding(plain) for plain in json.loads(text))


def compared_text(
    of_units: Mapping[str, tuple[Finding, ...]],
    of_strangers: Iterable[Finding],
    added: Mapping[str, Mapping[str, Decimal | None]],
) -> str:
    """Return what comparing submissions found as JSON from which it can be made again."""
    return compact(
        {
            "units": {code: [_plain(one) for one in found] for code, found in of_units.items() if found},
            "strangers": [_plain(one) for one in of_strangers],
            "added": {key: {name: _text(one) for name, one in figures.items()} for key, figures in added.items()},
        }
    )


def compared_from(
    text: str,
) -> tuple[dict[str, tuple[Finding, ...]], tuple[Finding, ...], dict[str, dict[str, Decimal | None]]]:
    """Return what `compared_text` wrote."""
    with decoding("单位之间比较的结果"):
        plain = json.loads(text)
        of_units = {code: tuple(map(_finding, found)) for code, found in plain["units"].items()}
        added = {
            key: {name: None if told is None else Decimal(told) for name, told in figures.items()}
            for key, figures in plain["added"].items()
        }
        return of_units, tuple(map(_finding, plain["strangers"])), added


def _text(figure: Decimal | None) -> str | None:
    return None if figure is None else str(figure)


def frozen(value: Value) -> tuple[str, str]:
    """Return a value as its type's letter and its text: every digit of a figure is kept."""
    if isinstance(value, Decimal):
        return "n", str(value)
    if isinstance(value, str):
        return "t", value
    if isinstance(value, bool):
        return "b", str(int(value))
    return ("d", value.isoformat()) if value is not None else ("", "")


def thawed(kind: str, text: str) -> Value:
    """Return the value that `frozen` wrote."""
    match kind:
        case "n":
            return Decimal(text)
        case "t":
            return text
        case "b":
            return text == "1"
        case "d":
            return date.fromisoformat(text)
        case _:
            return None


def compact(plain: Any) -> str:
    """Return plain data as JSON without spaces."""
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def _squeezed(plain: Any) -> bytes:
    return zlib.compress(compact(plain).encode(), _FAST)


def _unsqueezed(data: bytes) -> Any:
    return json.loads(zlib.decompress(data)) if data else {}


def _lines(entries: Iterable[Entry]) -> list[tuple[Any, ...]]:
    return [(entry.name, entry.row, *_place(entry.address), entry.raw, *frozen(entry.value)) for entry in entries]


def _submission(
    receipt: Receipt, entries: Iterable[Any], stored: Iterable[Any], unreadable: frozenset[Key]
) -> Submission:
    return Submission(
        receipt.file, receipt.template, receipt.version, receipt.unit, receipt.unit_name,
        _entries(entries), _entries(stored), unreadable, dict(receipt.explanations), receipt.filled,
        part=receipt.part, part_name=receipt.part_name,
    )  # fmt: skip


def _unreadable(read: Mapping[str, Any]) -> frozenset[Key]:
    return frozenset((name, row) for name, row in read["unreadable"])


def _entries(lines: Iterable[Any]) -> tuple[Entry, ...]:
    return tuple(
        Entry(intern(name), row, _address(sheet, line, column), raw, thawed(kind, text))
        for name, row, sheet, line, column, raw, kind, text in lines
    )


def _place(address: Address) -> tuple[str, int, int]:
    return address.sheet, address.row, address.column


def _plain(finding: Finding) -> dict[str, Any]:
    plain: dict[str, Any] = {name: text for name in _TEXTS if (text := getattr(finding, name))}
    plain["level"] = finding.level.value
    plain |= {name: frozen(value) for name in _FIGURES if (value := getattr(finding, name)) is not None}
    if isinstance(finding.place, Address):
        plain["place"] = _place(finding.place)
    if finding.related:
        plain["related"] = [(*_place(one.address), one.label, *frozen(one.value)) for one in finding.related]
    return plain


def _finding(plain: dict[str, Any]) -> Finding:
    figures: dict[str, Any] = {name: thawed(*plain[name]) for name in _FIGURES if name in plain}
    texts = {name: plain.get(name, "") for name in _TEXTS}
    texts |= {name: intern(texts[name]) for name in _REPEATED}
    related = tuple(
        Related(_address(sheet, row, column), intern(label), thawed(kind, text))
        for sheet, row, column, label, kind, text in plain.get("related", ())
    )
    place = _address(*plain["place"]) if "place" in plain else None
    return Finding(**texts, level=Level(plain["level"]), place=place, related=related, **figures)
