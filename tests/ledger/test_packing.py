"""A submission comes out of its two blocks as it went in, whole or only some fields of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from small_campaign import REPORTS, make

from perfeval_xl.intake.collect import collect
from perfeval_xl.ledger import ledger
from perfeval_xl.ledger.packing import pack, unpack

if TYPE_CHECKING:
    from pathlib import Path


def test_contents_come_out_as_they_went_in(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", REPORTS[:1])
    collect(campaign, jobs=1)
    with ledger.opened(campaign.ledger) as book:
        (receipt,) = book.receipts()
        whole, some = book.record(receipt), book.record(receipt, {"单位名称", "基本支出_本年决算", "项目个数"})
    assert unpack(pack(whole)) == whole
    assert whole.submission is not None
    assert some.submission is not None
    names = {entry.name for entry in some.submission.entries}
    assert names == {"单位名称", "基本支出_本年决算"}
    assert set(some.submission.entries) < set(whole.submission.entries)
    assert {name for name, _ in some.verdict.computed} == {"项目个数"}
    assert whole.verdict.paragraphs
    assert replace(some.verdict, computed={}) == replace(
        whole.verdict, computed={}, paragraphs=(), styles=(), lacking=()
    )
