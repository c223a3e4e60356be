"""A cluster gives the ledger that this machine gives, and a store behind a URL the same as a folder."""

from __future__ import annotations

import gc
import os
import signal
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from small_campaign import figures, make

from perfeval_xl.files.outbox import OutboxError, send
from perfeval_xl.intake import cluster, garbage
from perfeval_xl.intake.collect import Step, collect
from perfeval_xl.intake.inbox import RemoteInbox
from perfeval_xl.ledger import ledger

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")
moto = pytest.importorskip("moto.server")
s3fs = pytest.importorskip("s3fs")

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from perfeval_xl.campaign.folder import Campaign


@pytest.fixture(scope="module")
def machines() -> Iterator[distributed.LocalCluster]:
    """A scheduler and two workers, each a process of its own with a nanny; a task may cost two of them."""
    seldom = dask.config.set({"distributed.scheduler.allowed-failures": 1})
    with seldom, distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as started:
        yield started


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[s3fs.S3FileSystem]:
    """A real server that speaks S3, with one empty bucket."""
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    system = s3fs.S3FileSystem(endpoint_url=endpoint, skip_instance_cache=True)
    system.mkdir("campaign")
    yield system
    system.rm("campaign", recursive=True)
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


MANY = [(0, figures(100, 90))]


def many(folder: Path, count: int = 12) -> Campaign:
    """Make a campaign with `count` files in its inbox, all different."""
    made = make(folder, MANY)
    data = (made.inbox / "402001.xlsx").read_bytes()
    for number in range(count):
        path = made.inbox / f"份{number:03}.xlsx"
        path.write_bytes(data + bytes(number + 1) if number % 5 == 4 else data)
        os.utime(path, (1_709_280_000 + number, 1_709_280_000 + number))
    return made


def digest(campaign: Campaign) -> str:
    """Return the fingerprint of all that a campaign's ledger holds."""
    with ledger.opened(campaign.ledger) as book:
        return sha256("\n".join(book.dump()).encode()).hexdigest()


def test_the_ledger_is_the_same_whoever_works(tmp_path: Path, machines: distributed.LocalCluster) -> None:
    killed: list[int] = []

    def kill_one(step: Step) -> None:
        if step.done == step.total // 2:
            killed.append(next(iter(machines.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    cluster_of_two = partial(cluster.hired, machines.scheduler_address)
    assert len(machines.workers) == 2
    ways = {
        "1 job": partial(collect, jobs=1),
        "2 jobs": partial(collect, jobs=2),
        "Dask with 2 workers": partial(collect, crew=cluster_of_two),
        "Dask with a worker killed half-way": partial(collect, progress=kill_one, crew=cluster_of_two),
    }
    digests = {}
    for name, way in ways.items():
        campaign = many(tmp_path / name)
        tally = way(campaign)
        assert (tally.seen, tally.adds_up) == (13, True)
        digests[name] = digest(campaign)
    assert killed
    assert len(set(digests.values())) == 1, digests


def test_workers_of_a_cluster_are_settled_as_those_here(
    tmp_path: Path, machines: distributed.LocalCluster
) -> None:
    with distributed.Client(machines.scheduler_address, set_as_default=False) as client:
        client.wait_for_workers(2)  # one was killed by the test before
        collect(many(tmp_path / "年"), crew=partial(cluster.hired, machines.scheduler_address))
        assert {seldom for seldom, *_ in client.run(gc.get_threshold).values()} == {garbage.PILE}
        assert all(client.run(gc.get_freeze_count).values())


def test_a_file_that_stalls_costs_workers_and_is_refused(
    tmp_path: Path, machines: distributed.LocalCluster
) -> None:
    made = make(tmp_path / "年", MANY)
    tally = collect(made, crew=partial(cluster.hired, machines.scheduler_address, seconds=0.0001))
    assert tally.adds_up
    with ledger.opened(made.ledger) as book:
        assert [finding.rule for finding in book.receipts()[0].findings] == ["G98"]


def test_no_scheduler_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_CONNECT", 1)
    made = make(tmp_path / "年", MANY)
    with pytest.raises(cluster.ClusterError, match=r"连不上集群“tcp://127\.0\.0\.1:1”"):
        collect(made, crew=partial(cluster.hired, "tcp://127.0.0.1:1"))


def test_a_bucket_is_an_inbox(tmp_path: Path, store: s3fs.S3FileSystem) -> None:
    here, there = many(tmp_path / "甲", 3), make(tmp_path / "乙", ())
    (here.inbox / "二级").mkdir()
    (here.inbox / "份001.xlsx").rename(here.inbox / "二级/份001.xlsx")
    for path in sorted(here.inbox.rglob("*.xlsx")):
        store.put_file(str(path), f"campaign/收件/{path.relative_to(here.inbox).as_posix()}")
    collect(here)
    first = collect(there, inbox=RemoteInbox("s3://campaign/收件"))
    assert (first.seen, first.adds_up) == (4, True)
    with ledger.opened(here.ledger) as one, ledger.opened(there.ledger) as other:
        keys = [sorted((r.file, r.sha256, r.findings) for r in book.receipts()) for book in (one, other)]
    assert keys[0] == keys[1]
    again = collect(there, inbox=RemoteInbox("s3://campaign/收件"))
    assert (again.known, again.statuses) == (4, {})


def test_what_was_written_reaches_a_bucket(tmp_path: Path, store: s3fs.S3FileSystem) -> None:
    (tmp_path / "退回").mkdir()
    path = tmp_path / "退回/402001 交通局.xlsx"
    path.write_bytes(b"whole")
    assert send([path], tmp_path, "s3://campaign/2023") == 1
    assert store.cat_file("campaign/2023/退回/402001 交通局.xlsx") == b"whole"
    with pytest.raises(OutboxError, match="文件已在"):
        send([path], tmp_path, "s3://没有这个桶/2023")
