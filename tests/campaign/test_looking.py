"""How often a run looks where the units stand: no oftener than something has changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import small_campaign

import perfeval_xl as px
from perfeval_xl.campaign import standings
from perfeval_xl.ledger.ledger import Ledger
from perfeval_xl.ledger.sealed import JUDGEMENT, Store, Table

NOW = datetime(2024, 3, 5, 9, tzinfo=UTC)


def counted(patch: pytest.MonkeyPatch, owner: object, name: str, calls: list[str]) -> None:
    real = getattr(owner, name)

    def noting(*given: object, **named: object) -> object:
        calls.append(name)
        return real(*given, **named)

    patch.setattr(owner, name, noting)


def test_a_run_that_finds_nothing_new_looks_once_and_one_that_decides_looks_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = small_campaign.make(tmp_path / "2023", small_campaign.REPORTS[:1])
    (campaign.inbox / "402004 民政局.xlsx").write_bytes(b"no workbook")
    calls = list[str]()
    counted(monkeypatch, standings, "look", calls)
    counted(monkeypatch, Ledger, "sightings", calls)
    first = px.collect(campaign, jobs=1, now=NOW).seen
    assert [act.deed.label for act in first.acts] == ["退回", "退回"]
    assert (calls.count("look"), calls.count("sightings")) == (2, 3), "what went back is told of"
    calls.clear()
    again = px.collect(campaign, jobs=1, now=NOW + timedelta(days=1))
    assert (calls.count("look"), calls.count("sightings")) == (1, 2)
    assert [(one.stage, one.receipt, one.unread) for one in again.seen.standings] == [
        (one.stage, one.receipt, one.unread) for one in first.standings
    ]
    assert again.returned.workbooks


def test_what_is_listed_reads_no_judgement_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = small_campaign.make(tmp_path / "2023", small_campaign.REPORTS[:1])
    px.collect(campaign, jobs=1, now=NOW)
    read, real = list[Table](), Store.row

    def noting(store: Store, table: Table, key: int | str, *heavy: str) -> object:
        read.append(table)
        return real(store, table, key, *heavy)

    monkeypatch.setattr(Store, "row", noting)
    seen = px.overview(campaign, now=NOW)
    assert seen.standings[0].receipt
    assert JUDGEMENT not in read
