"""Which number format each cell style has, so that a date is not taken for a figure."""

from __future__ import annotations

import re

from perfeval_xl.workbook.frame import natural
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.parts import Attributes, Package, Relation, parse
from perfeval_xl.workbook.shared_texts import UnfamiliarError, plain

_BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 49: "@",
    **dict.fromkeys((14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), "yyyy-mm-dd"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), "h:mm:ss"),
    22: "yyyy-mm-dd h:mm",
}  # fmt: skip
_FORMAT_OF_STYLE = re.compile(
    r'<xf numFmtId="([0-9]{1,9})"(?: [A-Za-z]+="[^"<>&]*")*+(?:/>|>(?:<(?:alignment|protection)[^<>]*/>)*+</xf>)'
)
_FORMAT = re.compile(r'<numFmt numFmtId="([0-9]{1,9})" formatCode="([^"<]*)"/>')


def number_formats(package: Package, relations: dict[str, Relation]) -> tuple[str, ...]:
    """Return the number format of each cell style."""
    part = next((relation.target for relation in relations.values() if relation.kind == "styles"), "")
    if not part or not package.has(part):
        return ()
    text = package.text(part)
    try:
        return _by_pattern(text)
    except UnfamiliarError:
        return _by_element(text, part, package.limits)


def _by_pattern(text: str) -> tuple[str, ...]:
    styles = re.search(r"<cellXfs[^<>]*>(.*?)</cellXfs>", text, re.DOTALL)
    own = re.search(r"<numFmts[^<>]*>(.*?)</numFmts>", text, re.DOTALL)
    if not styles or (own is None and "<numFmts" in text) or "<!" in text:
        raise UnfamiliarError
    pieces, codes = _FORMAT_OF_STYLE.split(styles[1]), _FORMAT.split(own[1] if own else "")
    if any(pieces[::2]) or any(codes[::3]):
        raise UnfamiliarError
    formats = {**_BUILT_IN, **{int(id_): plain(code) for id_, code in zip(codes[1::3], codes[2::3], strict=True)}}
    return tuple([formats.get(int(id_), "General") for id_ in pieces[1::2]])


def _by_element(text: str, part: str, limits: Limits) -> tuple[str, ...]:
    codes, styles, path = dict(_BUILT_IN), list[int](), list[str]()

    def start(tag: str, attributes: Attributes, _: int) -> None:
        path.append(tag.rpartition(":")[2])
        number = natural(attributes.get("numFmtId", "0")) or 0
        if path[-2:] == ["numFmts", "numFmt"]:
            codes[number] = attributes.get("formatCode", "General")
        elif path[-2:] == ["cellXfs", "xf"]:
            styles.append(number)

    def end(tag: str) -> None:
        del tag, path[-1]

    parse(text, part, limits, start=start, end=end)
    return tuple(codes.get(number, "General") for number in styles)
