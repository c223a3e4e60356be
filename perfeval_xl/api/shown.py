"""How records are shown: findings as lines and as JSON, and any text so that it steers no screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.admission.characters import one_line, printable, whole
from perfeval_xl.checking.output import as_json, as_text, counted, json_text

if TYPE_CHECKING:
    from perfeval_xl.api.single import Checked
    from perfeval_xl.records.verdict import Record

__all__ = ["checked_json", "checked_text", "json_text", "one_line", "printable", "record_text", "whole"]


def checked_text(done: Checked) -> str:
    """Return what was found in files, each below its name and where it stands; the same message once."""
    return "\n\n".join(map(record_text, done.records))


def checked_json(done: Checked, *, single: bool = False) -> str:
    """Return the files' records as a JSON list, or with `single` the first of them alone; see docs/contract.md."""
    objects = [as_json(record, done.template_of(record)) for record in done.records]
    return json_text(objects[0] if single else objects)


def record_text(record: Record) -> str:
    """Return where one file stands, and its findings a line each, gravest first."""
    counts = counted(record.verdict.findings)
    total = "，".join(f"{level.label}{count}项" for level, count in counts.items() if count) or "没有发现问题"
    head = one_line(f"{record.file}（{_unit_of(record)}）：{record.status.label}；{total}")
    return "\n".join(filter(None, (head, as_text(record.verdict.findings))))


def _unit_of(record: Record) -> str:
    submission = record.submission
    return f"{submission.unit_code} {submission.unit_name}".strip() if submission else "单位不明"
