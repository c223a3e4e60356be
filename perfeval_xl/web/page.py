"""A page: one address, who may call it, and what answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.responses import Response

    from perfeval_xl.web.asked import Asked
    from perfeval_xl.web.roles import Role


@dataclass(frozen=True, slots=True)
class Page:
    """One address with what answers it. `roles` may call it and nobody else; there is no page without.

    `uploads` may bring as much as `guard.LARGEST_UPLOAD`; any other page is sent a form of a few lines.
    """

    method: str
    path: str
    roles: frozenset[Role]
    answer: Callable[[Asked], Response]
    uploads: bool = False
