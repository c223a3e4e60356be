"""How an Office package is put together: its parts, safe to parse, and which part belongs to which.

Parts are parsed in one call each: older versions of expat look at a long token again with every piece that comes.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from xml.parsers import expat

from perfeval_xl.workbook.archive import content, directory, size_text
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.rules_of_files import refuse

_XML_PART = re.compile(r"\.(?:xml|rels|vml)$", re.IGNORECASE)
_DECLARED = re.compile(r"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_READABLE = {"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii"}
_ILLEGAL = bytes(code for code in range(32) if code not in (9, 10, 13))

Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class Relation:
    """One arrow from a part to another, or to a place outside."""

    id: str
    kind: str
    target: str
    external: bool


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of one package by name, and by lower-cased name since Office does not tell capitals apart."""

    parts: dict[str, bytes]
    lowered: dict[str, str]
    limits: Limits

    def has(self, name: str) -> bool:
        """Whether there is such a part, in whatever capitals."""
        return name.lower() in self.lowered

    def part(self, name: str) -> bytes:
        """Return a part's bytes; refuses the package when there is none."""
        try:
            return self.parts[self.lowered[name.lower()]]
        except KeyError:
            raise refuse("G12", what=f"部件“{name}”不存在") from None

    def text(self, name: str) -> str:
        """Return a part as text."""
        return decoded(self.part(name), name)

    def relations(self, name: str) -> tuple[Relation, ...]:
        """Return the relations of a part, their targets as names of parts."""
        folder, base = posixpath.split(name)
        source = posixpath.join(folder, "_rels", f"{base}.rels")
        if not self.has(source):
            return ()
        found: list[Relation] = []

        def start(tag: str, attributes: Attributes, _: int) -> None:
            if tag.rpartition(":")[2] == "Relationship":
                found.append(_relation(folder, source, attributes))

        parse(self.text(source), source, self.limits, start=start)
        return tuple(found)


def unpack(data: bytes, limits: Limits) -> Package:
    """Return all parts of a package, with real sizes and checksums checked and none carrying a DTD."""
    members = [member for member in directory(data, limits) if not member.folder]
    total = sum(member.size for member in members)
    if total > limits.unpacked:
        raise refuse("G08", what=f"解开后共有 {size_text(total)}", limit=size_text(limits.unpacked))
    parts = {member.name.replace("\\", "/"): content(data, member, limits.part) for member in members}
    for name, part in parts.items():
        if _XML_PART.search(name):
            _require_plain(part, name)
    return Package(parts, {name.lower(): name for name in parts}, limits)


def _require_plain(part: bytes, name: str) -> None:
    """Refuse a DTD in any encoding that a parser of XML might understand."""
    if part.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in part[:4]:
        found = "<!DOCTYPE" in decoded(part, name)
    else:
        found = b"<!DOCTYPE" in part
    if found:
        raise refuse("G10", part=name)


def decoded(part: bytes, name: str) -> str:
    """Return the text of an XML part written in UTF-8 or UTF-16; all else is refused."""
    try:
        if part.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = part.decode("utf-16")
        elif part[:1] == b"\x00" or part[1:2] == b"\x00":
            text = part.decode("utf-16-be" if part[:1] == b"\x00" else "utf-16-le")
        else:
            text = part.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse("G11", part=name, what="文字编码有错") from None
    declared = _DECLARED.match(text[:300])
    if declared and declared[1].lower() not in _READABLE:
        raise refuse("G11", part=name, what=f"使用了办公软件不用的文字编码 {declared[1]}")
    return text


def clean(part: bytes, text: str) -> bool:
    """Whether a part in UTF-8 holds only characters that XML allows."""
    if part[:1] in (b"\xff", b"\xfe", b"\x00") or part[1:2] == b"\x00":
        return False
    return len(part.translate(None, _ILLEGAL)) == len(part) and "\ufffe" not in text and "\uffff" not in text


def parse(
    text: str,
    name: str,
    limits: Limits,
    *,
    start: Callable[[str, Attributes, int], None] | None = None,
    watched: frozenset[str] | None = None,
    end: Callable[[str], None] | None = None,
    characters: Callable[[str], None] | None = None,
) -> None:
    """Parse one part in one call, telling `start` of each element (or the root and the watched ones) and how deep.

    Refuses what is not well-formed, nests too deep, has too many tags, or declares a document type.
    """
    _require_measure(text, name, limits)
    parser: Any = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype(name)
    level = 0

    def opened(tag: str, attributes: Attributes) -> None:
        nonlocal level
        level += 1
        if level > limits.depth:
            raise refuse("G11", part=name, what=f"嵌套超过 {limits.depth} 层")
        if start and (watched is None or tag in watched or level == 1):
            start(tag, attributes, level)

    def closed(tag: str) -> None:
        nonlocal level
        level -= 1
        if end:
            end(tag)

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    if characters:
        parser.CharacterDataHandler = characters
    try:
        parser.Parse(text.encode("utf-8"), True)
    except (expat.ExpatError, UnicodeEncodeError) as error:
        raise refuse("G11", part=name, what=_where(error)) from None


def _require_measure(text: str, name: str, limits: Limits) -> None:
    """Refuse what a parser would take long over: very many tags, or one very long piece."""
    if len(text) > limits.tags and text.count("<") > limits.tags:
        raise refuse("G08", what=f"部件“{name}”的标记太多", limit=f"{limits.tags} 个")
    start = 0
    while start + limits.token < len(text):
        last = text.rfind("<", start, start + limits.token)
        if last < 0:
            raise refuse("G08", what=f"部件“{name}”中有过长的内容", limit=size_text(limits.token))
        start = last + 1


def _where(error: Exception) -> str:
    line, column = getattr(error, "lineno", 0), getattr(error, "offset", 0)
    return f"第 {line} 行第 {column + 1} 个字符处" if line else "文字编码有错"


def _refuse_doctype(name: str) -> Callable[..., None]:
    def refused(*_: object) -> None:
        raise refuse("G10", part=name)

    return refused


def _relation(folder: str, source: str, attributes: Attributes) -> Relation:
    target, external = attributes.get("Target", ""), attributes.get("TargetMode") == "External"
    kind = attributes.get("Type", "").rpartition("/")[2]
    if not external:
        target = _inside(folder, source, target)
    return Relation(attributes.get("Id", ""), kind, target, external)


def _inside(folder: str, source: str, target: str) -> str:
    """Return a target as the name of a part; one that leads outside is refused."""
    path = unquote(target.partition("#")[0]).replace("\\", "/")
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", path) or path.startswith("//"):
        raise refuse("G12", what=f"“{source}”指向文件之外的“{target}”")
    joined = posixpath.normpath(path.lstrip("/") if path.startswith("/") else posixpath.join(folder, path))
    if joined.startswith(".."):
        raise refuse("G12", what=f"“{source}”指向文件之外的“{target}”")
    return joined
