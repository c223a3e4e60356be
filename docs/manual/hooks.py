"""What the manual gets when it is built: its version, a page of every rule, captions, and all in one page.

The tool that builds the pages calls these functions by their names; see `mkdocs.yml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Template
from mkdocs.structure.files import File

from perfeval_xl import __version__
from perfeval_xl.api.rulebook import FORMULA, rules
from perfeval_xl.api.templates import open_template, shipped_templates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

    from perfeval_xl.api.rulebook import Rule

MESSAGES, WHOLE = "messages.zh-CN.md", "print.html"
_LAYOUT = Path(__file__).with_name("print.html")
_HEAD = """# 每条核对、提示怎么办

程序发现的每个问题都带编号，例如 X03。按编号在下面找：查的是什么，为什么查，怎样改，什么样是对的，什么样是错的。
“错误”必须改正；“核实”情况属实的写明原因；“提示”不用处理。本页由程序生成，与程序完全一致；
在终端里看一条：`perfeval-xl rules X03`。
"""
_WIDE = r"[\u2014-\u201d\u2026\u3000-\u9fff\uff00-\uffef]"
_ENDS_WIDE, _BEGINS_WIDE = re.compile(_WIDE + "$"), re.compile(" {0,3}" + _WIDE)
_PICTURE = re.compile(r'<p>(<img alt="([^"]+)"[^>]*>)</p>')
_LINK = re.compile(r'href="(?:([\w.-]+)\.html)?(?:#([^"]*))?"')
_PART = re.compile(r'<h2 id="([^"]*)">(.*?)</h2>')
_TAGS = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Titled:
    """A place that the contents name; a page has its `parts` and its `content` in HTML."""

    id: str
    title: str
    parts: tuple[Titled, ...] = ()
    content: str = ""


_built: list[Titled] = []


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Let every page tell of which version it is."""
    config.extra["version"] = __version__
    _built.clear()
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the page of rules."""
    known = rules(map(open_template, shipped_templates()))
    files.append(File.generated(config, MESSAGES, content=messages(known)))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Join lines that end and begin in Chinese: a line's end would be shown as a blank."""
    lines = markdown.split("\n")
    joined = lines[:1]
    for before, line in pairwise(lines):
        if _ENDS_WIDE.search(before) and _BEGINS_WIDE.match(line) and not before.startswith("#"):
            joined[-1] += line.lstrip()
        else:
            joined.append(line)
    return "\n".join(joined)


def on_page_content(html: str, page: Page, **_: object) -> str:
    """Show what a picture is below it, and keep the page for the whole."""
    shown = _PICTURE.sub(r"<figure>\1<figcaption>\2</figcaption></figure>", html)
    name = _name(page.file.name)
    content = shown.replace(' id="', f' id="{name}-')
    content = _LINK.sub(lambda link: _within(link, name), content)
    parts = tuple(Titled(place, _TAGS.sub("", title)) for place, title in _PART.findall(content))
    _built.append(Titled(name, page.title or name, parts, content))
    return shown


def on_post_build(config: MkDocsConfig) -> None:
    """Write the whole manual as one page, in the order in which its pages are listed."""
    order = [_name(Path(url).stem) for url in re.findall(r"[\w.-]+\.md", str(config.nav))]
    pages = sorted((page for page in _built if page.id in order), key=lambda page: order.index(page.id))
    layout = Template(_LAYOUT.read_text("utf-8"), autoescape=False)
    whole = layout.render(title=config.site_name, version=__version__, pages=pages)
    (Path(config.site_dir) / WHOLE).write_text(whole, "utf-8")


def messages(known: Iterable[Rule]) -> str:
    """Return the page of all rules, by the part of the program, or the templates, that declare them."""
    by_origin = sorted(known, key=lambda rule: (bool(rule.templates), rule.origin, rule.id))
    sections = [_section(origin, several) for origin, several in groupby(by_origin, key=lambda rule: rule.origin)]
    return "\n".join((_HEAD, *sections))


def _section(origin: str, several: Iterable[Rule]) -> str:
    return "\n".join((f"## {origin}", "", *(line for rule in several for line in _lines(rule))))


def _lines(rule: Rule) -> Iterator[str]:
    yield f"### {rule.id}　{rule.level.label}：{_plain(rule.title)}"
    yield ""
    for word, text in rule.told:
        yield f"- {word}：{f'`{text}`' if word == FORMULA else _plain(text)}"
    yield ""


def _plain(text: str) -> str:
    """Return a text in which nothing is Markdown."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|" else sign for sign in " ".join(text.split()))


def _name(file: str) -> str:
    """Return a page's name in the whole, as its headings begin with it: 'year' for `year.zh-CN`."""
    return file.split(".", maxsplit=1)[0]


def _within(link: re.Match[str], here: str) -> str:
    """Return a link to another page, or a place in one, as a link within the whole."""
    page, place = link.group(1), link.group(2)
    name = _name(page) if page else here
    return f'href="#{name}-{place}"' if place else f'href="#{name}"'
