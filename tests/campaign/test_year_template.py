"""A year ends under the template it began with, and moves to another one only when told to."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import own_form
import pytest
from small_campaign import REPORTS, UNITS, figures, make

from perfeval_xl import cli
from perfeval_xl.campaign import kept_template as kept
from perfeval_xl.campaign import upgrade
from perfeval_xl.campaign.folder import SETTINGS, Campaign, create, open_campaign
from perfeval_xl.campaign.settings import SettingsError
from perfeval_xl.campaign.standings import overview
from perfeval_xl.intake.collect import collect
from perfeval_xl.ledger import ledger
from perfeval_xl.outgoing.bureau_files import write_summary
from perfeval_xl.outgoing.issue import cover, issue
from perfeval_xl.outgoing.returns import write_returns
from perfeval_xl.records.contract import STAMP_VERSION, Template
from perfeval_xl.records.errors import CampaignError
from perfeval_xl.records.verdict import Status
from perfeval_xl.template import shelf
from perfeval_xl.template.fill import Filler

NOW = datetime(2024, 3, 15, 9, 30, tzinfo=UTC)
KEPT_FILE = Path("模板", "hunan-2023-1.0.0.xlsx")


@pytest.fixture(scope="module")
def raised(hunan: Template, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return shelves on which the template of today lies under a higher version."""
    shelves = {}
    for version in ("1.1.0", "2.0.0"):
        shelves[version] = tmp_path_factory.mktemp("shelf")
        path = shelves[version] / "hunan-2023" / "hunan-2023.xlsx"
        path.parent.mkdir()
        path.write_bytes(
            Filler(hunan, datetime(2024, 12, 31, tzinfo=UTC).date()).fill({(STAMP_VERSION, 0): version})
        )
    return shelves


def with_program(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    """Put another program in place of this one, as an upgrade does: its templates lie here."""
    monkeypatch.setattr(shelf, "_SHELVES", (place,))


def of_an_older_program(campaign: Campaign) -> Campaign:
    """Take out what programs up to 1.0.0 did not write."""
    shutil.rmtree(campaign.folder / "模板")
    path = campaign.folder / SETTINGS
    path.write_text(path.read_text("utf-8").split("# ---- 这一年所用的模板")[0], "utf-8")
    return open_campaign(campaign.folder)


def test_the_year_ends_under_the_template_it_began_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: dict[str, Path]
) -> None:
    campaign = make(tmp_path / "年", REPORTS[:2])
    collect(campaign, jobs=1)
    before = [standing.state for standing in overview(campaign).standings]
    assert before == ["有错误", "有错误", "未报", "未报", "免报"]
    with_program(monkeypatch, raised["2.0.0"])
    again = open_campaign(campaign.folder)
    assert again.plain.version == "1.0.0"
    filler = Filler(again.template, again.clock)
    late = filler.fill({**cover(again.template, UNITS[2], 3), **figures(200, 75)})
    (again.inbox / "402003.xlsx").write_bytes(late)
    tally = collect(again, jobs=1)
    assert (tally.again, tally.statuses) == (0, {Status.ERRORS: 1})
    assert [standing.state for standing in overview(again).standings] == [*before[:2], "有错误", *before[3:]]


def test_a_folder_of_an_older_program_keeps_what_fits_and_refuses_what_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: dict[str, Path]
) -> None:
    campaign = make(tmp_path / "年", ())
    issue(campaign, campaign.units[:1])
    old = of_an_older_program(campaign)
    assert old.kept is None
    with_program(monkeypatch, raised["2.0.0"])
    with pytest.raises(CampaignError, match=r"是用模板“hunan-2023”1\.0\.0版开始的.*找到的是“hunan-2023”2\.0\.0版"):
        collect(open_campaign(old.folder), jobs=1)
    assert not (old.folder / "模板").exists()
    with_program(monkeypatch, raised["1.1.0"])
    collect(open_campaign(old.folder), jobs=1)
    now = open_campaign(old.folder)
    assert now.kept is not None
    assert (now.kept.version, now.kept.year) == ("1.1.0", 2023)
    assert kept.mark((now.folder / "模板" / now.kept.file).read_bytes()) == now.kept.sha256


def test_another_year_over_a_begun_one_is_refused(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", ())
    path = campaign.folder / SETTINGS
    text = path.read_text("utf-8")
    later = text.replace('"年度" = 2023\n\n# 地区', '"年度" = 2024\n\n# 地区')
    path.write_text(later, "utf-8")
    assert open_campaign(campaign.folder).year == 2024, "nothing has begun: a slip may be mended"
    path.write_text(text, "utf-8")
    issue(campaign, campaign.units[:1])
    path.write_text(later, "utf-8")
    with pytest.raises(SettingsError, match="“年度”现在是 2024，而这个文件夹里的工作簿是按2023年度发放"):
        open_campaign(campaign.folder)
    path.write_text(later.replace('template = "hunan-2023"', 'template = "yunnan-dept"'), "utf-8")
    with pytest.raises(SettingsError, match="有2处要改"):
        open_campaign(campaign.folder)
    path.write_text(later.split("# ---- 这一年所用的模板")[0], "utf-8")
    with pytest.raises(CampaignError, match="按2023年度发放"):
        _ = open_campaign(campaign.folder).template


def test_a_kept_template_that_is_altered_or_lost_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: dict[str, Path]
) -> None:
    campaign = make(tmp_path / "年", ())
    path = campaign.folder / KEPT_FILE
    good = path.read_bytes()
    for bad in (good[:-1] + b"x", b"", good[: len(good) // 2]):
        path.write_bytes(bad)
        with pytest.raises(CampaignError, match="与这一年开始时存下的不同"):
            _ = open_campaign(campaign.folder).template
    path.unlink()
    again = open_campaign(campaign.folder)
    assert again.template.version == "1.0.0", "the program has the very same"
    again.keep_template()
    assert path.read_bytes() == good
    path.unlink()
    with_program(monkeypatch, raised["2.0.0"])
    with pytest.raises(CampaignError, match=r"hunan-2023-1\.0\.0\.xlsx”不见了.*从备份"):
        _ = open_campaign(campaign.folder).template


# --- a bureau's own form, in two versions --------------------------------------------------------------------


def write_version(path: Path, monkeypatch: pytest.MonkeyPatch, version: str, *, renamed: bool = False) -> Path:
    """Write the bureau's form; `renamed` calls a cell by another name, has it hold a text, and adds a setting."""

    def text(part: object) -> object:
        return part.replace("超支原因", "偏高说明") if renamed and isinstance(part, str) else part

    added = (("设置_提示", "提示", "text", "", "设置", "", ""),) if renamed else ()
    names = {str(text(name)): cell for name, cell in own_form.NAMES.items()}
    identity = (*own_form.IDENTITY, *((("设置_提示", "提示", "请如实填写"),) if renamed else ()))
    with monkeypatch.context() as patch:
        patch.setattr(own_form, "NAMES", names)
        fields = tuple(tuple(map(text, line)) for line in own_form.FIELDS)
        patch.setattr(own_form, "FIELDS", (*fields, *added))
        patch.setattr(own_form, "REPORT", tuple(tuple(map(text, line)) for line in own_form.REPORT))
        lines = tuple(("标识_版本", "模板版本", version) if line[0] == "标识_版本" else line for line in identity)
        patch.setattr(own_form, "IDENTITY", lines)
        path.write_bytes(own_form.adopted())
    return path


def own_year(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """Make a year with the bureau's own form, which one unit has sent in."""
    form = write_version(folder / "公务车.xlsx", monkeypatch, "1.0")
    monkeypatch.chdir(folder)
    campaign = create(folder / "年", form.name, {"年度": Decimal(2023)}, UNITS[:2])
    issue(campaign, campaign.units)
    values = {"车辆_数量": Decimal(2), "费用_燃料": Decimal(3), "费用_维修": Decimal(1), "费用_合计": Decimal(4)}
    typed = {(name, 0): value for name, value in values.items()} | {("超支原因", 0): "没有超支"}
    filler = Filler(campaign.template, campaign.clock)
    data = filler.fill({**cover(campaign.template, UNITS[0], 1), **typed})
    (campaign.inbox / "402001.xlsx").write_bytes(data)
    collect(campaign, jobs=1)
    return campaign


def test_an_own_template_is_found_from_the_folder_and_then_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = own_year(tmp_path, monkeypatch)
    assert campaign.template_name == "../公务车.xlsx"
    (tmp_path / "别处").mkdir()
    monkeypatch.chdir(tmp_path / "别处")
    assert of_an_older_program(campaign).template.id == "gongwuche"
    collect(open_campaign(campaign.folder), jobs=1)
    (tmp_path / "公务车.xlsx").unlink()
    assert [one.state for one in overview(open_campaign(campaign.folder)).standings] == ["通过", "未报"]


def test_upgrade_moves_a_year_and_back_and_what_came_in_is_read_by_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = own_year(tmp_path, monkeypatch)
    assert upgrade.plan(campaign).needless
    text = (campaign.folder / SETTINGS).read_text("utf-8").replace('"设置_每车上限" = 5', '"设置_每车上限" = 9')
    (campaign.folder / SETTINGS).write_text(text, "utf-8")
    write_version(tmp_path / "公务车.xlsx", monkeypatch, "2.0", renamed=True)
    campaign = open_campaign(campaign.folder)
    assert campaign.template.version == "1.0", "not told to"
    planned = upgrade.plan(campaign)
    said = "\n".join(upgrade.told(planned))
    cell = "公务车运行情况表“费用偏高的原因”"
    for words in (
        *("由1.0版换成2.0版", f"新增的格子：{cell}", f"不再有的格子：{cell}", "设置_提示"),
        *("已经报来的1份", "旧版再报来的会被退回"),
    ):
        assert words in said
    moved = upgrade.move(planned, NOW)
    assert (moved.template.version, moved.settings["设置_每车上限"], moved.settings["设置_提示"]) == (
        "2.0",
        9,
        "请如实填写",
    )
    assert collect(moved, jobs=1).again == 1
    (standing, _) = overview(moved).standings
    assert standing.state == "通过"
    with ledger.opened(moved.ledger) as book:
        entries = {entry.name: entry.value for entry in book.record(standing.receipt).submission.entries}
    assert entries["超支原因"] == "没有超支", "what was typed stays in the ledger"
    write_returns(moved, NOW)
    write_summary(moved, NOW)
    (moved.folder / SETTINGS).write_text(
        (moved.folder / SETTINGS).read_text("utf-8").replace("请如实填写", "请按时填写"), "utf-8"
    )
    back = upgrade.move(upgrade.plan_back(open_campaign(moved.folder)), NOW.replace(hour=10))
    assert (back.template.version, "设置_提示" in back.settings, back.settings["设置_每车上限"]) == (
        "1.0",
        False,
        9,
    )
    forth = upgrade.move(upgrade.plan_back(back), NOW.replace(hour=11))
    assert (forth.template.version, forth.settings["设置_提示"]) == ("2.0", "请按时填写"), (
        "the way back has one, too"
    )


def test_a_move_that_is_cut_short_has_not_happened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = own_year(tmp_path, monkeypatch)
    write_version(tmp_path / "公务车.xlsx", monkeypatch, "2.0", renamed=True)
    whole, written = upgrade.publish, []

    def failing(path: Path, data: bytes) -> Path:
        if len(written) == passing:
            raise OSError(28, "No space left on device")
        written.append(path.name)
        return whole(path, data)

    monkeypatch.setattr(kept, "publish", failing)
    monkeypatch.setattr(upgrade, "publish", failing)
    for passing in (0, 1, 2):
        written.clear()
        (campaign.folder / "模板" / "gongwuche-2.0.xlsx").unlink(missing_ok=True)
        with pytest.raises(OSError, match="No space"):
            upgrade.move(upgrade.plan(campaign), NOW)
        assert len(written) == passing
        again = open_campaign(campaign.folder)
        assert (again.template.version, again.kept) == ("1.0", campaign.kept)


def test_another_template_or_a_setting_that_does_not_fit_stops_a_move(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = own_year(tmp_path, monkeypatch)
    with pytest.raises(CampaignError, match="不能换成另一个模板“yunnan-dept”"):
        upgrade.plan(campaign, "yunnan-dept")
    with pytest.raises(CampaignError, match="没有换过模板"):
        upgrade.plan_back(campaign)


def test_the_command_says_what_changes_and_what_to_do_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    campaign = own_year(tmp_path, monkeypatch)
    write_version(tmp_path / "公务车.xlsx", monkeypatch, "1.1", renamed=True)

    def said(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["perfeval-xl", "upgrade", str(campaign.folder), *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 0
        return capsys.readouterr().out

    assert "没有更换" in said("--preview")
    assert open_campaign(campaign.folder).template.version == "1.0"
    told = said()
    assert "由1.0版换成1.1版" in told
    assert "还没报的单位仍可用旧版报送" in told
    assert "--back" in told
    assert open_campaign(campaign.folder).template.version == "1.1"
    assert "没有改动" in said()
    assert "由1.1版换成1.0版" in said("--back")
