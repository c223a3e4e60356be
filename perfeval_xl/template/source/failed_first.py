"""What stands on top of the board and on the cover: the checks that fail, first, with their figures and a jump.

Only functions that every program has; as a cell is mended the lines below move up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.records.address import column_letters, quoted
from perfeval_xl.records.contract import BOARD, BROKEN, FAILED
from perfeval_xl.template.source.board import COLUMNS, FIRST_ROW, LIST_FIRST, LIST_ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from perfeval_xl.workbook.styles import Formats, Worksheet

_LINE = 44
"""Points that a line has: three lines of text."""
_CONDITION = "为真"
"""The relation of a check that has no second side."""
_HEADS = {"编号": "序号", "级别": "级别", "核对内容": "不符的核对", "左": "您填的", "关系": "", "右": "应等于",
          "差额": "相差", "定位": "跳转", "提示": "怎样改"}  # fmt: skip


def count_formula(row: int) -> str:
    """Return the formula of how many checks fail down to a row: the k-th stands where it becomes k."""
    result, counted = _letters("结果"), _letters("次序")
    return f'=N({counted}{row - 1})+OR({result}{row}="{FAILED}",{result}{row}="{BROKEN}")'


def write(sheet: Worksheet, last: int, formats: Formats) -> None:
    """Draw the lines above the board, whose rows end with `last`."""
    for name, head in _HEADS.items():
        sheet.write_string(LIST_FIRST - 2, COLUMNS[name] - 1, head, formats.of("head"))
    for number in range(1, LIST_ROWS + 1):
        _line(sheet, number, last, formats)
    total = f"{_letters('次序')}{last}"
    more = f'=IF({total}>{LIST_ROWS},"还有"&({total}-{LIST_ROWS})&"项不符，在下面的“全部核对”里","")'
    sheet.merge_range(LIST_FIRST + LIST_ROWS - 1, 1, LIST_FIRST + LIST_ROWS - 1, COLUMNS["提示"] - 1, "")
    sheet.write_formula(LIST_FIRST + LIST_ROWS - 1, 1, more, formats.of("note"))
    whole = LIST_FIRST + LIST_ROWS
    sheet.merge_range(whole, 1, whole, COLUMNS["提示"] - 1, "全部核对", formats.of("section"))


def _line(sheet: Worksheet, number: int, last: int, formats: Formats) -> None:
    row = LIST_FIRST + number - 1
    place = f"${_letters('次序')}{row}"
    counted = _area("次序", last)
    sheet.write_formula(row - 1, COLUMNS["次序"] - 1, f"=IFERROR(MATCH({number},{counted},0),0)")
    for name, text in _texts(place, last, number).items():
        look = "link_plain" if name == "定位" else "failed"
        sheet.write_formula(row - 1, COLUMNS[name] - 1, f'=IF({place}=0,"",{text})', formats.of(look))
    sheet.set_row(row - 1, _LINE)


def _texts(place: str, last: int, number: int) -> Mapping[str, str]:
    """Return what a line shows in each column, of the check at a place on the board."""

    def at(name: str) -> str:
        return f"INDEX({_area(name, last)},{place})"

    def shown(name: str) -> str:
        figure = f'IF(LEN({at("数样")})>0,TEXT({at(name)},{at("数样")}),ROUND({at(name)},4)&"")'
        told = f'IF(ISNUMBER({at(name)}),{figure},IF(ISTEXT({at(name)}),{at(name)},""))'
        return f'IF({at("关系")}="{_CONDITION}","",{told})'

    return {
        "编号": str(number),
        **{name: at(name) for name in ("级别", "核对内容", "提示")},
        "关系": f'IF({at("关系")}="{_CONDITION}","",{at("关系")})',
        **{name: shown(name) for name in ("左", "右", "差额")},
        "定位": f'HYPERLINK({at("目标")},"→ 去改")',
    }


def on_cover(number: int, last: int) -> str:
    """Return the formula of a line on the cover: which check fails, as a jump to its cell; else blank."""
    row = LIST_FIRST + number - 1
    level, title, link = (f"{quoted(BOARD)}!${_letters(name)}${row}" for name in ("级别", "核对内容", "次序"))
    target = f"INDEX({quoted(BOARD)}!{_area('目标', last)},{link})"
    said = f'"→ "&{level}&"："&{title}'
    return f'=IF({link}=0,"",HYPERLINK({target},{said}))'


def _letters(name: str) -> str:
    return column_letters(COLUMNS[name])


def _area(name: str, last: int) -> str:
    return f"${_letters(name)}${FIRST_ROW}:${_letters(name)}${last}"
