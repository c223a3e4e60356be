"""How one letter is handed to a mail server, and what is certain of it whenever the way to the server breaks."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Self

from perfeval_xl.outgoing.sending.letters import one_line
from perfeval_xl.records.errors import PerfevalError, os_reason
from perfeval_xl.records.mail import Security

if TYPE_CHECKING:
    from collections.abc import Callable

    from perfeval_xl.records.mail import Mail

_SECONDS = 60.0
"""How long an answer is waited for."""
_GO_ON, _TAKEN, _TAKEN_ALSO, _CLOSING = 354, 250, 251, 421
_LONGEST = 120


class MailError(PerfevalError):
    """A mail server that cannot be reached or does not let us in; never holds a password."""


class Fate(Enum):
    """What became of a letter. LATER and REFUSED are certain: it was not taken; UNKNOWN may have been."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a letter, and what the server said where that is worth telling."""

    fate: Fate
    reply: str = ""


class Server:
    """The bureau's mail server; connected to when the first letter goes, and again when a connection was lost."""

    def __init__(self, mail: Mail, password: Callable[[], str], seconds: float = _SECONDS) -> None:
        self._mail, self._password, self._seconds = mail, password, seconds
        self._client: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._client:
            with suppress(OSError, smtplib.SMTPException):
                self._client.quit()
        self._drop()

    def connect(self) -> smtplib.SMTP:
        """Connect and log in, unless that is done; MailError says why it cannot be."""
        if self._client is None:
            self._client = self._connected()
        return self._client

    @property
    def connected(self) -> bool:
        """Whether the connection stands."""
        return self._client is not None

    def deliver(self, data: bytes, to: tuple[str, ...], begin: Callable[[], object]) -> Delivered:
        """Hand a letter over; `begin` is called when only its content is left, before any of that goes.

        Until the mark at the content's end has left, a letter that is cut short was certainly not taken; between
        that mark and the answer nobody knows.
        """
        client = self.connect()
        try:
            refused = self._addressed(client, to)
            if isinstance(refused, Delivered):
                return refused
            begin()
            code, reply = client.docmd("DATA")
            if code != _GO_ON:
                return self._declined(code, reply)
            client.send(_dotted(data))
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Delivered(Fate.LATER, f"连接中断（{_reason(error)}），没有发出")
        try:
            client.send(b".\r\n")
            code, reply = client.getreply()
        except (OSError, smtplib.SMTPException):
            self._drop()
            return Delivered(Fate.UNKNOWN)
        if code in (_TAKEN, _TAKEN_ALSO):
            return Delivered(Fate.SENT, refused)
        return self._declined(code, reply)

    def _addressed(self, client: smtplib.SMTP, to: tuple[str, ...]) -> Delivered | str:
        """Say from whom and to whom; return what was declined, or in words which of the addresses were."""
        code, reply = client.mail(self._mail.sender)
        if code != _TAKEN:
            return self._declined(code, reply)
        replies = {address: client.rcpt(address) for address in to}
        declined = {one: answer for one, answer in replies.items() if answer[0] not in (_TAKEN, _TAKEN_ALSO)}
        if len(declined) == len(to):
            code, reply = min(declined.values())
            return self._declined(code, reply)
        return "；".join(f"{one}被拒收（{_told(*answer)}）" for one, answer in declined.items())

    def _declined(self, code: int, reply: bytes) -> Delivered:
        """Return what an answer means that was not wanted, and make the server ready for the next letter."""
        told = _told(code, reply)
        if code == _CLOSING or self._client is None or not self._reset(self._client):
            self._drop()
        if 400 <= code < 500:
            return Delivered(Fate.LATER, told)
        return Delivered(Fate.REFUSED, told) if 500 <= code < 600 else Delivered(Fate.UNKNOWN, told)

    def _reset(self, client: smtplib.SMTP) -> bool:
        try:
            return client.rset()[0] == _TAKEN
        except (OSError, smtplib.SMTPException):
            return False

    def _drop(self) -> None:
        if self._client:
            self._client.close()
        self._client = None

    def _connected(self) -> smtplib.SMTP:
        mail, where = self._mail, f"{self._mail.host}:{self._mail.port or self._mail.security.port}"
        try:
            client = self._opened()
        except ssl.SSLError as error:
            raise MailError(
                f"与邮件服务器“{where}”建立加密连接失败（{_reason(error)}）。请核对 campaign.toml 的“加密”“端口”；"
                "单位自己的证书，把证书文件写在“证书”里。"
            ) from None
        except smtplib.SMTPNotSupportedError:
            raise MailError(f"邮件服务器“{where}”不支持 STARTTLS。请把 campaign.toml 的“加密”改为 SSL。") from None
        except (OSError, smtplib.SMTPException) as error:
            raise MailError(
                f"连不上邮件服务器“{where}”：{_reason(error)}。请核对 campaign.toml 的“服务器”“端口”和网络。"
            ) from None
        if mail.user:
            self._log_in(client)
        return client

    def _opened(self) -> smtplib.SMTP:
        mail, domain = self._mail, self._mail.sender.partition("@")[2]
        port = mail.port or mail.security.port
        if mail.security is Security.SSL:
            return smtplib.SMTP_SSL(mail.host, port, domain, timeout=self._seconds, context=self._trust())
        client = smtplib.SMTP(mail.host, port, domain, timeout=self._seconds)
        if mail.security is Security.STARTTLS:
            client.starttls(context=self._trust())
        return client

    def _trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._mail.certificate:
            try:
                context.load_verify_locations(self._mail.certificate)
            except (OSError, ssl.SSLError) as error:
                raise MailError(f"“证书”写的文件“{self._mail.certificate}”读不出：{_reason(error)}。") from None
        return context

    def _log_in(self, client: smtplib.SMTP) -> None:
        """Log in; whatever goes wrong is told without what was typed and without what the server answered."""
        try:
            client.login(self._mail.user, self._password())
        except smtplib.SMTPAuthenticationError as error:
            client.close()
            raise MailError(
                f"邮件服务器没有接受“{self._mail.user}”的密码（{error.smtp_code}）。QQ、163等邮箱要用网页里生成的授权码。"
            ) from None
        except UnicodeError:
            client.close()
            raise MailError("密码里有中文或全角字符，邮件服务器不能接受。请换成英文状态再输入。") from None
        except (OSError, smtplib.SMTPException) as error:
            client.close()
            raise MailError(f"登录邮件服务器时出错（{type(error).__name__}），没有发送。请稍后再试。") from None


def _dotted(data: bytes) -> bytes:
    """Return a letter's content as it goes over the wire: a line that begins with a dot gets another."""
    lines = data.replace(b"\r\n", b"\n").split(b"\n")
    whole = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)
    return whole if whole.endswith(b"\r\n") else whole + b"\r\n"


def _told(code: int, reply: bytes) -> str:
    """Return what a server said, on one line and short."""
    return f"{code} {one_line(reply.decode('utf-8', 'replace'))[:_LONGEST]}".strip()


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "等不到回答"
    if isinstance(error, smtplib.SMTPException):
        return "对方关闭了连接" if isinstance(error, smtplib.SMTPServerDisconnected) else type(error).__name__
    return one_line(os_reason(error))[:_LONGEST] if isinstance(error, OSError) else type(error).__name__
