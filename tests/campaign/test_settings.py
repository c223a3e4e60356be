"""campaign.toml: whatever stands in it is a good year or a sentence for each fault; what we write can be read."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from perfeval_xl.campaign.folder import create, open_campaign
from perfeval_xl.campaign.settings import (
    Kept,
    Settings,
    SettingsError,
    fitted,
    moved,
    new_text,
    read,
    require_fit,
    with_kept,
)
from perfeval_xl.campaign.settings.keys import GRADES, settings_of
from perfeval_xl.campaign.settings.values import is_unseen
from perfeval_xl.records.contract import Template
from perfeval_xl.records.errors import CampaignError, PerfevalError
from perfeval_xl.records.office import Office

KEPT = Kept("hunan-2023", "hunan-2023-1.0.0.xlsx", "1.0.0", "0" * 64, 2023)
NEW = {"年度": Decimal(2023), "地区": "南岳区"}
EXAMPLES = int(os.environ.get("PERFEVAL_EXAMPLES", "60"))


@pytest.fixture(scope="module")
def text(hunan: Template) -> str:
    return new_text("hunan-2023", hunan, {**hunan.defaults, **NEW}, Office(date(2024, 3, 31), "王敏"), KEPT)


@dataclass(frozen=True)
class Shelved:
    """A template with a settings file of it, which a failing example need not print whole."""

    template: Template = field(repr=False)
    text: str = field(repr=False)


@pytest.fixture(scope="module")
def shelf(hunan: Template, text: str) -> Shelved:
    return Shelved(hunan, text)


def opened(data: bytes, folder: Path, template: Template) -> Settings:
    """Read a settings file to the end: by itself, and with its template."""
    path = folder / "campaign.toml"
    path.write_bytes(data)
    found = read(path, lambda _name, _kept: template)
    fitted(found.values, path, template)
    return found


def refused(data: bytes, folder: Path, template: Template) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        opened(data, folder, template)
    return caught.value


def test_what_is_written_is_read(text: str, tmp_path: Path, hunan: Template) -> None:
    found = opened(text.encode(), tmp_path, hunan)
    assert (found.template, found.year, found.values["地区"], found.kept) == ("hunan-2023", 2023, "南岳区", KEPT)
    assert found.office == Office(date(2024, 3, 31), "王敏")
    assert {name: found.values[name] for name in GRADES[:3]} == {"设置_优": 90, "设置_良": 80, "设置_中": 60}


@pytest.mark.parametrize(
    ("line", "instead", "said"),
    [
        ('"年度" = 2023', '"年度" = 2023.5', "“年度”现在是 2023.5；请写四位数的年度"),
        ('"年度" = 2023', '"年度" = 99999', "“年度”现在是 99999；请写四位数的年度"),
        ('"年度" = 2023', '"年度" = [2023]', "“年度”现在是 方括号里的一列值"),
        ('"年度" = 2023', '"年度" = true', "“年度”现在是 true"),
        ('"年度" = 2023', '"年度" = 2023-01-01', "“年度”现在是 2023-01-01"),
        ('"年度" = 2023', '"年度" = "2023"', '“年度”现在是 "2023"；请写四位数的年度（2000至2100），不加引号'),
        ('"年度" = 2023', '"年度" = nan', "“年度”现在是 NaN"),
        ('"年度" = 2023', "", "缺少“年度”"),
        ('"地区" = "南岳区"', '"地区" = "../../x"', "不能有 /"),
        ('"地区" = "南岳区"', r'"地区" = "南\n岳区"', "文字里有换行"),
        ('"地区" = "南岳区"', r'"地区" = "南\u202e岳区"', r"看不见的字符（\u202e）"),
        ('"地区" = "南岳区"', '"地区" = "CON"', "Windows 保留"),
        ('"地区" = "南岳区"', '"地区" = "南岳区."', "前后不能是英文句点"),
        ('"地区" = "南岳区"', f'"地区" = "{"长" * 41}"', "有41个字，最多40个字"),
        ('"地区" = "南岳区"', '"地区" = 1', "请写成文字"),
        ('"设置_优" = 90', '"设置_优" = 70', "“设置_优”现在是 70；应当高于“设置_良”（现在是 80）"),
        ('"设置_优" = 90', '"设置_优" = 101', "请写0至100之间的数字"),
        ('"设置_执行下限" = 0.8', '"设置_执行下限" = 80', "80% 写 0.8"),
        ('"设置_执行下限" = 0.8', '"设置_执行下限" = 1e999999', "请写0至10之间的数字"),
        ('"设置_执行下限" = 0.8', '"设置_执行下限" = -inf', "请写0至10之间的数字"),
        ('"报告格式" = "十部分"', '"报告格式" = "三部分"', '只能写 "十部分"、"五部分" 中的一个'),
        ('"设置_项目指标" = "要"', '"设置_项目指标" = 1', '只能写 "要"、"不要" 中的一个'),
        ('"文号" = ""', '"文号" = [[[1]]]', "请写成文字"),
        ('"文字雷同" = 0.5', '"文字雷同" = 50', "请写0至1之间的数字"),
        ('"最少同类" = 8', '"最少同类" = 8.5', "之间的整数"),
        ('"截止日期" = "2024-03-31"', '"截止日期" = "三月底"', '“截止日期”现在是 "三月底"'),
        ('"截止日期" = "2024-03-31"', '"截止日期" = 2024-03-31T10:00:00', "这样的日期"),
        ('"人工审核" = ""', '"人工审核" = true', '只填 "是" 或空着'),
        ('"经办人" = "王敏"', '"主办人" = "王敏"', "没有“主办人”这一项，是不是“经办人”？"),
        ('"设置_优" = 90', '"设置_忧" = 90', "没有“设置_忧”这一项，是不是“设置_"),
        ('"经办人" = "王敏"', '"年度" = 2023', "它应当写在 [settings] 下面"),
        ("[across]", "[accross]", "没有“accross”这一项，是不是“across”？"),
        ('template = "hunan-2023"', "", "缺少“template”"),
        ('template = "hunan-2023"', "template = 5", "“template”现在是 5"),
        ('template = "hunan-2023"', 'template = "hunan-2023"\nkept = 3', "写作 [kept]"),
        ('"文件" = "hunan', '"文件" = "../hunan', "由程序填写"),
        ('"校验码" = "0', '"校验码" = "g', "由程序填写"),
        ('"文号" = ""', "“文号” = “x”", '引号要用英文的 " "'),
        ('"上年文件夹" = ""', '"上年文件夹" = "D:\\绩效"', "用正斜杠 /"),
        ('"文号" = ""', '"文号" = "a"\n"文号" = "b"', "写了两次"),
        ('"文号" = ""', f'"文号" = {"1" * 5000}', "数字太长"),
        ('"文号" = ""', f'"文号" = {"[" * 5000}', "方括号套得太深"),
    ],
)  # fmt: skip
def test_each_wrong_line_is_a_sentence(
    text: str, line: str, instead: str, said: str, tmp_path: Path, hunan: Template
) -> None:
    assert line in text
    changed = text.replace(line, instead)
    if "kept = 3" in instead:
        changed = changed[: changed.index("# ---- 这一年所用的模板")]
    error = refused(changed.encode(), tmp_path, hunan)
    assert said in str(error)
    assert "campaign.toml" in str(error)


def test_all_faults_at_once_each_with_its_key(text: str, tmp_path: Path, hunan: Template) -> None:
    changed = text.replace('"年度" = 2023\n\n# 地区', '"年度" = 2023.5\n\n# 地区').replace(
        '"设置_优" = 90', '"设置_优" = 70'
    )
    changed = (
        changed.replace('"十部分"', '"三部分"')
        .replace('"离群倍数" = 3', '"离群倍数" = "三"')
        .replace('经办人"', '主办人"')
    )
    error = refused(changed.encode(), tmp_path, hunan)
    assert len(error.faults) == 5
    assert all(word in str(error) for word in ("年度", "设置_优", "报告格式", "离群倍数", "主办人", "有5处要改"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("年度".encode("gb18030"), "不是 UTF-8"),
        ("年度 = 1".encode("utf-16"), "不是 UTF-8"),
        (b"", "文件是空的"),
        (b"\xef\xbb\xbf \r\n", "文件是空的"),
        (b"\0" * 4096, "文件是空的"),
        (b"<html>", "第1行写得不对"),
        (b'x = "', "写得不"),
        (b"#" * 1_000_001, "文件太大"),
    ],
)
def test_a_file_that_is_no_settings_file(data: bytes, said: str, tmp_path: Path, hunan: Template) -> None:
    assert said in str(refused(data, tmp_path, hunan))


def test_a_byte_order_mark_and_windows_line_ends_are_kept(text: str, tmp_path: Path, hunan: Template) -> None:
    data = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    assert opened(data, tmp_path, hunan).year == 2023
    again = with_kept(data.decode("utf-8"), Kept("hunan-2023", "b.xlsx", "1.1", "1" * 64, 2023))
    assert again.startswith("\ufeff# 本文件")
    assert again.count("\r\n") >= text.count("\n") - 5
    assert opened(again.encode(), tmp_path, hunan).kept == Kept("hunan-2023", "b.xlsx", "1.1", "1" * 64, 2023)


def test_a_folder_in_its_place_and_a_file_that_cannot_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "campaign.toml").mkdir()
    with pytest.raises(CampaignError, match="可能是文件夹"):
        open_campaign(tmp_path)
    (tmp_path / "campaign.toml").rmdir()
    (tmp_path / "campaign.toml").write_text("x")

    def closed(*_: object, **__: object) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(Path, "open", closed)
    with pytest.raises(CampaignError, match="没有权限"):
        open_campaign(tmp_path)


@pytest.mark.parametrize("region", ["南\n岳", "../../x", "a\x1b[31m", "\udcff", "长" * 41, "nul.txt"])
def test_init_refuses_what_may_not_be_and_leaves_nothing_behind(region: str, tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="没有建立工作文件夹"):
        create(tmp_path / "年", "hunan-2023", {**NEW, "地区": region})
    assert not (tmp_path / "年").exists()


def test_init_over_a_ledger_is_refused_and_a_roster_that_lies_there_stays(tmp_path: Path) -> None:
    (tmp_path / "名册.xlsx").write_bytes(b"typed by hand")
    create(tmp_path, "hunan-2023", NEW)
    assert (tmp_path / "名册.xlsx").read_bytes() == b"typed by hand"
    (tmp_path / "campaign.toml").unlink()
    (tmp_path / "台账.sqlite").write_bytes(b"")
    with pytest.raises(CampaignError, match=r"已经有台账\.sqlite"):
        create(tmp_path, "hunan-2023", NEW)


def test_moving_adds_and_drops_settings_and_keeps_comments(text: str, hunan: Template, tmp_path: Path) -> None:
    mine = text.replace('"级次" =', '# 我的说明\n"旧设置" = 5\n"级次" =').replace(
        '# 布置机关\n"发文机关" = ""\n', ""
    )
    after = moved(mine, hunan, "hunan-2023", KEPT, {"发文机关": "南岳区财政局"})
    found = opened(after.encode(), tmp_path, hunan)
    assert "# 我的说明" in after
    assert "旧设置" not in found.values
    assert found.values["发文机关"] == "南岳区财政局"


SCALARS = (
    st.text(max_size=12) | st.integers() | st.integers(10**20, 10**400) | st.floats() | st.booleans() | st.dates()
    | st.datetimes() | st.times() | st.sampled_from(["", "是", "../x", "CON", "a" * 500, "2024-03-31"])
)  # fmt: skip
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.text(max_size=3), SCALARS, max_size=2)


def _toml(value: Any) -> str:
    try:
        found = tomlkit.item(value).as_string()
    except ValueError:  # more digits than Python writes
        return hex(value)
    return found if not isinstance(value, dict) else tomlkit.inline_table().update(value) or "{}"


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(data=st.data())
def test_no_value_of_any_key_is_a_traceback(
    data: st.DataObject, shelf: Shelved, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lines = shelf.text.splitlines()
    keys = [number for number, line in enumerate(lines) if " = " in line and not line.startswith("#")]
    for number in data.draw(st.lists(st.sampled_from(keys), min_size=1, max_size=4)):
        key = lines[number].split(" = ")[0]
        lines[number] = f"{key} = {_toml(data.draw(VALUES))}"
    folder, refusal = tmp_path_factory.getbasetemp(), ""
    try:
        found = opened("\n".join(lines).encode("utf-8", "surrogatepass"), folder, shelf.template)
    except PerfevalError as error:
        refusal = str(error)
    if refusal:
        assert "campaign.toml" in refusal
        assert not any(is_unseen(sign) for line in refusal.split("\n") for sign in line)
        return
    assert 2000 <= found.year <= 2100
    assert not set('/\\:*?"<>|\n') & set(str(found.values.get("地区", "")))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(region=st.text(max_size=45), words=st.text(max_size=30), deadline=st.none() | st.dates())
def test_whatever_init_writes_can_be_read_again(
    region: str, words: str, deadline: date | None, shelf: Shelved, tmp_path_factory: pytest.TempPathFactory
) -> None:
    hunan = shelf.template
    stated, office = {**hunan.defaults, **NEW, "地区": region, "文号": words}, Office(deadline, words, place=words)
    try:
        require_fit("hunan-2023", stated, office, "设置", hunan)
    except SettingsError:
        return
    written = new_text("hunan-2023", hunan, stated, office, KEPT)
    found = opened(written.encode(), tmp_path_factory.getbasetemp(), hunan)
    assert found.values["地区"] == region.strip()
    assert (found.office.deadline, found.office.operator) == (deadline, words.strip())
    assert set(found.values) == set(settings_of(hunan))
