"""The command line library's own words in Chinese: headings of help, and complaints about usage."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
"""What the library raises when a command line is wrong; it has no public name of its own."""

_HELP = (
    ("Usage: ", "用法："),
    ("Arguments:\n", "参数：\n"),
    ("Options:\n", "选项：\n"),
    ("Commands:\n", "命令：\n"),
    ("[OPTIONS]", "[选项]"),
    ("COMMAND [ARGS]...", "命令 [参数]…"),
    ("Show this message and exit.", "显示帮助。"),
    ("Install completion for the current shell.", "安装按 Tab 键补全命令和单位（装一次，重开终端生效）。"),
    ("Show completion for the current shell, to copy it or customize the installation.", "显示补全的脚本。"),
    ("[required]", "[必填]"),
    ("; required]", "，必填]"),
    ("[default: ", "[默认："),
    ("<path>", "<路径>"),
    ("<int range>", "<整数>"),
    ("<str>", "<文字>"),
    ("<list[str]>", "<文字>"),
    ("<list[Path]>", "<路径>"),
)
_SHORT = 48
"""Characters of a command's help that stand beside its name."""
_BRACES = str.maketrans("", "", "{}")
_RANGE = re.compile(r"(\[|)(; )?(?:\d+<=)?x[<>]=\d+(，必填|)")
"""Bounds of a figure, which the description says in words where they matter."""
_COMPLAINTS = (
    (r"Missing command\.", "没有写命令。"),
    (r"No such command '(.*?)'\.", r"没有名为“\1”的命令。"),
    (r"No such command '(.*?)'\. Did you mean (?:one of: )?(.*)\?", r"没有名为“\1”的命令，是不是要用 \2？"),
    (r"Missing argument '(.*?)'\.?", r"缺少参数 \1。"),
    (r"Missing option '(.*?)'.*", r"缺少选项 \1。"),
    (r"No such option: (\S+).*", r"没有 \1 这个选项。"),
    (r"Got unexpected extra argument\S* \((.*)\)", r"多写了参数：\1。"),
    (r"Option '(.*)' requires an argument\.", r"选项 \1 后面要写值。"),
    (r"Option '(.*)' does not take a value\.", r"选项 \1 后面不写值。"),
    (r"Invalid value for '(.*?)': .*greater than or equal to (\d+).*", r"\1 不能小于 \2。"),
    (r"Invalid value for '(.*?)': .*less than or equal to (\d+).*", r"\1 不能大于 \2。"),
    (r"Invalid value for '(.*?)': .*valid integer.*", r"\1 应为整数。"),
    (r"Invalid value for '(.*?)': .*?'(.*?)' is not one of (.*)\.", r"\1 只能是 \3，现在是“\2”。"),
    (r"Invalid value(?: for '?(.*?)'?)?: (.*)", r"\1 \2"),
)


_ARGUMENTS = {
    "unit": "单位",
    "folder": "文件夹",
    "where": "文件夹或审核单",
    "file": "文件",
    "files": "文件",
    "old": "旧文件",
    "report": "报告",
    "source": "源文件",
    "template": "模板",
    "name": "模板",
    "values": "数值文件",
    "wanted": "规则编号",
    "rule": "规则编号",
    "code": "单位代码",
    "what": "单位或记录",
    "codes": "单位代码",
    "number": "记录号",
}
"""What arguments are called in help and complaints, by the name in the code."""


class Command(TyperCommand):
    """A command whose help is wholly Chinese."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.params:
            if one.param_type_name == "argument" and one.name in _ARGUMENTS:
                one.metavar = _ARGUMENTS[one.name]

    def get_help(self, ctx: Any) -> str:
        """Return the help text."""
        return _translated(super().get_help(ctx))


YEAR = {
    "一、准备和发放": ("demo", "desk", "init", "upgrade", "issue", "send"),
    "二、收取和催报": ("collect", "status", "history"),
    "三、审核": (
        *("decide", "accept", "confirm", "reject", "reopen", "exempt", "waive"),
        *("claim", "ignore", "withdraw"),
    ),
    "四、汇总": ("handover", "summarize", "publish", "export"),
    "五、保管": ("backup", "restore", "archive"),
    "单个文件和模板，不用工作文件夹": ("check", "fill", "report", "proofread", "migrate", "rules", "template"),
}
"""What commands are for, in the order of the year, and which they are: as their help is grouped."""


class Group(TyperGroup):
    """A group of commands whose help is wholly Chinese; those of the year stand in its order."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands below what they are for."""
        commands = {name: self.commands[name] for name in self.list_commands(ctx)}
        groups = YEAR if commands.keys() >= {"init", "issue"} else {"命令": tuple(commands)}
        for heading, names in groups.items():
            with formatter.section(heading):
                formatter.write_dl([(name, _first_sentence(commands[name].help or "")) for name in names])

    def get_help(self, ctx: Any) -> str:
        """Return the help text."""
        return _translated(super().get_help(ctx))


def _first_sentence(text: str) -> str:
    first = text.split("。", 1)[0].split("；", 1)[0]
    return first if len(first) <= _SHORT else f"{first[: _SHORT - 1]}…"


def _translated(text: str) -> str:
    for heading in YEAR:
        text = text.replace(f"{heading}:\n", f"{heading}：\n")
    for english, chinese in _HELP:
        text = text.replace(english, chinese)
    return _RANGE.sub(lambda found: found[1] + found[3], text).replace("[，", "[").translate(_BRACES)


def complaint(error: Exception) -> str:
    """Return a usage error as one Chinese sentence with the way to help."""
    said = error.format_message() if hasattr(error, "format_message") else str(error)
    if said.startswith("用法："):
        return said
    for pattern, chinese in _COMPLAINTS:
        match = re.fullmatch(pattern, said, re.DOTALL)
        if match:
            said = match.expand(chinese).replace("', '", " 或 ").replace("'", "").strip()
            break
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "perfeval-xl"
    end = "" if said.endswith(("。", "？")) else "。"
    return f"{said}{end}用法见：{path} --help"
