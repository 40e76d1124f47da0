"""A small disk of the installation's own, which can be filled."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_SIZE = "256m"


class Disk:
    """The folder `home`, on a file system in memory if this user may mount one."""

    def __init__(self, home: Path, *, is_small: bool) -> None:
        self.is_small = is_small
        self._filler = home / "filler"

    def fill(self) -> None:
        """Leaves no room."""
        if not self.is_small:
            return
        with suppress(OSError), self._filler.open("ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12):
                with suppress(OSError):
                    while True:
                        file.write(bytes(size))

    def clear(self) -> None:
        """Gives the room back."""
        self._filler.unlink(missing_ok=True)


@contextmanager
def small_disk(home: Path) -> Iterator[Disk]:
    """Makes the folder; its content is gone afterwards if it is small."""
    home.mkdir()
    mounted = _run("mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=700", "tmpfs", str(home))
    try:
        yield Disk(home, is_small=mounted)
    finally:
        if mounted:
            shutil.copytree(home, home.with_name("home-kept"))
            _run("umount", "--lazy", str(home))


def _run(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
