"""One instance to a folder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from ledger.errors import Misconfigured


class InstanceLock:
    """Holds `directory`/lock while this process lives; the system lets go of it however the process ends.

    Raises Misconfigured `code` (`chain_in_use` by default) with the holder's process id.
    """

    def __init__(self, directory: Path, code: str = "chain_in_use") -> None:
        self._descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._descriptor, 32).decode(errors="replace").strip()
            os.close(self._descriptor)
            raise Misconfigured(code, directory=str(directory), pid=holder or "?") from None
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Lets another instance in."""
        os.close(self._descriptor)
