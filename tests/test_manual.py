"""The manual: all pages and rules are in it, and what captions say stands in the files that are pictured."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from docx import Document
from openpyxl import load_workbook

from perfeval_xl.api.rulebook import rules
from perfeval_xl.api.templates import open_template, shipped_templates
from perfeval_xl.demo.play import Rehearsed
from tests.support.once import example_year

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
CHINESE = sorted({*DOCS.glob("*.zh-CN.md"), DOCS / "index.md"})
SHOWN = re.compile(r"!\[([^\]]*)\]\((?:docs/)?images/([\w-]+)\.png\)(?:\n\n\*([^*]+)\*\n)?")
"""A picture, what stands for it, and the paragraph in italics below it."""
FIGURE = re.compile(r"\d+(?:\.\d+)?")


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"manual_{name}", DOCS / "manual" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("manual") / "手册"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(target)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    return example_year(tmp_path_factory)


def test_the_whole_holds_every_chinese_page_once(site: Path) -> None:
    whole = (site / "print.html").read_text("utf-8")
    for page in CHINESE:
        assert whole.count(f'<section id="{page.name.split(".")[0]}">') == 1, page.name


def test_the_whole_links_only_to_places_that_it_has(site: Path) -> None:
    whole = (site / "print.html").read_text("utf-8")
    places = set(re.findall(r' id="([^"]+)"', whole))
    assert {link for link in re.findall(r'href="#([^"]+)"', whole) if link not in places} == set()
    assert re.findall(r'href="[\w.-]+\.html', whole) == []


def test_every_rule_stands_in_the_manual_with_what_to_do(site: Path) -> None:
    text = (site / "messages.zh-CN.html").read_text("utf-8")
    for rule in rules(map(open_template, shipped_templates())):
        assert f">{rule.id}　{rule.level.label}：" in text, rule.id


def test_no_page_asks_for_anything_from_a_network(site: Path) -> None:
    for page in site.rglob("*.html"):
        loaded = re.findall(r'(?:src|<link[^>]*href)="(https?:[^"]*)"', page.read_text("utf-8"))
        assert loaded == [], page.name


def test_chinese_lines_join_without_a_blank() -> None:
    join = script("hooks").on_page_markdown
    assert join("一行，\n接着\n") == "一行，接着\n"
    assert join("# 题\n文字\n\n- 甲\n- 乙") == "# 题\n文字\n\n- 甲\n- 乙"
    assert join("- 甲，\n  还是甲") == "- 甲，还是甲"


def captions() -> list[tuple[str, str]]:
    pages = [*CHINESE, ROOT / "README.zh-CN.md", ROOT / "README.md"]
    shown = {found for page in pages for found in SHOWN.findall(page.read_text("utf-8"))}
    return sorted((name, said + below) for said, name, below in shown if FIGURE.search(said + below))


@pytest.mark.parametrize(("name", "said"), captions())
def test_what_a_caption_says_stands_in_the_file_that_the_picture_shows(
    year: Rehearsed, name: str, said: str
) -> None:
    pictures = {picture.name: picture for picture in script("pictures").PICTURES}
    assert (DOCS / "images" / f"{name}.png").exists()
    file = script("pictures").source(pictures[name], year.campaign.folder)
    texts = words(file)
    missing = [figure for figure in FIGURE.findall(re.sub("表2|2023", "", said)) if not stands(figure, texts)]
    assert missing == []


def test_a_caption_with_another_figure_would_be_noticed(year: Rehearsed) -> None:
    module = script("pictures")
    file = module.source(next(one for one in module.PICTURES if one.name == "spending"), year.campaign.folder)
    assert stands("321.12", words(file))
    assert not stands("321.13", words(file))


def words(file: Path) -> set[str]:
    """All texts and figures of a file, figures as they are shown with two decimals or none."""
    if file.suffix == ".docx":
        return {paragraph.text for paragraph in Document(str(file)).paragraphs}
    book = load_workbook(file, data_only=True, read_only=True)
    found = set()
    for sheet in book:
        for row in sheet.iter_rows(values_only=True):
            for value in row:
                if isinstance(value, int | float) and not isinstance(value, bool):
                    found |= {f"{value:.2f}", f"{value:.2%}", str(value)}
                elif value is not None:
                    found.add(str(value))
    return found


def stands(figure: str, texts: set[str]) -> bool:
    return any(figure in FIGURE.findall(text) for text in texts)
