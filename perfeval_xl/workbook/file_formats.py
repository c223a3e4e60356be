"""What a file really is, whatever its name says, and why it is not read further when it is not a workbook."""

from __future__ import annotations

import re
from enum import StrEnum

from perfeval_xl.workbook.archive import LOCAL, content, listing, size_text
from perfeval_xl.workbook.legacy.ole import MAGIC as OLE
from perfeval_xl.workbook.legacy.ole import compound
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.rules_of_files import refuse
from perfeval_xl.workbook.unpacking.enclosed import is_inbox


class Format(StrEnum):
    """The kinds of file that are read; the value is what officials call them."""

    XLSX = ".xlsx"
    XLSB = ".xlsb"
    ODS = ".ods"
    XLS = ".xls"


_MAGIC = (
    (b"%PDF", "G03", "PDF 文档"),
    (b"\xff\xd8\xff", "G03", "图片（JPG）"),
    (b"\x89PNG", "G03", "图片（PNG）"),
    (b"GIF8", "G03", "图片（GIF）"),
    (b"BM", "G03", "图片（BMP）"),
    (b"II*\x00", "G03", "图片（TIFF）"),
    (b"MM\x00*", "G03", "图片（TIFF）"),
    (b"{\\rtf", "G03", "RTF 文档"),
    (b"MZ", "G03", "可执行程序"),
    (b"\x7fELF", "G03", "可执行程序"),
    (b"Rar!\x1a\x07", "G05", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "G05", "7z"),
    (b"\x1f\x8b", "G05", "gzip"),
    (b"BZh", "G05", "bzip2"),
    (b"\xfd7zXZ", "G05", "xz"),
)
_TEXTS = (
    (re.compile(r"(?:<!doctype html|<html|<head|<body|<table|<meta)\b"), "G04", "网页（HTML）"),
    (re.compile(r"mime-version\s*:"), "G04", "网页归档（MHT）"),
    (re.compile(r"urn:schemas-microsoft-com:office:spreadsheet"), "G04", "XML 表格 2003"),
    (
        re.compile(r"schemas\.microsoft\.com/office/word|urn:schemas-microsoft-com:office:word"),
        "G03",
        "Word 文档（XML）",
    ),
    (re.compile(r"<\?xml|<office:document"), "G03", "XML 文件"),
)
_OLE_STREAMS = (
    ("ENCRYPTEDPACKAGE", "G09", ""),
    ("WORDDOCUMENT", "G03", "Word 文档"),
    ("POWERPOINT DOCUMENT", "G03", "演示文稿"),
    ("__PROPERTIES_VERSION1.0", "G03", "Outlook 邮件"),
    ("VISIODOCUMENT", "G03", "Visio 图形"),
)
_PARTS = (("word/", "G03", "Word 文档"), ("ppt/", "G03", "演示文稿"), ("visio/", "G03", "Visio 图形"))
_SAMPLE = 4096


def identify(data: bytes, limits: Limits) -> Format:
    """Return what kind of workbook this is; RefusalError naming what it is instead."""
    if not data:
        raise refuse("G01")
    if len(data) > limits.file:
        raise refuse("G02", size=size_text(len(data)), limit=size_text(limits.file))
    if data.startswith(LOCAL):
        return _package(data, limits)
    if data.startswith(OLE):
        return _ole(data)
    for magic, code, what in _MAGIC:
        if data.startswith(magic):
            raise refuse(code, what=what)
    if data.startswith((b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")):
        raise refuse("G13", format="Excel 5.0 以前的", what="格式太旧")
    raise _text(data)


def _package(data: bytes, limits: Limits) -> Format:
    members = {member.name.replace("\\", "/").lower(): member for member in listing(data, limits)}
    lowered = members.keys()
    if "xl/workbook.bin" in lowered:
        return Format.XLSB
    if "[content_types].xml" in lowered:
        for folder, code, what in _PARTS:
            if any(name.startswith(folder) for name in lowered):
                raise refuse(code, what=what)
        return Format.XLSX
    if "content.xml" in lowered:
        if "mimetype" in members and b"spreadsheet" not in content(data, members["mimetype"], _SAMPLE):
            raise refuse("G03", what="LibreOffice 的其他文档")
        return Format.ODS
    if "ofd.xml" in lowered:
        raise refuse("G03", what="OFD 版式文件")
    if is_inbox(data):
        raise refuse("G05", what="装着若干文件的 zip")
    lost = any(name.startswith("xl/") for name in lowered)
    raise refuse("G12", what="文件目录（[Content_Types].xml）" if lost else "压缩包中没有工作簿")


def _ole(data: bytes) -> Format:
    root = compound(data).root
    for stream, code, what in _OLE_STREAMS:
        if stream in root:
            raise refuse(code, what=what)
    if "WORKBOOK" in root or "BOOK" in root:
        return Format.XLS
    raise refuse("G03", what="其他程序的文件（OLE）")


def _text(data: bytes) -> Exception:
    """Return the refusal of a file that is no known container: a web page, a table of text, or unknown."""
    sample = _decoded(data[:_SAMPLE])
    if sample is None:
        if data.startswith(b"PK"):
            return refuse("G06", what="压缩包开头损坏")
        return refuse("G03", what="无法识别的数据")
    lowered = sample.lower()
    for pattern, code, what in _TEXTS:
        if pattern.search(lowered):
            return refuse(code, what=what)
    lines = [line for line in sample.splitlines() if line.strip()]
    separated = sum(1 for line in lines if re.search(r"[,\t;，]", line))
    if lines and separated * 2 >= len(lines):
        return refuse("G03", what="文本表格（CSV）")
    return refuse("G03", what="纯文本")


def _decoded(sample: bytes) -> str | None:
    """Return the text of a sample that is text in some usual encoding."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return sample.decode("utf-16", "replace")
    if b"\x00" in sample:
        return None
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):  # the sample may end inside a character
            try:
                return sample[: len(sample) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None
