"""Which kind of file a report is, told by its contents and not by its name."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from perfeval_xl.proofread.plain import read_text
from perfeval_xl.proofread.report import Report, ReportError
from perfeval_xl.proofread.word import read_word

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
    return report


def _require_word(data: bytes, file: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
    except zipfile.BadZipFile as error:
        raise ReportError(file, "文件不完整", f"请重新传送一次，或者{_SAVE_AS.removeprefix('请')}") from error
    if "word/document.xml" in names:
        return
    if "xl/workbook.xml" in names:
        raise ReportError(file, "这是 Excel 工作簿，不是报告", "工作簿请用 check 命令检查。")
    if "content.xml" in names:
        raise ReportError(file, "这是 .odt 文档", _SAVE_AS)
    raise ReportError(file, "这是压缩包，不是 Word 文档", "请先解压，再对里面的报告逐个审读。")


def _refusals(data: bytes) -> Iterator[tuple[str, str]]:
    if data.startswith(_OLE) and _ENCRYPTED in data:
        yield "文档设有打开密码", "请去掉密码后另存再试。"
    head = data[:1024].lstrip().lower()
    for beginnings, reason, remedy in _OTHERS:
        if head.startswith(beginnings) or data.startswith(beginnings):
            yield reason, remedy
