"""Measure proofreading: faults found by kind, false findings on right reports, and the time for 200 pages."""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

from perfeval_xl.proofread import load, proofread
from perfeval_xl.records.finding import Level

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "proofread"))
from planted_faults import FAULTS, REPORTS, found

PAGES, CHARACTERS_A_PAGE = 200, 700


def right_reports() -> None:
    counts: Counter[Level] = Counter()
    for text in REPORTS:
        counts.update(item.level for item in proofread(load(text.encode(), "报告.txt")))
    print(f"{len(REPORTS)} right reports: " + ", ".join(f"{counts[level]} {level.value}" for level in Level))


def planted() -> None:
    planted_of: Counter[str] = Counter(fault.kind for fault in FAULTS)
    found_of: Counter[str] = Counter(fault.kind for fault in FAULTS if found(fault))
    for kind in sorted(planted_of):
        print(f"  {kind}: {found_of[kind]} of {planted_of[kind]}")
    kinds = len(planted_of)
    print(f"{found_of.total()} of {planted_of.total()} planted faults of {kinds} kinds found at their place")


def speed() -> None:
    pieces, size = [], 0
    while size < PAGES * CHARACTERS_A_PAGE:
        piece = REPORTS[len(pieces) % len(REPORTS)]
        pieces.append(piece)
        size += len(piece)
    data = "\n".join(pieces).encode()
    begin = time.perf_counter()
    findings = proofread(load(data, "报告.txt"))
    print(f"{size} characters in {time.perf_counter() - begin:.2f} s ({len(findings)} findings)")


if __name__ == "__main__":
    right_reports()
    planted()
    speed()
