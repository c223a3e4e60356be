"""Text → mentions: what every figure of a report is of, and which of them belong together."""

from perfeval_xl.proofread.mentions.mention import IN_TABLE, Basis, List, Mention, Role, Telling, Transition
from perfeval_xl.proofread.mentions.scan import told

__all__ = ["IN_TABLE", "Basis", "List", "Mention", "Role", "Telling", "Transition", "told"]
