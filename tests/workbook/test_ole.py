"""An OLE container that lies about itself is refused in bounded time and memory; nothing of it is lost unseen."""

from __future__ import annotations

import struct
import time
import tracemalloc

import ole_files
import pytest

from perfeval_xl.workbook.legacy.ole import compound
from perfeval_xl.workbook.rules_of_files import RefusalError

WORKBOOK = ole_files.container({"Workbook": ole_files.xls()})
SECTOR = 512
SIZE = 2 * SECTOR + 128 + 120
"""Where the directory says how large the stream is."""
LARGE = 5_000_000


def patched(data: bytes, *changes: tuple[int, str, int]) -> bytes:
    changed = bytearray(data)
    for at, form, value in changes:
        struct.pack_into(f"<{form}", changed, at, value)
    return bytes(changed)


def content(data: bytes) -> bytes:
    file = compound(data)
    return file.stream(file.root["WORKBOOK"])


def refused(data: bytes) -> str:
    with pytest.raises(RefusalError) as refusal:
        content(data)
    return refusal.value.finding.rule


def endless_list() -> bytes:
    """Return a large file whose every sector lists the first one as a part of the table, and leads to the next."""
    data = bytearray(WORKBOOK + bytes(LARGE))
    last = len(data) // SECTOR - 2
    struct.pack_into("<L", data, 44, last)
    struct.pack_into("<2L", data, 68, 20, last)
    for number in range(20, last):
        at = (number + 1) * SECTOR
        struct.pack_into("<128L", data, at, *[0] * 127, number + 1)
    return bytes(data)


def test_a_stream_comes_as_it_was_written() -> None:
    assert content(WORKBOOK).startswith(ole_files.xls())


def test_a_stream_that_is_cut_off_is_not_read_in_part() -> None:
    assert refused(WORKBOOK[:-2000]) == "G06"


def test_a_stream_that_says_it_is_longer_than_it_is_is_refused() -> None:
    assert refused(patched(WORKBOOK, (SIZE, "L", 0xFFFFFFF0))) == "G06"


def test_a_table_that_lists_one_sector_again_and_again_costs_little() -> None:
    data = endless_list()
    tracemalloc.start()
    start = time.process_time()
    assert refused(data) == "G06"
    spent, most = time.process_time() - start, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert spent < 2
    assert most < 4 * len(data)


@pytest.mark.parametrize(
    "changes",
    [
        ((SECTOR + 4, "L", 1),),
        ((68, "L", 5), (44, "L", 200)),
        ((76 + 4, "L", 0), (44, "L", 2)),
    ],
    ids=["the directory in a circle", "more tables than there are sectors", "a table listed twice"],
)
def test_what_runs_in_a_circle_ends(changes: tuple[tuple[int, str, int], ...]) -> None:
    assert refused(patched(WORKBOOK, *changes)) == "G06"
