"""Where a mailbox's password may be kept: in the system's keyring, where one can be asked; nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from perfeval_xl.records.mail import Mail

_SERVICE = "perfeval-xl"


def kept(mail: Mail) -> str:
    """Return the password that is kept for a mailbox; '' where none is, or nothing can be asked."""
    keyring = _keyring()
    try:
        return (keyring.get_password(_SERVICE, mail.user) if keyring else None) or ""
    except Exception:  # noqa: BLE001  # a locked or broken keyring has errors of its own, and the person is asked then
        return ""


def keep(mail: Mail, secret: str) -> bool:
    """Keep a mailbox's password; return whether that could be done."""
    keyring = _keyring()
    if keyring is None:
        return False
    try:
        keyring.set_password(_SERVICE, mail.user, secret)
    except Exception:  # noqa: BLE001  # the same
        return False
    return True


def _keyring() -> Any:
    try:
        import keyring  # noqa: PLC0415  # an optional library, asked for when a password is wanted only
    except ImportError:
        return None
    return keyring
