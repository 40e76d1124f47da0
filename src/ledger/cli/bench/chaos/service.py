"""The service's processes, each started again whenever it has been killed."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread

import urllib3

from ledger.cli.bench.chaos.launch import move_clock

_PATIENCE = 120.0
_KEEPS_EVERY = 0.2


class Part:
    """`ledger ARGUMENTS` with `environment` under the folder's clock, its output in the folder."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        self._command = [
            *(sys.executable, "-m", "ledger.cli.bench.chaos.launch", str(folder / "clock")),
            *arguments,
        ]
        self._environment = {**os.environ, **environment}
        self._log = folder / f"{'-'.join(arguments[:2])}.out"
        self._turn = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = Event()
        self._keeper = Thread(target=self._keep, name="keeper", daemon=True)

    def start(self) -> None:
        """Starts it, and again whenever it ends, until `stop`; it may take a while until it works."""
        self._keeper.start()

    def kill(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """SIGKILL; its chain dies with it. `meanwhile` is done before it is started again."""
        with self._turn:
            if self._process is not None:
                self._process.kill()
                self._process.wait()
            meanwhile()

    def signal(self, number: signal.Signals) -> None:
        """Stops it in the middle of whatever it does, or lets it go on."""
        with self._turn:
            if self._process is not None:
                self._process.send_signal(number)

    def stop(self) -> None:
        """SIGTERM, and waits."""
        self._stopping.set()
        with self._turn:
            if self._process is not None:
                self._process.send_signal(signal.SIGCONT)
                self._process.terminate()
                self._process.wait(_PATIENCE)
        if self._keeper.ident is not None:
            self._keeper.join()

    def kill_children(self) -> bool:
        """SIGKILL to the Anvil that it started; whether there was one."""
        with self._turn:
            pids = [] if self._process is None else _children(self._process.pid)
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return bool(pids)

    def _keep(self) -> None:
        with self._log.open("ab") as log:
            while not self._stopping.wait(_KEEPS_EVERY):
                with self._turn:
                    if not self._stopping.is_set() and (
                        self._process is None or self._process.poll() is not None
                    ):
                        self._process = subprocess.Popen(
                            self._command,
                            env=self._environment,
                            stdin=subprocess.DEVNULL,
                            stdout=log,
                            stderr=log,
                        )


class Service:
    """What answers at `urls`: `workers` bring records onto the chain, and may answer as well."""

    def __init__(
        self, workers: Sequence[Part], apis: Sequence[Part], urls: Sequence[str], folder: Path
    ) -> None:
        self.workers = workers
        self.parts = [*workers, *apis]
        self.urls = urls
        self._clock = folder / "clock"
        self.set_clock(0.0)

    def start(self) -> None:
        """Starts all of it."""
        for part in self.parts:
            part.start()

    def stop(self) -> None:
        """Ends all of it."""
        for part in reversed(self.parts):
            part.stop()

    def set_clock(self, ahead: float) -> None:
        """How many seconds its clock is ahead by."""
        move_clock(self._clock, ahead)

    def wait_until_ready(self, patience: float = _PATIENCE) -> bool:
        """Whether answers can be relied on within so many seconds, wherever one asks."""
        deadline = time.monotonic() + patience
        waiting = list(self.urls)
        with urllib3.PoolManager(retries=False, timeout=2.0) as pool:
            while waiting and time.monotonic() < deadline:
                try:
                    ready = pool.request("GET", f"{waiting[0]}/readyz").status == 200
                except urllib3.exceptions.HTTPError:
                    ready = False
                if ready:
                    waiting.pop(0)
                else:
                    time.sleep(0.1)
        return not waiting


def tear(journal: Path) -> None:
    """Half a frame at the journal's end: what a power cut leaves of an append that was never synced."""
    payload = os.urandom(200)
    lengths = struct.pack("<II", len(payload), zlib.crc32(payload))
    with journal.open("ab") as file:
        file.write(lengths + struct.pack("<I", zlib.crc32(lengths)) + payload[:90])


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (thread / "children").read_text().split()]
    return found
