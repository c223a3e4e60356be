"""A mail server of a few lines that can fail at every step of taking a letter, in the way that a test says."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

Fault = str
"""What happens to one letter: an answer such as `451 later`, or one of the words below."""
DROP_AT_DATA, DROP_IN_TEXT, TAKE_AND_DROP, LOSE_AND_DROP = "at data", "in text", "take and drop", "lose and drop"


@dataclass(frozen=True)
class Taken:
    """A letter as it came: from whom, to whom, its bytes."""

    sender: str
    to: tuple[str, ...]
    data: bytes


@dataclass
class MailServer:
    """A server on a free port of this machine while its block runs.

    `fault` says what happens to the letter of a number, counted from 1 as they are addressed; '' takes it. `rcpt`
    answers an address at its nth time; '' takes it. With a `secret` nobody gets in without it.
    """

    fault: Callable[[int], Fault] = lambda _: ""
    rcpt: Callable[[str, int], str] = lambda _address, _time: ""
    secret: str = ""
    tls: ssl.SSLContext | None = None
    starttls: bool = False
    taken: list[Taken] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    begun: int = 0

    def __enter__(self) -> Self:
        self._asked = Counter[str]()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
            pass

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with suppress(OSError), connection:
                if self.tls and not self.starttls:
                    connection = self.tls.wrap_socket(connection, server_side=True)
                _Talk(self, connection).run()
                connection.close()

    def answer(self, address: str) -> str:
        """Return what is said to an address this time."""
        self._asked[address] += 1
        return self.rcpt(address, self._asked[address]) or "250 ok"


class _Talk:
    """One connection."""

    def __init__(self, server: MailServer, connection: socket.socket) -> None:
        self._server, self._connection = server, connection
        self._lines = connection.makefile("rb")
        self._sender, self._to = "", list[str]()
        self._let_in = not server.secret

    def run(self) -> None:
        self._say("220 test")
        while line := self._lines.readline():
            word, _, rest = line.decode().strip().partition(" ")
            if not self._obey(word.upper(), rest):
                return

    def _obey(self, word: str, rest: str) -> bool:  # one case for each command of the protocol
        match word:
            case "EHLO":
                more = ["250-STARTTLS"] * self._server.starttls + ["250-AUTH PLAIN"]
                self._say("250-test", *more, "250 8BITMIME")
            case "STARTTLS":
                self._say("220 go")
                assert self._server.tls
                self._connection = self._server.tls.wrap_socket(self._connection, server_side=True)
                self._lines = self._connection.makefile("rb")
            case "AUTH":
                given = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")[2]
                self._server.logins.append(given)
                self._let_in = given == self._server.secret
                self._say("235 ok" if self._let_in else "535 wrong " + rest)
            case "MAIL" if not self._let_in:
                self._say("530 log in")
            case "MAIL":
                self._sender, self._to = rest.partition("<")[2].partition(">")[0], []
                self._server.begun += 1
                self._say("250 ok")
            case "RCPT":
                address = rest.partition("<")[2].partition(">")[0]
                answer = self._server.answer(address)
                self._to += [address] * answer.startswith("250")
                self._say(answer)
            case "DATA":
                return self._take(self._server.fault(self._server.begun))
            case "QUIT":
                self._say("221 bye")
                return False
            case _:
                self._say("250 ok")
        return True

    def _take(self, fault: Fault) -> bool:
        if fault == DROP_AT_DATA:
            return False
        self._say("354 go on")
        if fault == DROP_IN_TEXT:
            self._lines.read(1)
            return False
        data = b""
        while (line := self._lines.readline()) not in (b".\r\n", b""):
            data += line.removeprefix(b".")
        if fault == LOSE_AND_DROP:
            return False
        if fault in ("", TAKE_AND_DROP):
            self._server.taken.append(Taken(self._sender, tuple(self._to), data))
        if fault == TAKE_AND_DROP:
            return False
        self._say(fault or "250 taken")
        return True

    def _say(self, *lines: str) -> None:
        self._connection.sendall("".join(f"{line}\r\n" for line in lines).encode())
