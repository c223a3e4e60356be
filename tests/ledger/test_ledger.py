"""A ledger knows that it is whole: lost, empty, cut short, altered or undecodable, nothing runs on it.

PERFEVAL_FLIPS says how many bits are turned over; `make proof` takes many.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import sys
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from former_ledger import make_former, make_version_4
from killed import STEP, killed_at_every
from small_campaign import UNITS, make

from perfeval_xl import cli
from perfeval_xl.campaign import decisions
from perfeval_xl.campaign.backup import back_up, restore
from perfeval_xl.campaign.folder import LEDGER, Campaign, open_campaign
from perfeval_xl.campaign.new_start import begin_anew
from perfeval_xl.campaign.standings import look, overview
from perfeval_xl.files.publish import clean
from perfeval_xl.intake.collect import collect
from perfeval_xl.ledger import ledger, sealed, traces
from perfeval_xl.outgoing.bureau_files import write_export, write_results, write_tracking
from perfeval_xl.outgoing.enacting import enact
from perfeval_xl.outgoing.returns import write_returns
from perfeval_xl.records.act import Act, Deed
from perfeval_xl.records.errors import DamagedLedgerError, DecisionError, LedgerError
from perfeval_xl.records.export_format import ExportFormat

if TYPE_CHECKING:
    from collections.abc import Callable

    from perfeval_xl.records.standing import Overview

FLIPS = int(os.environ.get("PERFEVAL_FLIPS", "120"))
NOW = datetime(2024, 3, 15, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a year in progress: collected twice, returned, decided, told, summed up."""
    campaign = make(tmp_path_factory.mktemp("进行") / "年")
    collect(campaign, jobs=1)
    (campaign.inbox / "说明.pdf").write_bytes(b"%PDF-1.7 not a workbook")
    collect(campaign, jobs=1)
    write_returns(campaign, NOW)
    with ledger.opened(campaign.ledger) as book:
        book.enter([Act(Deed.EXEMPT, NOW, "赵六", UNITS[3].code, why="撤销")])
    write_tracking(campaign, NOW)
    write_results(campaign, NOW)
    return campaign.folder


@pytest.fixture
def campaign(year: Path, tmp_path: Path) -> Campaign:
    """Return a copy of that year, to be damaged."""
    return open_campaign(Path(shutil.copytree(year, tmp_path / "年")))


def told(campaign: Campaign) -> tuple[Any, ...]:
    """Return all that a ledger tells, in every way that it is asked."""
    with ledger.opened(campaign.ledger) as book:
        receipts = book.receipts()
        records = [book.record(receipt) for receipt in receipts]
        return (
            *(look(campaign, book, NOW.date()), receipts, records, book.acts()),
            *(book.sightings(), book.known(), book.outdated("another")),
        )


def files(folder: Path) -> dict[str, bytes]:
    """Return every file that was made from the ledger."""
    found = [*(folder / "汇总").rglob("*"), *(folder / "退回").rglob("*")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in found if path.is_file()}


# --- bits turned over, pages and rows lost ----------------------------------------------------------------------


def outcome(campaign: Campaign, expected: tuple[Any, ...]) -> str:
    """Return what came of a damage: the same results or a sentence; anything else fails the test."""
    try:
        found = told(campaign)
    except LedgerError:
        return "told"
    assert found == expected, "the results changed without a word"
    return "same"


def test_whatever_bit_is_turned_over_the_results_are_the_same_or_it_is_told(campaign: Campaign) -> None:
    whole, expected = campaign.ledger.read_bytes(), told(campaign)
    chance = random.Random(20240315)  # noqa: S311 - the same bits every time
    outcomes = []
    for _ in range(FLIPS):
        place = chance.randrange(len(whole) * 8)
        data = bytearray(whole)
        data[place // 8] ^= 1 << place % 8
        campaign.ledger.write_bytes(data)
        outcomes.append(outcome(campaign, expected))
    assert outcomes.count("told") > FLIPS / 2, "most of a ledger means something"


def test_every_way_of_cutting_it_short_is_told(campaign: Campaign) -> None:
    whole = campaign.ledger.read_bytes()
    for length in (0, 1, 50, 100, 4095, *range(4096, len(whole), 4096), len(whole) - 1):
        campaign.ledger.write_bytes(whole[:length])
        with pytest.raises(LedgerError):
            told(campaign)


def test_a_page_that_is_empty_or_another_one_is_told(campaign: Campaign) -> None:
    whole, expected = campaign.ledger.read_bytes(), told(campaign)
    pages = [whole[place : place + 4096] for place in range(0, len(whole), 4096)]
    outcomes = set()
    for number in range(len(pages)):
        for other in (bytes(4096), pages[number - 1]):
            campaign.ledger.write_bytes(b"".join([*pages[:number], other, *pages[number + 1 :]]))
            outcomes.add(outcome(campaign, expected))
    assert "told" in outcomes


def changed(path: Path, *statements: str) -> None:
    """Change a ledger as another program could."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM submission WHERE id = (SELECT max(id) FROM submission)",
        "DELETE FROM judgement WHERE id = (SELECT max(id) FROM judgement)",
        "DELETE FROM judgement WHERE id = 1",
        "DELETE FROM sighting",
        "DELETE FROM submission",
        "DELETE FROM whole",
        "DELETE FROM whole WHERE name = 'act'",
        "UPDATE whole SET rows = rows + 1 WHERE name = 'act'",
        "UPDATE submission SET unit_name = '别的单位' WHERE id = 2",
        "UPDATE submission SET filled = filled + 1 WHERE id = 2",
        "UPDATE judgement SET status = 'accepted' WHERE id = 2",
        "UPDATE judgement SET findings = '[]' WHERE id = 2",
        "UPDATE judgement SET contents = x'00' WHERE id = 2",
        "UPDATE submission SET contents = zeroblob(9) WHERE id = 2",
        "UPDATE submission SET id = 99 WHERE id = 2",
        "UPDATE memo SET text = '{}'",
        "INSERT INTO sighting SELECT path || '的副本', seal, size, modified_ns, items FROM sighting LIMIT 1",
        "DROP TABLE sighting",
        "DROP TRIGGER act_stays",
        "CREATE TABLE more (x)",
        "PRAGMA user_version = 0",
        "PRAGMA user_version = 2",
    ],
)
def test_what_another_program_changes_is_told(campaign: Campaign, statement: str) -> None:
    changed(campaign.ledger, statement)
    with pytest.raises(LedgerError):
        told(campaign)


def test_acts_that_are_gone_are_told(campaign: Campaign) -> None:
    changed(campaign.ledger, "DROP TRIGGER act_remains", "DELETE FROM act WHERE number > 1")
    with pytest.raises(DamagedLedgerError):
        told(campaign)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        (sealed.ACT, "deed", "promise"),
        (sealed.ACT, "at", "the ides of March"),
        (sealed.ACT, "until", "2024-02-30"),
        (sealed.ACT, "grounds", "{"),
        (sealed.SUBMISSION, "modified", ""),
        (sealed.SUBMISSION, "explanations", "["),
        (sealed.SUBMISSION, "contents", b"not compressed"),
        (sealed.SUBMISSION, "noticed", '[{"rule": 1}]'),
        (sealed.JUDGEMENT, "not_evaluated", "null"),
        (sealed.JUDGEMENT, "findings", '[{"level": "terrible"}]'),
        (sealed.JUDGEMENT, "contents", b"x"),
        (sealed.SIGHTING, "items", '[["a", "b", "c", "d"]]'),
        (sealed.MEMO, "text", "not JSON"),
    ],
)
def test_what_cannot_be_understood_is_one_sentence(
    campaign: Campaign, table: sealed.Table, column: str, value: str | bytes
) -> None:
    """Sealed anew, so that only its meaning is wrong: as a faulty program would have written it."""
    with sealed.opened(campaign.ledger) as store:
        rows = list(store.rows(table, *table.heavy))
        store.db.execute("DROP TRIGGER act_remains")
        store.db.execute(f"DELETE FROM {table.name}")  # noqa: S608 - our own name
        store.db.execute(sealed.SCHEMA[-1])
        blank = (sealed._seal("whole", table.name, 0, 0), table.name)
        store.db.execute("UPDATE whole SET rows = 0, total = 0, seal = ? WHERE name = ?", blank)
        for row in rows:
            changed_row = {**row, column: value}
            store._insert(table, row[table.key], tuple(changed_row[name] for name in (*table.light, *table.heavy)))
    with pytest.raises(LedgerError):
        told(campaign), write_tracking(campaign, NOW)


# --- lost, empty, never there -----------------------------------------------------------------------------------


def commands(campaign: Campaign) -> dict[str, Callable[[], object]]:
    """Return every stage that has to do with the ledger."""
    return {
        "collect": lambda: collect(campaign, jobs=1),
        "returns": lambda: write_returns(campaign, NOW),
        "overview": lambda: overview(campaign, NOW.date()),
        "tracking": lambda: write_tracking(campaign, NOW),
        "results": lambda: write_results(campaign, NOW),
        "export": lambda: write_export(campaign, campaign.results / "导出", ExportFormat.CSV, NOW),
        "enact": lambda: enact(campaign, lambda _: [], NOW),
        "backup": lambda: back_up(campaign, NOW),
    }


@pytest.mark.parametrize("stage", list(commands(None)))  # type: ignore[arg-type]  # only the names
@pytest.mark.parametrize(
    "loss", ["gone", "empty", "half", "older", "gone with its mark", "a letter only", "a summary only"]
)
def test_on_a_ledger_that_is_lost_nothing_runs_and_nothing_is_replaced(
    campaign: Campaign, stage: str, loss: str
) -> None:
    if loss == "empty":
        campaign.ledger.write_bytes(b"")
    elif loss == "half":
        campaign.ledger.write_bytes(campaign.ledger.read_bytes()[:8192])
    elif loss == "older":
        older = campaign.ledger.read_bytes()
        with ledger.opened(campaign.ledger) as book:
            book.enter([Act(Deed.EXEMPT, NOW, "赵六", UNITS[2].code, why="撤销")])
        campaign.ledger.write_bytes(older)
    else:
        campaign.ledger.unlink()
    if loss not in ("gone", "empty", "half", "older"):
        (campaign.folder / traces.MARK).unlink()
    if loss == "a letter only":
        shutil.rmtree(campaign.results)
    if loss == "a summary only":
        shutil.rmtree(campaign.returns)
    before = files(campaign.folder)
    with pytest.raises(DamagedLedgerError) as caught:
        commands(campaign)[stage]()
    assert "restore" in str(caught.value)
    assert "--new-ledger" in str(caught.value)
    assert files(campaign.folder) == before
    assert loss in ("empty", "half", "older") or not campaign.ledger.exists()


@dataclass
class Screen:
    """Runs commands in this process; returns the exit code, what was printed and what was complained of."""

    patch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]

    def run(self, *arguments: object) -> tuple[int, str, str]:
        self.patch.setattr(sys, "argv", ["perfeval-xl", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = self.capture.readouterr()
        return int(str(ended.value.code or 0)), said.out, said.err


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(monkeypatch, capsys)


def test_the_commands_refuse_in_one_sentence_and_a_new_start_is_told_explicitly(
    campaign: Campaign, screen: Screen
) -> None:
    summary = campaign.results / f"{campaign.title}汇总.xlsx"
    before = summary.read_bytes()
    campaign.ledger.write_bytes(b"")
    for command in ("status", "summarize", "collect"):
        code, _, said = screen.run(command, campaign.folder)
        assert (code, said.count("\n")) == (2, 1)
        assert "台账是一个空文件" in said
        assert summary.read_bytes() == before
    code, out, said = screen.run("collect", campaign.folder, "--new-ledger", "--jobs", "1")
    assert code == 1, said
    assert "重新开始台账" in out
    assert (campaign.results / "旧台账" / summary.name).read_bytes() == before
    (kept,) = (campaign.folder / "备份").rglob(LEDGER)
    assert not kept.read_bytes()
    assert len(overview(campaign).standings) == len(UNITS)
    code, _, said = screen.run("collect", campaign.folder, "--new-ledger", "--jobs", "1")
    assert code == 2
    assert "完好" in said


def test_a_new_start_that_is_cut_short_can_be_told_again(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign.ledger.write_bytes(b"rubbish" * 999)
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "make", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            begin_anew(campaign, NOW)
    with pytest.raises(DamagedLedgerError, match="不见了"):
        overview(campaign)
    begin_anew(campaign, NOW)
    collect(campaign, jobs=1)
    assert len([one for one in overview(campaign).standings if one.receipt]) == 3


def test_a_ledger_of_a_newer_program_is_not_given_up_for_a_new_one(campaign: Campaign) -> None:
    changed(campaign.ledger, "PRAGMA user_version = 99")
    with pytest.raises(LedgerError, match="升级程序"):
        begin_anew(campaign, NOW)
    assert campaign.ledger.exists()


def test_looking_makes_no_ledger_and_a_year_without_one_begins(tmp_path: Path, screen: Screen) -> None:
    campaign = make(tmp_path / "年")
    overview(campaign, NOW.date())
    write_tracking(campaign, NOW, chase=True)
    assert screen.run("status", campaign.folder)[0] == 0
    assert "还没有台账" in screen.run("summarize", campaign.folder)[2]
    assert not campaign.ledger.exists()
    assert not (campaign.folder / traces.MARK).exists()
    collect(campaign, jobs=1)
    assert (campaign.folder / traces.MARK).exists()
    assert len(overview(campaign).standings) == len(UNITS)


# --- a ledger of the version before -----------------------------------------------------------------------------


@pytest.mark.parametrize("make_before", [make_former, make_version_4])
def test_a_year_in_progress_goes_on_with_the_ledger_of_a_version_before(
    campaign: Campaign, make_before: Callable[[Path], None]
) -> None:
    expected, before = told(campaign), files(campaign.folder)
    make_before(campaign.ledger)
    (campaign.folder / traces.MARK).unlink()
    former = campaign.ledger.read_bytes()
    assert told(campaign) == expected
    assert campaign.ledger.read_bytes() == former, "looking changes nothing"
    collect(campaign, jobs=1)
    write_returns(campaign, NOW)
    assert told(campaign) == expected
    assert files(campaign.folder) == before
    assert ledger.proven(campaign.ledger) == 4
    changed(campaign.ledger, "UPDATE judgement SET findings = '[]' WHERE id = 2")
    with pytest.raises(DamagedLedgerError):
        told(campaign)


def test_a_backup_of_the_version_before_comes_back(campaign: Campaign, tmp_path: Path) -> None:
    expected = told(campaign)
    make_former(campaign.ledger)
    restore(back_up(campaign, NOW).path, tmp_path / "新")
    assert told(open_campaign(tmp_path / "新"))[1:] == expected[1:]


def test_a_change_of_version_that_is_cut_short_leaves_the_former_one(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = told(campaign)
    make_former(campaign.ledger)
    with monkeypatch.context() as patch:
        kept = sealed.Store._migrate

        def cut(store: sealed.Store) -> None:
            kept(store)
            if store.db.execute("PRAGMA database_list").fetchone()[2]:
                raise KeyboardInterrupt

        patch.setattr(sealed.Store, "_migrate", cut)
        with pytest.raises(KeyboardInterrupt):
            collect(campaign, jobs=1)
    with closing(sqlite3.connect(campaign.ledger)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (3,)
    assert told(campaign) == expected


# --- decisions that were entered and then cut short -------------------------------------------------------------


def command(patch: pytest.MonkeyPatch, campaign: Campaign, *arguments: str, why: str = "复核属实") -> int:
    """Run a command in this process, at a fixed moment; return its exit code."""
    options = [*arguments, str(campaign.folder), "--why", why, "--by", "赵六"]
    patch.setattr(sys, "argv", ["perfeval-xl", *options])
    patch.setattr("perfeval_xl.cli.acts.now", lambda: NOW.replace(day=16))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(str(ended.value.code or 0))


def entered(campaign: Campaign) -> str:
    """Return the number of the last act that was entered."""
    return str(overview(campaign).acts[-1].number)


@pytest.mark.parametrize(
    ("deed", "following"),
    [*((deed, "the same") for deed in ("accept", "exempt", "waive", "reopen", "withdraw")), ("accept", "collect")],
)
def test_the_letters_of_a_decision_that_was_cut_short_are_written_by_the_next_run(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deed: str, following: str
) -> None:
    code = UNITS[1].code
    if deed in ("reopen", "withdraw"):
        assert command(monkeypatch, campaign, "accept", code) == 0
    rule = next(one.rule for one in overview(campaign).standings[1].open_findings)
    told_of = {"waive": (code, rule), "withdraw": (entered(campaign),)}.get(deed, (code,))
    reference = open_campaign(Path(shutil.copytree(campaign.folder, tmp_path / "全")))
    before = files(campaign.folder)
    assert command(monkeypatch, reference, deed, *told_of) == 0
    expected = files(reference.folder)
    assert expected != before, "letters follow from it"
    with monkeypatch.context() as patch:
        patch.setattr("perfeval_xl.outgoing.enacting.write_returns", cut_short)
        assert command(patch, campaign, deed, *told_of) == 2
    assert files(campaign.folder) == before
    if following == "collect":
        collect(campaign, jobs=1)
        write_returns(campaign, NOW.replace(day=17))
    else:
        assert command(monkeypatch, campaign, deed, *told_of) == (0 if deed == "waive" else 2)
    found = files(campaign.folder)
    assert found.keys() == expected.keys()
    assert deed == "waive" or found == expected


def cut_short(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_decision_killed_at_any_operation_can_be_told_again(campaign: Campaign, tmp_path: Path) -> None:
    unit = UNITS[1].code

    def decide(year: Campaign) -> None:
        def accept(seen: Overview) -> list[Act]:
            return [decisions.accept(decisions.standing_of(seen, unit), {}, "赵六", "复核属实", NOW)]

        with suppress(DecisionError):
            enact(year, accept, NOW)

    reference = open_campaign(Path(shutil.copytree(campaign.folder, tmp_path / "全")))
    decide(reference)
    folder = tmp_path / "杀"
    shutil.copytree(campaign.folder, folder)
    kills = 0
    for _ in killed_at_every(lambda: decide(open_campaign(folder))):
        kills += 1
        decide(open_campaign(folder))
        clean(folder), clean(folder / "退回" / "通过回执")
        assert files(folder) == files(reference.folder)
        assert told(open_campaign(folder))[3] == told(reference)[3]
        shutil.rmtree(folder)
        shutil.copytree(campaign.folder, folder)
    assert kills * STEP > 8, "there is much to kill"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_new_start_killed_at_any_operation_can_be_told_again(campaign: Campaign, tmp_path: Path) -> None:
    campaign.ledger.write_bytes(b"rubbish" * 999)
    folder = tmp_path / "杀"
    shutil.copytree(campaign.folder, folder)
    for _ in killed_at_every(lambda: begin_anew(open_campaign(folder), NOW)):
        year = open_campaign(folder)
        with suppress(LedgerError):
            begin_anew(year, NOW)
        with ledger.opened(year.ledger) as book:
            assert not book.known()
        kept = [path for path in folder.rglob("*") if path.is_file() and path.read_bytes() == b"rubbish" * 999]
        assert len(kept) == 1, "what was damaged is kept"
        shutil.rmtree(folder)
        shutil.copytree(campaign.folder, folder)
