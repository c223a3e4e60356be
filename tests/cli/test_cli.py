"""The commands as a user meets them: what they print, their exit codes, and that nobody sees a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from commands import run
from small_campaign import UNITS, make

from perfeval_xl.campaign.roster import write_roster


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    values = folder / "v.json"
    names = {"单位代码": "402001", "单位名称": "交通局", "标识_单位代码": "402001", "基本支出_上年决算": 321.12,
             "人员经费_上年决算": 243.27, "日常公用经费_上年决算": 77.49}  # fmt: skip
    values.write_text(json.dumps({"names": names}), "utf-8")
    done = run("fill", "hunan-2023", values, "-o", folder / "一.xlsx")
    assert done.returncode == 0, done.stderr
    return folder / "一.xlsx"


def test_help_is_chinese_and_lists_the_commands() -> None:
    text = run("--help").stdout
    assert "发放" in text
    assert all(
        word in text
        for word in ("demo", "init", "issue", "collect", "status", "summarize", "check", "fill", "template")
    )


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, perfeval_xl.cli; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    ).stdout.split()
    assert not {"openpyxl", "xlsxwriter", "formualizer", "docx", "python_calamine", "sqlite3"} & set(loaded)
    assert not {"starlette", "uvicorn", "jinja2", "perfeval_xl.web"} & set(loaded)


def test_check_prints_json_as_promised(filled: Path) -> None:
    done = run("check", filled, "--format", "json")
    assert done.returncode == 1
    result = json.loads(done.stdout)
    assert list(result) == [
        *("file", "template", "version", "unit", "status", "findings", "not_evaluated"),
        *("computed", "values", "paragraphs"),
    ]
    assert (result["template"], result["status"]) == ("hunan-2023", "errors")
    assert result["unit"] == {"code": "402001", "name": "交通局"}
    assert result["values"]["基本支出_上年决算"] == 321.12
    finding = next(one for one in result["findings"] if one["rule"] == "X03")
    assert (finding["level"], finding["sheet"], finding["cell"]) == ("error", "表2 支出情况", "C6")
    assert (finding["value"], finding["expected"], finding["difference"]) == (321.12, 320.76, 0.36)
    assert [cell["cell"] for cell in finding["related"]] == ["C6", "C7", "C8"]


def test_check_of_several_files_gives_a_list_and_text_names_the_cells(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "坏.xlsx").write_bytes(b"not a workbook")
    done = run("check", filled, tmp_path / "坏.xlsx", "--format", "json")
    assert [one["status"] for one in json.loads(done.stdout)] == ["errors", "rejected"]
    text = run("check", filled).stdout
    assert "表2 支出情况!C6: 错误 X03" in text
    assert "相差 0.36" in text


def test_a_file_that_is_not_there_is_one_sentence_and_exit_2(tmp_path: Path) -> None:
    done = run("check", tmp_path / "没有.xlsx")
    assert done.returncode == 2
    assert "没有.xlsx" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("collect",),
        ("status",),
        ("summarize",),
        ("issue",),
        ("template", "show", "没有"),
        ("fill", "没有", "x.json", "-o", "y.xlsx"),
    ],
)
def test_what_cannot_run_says_so(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_a_campaign_from_init_to_summary(tmp_path: Path) -> None:
    folder = tmp_path / "年"
    assert run("init", folder, "--year", 2023, "--region", "示范区").returncode == 0
    refused = run("issue", folder)
    assert refused.returncode == 2
    assert "名册是空的" in refused.stderr
    (folder / "名册.xlsx").write_bytes(write_roster(UNITS))
    issued = run("issue", folder)
    assert issued.returncode == 0, issued.stderr
    assert len(list((folder / "发放").glob("402*.xlsx"))) == sum(not unit.exempt for unit in UNITS)
    assert (folder / "发放" / "发放清单.xlsx").is_file()
    other = make(tmp_path / "别处")
    for path in other.inbox.iterdir():
        path.rename(folder / "收件" / path.name)
    collected = run("collect", folder)
    assert collected.returncode == 1
    assert "共看到3份文件：有错误3份" in collected.stdout
    assert run("status", folder).returncode == 1
    summed = run("summarize", folder, "--word", "--publish")
    assert summed.returncode == 0, summed.stderr
    assert [line.split("：")[0] for line in summed.stdout.splitlines()] == [
        "汇总工作簿", "汇总报告", "公开副本", "下一步",
    ]  # fmt: skip
    head = "示范区2023年度部门整体支出绩效自评"
    for name in (f"{head}汇总.xlsx", f"{head}情况汇总报告.docx", f"{head}汇总（公开）.xlsx"):
        assert (folder / "汇总" / name).is_file()


def test_templates_are_listed_shown_and_built(tmp_path: Path) -> None:
    assert "hunan-2023" in run("template", "list").stdout
    shown = run("template", "show", "hunan-2023").stdout
    assert "基本支出_上年决算" in shown
    assert "X03" in shown
    assert "部门（单位）基本情况" in shown
    assert "基本支出用于保障机构正常运转" in shown
    assert max(len(line) for line in shown.splitlines()) <= 160
    source = Path(__file__).parents[2] / "workbook_templates" / "hunan-2023" / "template.toml"
    done = run("template", "build", source, "-o", tmp_path / "t.xlsx")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "t.xlsx").read_bytes() == source.with_name("hunan-2023.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("init",), "缺少参数 文件夹"),
        (("没有",), "没有名为“没有”的命令"),
        (("init", "x", "--year", "99", "--region", "甲"), "--year 不能小于 2000"),
        (("check", "--format", "yaml", "甲.xlsx"), "--format 只能是 text 或 json，现在是“yaml”"),
        (("check", "甲.xlsx", "--bla"), "没有 --bla 这个选项"),
    ],
)
def test_wrong_usage_is_told_in_chinese(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "--help" in done.stderr


def test_a_list_of_codes_is_handed_out_to(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", units=(replace(UNITS[0], parent="教育"), *UNITS[1:]))
    done = run("issue", campaign.folder, "--only", "402001、402002", "--only", "402003，402001")
    assert done.returncode == 0, done.stderr
    assert "名册!C5：主管部门“教育”不在名册中，最接近的是“教育局”（402002）。" in done.stdout
    assert {path.name[:6] for path in campaign.out.glob("402*.xlsx")} == {"402001", "402002", "402003"}
    wrong = run("issue", campaign.folder, "--only", "402001,9、8")
    assert wrong.returncode == 2
    assert all(f"没有“{code}”这个单位" in wrong.stderr for code in "89"), "all of them at once"
    assert run("issue", campaign.folder, "--only", "、").returncode == 2


def test_rules_may_be_asked_of_one_template() -> None:
    done = run("rules", "d02t", "--template", "yunnan-dept")
    assert done.returncode == 0, done.stderr
    assert "基本支出的执行数不超过全年预算数" in done.stdout
    assert "按支出性质分的合计" not in done.stdout
    wrong = run("rules", "X033", "--template", "hunan-2023")
    assert wrong.returncode == 2
    assert "没有编号为 X033 的规则，最接近的是 X03、" in wrong.stderr
