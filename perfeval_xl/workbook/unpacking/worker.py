"""The process that opens 7z and rar archives, and may die of it: bytes in, one record for every member out.

Started as a script of its own by `foreign`; imports nothing of ours, so that it starts fast. A record is the
length of its header, the header as JSON, and the member's bytes.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import struct
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

LOCKED, LINK, OUTSIDE, TWICE = "locked", "link", "outside", "twice"
DAMAGED, VOLUMES, LARGE, MANY, MUCH, MEMORY = "damaged", "volumes", "large", "many", "much", "memory"
NO_TOOL, NO_LIBRARY = "no tool", "no library"
"""What may be wrong with a member or, where no name is given, with the archive or this machine."""

_LENGTH = struct.Struct("<L")


class FaultError(Exception):
    """What is wrong with the whole archive; `found` is the count or the number of bytes that is too large."""

    def __init__(self, fault: str, found: int = 0) -> None:
        super().__init__(fault)
        self.fault, self.found = fault, found


@dataclass(frozen=True)
class Limit:
    """How many members, bytes of one and bytes of all may come out."""

    members: int
    file: int
    unpacked: int


@dataclass(frozen=True)
class Out:
    """One member: its name, and its bytes or what is wrong with it."""

    name: str
    data: bytes = b""
    fault: str = ""
    found: int = 0
    time: float = 0
    """Seconds since 1970; 0 where the archive does not say."""


def main() -> int:
    """Open an archive from standard input; arguments: kind, seconds, bytes of memory, the three limits."""
    seconds, memory, *limits = (int(argument) for argument in sys.argv[2:7])
    _limit(seconds, memory)
    data = sys.stdin.buffer.read()
    try:
        for member in _KINDS[sys.argv[1]](data, Limit(*limits)):
            _write(member)
    except FaultError as error:
        _write(Out("", fault=error.fault, found=error.found))
    except ImportError:
        _write(Out("", fault=NO_LIBRARY))
    except MemoryError:
        _write(Out("", fault=MEMORY))
    except BaseException:  # noqa: BLE001  # the libraries raise whatever comes
        _write(Out("", fault=DAMAGED))
    _put({"end": True})
    return 0


def _limit(seconds: int, memory: int) -> None:
    """Where the system can: so much memory and time, no core dump."""
    try:
        import resource  # noqa: PLC0415  # only POSIX has it
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _write(member: Out) -> None:
    name = member.name.encode("utf-8", "replace").decode()
    told = {"fault": member.fault, "found": member.found, "time": member.time, "size": len(member.data)}
    _put({"end": False, "name": name, **told}, member.data)


def _put(header: dict[str, Any], data: bytes = b"") -> None:
    raw = json.dumps(header).encode()
    sys.stdout.buffer.write(_LENGTH.pack(len(raw)) + raw + data)


def _require_measure(sizes: list[int], limit: Limit) -> None:
    if len(sizes) > limit.members:
        raise FaultError(MANY, len(sizes))
    total = sum(size for size in sizes if size <= limit.file)
    if total > limit.unpacked:
        raise FaultError(MUCH, total)


def _fault(name: str, size: int, often: int, link: bool, limit: Limit) -> str:
    plain = name.replace("\\", "/")
    if not plain or plain.startswith("/") or ".." in plain.split("/") or plain[1:2] == ":":
        return OUTSIDE
    if often > 1:
        return TWICE
    if link:
        return LINK
    return LARGE if size > limit.file else ""


# --- 7z: the members that were compressed together come out together -----------------------------------------


def seven_zip(data: bytes, limit: Limit) -> Iterator[Out]:
    """Give the members of a 7z archive; of those compressed together, the ones before a fault."""
    from py7zr import SevenZipFile  # noqa: PLC0415  # after the limits
    from py7zr.exceptions import PasswordRequired  # noqa: PLC0415  # the same

    try:
        archive = SevenZipFile(io.BytesIO(data))
    except PasswordRequired:
        raise FaultError(LOCKED) from None
    with archive:
        files = [file for file in archive.files if not file.is_directory]
        _require_measure([file.uncompressed for file in files], limit)
        if archive.needs_password():
            yield from (Out(file.filename, fault=LOCKED) for file in files)
            return
        often = Counter(file.filename for file in files)
        for together in _by_block(files):
            sound: list[str] = []
            for file in together:
                name, size = file.filename, file.uncompressed
                fault = _fault(name, size, often[name], file.is_symlink or file.is_junction, limit)
                if fault:
                    yield Out(name, fault=fault, found=size)
                else:
                    sound.append(name)
            moments = {file.filename: _moment(file.lastwritetime) for file in together}
            yield from (replace(one, time=moments.get(one.name, 0)) for one in _extracted(archive, sound))


def _moment(stamp: Any) -> float:
    """Return a library's moment in seconds since 1970; 0 where it is none."""
    try:
        return float(stamp.totimestamp() if hasattr(stamp, "totimestamp") else stamp.timestamp())
    except (AttributeError, ValueError, OverflowError, OSError):
        return 0


def _by_block(files: Iterable[Any]) -> Iterator[list[Any]]:
    """Give the members in groups: those compressed together, and the empty ones."""
    blocks: dict[int, list[Any]] = {}
    for file in files:
        blocks.setdefault(0 if file.emptystream else id(file.folder), []).append(file)
    yield from blocks.values()


def _extracted(archive: Any, names: list[str]) -> Iterator[Out]:
    """Give the members of one block; all from the first bad one on are damaged."""
    if not names:
        return
    sinks = _Sinks()
    try:
        archive.extract(targets=names, factory=sinks.factory())
        whole = len(sinks.made)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # each method of compression has exceptions of its own
        whole = len(sinks.made) - 1
    archive.reset()
    for at, name in enumerate(names):
        yield Out(name, bytes(sinks.made[at])) if at < whole else Out(name, fault=DAMAGED)


@dataclass
class _Sinks:
    """What members are written to, in the order in which the library asks for it."""

    made: list[bytearray] = field(default_factory=list)

    def factory(self) -> Any:
        """Return what the library calls for each member."""
        from py7zr.io import Py7zIO, WriterFactory  # noqa: PLC0415  # after the limits

        made = self.made

        class Sink(Py7zIO):
            def __init__(self) -> None:
                made.append(bytearray())
                self._at = made[-1]

            def write(self, s: bytes | bytearray) -> int:
                self._at.extend(s)
                return len(s)

            def read(self, size: int | None = None) -> bytes:
                return bytes(self._at[:size])

            def seek(self, offset: int, whence: int = 0) -> int:
                return offset if whence == 0 else len(self._at)

            def flush(self) -> None:
                return None

            def size(self) -> int:
                return len(self._at)

        class Factory(WriterFactory):
            def create(self, filename: str) -> Py7zIO:
                del filename  # it comes in the order of the members
                return Sink()

        return Factory()


# --- rar: a library reads the directory, a program of the system what is compressed ---------------------------


def rar(data: bytes, limit: Limit) -> Iterator[Out]:
    """Give the members of a rar archive; without unar, bsdtar or their like only those that are not compressed."""
    import rarfile  # noqa: PLC0415  # after the limits

    _prepare_bsdtar(rarfile)
    rarfile.TRY_ENCODINGS = ("utf8", "gb18030")
    archive, cut = _rar_as_far_as_sound(rarfile, data)
    with archive:
        members = [info for info in archive.infolist() if not info.is_dir()]
        if not members and archive.needs_password():
            raise FaultError(LOCKED)
        _require_measure([info.file_size for info in members], limit)
        often = Counter(info.filename for info in members)
        for info in members:
            fault = _fault(info.filename, info.file_size, often[info.filename], info.is_symlink(), limit)
            fault = fault or (LOCKED if info.needs_password() else "")
            yield (
                Out(info.filename, fault=fault, found=info.file_size) if fault else _taken(rarfile, archive, info)
            )
    if cut:
        yield Out("", fault=DAMAGED)


def _rar_as_far_as_sound(rarfile: Any, data: bytes) -> tuple[Any, bool]:
    """Return an archive with the members before the first damaged header, and whether there is one."""
    try:
        return rarfile.RarFile(io.BytesIO(data), charset="gb18030", errors="strict"), False
    except rarfile.NeedFirstVolume:
        raise FaultError(VOLUMES) from None
    except rarfile.Error:
        return rarfile.RarFile(io.BytesIO(data), charset="gb18030"), True


def _taken(rarfile: Any, archive: Any, info: Any) -> Out:
    try:
        with archive.open(info) as member:
            held = member.read(info.file_size + 1)
    except rarfile.RarCannotExec:
        raise FaultError(NO_TOOL) from None
    except rarfile.Error:
        return Out(info.filename, fault=DAMAGED)
    whole = len(held) == info.file_size
    return Out(info.filename, held, time=_moment(info.mtime)) if whole else Out(info.filename, fault=DAMAGED)


def _prepare_bsdtar(rarfile: Any) -> None:
    """Make the library call bsdtar as bsdtar wants it, and know that the `tar` of Windows is one.

    The library (4.0 to 4.5) puts `--` before the archive, which bsdtar takes for its name.
    """
    windows = Path(os.environ.get("SYSTEMROOT", ""), "System32", "tar.exe")
    if os.name == "nt" and not shutil.which(rarfile.BSDTAR_TOOL) and windows.exists():
        rarfile.BSDTAR_TOOL = str(windows)
    try:
        chosen = rarfile.tool_setup()
    except rarfile.RarCannotExec:
        return

    class Bsdtar(rarfile.ToolSetup):  # type: ignore[misc]  # the library publishes no types
        def get_cmdline(self, key: str, pwd: Any, nodash: bool = True) -> Any:
            del nodash
            return super().get_cmdline(key, pwd, nodash=True)

        def add_file_arg(self, cmdline: list[str], filename: str) -> None:
            cmdline.extend(("--", filename))

    if chosen.setup is rarfile.BSDTAR_CONFIG:
        rarfile.CURRENT_SETUP = Bsdtar(rarfile.BSDTAR_CONFIG)


_KINDS: dict[str, Callable[[bytes, Limit], Iterator[Out]]] = {"7z": seven_zip, "rar": rar}

if __name__ == "__main__":
    sys.exit(main())
