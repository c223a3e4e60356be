"""What this program cannot work with through no fault of a department: one sentence, exit 2, no traceback."""

from __future__ import annotations


class PerfevalError(Exception):
    """A template, roster, setting or disk that we cannot work with; `str()` is a complete Chinese sentence."""


class TemplateError(PerfevalError):
    """A template that breaks the contract; lists every fault found, each with its place."""

    def __init__(self, template: str, faults: tuple[str, ...]) -> None:
        self.template, self.faults = template, faults
        lines = "\n".join(f"  {number}. {fault}" for number, fault in enumerate(faults, 1))
        super().__init__(f"模板“{template}”有{len(faults)}处问题，改正后再试：\n{lines}")
