"""Names x texts x times x shapes of folders, at random, through the whole of a round: nothing ends it or is lost.

`PERFEVAL_EDGE` and `PERFEVAL_CHAINS` say how many examples and whole rounds are tried.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
import zipfile
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from small_campaign import REPORTS, copied, make
from strange import any_name

from perfeval_xl.admission.characters import is_strange
from perfeval_xl.admission.clutter import why_ignored
from perfeval_xl.admission.folders import walk
from perfeval_xl.admission.names import admitted
from perfeval_xl.campaign.backup import back_up, restore
from perfeval_xl.campaign.standings import overview
from perfeval_xl.checking.judge import Arrived, Desk
from perfeval_xl.checking.output import as_json, as_text, json_text
from perfeval_xl.cli.screen import print_overview, print_tally
from perfeval_xl.intake.collect import collect
from perfeval_xl.ledger import ledger
from perfeval_xl.ledger.packing import pack, unpack
from perfeval_xl.outgoing.bureau_files import write_export, write_results, write_tracking
from perfeval_xl.outgoing.returns import write_returns
from perfeval_xl.records.export_format import ExportFormat

if TYPE_CHECKING:
    from perfeval_xl.campaign.folder import Campaign

pytestmark = any_name
EXAMPLES = int(os.environ.get("PERFEVAL_EDGE", "60"))
CHAINS = int(os.environ.get("PERFEVAL_CHAINS", "4"))
NOW = datetime(2024, 4, 1, tzinfo=UTC)
_TYPED = ("任务完成率", "=项目甲")
"""What stands in the pattern's cells and is replaced by texts at random."""
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

names = st.one_of(
    st.text(max_size=20).map(lambda text: text.encode()),
    st.text(max_size=20).map(lambda text: text.encode("gb18030", "replace")),
    st.binary(max_size=60),
    st.sampled_from([b"~$a.xlsx", b"a.tmp", b"a\n.xlsx", b"\x1b[2J.xlsx", b"._a", b"a.xlsx.part", b"-rf", b"*"]),
).map(lambda name: re.sub(rb"[/\0]", b"_", name)[:200] + b".xlsx")
texts = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=80),
    st.sampled_from(
        ["\ud800", "\0\x0b\ufffe", "\x1b]0;a\x07\n错误0项", "=cmd|' /C calc'!A0", "長" * 33_000, "\u202e"]
    ),
)
moments = st.one_of(st.integers(-(2**31), 2**34), st.just(1_709_280_000))
folders = st.lists(st.binary(min_size=1, max_size=30).map(lambda name: re.sub(rb"[/\0.]", b"_", name)), max_size=4)


@dataclass(frozen=True)
class Thrown:
    """One file that is thrown at an inbox: where, what, with which texts, of what time."""

    folders: tuple[bytes, ...]
    name: bytes
    what: str
    texts: tuple[str, str]
    moment: int

    @property
    def path(self) -> str:
        return os.fsdecode(b"/".join((*self.folders, self.name)))


thrown = st.builds(
    Thrown,
    folders.map(tuple),
    names,
    st.sampled_from(["workbook", "workbook", "zip", "bytes", "empty", "pipe", "link"]),
    st.tuples(texts, texts),
    moments,
)


class Pattern:
    """A campaign and its one filled workbook, in parts, so that texts can be put into it quickly."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.file = next(campaign.inbox.iterdir())
        with zipfile.ZipFile(self.file) as archive:
            self._parts = {info.filename: archive.read(info) for info in archive.infolist()}
        (campaign.inbox / self.file.name).unlink()

    def workbook(self, of: tuple[str, str]) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for name, part in self._parts.items():
                changed = part
                for old, new in zip(_TYPED, of, strict=True):
                    changed = changed.replace(old.encode(), _xml(new))
                archive.writestr(name, changed)
        return made.getvalue()


def _xml(text: str) -> bytes:
    """Return a text as a cell of Excel spells it: what XML cannot hold as `_x0000_`."""
    return escape(_NO_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)).encode()


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Pattern:
    return Pattern(make(tmp_path_factory.mktemp("样") / "年", REPORTS[:1]))


def throw(pattern: Pattern, inbox: Path, one: Thrown) -> bool:
    """Put a file into an inbox; False where the place is taken or the system has no such path or time."""
    folder = os.path.join(os.fsencode(inbox), *one.folders)  # noqa: PTH118  # paths of bytes
    path = os.path.join(folder, one.name)  # noqa: PTH118  # the same
    try:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103  # the same
        if os.path.lexists(path):
            return False
        if one.what == "pipe":
            os.mkfifo(path)
        elif one.what == "link":
            os.symlink(os.fsencode(inbox), path)  # noqa: PTH211  # the same
        else:
            with open(path, "wb") as file:  # noqa: PTH123  # the same
                file.write(_bytes(pattern, one))
            os.utime(path, (one.moment, one.moment))
    except (NotADirectoryError, FileExistsError):
        return False
    return True


def _bytes(pattern: Pattern, one: Thrown) -> bytes:
    if one.what == "workbook":
        return pattern.workbook(one.texts)
    if one.what == "zip":
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for number in range(2):
                archive.writestr(f"{number}\n\x1b.xlsx", pattern.workbook(one.texts))
        return made.getvalue()
    return b"" if one.what == "empty" else one.name


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.builds(Thrown, folders.map(tuple), names, st.just("bytes"), st.just(("", "")), moments)))
def test_every_file_is_listed_once_under_a_name_of_its_own(pattern: Pattern, all_of_them: list[Thrown]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        count = sum(throw(pattern, Path(folder), one) for one in all_of_them)
        met = list(walk(Path(folder)))
    assert len(met) == count
    shown = [admitted(one.path) for one in met]
    assert len(set(shown)) == count
    assert not any(is_strange(char) for name in shown for char in name)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.tuples(texts, texts))
@example(("\ud800", "\0"))
@example(("\x0b\ufffe", "\x1b[2J\n\u202e"))
def test_every_text_is_read_kept_and_shown(pattern: Pattern, of: tuple[str, str]) -> None:
    campaign = pattern.campaign
    template = replace(campaign.template)
    desk = _desk(campaign)
    record = desk.judge(Arrived("甲.xlsx", NOW, pattern.workbook(of)))
    parcel = pack(record)
    back = unpack(parcel)
    assert pack(back) == parcel
    shown = as_text(record.verdict.findings)
    assert not any(map(is_strange, shown.replace("\n", "")))
    json_text(as_json(back, template)).encode()
    with tempfile.TemporaryDirectory() as folder, ledger.opened(Path(folder, "账")) as book:
        book.add([parcel], "basis")
        (receipt,) = book.receipts()
        assert book.record(receipt).receipt == back.receipt


_desks: dict[Path, Desk] = {}


def _desk(campaign: Campaign) -> Desk:
    """Return one desk for all examples: what one left behind would show in the next."""
    if campaign.folder not in _desks:
        _desks[campaign.folder] = Desk({campaign.template.id: campaign.template}, date(2024, 3, 15))
    return _desks[campaign.folder]


@settings(max_examples=CHAINS, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(st.lists(thrown, min_size=1, max_size=6))
def test_a_whole_round_goes_through(pattern: Pattern, all_of_them: list[Thrown]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        campaign = copied(pattern.campaign, Path(scratch, "年"))
        put = [one for one in all_of_them if throw(pattern, campaign.inbox, one)]
        files = sum(2 if one.what == "zip" and not why_ignored(one.path) else 1 for one in put)
        said = io.StringIO()
        with redirect_stdout(said):
            _round(campaign, files)
        assert not any(is_strange(char) for char in said.getvalue().replace("\n", ""))
        kept = back_up(campaign, NOW, everything=True)
        assert kept.left_out == ()
        restore(kept.path, Path(scratch, "恢复"))


def _round(campaign: Campaign, files: int) -> None:
    tally = collect(campaign, jobs=1)
    assert (tally.adds_up, tally.seen) == (True, files)
    _require_every_file_in_the_ledger(campaign, tally.seen - len(tally.ignored) - len(tally.deferred))
    print_tally(tally)
    seen = overview(campaign, date(2024, 4, 1))
    print_overview(seen, campaign.office, date(2024, 4, 1))
    write_tracking(campaign, NOW, chase=True, seen=seen)
    write_returns(campaign, NOW)
    write_results(campaign, NOW, everything=True, word=True, public=True)
    write_export(campaign, campaign.results / "导出", ExportFormat.CSV, NOW)
    again = collect(campaign, jobs=1)
    assert (again.adds_up, again.seen, again.statuses) == (True, tally.seen, {})


def _require_every_file_in_the_ledger(campaign: Campaign, count: int) -> None:
    with ledger.opened(campaign.ledger) as book:
        items = [item for sighting in book.sightings().values() for item in sighting.items if item.sha256]
        assert len(items) == count
        assert {(item.file, item.sha256) for item in items} <= book.known()
