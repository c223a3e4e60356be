"""What this program cannot work with through no fault of a department: one sentence, exit 2, no traceback."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限，或者文件正在别的程序中打开",
    errno.EPERM: "没有权限",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘是只读的",
    errno.EISDIR: "这是一个文件夹，不是文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EFBIG: "文件太大",
    errno.EIO: "磁盘读写出错",
}


def os_reason(error: OSError) -> str:
    """Return why the operating system refused, in words for officials."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


class PerfevalError(Exception):
    """A template, roster, setting or disk that we cannot work with; `str()` is a complete Chinese sentence."""


class CampaignError(PerfevalError):
    """A folder that is not a campaign's, or settings that cannot be used."""


class TemplateError(PerfevalError):
    """A template that breaks the contract; lists every fault found, each with its place."""

    def __init__(self, template: str, faults: tuple[str, ...]) -> None:
        self.template, self.faults = template, faults
        lines = "\n".join(f"  {number}. {fault}" for number, fault in enumerate(faults, 1))
        super().__init__(f"模板“{template}”有{len(faults)}处问题，改正后再试：\n{lines}")


class DecisionError(PerfevalError):
    """A decision that does not fit where the unit stands."""


class UnreasonedError(DecisionError):
    """A decision that must have a reason and has none."""


class UnsignedError(PerfevalError):
    """Something is to be decided, and nobody is named who decides it."""


class LedgerError(PerfevalError):
    """A ledger that cannot be opened, read or written."""


class DamagedLedgerError(LedgerError):
    """A ledger that is not whole: lost, empty, cut short or altered. Nothing runs on it; says the way back."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            f"{what}（{path}），不能继续；已有的文件都没有改动。"
            "请用备份恢复到一个新文件夹：perfeval-xl restore 备份文件 新文件夹。"
            f"没有备份的，只能重新开始：perfeval-xl collect {path.parent} --new-ledger，"
            "收件中的文件会重新读取，以前的审核、免报、豁免等要重新办理。"
        )
