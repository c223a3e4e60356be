"""Where the frozen program starts: the command line, or the one helper process that needs a program of its own."""

from __future__ import annotations

import multiprocessing
import sys

from perfeval_xl.workbook.legacy.worker import FROZEN_WORD
from perfeval_xl.workbook.legacy.worker import main as read_old_format

if __name__ == "__main__":
    multiprocessing.freeze_support()
    if sys.argv[1:2] == [FROZEN_WORD]:
        sys.exit(read_old_format(sys.argv[2:]))
    from perfeval_xl.cli import main

    main()
