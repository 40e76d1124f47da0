"""Becomes another program that dies with its parent: `python -I leash.py PARENT_PID PROGRAM ARGUMENT…`

A script of its own instead of `preexec_fn`, which may deadlock in a process with threads. Linux keeps the
death signal across exec, so nothing of this script stays.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1

if __name__ == "__main__":
    parent, program = int(sys.argv[1]), sys.argv[2]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked to be told
        sys.exit(1)
    os.execv(program, sys.argv[2:])  # noqa: S606
