"""The `ledger` command under a clock that can be moved: `python -m ledger.cli.bench.chaos.launch FILE …`

FILE holds the seconds that this process's clock is ahead by, a little-endian double; a change takes effect
at once. Only `time.time` is moved: that is what the service's clocks are made of. Anvil has no clock of
its own in this, as the service tells it the time of each block.
"""

from __future__ import annotations

import mmap
import struct
import sys
import time
from pathlib import Path

OFFSET = struct.Struct("<d")


def move_clock(path: Path, seconds: float) -> None:
    """Sets how far ahead the clock is of processes started with this file."""
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.write(OFFSET.pack(seconds))


def _follow(path: Path) -> None:
    with path.open("rb") as file:
        offset = mmap.mmap(file.fileno(), OFFSET.size, access=mmap.ACCESS_READ)
    real = time.time
    time.time = lambda: real() + OFFSET.unpack_from(offset)[0]


if __name__ == "__main__":
    _follow(Path(sys.argv.pop(1)))  # before anything of ours takes hold of the clock

    from ledger.cli import main

    main()
