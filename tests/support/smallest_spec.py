"""The smallest source of a template, as text."""

from __future__ import annotations

from pathlib import Path

SMALLEST = """
[template]
id = "t"
version = "1.0.0"
title = "试"
sheets = ["cover.toml", "one.toml"]

[[settings]]
name = "年度"
label = "年度"
kind = "count"
value = 2023

[[checks]]
id = "A1"
level = "error"
title = "相等"
left = "{left}"
relation = "="
right = "乙"
message = "请核对。"
"""
COVER = """
name = "封面"
title = "试"
widths = [10, 10, 10, 10, 10, 30]
[[blocks]]
block = "state"
"""
SHEET = """
name = "表1 试"
title = "试"
widths = [10, 10]
[[blocks]]
block = "form"
rows = [
  [{ label = "甲", key = "甲", kind = "money" }],
  [{ label = "乙", key = "乙", kind = "money", required = true }],
]
"""


def write(folder: Path, left: str = "甲", sheet: str = SHEET) -> Path:
    (folder / "template.toml").write_text(SMALLEST.replace("{left}", left), "utf-8")
    (folder / "cover.toml").write_text(COVER, "utf-8")
    (folder / "one.toml").write_text(sheet, "utf-8")
    return folder / "template.toml"
