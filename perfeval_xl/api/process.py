"""How a process that does nothing but this program's work is set up."""

from __future__ import annotations

from perfeval_xl.intake.garbage import seldom

__all__ = ["seldom"]
