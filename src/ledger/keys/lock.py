"""One instance to a folder, or several that agree to share it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from ledger.errors import Misconfigured


class InstanceLock:
    """Holds `directory`/`name` while this process lives; the system lets go of it however the process ends.

    `shared` holders stand each other, and keep those out that are not. Raises Misconfigured `code`
    (`chain_in_use` by default) with the process id of the last holder, unless it is to `wait`.
    """

    def __init__(
        self,
        directory: Path,
        code: str = "chain_in_use",
        *,
        name: str = "lock",
        shared: bool = False,
        wait: bool = False,
    ) -> None:
        self._descriptor = os.open(directory / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self._descriptor, mode if wait else mode | fcntl.LOCK_NB)
        except BaseException as error:
            holder = os.read(self._descriptor, 32).decode(errors="replace").strip()
            os.close(self._descriptor)
            if isinstance(error, BlockingIOError):
                raise Misconfigured(code, directory=str(directory), pid=holder or "?") from None
            raise
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Lets another instance in."""
        os.close(self._descriptor)
