"""The official format in figures: the font, size, indent and spacing of every kind of paragraph (GB/T 9704)."""

from __future__ import annotations

from dataclasses import dataclass

from perfeval_xl.records.blocks import Style

TITLE_FONT, HEAD_FONT, SECOND_FONT, BODY_FONT = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
FIGURE_FONT = "Times New Roman"
SPACING = 30.0
"""The distance of lines in running text, in points."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a style looks. Sizes and distances are points, indents characters; `spacing` 0 is single.

    `first` is the first line's indent, and hangs where it is negative.
    """

    name: str
    font: str = BODY_FONT
    size: float = 16
    bold: bool = False
    side: str = "justify"
    first: float = 0
    left: float = 0
    right: float = 0
    spacing: float = SPACING
    before: float = 0
    after: float = 0
    keep: bool = False


LOOKS = {
    Style.BODY: Look("Normal", first=2),
    Style.TITLE: Look("Title", TITLE_FONT, 22, side="center", after=30),
    Style.H1: Look("Heading 1", HEAD_FONT, first=2, side="left", keep=True),
    Style.H2: Look("Heading 2", SECOND_FONT, bold=True, first=2, side="left", keep=True),
    Style.H3: Look("Heading 3", first=2, side="left", keep=True),
    Style.NOTE: Look("说明文字", size=10.5, side="left", spacing=0, before=3, keep=True),
    Style.ATTACHED: Look("附件说明", side="left", left=6.5, first=-4.5),
    Style.NUMBER: Look("发文编号", side="center", after=15),
    Style.ADDRESSEE: Look("主送机关", side="left"),
    Style.SIGNED: Look("落款", side="right", right=2),
    Style.ATTACHMENT: Look("附件序号", HEAD_FONT, side="left", keep=True),
    Style.TABLE_TITLE: Look("附件标题", TITLE_FONT, 18, side="center", after=6, keep=True),
    Style.TABLE_LINE: Look("表前说明", size=12, side="left", spacing=0, after=3, keep=True),
    Style.CAPTION: Look("Caption", HEAD_FONT, 12, side="center", spacing=0, before=12, after=6, keep=True),
}
"""Every kind of paragraph. 正文 is first: the others of our own are based on it."""

TABLE_LOOKS = {
    "table": Look("表格文字", size=10.5, side="left", spacing=0),
    "small": Look("表格小字", size=9, side="left", spacing=0),
    "head": Look("表格标题", HEAD_FONT, 10.5, side="center", spacing=0),
    "box": Look("提示框", HEAD_FONT, 12, side="left", spacing=0, before=3, after=3),
    "gap": Look("表间空隙", size=1, side="left", spacing=1),
    "chart": Look("图", size=10.5, side="center", spacing=0, after=6),
    "page": Look("Footer", "宋体", 14, side="center", left=1, right=1, spacing=0),
}

_ALTERNATIVES = {
    TITLE_FONT: "华文中宋",
    SECOND_FONT: "楷体",
    BODY_FONT: "仿宋",
    HEAD_FONT: "SimHei",
    "宋体": "SimSun",
    FIGURE_FONT: "Liberation Serif",
}
SUBSTITUTES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    + "".join(
        f'<w:font w:name="{font}"><w:altName w:val="{other}"/></w:font>' for font, other in _ALTERNATIVES.items()
    )
    + "</w:fonts>"
).encode()
"""Word's table of fonts: which one to take on a machine that lacks the first."""
