"""Which elements of a part are the format's own, whether its namespace is the default, has a prefix, or both."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from perfeval_xl.workbook.parts import Attributes

_DECLARED = re.compile(r"""\sxmlns(:[^\s=]+)?\s*=\s*["']([^"'<]*)["']""")
_HEAD = 4_000
"""Characters of a part within which its first element ends."""


@dataclass(slots=True)
class Spaces:
    """The prefixes that stand for the namespace of the first element, as elements open and close."""

    home: str = ""
    ours: frozenset[str] = frozenset()
    _before: list[frozenset[str]] = field(default_factory=list)

    def open(self, tag: str, attributes: Attributes) -> tuple[bool, str]:
        """Return whether an element is of the first one's namespace, and its name without prefix."""
        prefix, _, local = tag.rpartition(":")
        if not self._before:
            self.home, self.ours = attributes.get(_key(prefix), ""), frozenset((prefix,))
        self._before.append(self.ours)
        self._declare(attributes)
        return prefix in self.ours, local

    def close(self) -> None:
        """Forget what the element that ends here has declared."""
        self.ours = self._before.pop()

    def _declare(self, attributes: Attributes) -> None:
        for name, space in attributes.items():
            if name == "xmlns" or name.startswith("xmlns:"):
                prefix = name[6:]
                self.ours = self.ours | {prefix} if space == self.home else self.ours - {prefix}


def _key(prefix: str) -> str:
    return f"xmlns:{prefix}" if prefix else "xmlns"


def has_two_spellings(text: str) -> bool:
    """Whether the first element of a part declares one namespace twice: its elements may be spelt two ways."""
    head = text[: max(text.find("<sheetData", 0, _HEAD), 0) or _HEAD]
    spaces = [space for _, space in _DECLARED.findall(head)]
    return len(set(spaces)) < len(spaces)
