"""How much of anything one file may hold: far above what the largest honest workbook needs."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, counts, seconds. The defaults are ten times what 1,950 public workbooks needed, or more.

    `box` bounds rows x columns for readers that fill a dense grid; our own reader is sparse and needs none.
    `passed` bounds the cells of an old format, which pass from one process to another: one changed digit in the
    number of repetitions of an .ods makes two million of one, which took half a minute and 1.3 GB.
    """

    file: int = 50 * MEBIBYTE
    members: int = 2_000
    part: int = 128 * MEBIBYTE
    unpacked: int = 256 * MEBIBYTE
    sheets: int = 256
    cells: int = 2_000_000
    passed: int = 400_000
    strings: int = 2_000_000
    names: int = 20_000
    merges: int = 60_000
    depth: int = 64
    tags: int = 12_000_000
    faults: int = 1_000
    token: int = 4 * MEBIBYTE
    box: int = 5_000_000
    seconds: int = 30
    memory: int = 1024 * MEBIBYTE
    inbox_members: int = 5_000
    inbox_unpacked: int = 2048 * MEBIBYTE
    inbox_depth: int = 2
    unpack_seconds: int = 120

    @property
    def old_cells(self) -> int:
        """How many cells a workbook of an old format may have."""
        return min(self.cells, self.passed)
