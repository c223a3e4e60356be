"""Rows that bear seals: every column that another program changes, every row that goes or comes, is noticed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from former_ledger import make_former, make_version_4
from strange import any_name

from perfeval_xl.ledger import sealed, traces
from perfeval_xl.ledger.sealed import ACT, ARRIVAL, JUDGEMENT, MEMO, SERIAL, SIGHTING, SUBMISSION, Store, Table
from perfeval_xl.records.errors import DamagedLedgerError, LedgerError

VALUES: dict[Table, tuple[Any, ...]] = {
    SUBMISSION: ("一.xlsx", "印", "2024-03-01", 1, "1", "交通局", "小", "1", 3, "{}", "", "", b"contents", "[]"),
    JUDGEMENT: (1, "甲", "accepted", "[]", b"contents", "[]"),
    SIGHTING: (12, 34, "[]"),
    MEMO: ("甲", "结果"),
    ACT: ("2024-03-01", "exempt", "赵六", "1", "", "", "", "", "{}", 0, ""),
    ARRIVAL: ("一.xlsx", "印", 1, "2024-03-02", "2024-03-01"),
    SERIAL: ("1", "", "issue", "小", "印", "2024-02-01"),
}
KEYED = (SIGHTING, MEMO)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a ledger with two rows in every table."""
    file = tmp_path / "台账.sqlite"
    with sealed.opened(file) as store, store.entering():
        for table, values in VALUES.items():
            for number in (1, 2):
                if table in KEYED:
                    store.put(table, f"k{number}", values)
                else:
                    store.append(table, values)
    return file


def changed(path: Path, *statements: str) -> None:
    """Change a ledger as another program could."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def everything(path: Path) -> dict[str, list[dict[str, Any]]]:
    with sealed.opened(path) as store:
        return {table.name: list(store.rows(table, *table.heavy)) for table in VALUES}


def noticed(path: Path) -> bool:
    try:
        everything(path)
    except LedgerError:
        return True
    return False


def test_rows_are_given_as_they_were_entered_in_the_order_of_their_keys(path: Path) -> None:
    for table, values in VALUES.items():
        rows = everything(path)[table.name]
        assert [row[table.key] for row in rows] == (["k1", "k2"] if table in KEYED else [1, 2])
        assert [tuple(row[name] for name in (*table.light, *table.heavy)) for row in rows] == [values, values]
    with sealed.opened(path) as store:
        light = store.row(SUBMISSION, 1)
        assert light
        assert "contents" not in light
        assert (store.row(SUBMISSION, 1, "noticed") or {})["noticed"] == "[]"
        assert store.row(SUBMISSION, 3) is None


LIGHT = [(table, column) for table in VALUES for column in ("seal", *table.light, *table.seals)]


@pytest.mark.parametrize(("table", "column"), LIGHT, ids=lambda one: getattr(one, "name", one))
def test_every_column_that_is_changed_is_noticed(path: Path, table: Table, column: str) -> None:
    triggers = "DROP TRIGGER act_stays" if table is ACT else "SELECT 1"
    again = sealed.SCHEMA[-2] if table is ACT else "SELECT 1"
    key = "'k2'" if table in KEYED else 2
    changed(path, triggers, f"UPDATE {table.name} SET {column} = 7 WHERE {table.key} = {key}", again)  # noqa: S608 - our own names
    assert noticed(path)


@pytest.mark.parametrize("table", [SUBMISSION, JUDGEMENT, MEMO], ids=lambda table: table.name)
def test_every_large_column_that_is_changed_is_noticed_when_it_is_read(path: Path, table: Table) -> None:
    for column in table.heavy:
        changed(path, f"UPDATE {table.name} SET {column} = {column} || 'x'")  # noqa: S608 - our own names
        with sealed.opened(path) as store:
            assert len(list(store.rows(table))) == 2, "whoever lists does not read it"
            with pytest.raises(DamagedLedgerError, match="内容有损坏"):
                list(store.rows(table, column))
            with pytest.raises(DamagedLedgerError):
                store.row(table, "k1" if table is MEMO else 1, column)
        changed(path, f"UPDATE {table.name} SET {column} = substr({column}, 1, length({column}) - 1)")  # noqa: S608 - our own names


@pytest.mark.parametrize(
    "table", [SUBMISSION, JUDGEMENT, SIGHTING, ACT, ARRIVAL, SERIAL], ids=lambda table: table.name
)
def test_a_row_that_is_gone_or_there_twice_is_noticed(path: Path, table: Table) -> None:
    key = "'k2'" if table in KEYED else 2
    more = "'k3'" if table in KEYED else 3
    columns = ",".join(table.columns[1:])
    changed(path, f"INSERT INTO {table.name} SELECT {more},{columns} FROM {table.name} WHERE {table.key} = {key}")  # noqa: S608 - our own names
    with pytest.raises(DamagedLedgerError, match="缺少记录，或有记录不是本程序写的"):
        everything(path)
    drop, again = ("DROP TRIGGER act_remains", sealed.SCHEMA[-1]) if table is ACT else ("SELECT 1", "SELECT 1")
    changed(path, drop, f"DELETE FROM {table.name} WHERE {table.key} IN ({key},{more})", again)  # noqa: S608 - our own names
    with pytest.raises(DamagedLedgerError, match="缺少记录，或有记录不是本程序写的"):
        everything(path)


def test_a_memo_may_be_gone(path: Path) -> None:
    changed(path, "DELETE FROM memo")
    assert everything(path)["memo"] == []


@pytest.mark.parametrize("column", ["seal", "rows", "total"])
def test_a_count_that_is_changed_or_gone_is_noticed(path: Path, column: str) -> None:
    changed(path, f"UPDATE whole SET {column} = {column} + 1 WHERE name = 'act'")  # noqa: S608 - our own names
    assert noticed(path)
    changed(path, "DELETE FROM whole WHERE name = 'act'")
    assert noticed(path)


@pytest.mark.parametrize("statement", ["DROP TRIGGER act_stays", "CREATE TABLE more (x)", "DROP TABLE memo"])
def test_another_structure_is_noticed(path: Path, statement: str) -> None:
    changed(path, statement)
    with pytest.raises(DamagedLedgerError, match="内容有损坏"):
        everything(path)


@pytest.mark.parametrize(
    ("version", "kind", "said"),
    [
        (6, LedgerError, "请升级程序"),
        (2, DamagedLedgerError, "不是本程序能读的版本"),
        (0, DamagedLedgerError, "版本"),
    ],
)
def test_another_version_is_said(path: Path, version: int, kind: type[LedgerError], said: str) -> None:
    changed(path, f"PRAGMA user_version = {version}")
    with pytest.raises(kind, match=said) as caught:
        everything(path)
    assert type(caught.value) is kind


def test_acts_are_neither_changed_nor_removed(path: Path) -> None:
    for statement in ("UPDATE act SET by = '别人'", "DELETE FROM act"):
        with pytest.raises(sqlite3.IntegrityError, match="acts are never"):
            changed(path, statement)


def test_a_row_of_a_key_is_replaced_or_removed_and_the_count_goes_with_it(path: Path) -> None:
    with sealed.opened(path) as store, store.entering():
        store.put(SIGHTING, "k2", (56, 78, "[]"))
        store.remove(SIGHTING, "k1")
        store.remove(SIGHTING, "k9")
        assert store.append(ACT, VALUES[ACT]) == 3
    rows = everything(path)
    assert [(row["path"], row["size"]) for row in rows["sighting"]] == [("k2", 56)]
    assert [row["number"] for row in rows["act"]] == [1, 2, 3]


def overreach(store: Store) -> None:
    """Enter something, and then try what may not be."""
    store.put(MEMO, "k3", VALUES[MEMO])
    store.db.execute("DELETE FROM act")


def test_what_was_not_finished_was_not_entered(path: Path) -> None:
    before = everything(path)
    with sealed.opened(path) as store:
        for entering in (store.entering, store.noting):
            with pytest.raises(sqlite3.IntegrityError), entering():
                overreach(store)
        with store.noting() as kept:
            assert kept
            store.put(MEMO, "k3", VALUES[MEMO])
    assert len(everything(path)["memo"]) == 3
    assert everything(path)["act"] == before["act"]


def test_nothing_is_noted_where_there_is_no_file(tmp_path: Path) -> None:
    with sealed.opened(tmp_path / "台账.sqlite") as store, store.noting() as kept:
        assert not kept
    assert list(tmp_path.iterdir()) == []


def test_settling_makes_the_file_and_leaves_the_mark_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "台账.sqlite"
    with sealed.opened(path) as store:
        store.settle()
        store.settle()
        with store.entering():
            store.append(ACT, VALUES[ACT])
    assert (tmp_path / traces.MARK).exists()
    assert len(everything(path)["act"]) == 1
    (tmp_path / traces.MARK).unlink()
    with sealed.opened(path) as store, store.entering():
        pass
    assert (tmp_path / traces.MARK).exists()


def test_everything_is_read_to_prove_it(path: Path) -> None:
    with sealed.opened(path) as store:
        assert store.prove() == 2
    changed(path, "UPDATE judgement SET findings = 'x' WHERE id = 2")
    with sealed.opened(path) as store, pytest.raises(DamagedLedgerError):
        store.prove()


def test_a_file_that_is_lost_or_empty_is_said(tmp_path: Path) -> None:
    path = tmp_path / "台账.sqlite"
    assert not sealed.is_there(path)
    sealed.make(path)
    assert sealed.is_there(path)
    path.write_bytes(b"")
    with pytest.raises(DamagedLedgerError, match="空文件"):
        sealed.is_there(path)
    path.unlink()
    traces.leave(tmp_path)
    with pytest.raises(DamagedLedgerError, match=f"台账不见了，而工作文件夹里有它留下的“{traces.MARK}”"):
        sealed.is_there(path)


def entered(path: Path, by: str, times: int = 1) -> None:
    """Enter acts of somebody, as one run."""
    with sealed.opened(path) as store, store.entering():
        for _ in range(times):
            store.append(ACT, (*VALUES[ACT][:2], by, *VALUES[ACT][3:]))


def test_a_sound_one_that_lacks_what_was_entered_is_no_ledger_of_this_folder(tmp_path: Path) -> None:
    path, older = tmp_path / "台账.sqlite", tmp_path / "旧.sqlite"
    entered(path, "钱七")
    sealed.copy(path, older)
    entered(path, "钱七")
    newer, mark = path.read_bytes(), (tmp_path / traces.MARK).read_bytes()
    path.write_bytes(older.read_bytes())
    refused = pytest.raises(DamagedLedgerError, match="多半是旧的盖掉了新的；新的还在的，请先换回来")
    with refused, sealed.opened(path):
        pass
    (tmp_path / traces.MARK).unlink()
    entered(path, "孙八", times=2)
    (tmp_path / traces.MARK).write_bytes(mark)
    with pytest.raises(DamagedLedgerError, match="缺少后来的记录"), sealed.opened(path):
        pass
    path.write_bytes(newer)
    entered(path, "钱七")
    (tmp_path / traces.MARK).write_bytes(mark)
    entered(path, "钱七")
    assert (tmp_path / traces.MARK).read_bytes() != mark, "a mark that lags behind is no fault, and catches up"


@pytest.mark.parametrize(
    "mark", ["", "不是", "{}", '{"version": 5}', '{"version": 1, "reached": {"act": [9, 9]}}', "[1]"]
)
def test_a_mark_that_says_nothing_forbids_nothing(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "台账.sqlite"
    entered(path, "钱七")
    (tmp_path / traces.MARK).write_text(mark, "utf-8")
    entered(path, "钱七")
    with sealed.opened(path) as store:
        assert len(list(store.rows(ACT))) == 2


@any_name
@pytest.mark.parametrize(("make", "what"), [(Path.mkdir, "一个文件夹"), (os.mkfifo, "别的东西")])
def test_something_else_in_its_place_is_said(tmp_path: Path, make: Callable[[Path], object], what: str) -> None:
    path = tmp_path / "台账.sqlite"
    make(path)
    with pytest.raises(LedgerError, match=f"位置上是{what}，不是台账文件"), sealed.opened(path):
        pass


def test_a_copy_is_the_same(path: Path, tmp_path: Path) -> None:
    copied = tmp_path / "别处" / "台账.sqlite"
    copied.parent.mkdir()
    sealed.copy(path, copied)
    assert everything(copied) == everything(path)


def test_a_dump_leaves_out_what_it_is_told_to(path: Path) -> None:
    with sealed.opened(path) as store:
        lines = list(store.dump(MEMO))
    assert any(line.startswith('INSERT INTO "act"') for line in lines)
    assert not any(line.startswith('INSERT INTO "memo"') for line in lines)


@pytest.mark.parametrize("make", [make_former, make_version_4])
def test_a_ledger_of_a_version_before_is_looked_at_and_changed_when_something_is_entered(
    path: Path, make: Callable[[Path], None]
) -> None:
    expected = everything(path)
    make(path)
    former = path.read_bytes()
    found = everything(path)
    assert {name: rows for name, rows in found.items() if name not in ("arrival", "serial")} == {
        name: rows for name, rows in expected.items() if name not in ("arrival", "serial")
    }
    assert [(row["file"], row["run"], row["at"], row["modified"]) for row in found["arrival"]] == [
        ("一.xlsx", 0, "", "2024-03-01")
    ], "a file that was read twice came once"
    assert [(row["number"], row["unit"], row["purpose"]) for row in found["serial"]] == [(100_000, "", "")]
    with sealed.opened(path) as store, store.noting() as kept:
        assert not kept
    assert path.read_bytes() == former, "looking changes nothing"
    with sealed.opened(path) as store, store.entering():
        store.append(ACT, VALUES[ACT])
    assert [len(rows) for rows in everything(path).values()] == [2, 2, 2, 2, 3, 1, 1]
    with closing(sqlite3.connect(path)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert names == {*everything(path), "whole"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE submission SET unit = '2'",
        "DELETE FROM submission WHERE id = 2",
        "UPDATE submission SET noticed = 'x'",
        "CREATE TABLE more (x)",
    ],
)
def test_a_sealed_ledger_of_a_version_before_that_was_changed_is_not_taken_over(
    path: Path, statement: str
) -> None:
    make_version_4(path)
    changed(path, statement)
    former = path.read_bytes()
    with pytest.raises(DamagedLedgerError):
        everything(path)
    assert path.read_bytes() == former


def _raising(code: int | None) -> Callable[[], None]:
    def fail() -> None:
        error = sqlite3.OperationalError("no")
        if code is not None:
            error.sqlite_errorcode = code
        raise error

    return fail


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        (sqlite3.SQLITE_FULL, LedgerError, "写不进台账"),
        (sqlite3.SQLITE_IOERR_WRITE, LedgerError, "写不进台账"),
        (sqlite3.SQLITE_BUSY, LedgerError, "正被别的程序使用"),
        (sqlite3.SQLITE_CORRUPT, DamagedLedgerError, "内容有损坏"),
        (None, DamagedLedgerError, "内容有损坏"),
    ],
)
def test_what_sqlite_complains_of_is_a_sentence(
    tmp_path: Path, code: int | None, kind: type[LedgerError], said: str
) -> None:
    with pytest.raises(kind, match=said) as caught, sealed.explained(tmp_path / "台账.sqlite"):
        _raising(code)()
    assert type(caught.value) is kind


@pytest.fixture
def store() -> Iterator[Store]:
    with sealed.opened(Path("没有这个文件夹") / "台账.sqlite") as opened:
        yield opened


def test_a_value_of_another_kind_has_no_seal(store: Store) -> None:
    assert sealed._seal(b"bytes") == sealed._seal_of(3) == sealed._seal_of(None) == -1
    seals = {sealed._seal_of("a"), sealed._seal_of(b"a"), sealed._seal_of("b"), sealed._seal("a")}
    assert len(seals) == 4
    assert all(0 <= seal < 1 << 40 for seal in seals)
    assert max(sealed._seal_of(f"{number}") for number in range(99)) >= 1 << 32
    assert list(store.rows(ACT)) == []
