"""What programs may call: each function once, typed and told throughout, silent, light to import."""

from __future__ import annotations

import ast
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from types import FunctionType

import pytest
from small_campaign import UNITS, copied, make

import perfeval_xl as px
from perfeval_xl.files.lock import BusyError
from perfeval_xl.intake.collect import collect as take
from perfeval_xl.outgoing.issue import cover
from perfeval_xl.records.act import Deed
from perfeval_xl.records.errors import CampaignError, DecisionError, LedgerError

PACKAGE = Path(px.__file__).parent
SOURCES = PACKAGE.parent / "workbook_templates"
NOW = datetime(2024, 3, 2, 9, tzinfo=UTC)
FUNCTIONS = [name for name in px.__all__ if isinstance(getattr(px, name), FunctionType)]
RECORDS = [name for name in px.__all__ if is_dataclass(getattr(px, name))]


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> px.Campaign:
    """Three units have reported: one passes, two do not."""
    campaign = make(tmp_path_factory.mktemp("api") / "2023")
    px.collect(campaign, jobs=1, now=NOW)
    return campaign


@pytest.fixture
def year(pattern: px.Campaign, tmp_path: Path) -> px.Campaign:
    return copied(pattern, tmp_path / "2023")


def stages(seen: px.Overview) -> dict[str, str]:
    return {one.unit.code: one.stage.value for one in seen.standings}


# --- laws over everything that is offered ---------------------------------------------------------------------


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_told_and_typed(name: str) -> None:
    function = getattr(px, name)
    signature = inspect.signature(function)
    assert inspect.getdoc(function), "what it returns, its units and errors"
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(one.annotation is not inspect.Parameter.empty for one in signature.parameters.values())


@pytest.mark.parametrize("name", RECORDS)
def test_every_record_is_frozen_and_told(name: str) -> None:
    record = getattr(px, name)
    assert record.__dataclass_params__.frozen
    assert not (inspect.getdoc(record) or "").startswith(f"{name}("), "a sentence, not the generated signature"
    assert all(field.type for field in fields(record))


def test_what_asks_the_time_takes_now_left_out_in_one_way() -> None:
    signatures = {name: inspect.signature(getattr(px, name)) for name in FUNCTIONS}
    moments = {name: one.parameters["now"] for name, one in signatures.items() if "now" in one.parameters}
    assert {(one.annotation, one.default, one.kind) for one in moments.values()} == {
        ("datetime | None", None, inspect.Parameter.KEYWORD_ONLY)
    }
    assert {"check", "collect", "accept", "backup", "overview"} <= moments.keys()


def test_only_one_place_asks_the_clock() -> None:
    asking = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"datetime.now", "date.today", "time.time"}
    }
    assert asking == {"api/clock.py", "workbook/taking.py"}, "which waits for a file that is still being copied"


def test_nothing_but_the_command_line_prints_or_exits() -> None:
    loud = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if path.parent.name != "cli"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"print", "input", "sys.exit", "typer.echo"}
    }
    own = {"workbook/legacy/worker.py", "workbook/unpacking/worker.py"}
    assert loud == own, "processes of their own, which answer on their stdout"


def test_the_three_lists_of_names_agree() -> None:
    """What is exported, where it is loaded from, and what type checkers are told."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    told = {
        alias.name: node.module
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert told == px._MODULES
    assert sorted(px.__all__) == sorted(["__version__", *told])
    assert set(px.__all__) <= set(dir(px))


def test_no_name_is_that_of_a_room() -> None:
    """Once a room is imported it is an attribute of the package, and would hide what has its name."""
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir()}
    assert not rooms & set(px.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = px.nothing  # type: ignore[attr-defined]  # that is the point


def loaded_by(code: str) -> set[str]:
    command = [sys.executable, "-c", f"import sys; {code}; print(*sys.modules)"]
    return set(subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout.split())


HEAVY = {"openpyxl", "xlsxwriter", "formualizer", "docx", "python_calamine", "sqlite3", "pydantic", "tomlkit"}


def test_importing_the_package_loads_nothing_of_it() -> None:
    loaded = loaded_by("import perfeval_xl")
    ours = {name for name in loaded if name.startswith("perfeval_xl")}
    assert ours == {"perfeval_xl", "perfeval_xl.records", "perfeval_xl.records.version"}
    assert not HEAVY & loaded


def test_the_command_line_starts_without_anything_heavy() -> None:
    assert not HEAVY & loaded_by("import perfeval_xl.cli")


def test_the_command_line_knows_the_api_alone() -> None:
    known = {
        name.split(".")[1]
        for path in (PACKAGE / "cli").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("perfeval_xl.")
        for name in [node.module]
    }
    assert known == {"api", "cli", "demo", "records"}


# --- templates and single files -------------------------------------------------------------------------------


def test_a_template_is_listed_opened_built_and_linted(tmp_path: Path) -> None:
    assert "hunan-2023" in px.shipped_templates()
    shipped = SOURCES / "hunan-2023" / "hunan-2023.xlsx"
    built = px.build_template(shipped.with_name("template.toml"))
    assert built.data == shipped.read_bytes()
    assert px.open_template(str(shipped)).package == px.open_template("hunan-2023").package == built.data
    (tmp_path / "坏.xlsx").write_bytes(b"x")
    assert len(px.lint_template(tmp_path / "坏.xlsx")) == 1
    assert {"F01", "X03"} <= {rule.id for rule in px.rules([built.template])}


def test_one_workbook_is_filled_checked_reported_and_migrated(year: px.Campaign, tmp_path: Path) -> None:
    template = year.template
    values = tmp_path / "v.json"
    values.write_text(json.dumps({"names": {"单位名称": "交通局", "基本支出_上年决算": 3.5}}), "utf-8")
    typed = {**cover(template, UNITS[0], 1), **px.values_from(values, template)}
    assert typed["基本支出_上年决算", 0] == Decimal("3.5")
    data = px.fill(template, typed, now=NOW)
    assert px.filler(template, now=NOW)(typed) == data
    file = px.save(tmp_path / "一.xlsx", data, now=NOW)
    record = px.check_bytes(template, file.name, data, now=NOW)
    chosen, read = px.read_workbook(file, now=NOW)
    assert read.verdict.computed == record.verdict.computed
    assert read.value("基本支出_上年决算") == Decimal("3.5")
    assert px.report(chosen, read, now=NOW).startswith(b"PK")
    fresh = px.migrate(file, now=NOW)
    assert px.checker(chosen, now=NOW)("二.xlsx", fresh.data).submission is not None


def test_what_cannot_be_had_is_told_and_costs_nothing_else(year: px.Campaign, tmp_path: Path) -> None:
    (tmp_path / "坏.xlsx").write_bytes(b"x")
    done = px.check([tmp_path / "没有.xlsx", tmp_path / "坏.xlsx", *sorted(year.inbox.iterdir())], now=NOW)
    assert done.records[0].status.value == "rejected"
    assert (len(done.records), len(done.missing)) == (4, 1)
    assert len(json.loads(px.checked_json(done))) == 4
    assert px.checked_text(done).startswith("坏.xlsx（单位不明）：未能读取")
    assert done.template_of(done.records[0]) is None
    with pytest.raises(px.PerfevalError, match="读不出来"):
        px.read_workbook(tmp_path / "坏.xlsx")


def test_a_saved_file_keeps_what_was_there(tmp_path: Path) -> None:
    heard: list[str] = []
    (tmp_path / "a.txt").write_text("别人的", "utf-8")
    px.save(tmp_path / "a.txt", b"ours", now=NOW, watch=px.Watch(tell=heard.append))
    assert [path.read_text("utf-8") for path in (tmp_path / "留存").iterdir()] == ["别人的"]
    assert len(heard) == 1


def test_a_report_is_gone_through(tmp_path: Path, year: px.Campaign) -> None:
    file = tmp_path / "报告.docx"
    chosen, record = px.read_workbook(next(iter(sorted(year.inbox.iterdir()))), now=NOW)
    file.write_bytes(px.report(chosen, record, now=NOW))
    done = px.proofread_report(file, against=year.inbox / "402001.xlsx", roster=year.folder / "名册.xlsx", now=NOW)
    assert json.loads(px.proofread_json(done)) is not None
    assert bool(px.proofread_text(done)) is bool(done.findings)
    assert px.stated_figures(done)["资金总额_全年预算"] == 100
    assert px.marked(done).startswith(b"PK")


# --- the year -------------------------------------------------------------------------------------------------


def test_a_year_is_created_rostered_and_handed_out(tmp_path: Path) -> None:
    made = px.create_campaign(tmp_path / "2023", {"年度": Decimal(2023), "地区": "示范区"})
    made = px.write_roster(made, UNITS)
    assert [unit.code for unit in made.units] == [unit.code for unit in UNITS]
    assert [unit.code for unit in px.due(made)] == [unit.code for unit in UNITS[:4]]
    done = px.issue(made, archives=True, now=NOW)
    assert (len(done.written), done.kept, done.unsettled) == (4, (), False)
    assert done.listing.is_file()
    assert len(done.archives) == 1
    again = px.issue(px.open_campaign(made.folder), now=NOW)
    assert (len(again.written), len(again.same)) == (0, 4)


def test_a_name_that_leads_out_of_the_inbox_is_refused_and_none_is_replaced(year: px.Campaign) -> None:
    for name in ("../a.xlsx", "b/a.xlsx", "b\\a.xlsx", "..", ""):
        with pytest.raises(CampaignError, match="不是文件名"):
            px.hand_in(year, name, b"x", now=NOW)
    first, second = (px.hand_in(year, "a.xlsx", data, now=NOW) for data in (b"x", b"y"))
    assert (first.read_bytes(), second.read_bytes()) == (b"x", b"y")
    assert first.stat().st_mtime == NOW.timestamp()


def test_a_collection_says_what_became_of_every_file(year: px.Campaign) -> None:
    px.hand_in(year, "坏.xlsx", b"x", now=NOW)
    done = px.collect(year, jobs=1, now=NOW)
    assert (done.tally.seen, done.tally.known, done.tally.adds_up) == (4, 3, True)
    assert [receipt.file for receipt in done.seen.rejected] == ["坏.xlsx"]
    assert px.needs_somebody(done.seen, year.office, NOW.date())
    assert all(path.is_file() for path in (*done.returned.workbooks, *done.returned.notices))
    assert px.write_returns(year, now=NOW).workbooks == done.returned.workbooks
    table = px.status_lines(done.seen, date(2024, 3, 1), date(2024, 3, 4))
    assert [line.late for line in table if line.times == 0] == [3, 0], "one is exempt"
    assert sum(map(len, px.owing(table).values())) == sum(bool(line.owes) for line in table)


def test_the_copies_of_a_collection_reach_the_outbox(year: px.Campaign, tmp_path: Path) -> None:
    done = px.collect(year, jobs=1, outbox=str(tmp_path / "送出"), now=NOW)
    assert done.sent == 2 * len(done.returned.workbooks) > 0
    assert px.summarise(year, outbox=str(tmp_path / "送出"), now=NOW).sent == 1


def test_who_follows_is_told_of_one_phase_after_another(year: px.Campaign) -> None:
    phases: list[str] = []

    @contextmanager
    def phase(what: str, _: int | None = None, /) -> Iterator[object]:
        assert "" not in phases, "one is still open"
        phases.append("")
        yield lambda: None
        phases[-1] = what

    px.collect(year, jobs=1, now=NOW, watch=px.Watch(phase=phase))  # type: ignore[arg-type]  # gives an object
    assert phases == ["比较各单位的报送", "写退回通知和回执", "比较各单位的报送"]


def test_what_people_decide_is_entered_with_its_letters(year: px.Campaign) -> None:
    for code in ("402001", "402002", "402003"):
        px.accept(year, code, why="核实", by="王五", now=NOW)
    done = px.reopen(year, "402001", by="王五", now=NOW)
    assert stages(done.seen)["402001"] == "已退回"
    exempted = px.exempt(year, "402004", why="撤销", by="王五", now=NOW)
    assert stages(exempted.seen)["402004"] == "免报"
    px.waive(year, "402002", rule="B06", why="凭证", until=date(2024, 12, 31), by="王五", now=NOW)
    number = px.overview(year, now=NOW).acts[-1].number
    assert px.withdraw(year, number, by="王五", now=NOW).acts[0].withdraws == number
    story = px.history(year, "402002", now=NOW)
    assert [event.what for event in story.events][-2:] == ["豁免", "撤销"]


def test_all_is_decided_or_nothing(year: px.Campaign) -> None:
    before = px.overview(year, now=NOW).acts
    with pytest.raises(DecisionError, match="999999"):
        px.decide(year, [px.Exempt("402004", "撤销"), px.Accept("999999")], by="王五", now=NOW)
    assert px.overview(year, now=NOW).acts == before
    with pytest.raises(px.PerfevalError, match="没有写经办人"):
        px.exempt(year, "402004", why="撤销", now=NOW)
    assert px.decide(year, [], by="王五", now=NOW).acts == ()


def test_a_file_that_is_ignored_is_what_is_told_though_letters_were_owed(tmp_path: Path) -> None:
    """The last acts of the ledger were taken for those decided; letters that were still owed came after them."""
    campaign = make(tmp_path / "2023")
    px.hand_in(campaign, "坏.xlsx", b"x", now=NOW)
    take(campaign, jobs=1)
    command = [sys.executable, "-m", "perfeval_xl", "ignore", "坏.xlsx", str(campaign.folder), "--why", "空的"]
    done = subprocess.run([*command, "--by", "王五"], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.startswith("不处理：坏.xlsx\n下一步：")
    acts = px.overview(campaign, now=NOW).acts
    assert acts[0].deed is Deed.IGNORE
    assert len(acts) > 1, "letters were owed"


def test_what_the_bureau_looks_at_is_written(year: px.Campaign, tmp_path: Path) -> None:
    status = px.write_status(year, now=NOW)
    assert (status.chase, status.unsettled) == (None, False)
    assert px.write_status(year, chase=True, now=NOW).chase == year.results / "催报清单.xlsx"
    summary = px.summarise(year, everything=True, public=True, now=NOW)
    assert (summary.report, summary.unsettled) == (None, False)
    assert summary.public is not None
    assert summary.public.name.endswith("汇总（公开）.xlsx")
    tables = px.export(year, px.ExportFormat.CSV, tmp_path / "导出", now=NOW)
    named = {path.stem for path in tables.files}
    assert named == {"报送记录", "填报数据", "核对问题", "办理记录", "首次收到", "序号", "盖章件和佐证材料"}


def test_nothing_is_summed_up_before_anything_has_come(tmp_path: Path) -> None:
    made = px.create_campaign(tmp_path / "2023", {"年度": Decimal(2023), "地区": "示范区"}, units=UNITS)
    with pytest.raises(px.PerfevalError, match="还没有台账"):
        px.summarise(made, now=NOW)


def test_a_year_is_kept_got_back_and_begun_anew(year: px.Campaign, tmp_path: Path) -> None:
    kept = px.backup(year, tmp_path / "备份", now=NOW)
    back = px.restore(kept.path, tmp_path / "恢复")
    assert (back.files, back.submissions) == (kept.files, 3)
    restored = px.open_campaign(tmp_path / "恢复")
    assert stages(px.overview(restored, now=NOW)) == stages(px.overview(year, now=NOW))
    with pytest.raises(LedgerError, match="完好"):
        px.start_anew(year, now=NOW)
    year.ledger.unlink()
    px.start_anew(year, now=NOW)
    assert px.collect(year, jobs=1, now=NOW).tally.statuses


def test_an_upgrade_that_is_needless_changes_nothing(year: px.Campaign) -> None:
    before = (year.folder / "campaign.toml").read_bytes()
    done = px.upgrade(year, preview=True, now=NOW)
    assert (done.move.needless, done.made, done.changes) == (True, False, ())
    assert (year.folder / "campaign.toml").read_bytes() == before


def test_what_writes_holds_the_folder(year: px.Campaign) -> None:
    held = (
        "import sys; from pathlib import Path; from perfeval_xl.files.lock import locked\n"
        "with locked(Path(sys.argv[1]), '别的事'): print(1, flush=True); input()"
    )
    command = [sys.executable, "-c", held, str(year.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as other:
        assert other.stdout is not None
        other.stdout.readline()
        for step in (
            lambda: px.issue(year, now=NOW),
            lambda: px.collect(year, now=NOW),
            lambda: px.write_returns(year, now=NOW),
            lambda: px.write_status(year, chase=True, now=NOW),
            lambda: px.summarise(year, now=NOW),
            lambda: px.accept(year, "402001", why="x", by="y", now=NOW),
            lambda: px.write_roster(year, UNITS),
            lambda: px.upgrade(year, now=NOW),
            lambda: px.start_anew(year, now=NOW),
        ):
            with pytest.raises(BusyError, match="别的事"):
                step()
        other.communicate("\n")


def test_every_name_is_where_it_is_said_to_be() -> None:
    for name, module in px._MODULES.items():
        assert getattr(px, name) is getattr(import_module(module), name)
