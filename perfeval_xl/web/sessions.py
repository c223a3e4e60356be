"""Who is let in: keys that open the desk once, and the sessions that they begin. Kept in memory alone."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from threading import Lock

from perfeval_xl.web.roles import Role

_BYTES = 32


@dataclass(frozen=True, slots=True)
class Session:
    """One browser that was let in. `token` stands in each of its forms, so that no other page can send one."""

    role: Role
    token: str


class Sessions:
    """The keys that were given out and not used, and the sessions. Only their fingerprints are kept.

    A session lasts as long as the desk runs; the browser forgets its own when it is closed.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._keys: set[str] = set()
        self._sessions: dict[str, Session] = {}

    def key(self) -> str:
        """Return a new key, which opens the desk once."""
        key = secrets.token_urlsafe(_BYTES)
        with self._lock:
            self._keys.add(_fingerprint(key))
        return key

    def enter(self, key: str, role: Role = Role.OFFICER) -> str:
        """Begin a session for who has a key, which is worth nothing then, and return what the cookie says.

        '' where the key is none, or was used before.
        """
        mark = _fingerprint(key)
        with self._lock:
            if mark not in self._keys:
                return ""
            self._keys.remove(mark)
            told = secrets.token_urlsafe(_BYTES)
            self._sessions[_fingerprint(told)] = Session(role, secrets.token_urlsafe(_BYTES))
        return told

    def session(self, told: str) -> Session | None:
        """Return the session that a cookie tells of; None where there is none."""
        return self._sessions.get(_fingerprint(told)) if told else None


def _fingerprint(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
