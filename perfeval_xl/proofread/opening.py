"""Which kind of file a report is, told by its contents and not by its name."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace

from perfeval_xl.proofread.plain_text import read_text
from perfeval_xl.proofread.report import Report, ReportError
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.word_file import read_word
from perfeval_xl.records.finding import Finding

MOST_TEXT = 5_000_000
"""Bytes of text (in UTF-8) that are read of one report; what stands behind is named unread."""
_WIDEST = 4
_STRICT, _SEALED = b"purl.oclc.org/ooxml", 0x1
_SAVE_AS = "请用 Word 或 WPS 打开，另存为“Word 文档(.docx)”后再试。"
_OLE, _ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")

_OTHERS = (
    ((_OLE,), "这是旧格式的 .doc 或 .wps 文档", _SAVE_AS),
    ((b"%pdf",), "这是 PDF 文件", "请用报告的 Word 原稿；没有原稿的，请把文字复制到文本文件里再试。"),
    ((b"{\\rtf",), "这是 .rtf 文档", _SAVE_AS),
    ((b"<!doctype", b"<html"), "这是网页文件", "请在浏览器里复制正文，粘贴到文本文件里再试。"),
    ((b"<?xml",), "这是 XML 格式的文档", _SAVE_AS),
    (
        (b"\xff\xd8\xff", b"\x89png", b"gif8", b"rar!", b"7z\xbc\xaf"),
        "这是图片或者压缩包",
        "请用 Word 文档或者文本文件。",
    ),
)
"""How other kinds of file begin (in lower case), what to call them, and the way out."""


def load(data: bytes, file: str) -> Report:
    """Read a report from a .docx or a text file; every other kind is refused with the way out."""
    if not data.strip():
        raise ReportError(file, "文件是空的", "请重新导出报告后再试。")
    if data.startswith(b"PK\x03\x04"):
        _require_word(data, file)
        return _filled(read_word(data, file))
    for reason, remedy in _refusals(data):
        raise ReportError(file, reason, remedy)
    return _filled(read_text(data, file))


def _filled(report: Report) -> Report:
    if not report.paragraphs:
        raise ReportError(report.file, "里面没有文字", "如果报告是图片或者扫描件，请用能编辑的原稿。")
    return _limited(report)


def _limited(report: Report) -> Report:
    """Return the report as far as it is read: its first five million bytes of text."""
    left = MOST_TEXT
    for position, paragraph in enumerate(report.paragraphs):
        size = len(paragraph.text.encode("utf-8", "surrogatepass"))
        if size > left:
            cut = replace(paragraph, text=paragraph.text[: left // _WIDEST])
            kept = (*report.paragraphs[:position], *((cut,) if cut.text.strip() else ()))
            return Report(report.file, kept, unread=paragraph.number)
        left -= size
    return report


def unread(report: Report) -> Iterator[Finding]:
    """Say what was not read because the report is too long."""
    if report.unread:
        yield finding("P43", report.paragraphs[-1].whole, paragraph=report.unread, limit=MOST_TEXT // 10**6)


def _require_word(data: bytes, file: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
            sealed = any(item.flag_bits & _SEALED for item in package.infolist())
            strict = not sealed and _is_strict(package)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, zlib.error) as error:
        raise ReportError(file, "文件不完整", f"请重新传送一次，或者{_SAVE_AS.removeprefix('请')}") from error
    if sealed:
        raise ReportError(file, "文件设有密码", "请去掉密码后另存再试。")
    if strict:
        raise ReportError(
            file, "这是“严格开放XML”格式的 .docx", "请用 Word 或 WPS 打开，另存为普通的“Word 文档(.docx)”后再试。"
        )
    if "word/document.xml" in names:
        return
    if "OFD.xml" in names:
        raise ReportError(file, "这是 OFD 版式文件", "版式文件只能看，不能审读，请用报告的 Word 原稿。")
    if "xl/workbook.xml" in names:
        raise ReportError(file, "这是 Excel 工作簿，不是报告", "工作簿请用 check 命令检查。")
    if "content.xml" in names:
        raise ReportError(file, "这是 .odt 文档", _SAVE_AS)
    raise ReportError(file, "这是压缩包，不是 Word 文档", "请先解压，再对里面的报告逐个审读。")


def _is_strict(package: zipfile.ZipFile) -> bool:
    """Whether a document is in the strict variant of its format, which has other names for everything."""
    try:
        with package.open("word/document.xml") as part:
            return _STRICT in part.read(4096)
    except KeyError:
        return False


def _refusals(data: bytes) -> Iterator[tuple[str, str]]:
    if data.startswith(_OLE) and _ENCRYPTED in data:
        yield "文档设有打开密码", "请去掉密码后另存再试。"
    head = data[:1024].lstrip().lower()
    for beginnings, reason, remedy in _OTHERS:
        if head.startswith(beginnings) or data.startswith(beginnings):
            yield reason, remedy
