"""What is taken for granted of the XML that a library writes: a patch on it never silently does nothing."""

from __future__ import annotations


class ChangedOutputError(AssertionError):
    """A library writes something else than what one of our patches on its output counts on.

    No fault of anybody's data: the library was replaced by a version that this program does not fit yet.
    """

    def __init__(self, part: str, expected: str, found: str) -> None:
        super().__init__(f"{part}: expected {expected}, found {found}")


def require_count(part: str, expected: str, wanted: int, found: int) -> None:
    """Refuse a part that has what was `expected` another number of times than `wanted`."""
    if found != wanted:
        raise ChangedOutputError(part, f"{wanted} times {expected}", f"{found}")


def require_none(part: str, unexpected: str, found: int) -> None:
    """Refuse a part in which something is left that a patch should have taken out."""
    if found:
        raise ChangedOutputError(part, f"no {unexpected} to be left", f"{found}")
