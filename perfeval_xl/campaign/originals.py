"""Where the bytes of what came in still lie: in the inbox, loose or in an archive, known by their fingerprints."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from perfeval_xl.admission.folders import walk
from perfeval_xl.admission.names import admitted
from perfeval_xl.records.papers import archive_of
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.unpacking.enclosed import inside

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from perfeval_xl.records.verdict import Receipt


def originals_of(inbox: Path, receipts: Iterable[Receipt]) -> dict[str, bytes]:
    """Return by fingerprint the bytes of those files that are still in an inbox as they came."""
    loose = {receipt.file: receipt.sha256 for receipt in receipts}
    archives = {archive_of(file) for file in loose} - {""}
    found: dict[str, bytes] = {}
    for met in walk(inbox):
        name = admitted(met.path)
        if met.barred or name not in loose.keys() | archives:
            continue
        data = (inbox / met.path).read_bytes()
        if name in loose:
            found[_mark(data)] = data
        else:
            within = inside(data, Limits())
            found |= {_mark(one.data): one.data for one in within if f"{name}/{one.name}" in loose}
    return {sha256: found[sha256] for sha256 in loose.values() if sha256 in found}


def _mark(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
