"""To whom what is a unit's goes: to the unit itself, or to its 主管部门, which passes it on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.records.mail import Mailboxes, mailboxes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from perfeval_xl.records.unit import Unit


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a letter is headed with, and what the roster says of its mailbox; not `listed` where it has no line."""

    code: str
    name: str
    email: str
    listed: bool = True

    @property
    def mailboxes(self) -> Mailboxes:
        """The addresses, and what is none."""
        return mailboxes(self.email)


def addressee(unit: Unit, units: Mapping[str, Unit], *, by_parent: bool) -> Addressee:
    """Return to whom what is a unit's goes; with `by_parent` to its 主管部门, which is one of the `units` or none.

    A unit without a 主管部门 is its own.
    """
    if not by_parent or not unit.parent:
        return Addressee(unit.code, unit.name, unit.email)
    above = units.get(unit.superior)
    return (
        Addressee(above.code, above.name, above.email) if above else Addressee("", unit.parent, "", listed=False)
    )
