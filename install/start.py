"""Where the frozen program starts: the command line, or one of the helpers that need a process of their own."""

from __future__ import annotations

import multiprocessing
import sys

from perfeval_xl.workbook.helper import FROZEN_WORD
from perfeval_xl.workbook.legacy import worker as reader
from perfeval_xl.workbook.unpacking import worker as unpacker

HELPERS = {script.__name__: script.main for script in (reader, unpacker)}

if __name__ == "__main__":
    multiprocessing.freeze_support()
    if sys.argv[1:2] == [FROZEN_WORD]:
        begin = HELPERS[sys.argv[2]]
        del sys.argv[1:3]
        sys.exit(begin())
    from perfeval_xl.cli import main

    main()
