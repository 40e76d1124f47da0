"""The service as a process of its own, started again whenever it has been killed."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread

import urllib3

from ledger.cli.bench.chaos.launch import move_clock

_PATIENCE = 120.0
_KEEPS_EVERY = 0.2


class Service:
    """`ledger serve` with `environment`, its output in `log`."""

    def __init__(self, environment: Mapping[str, str], port: int, folder: Path) -> None:
        self._environment = {**os.environ, **environment, "LEDGER_PORT": str(port)}
        self._folder = folder
        self._clock = folder / "clock"
        self._turn = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = Event()
        self._keeper = Thread(target=self._keep, name="keeper", daemon=True)
        self.url = f"http://127.0.0.1:{port}"
        self.set_clock(0.0)

    def start(self) -> None:
        """Starts it, and again whenever it ends, until `stop`; it may take a while until it answers."""
        self._keeper.start()

    def kill(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """SIGKILL; its chain dies with it. `meanwhile` is done before it is started again."""
        with self._turn:
            if self._process is not None:
                self._process.kill()
                self._process.wait()
            meanwhile()

    def stop(self) -> None:
        """SIGTERM, and waits."""
        self._stopping.set()
        with self._turn:
            if self._process is not None:
                self._process.terminate()
                self._process.wait(_PATIENCE)
        if self._keeper.ident is not None:
            self._keeper.join()

    def _keep(self) -> None:
        command = [sys.executable, "-m", "ledger.cli.bench.chaos.launch", str(self._clock), "serve"]
        with (self._folder / "service.out").open("ab") as log:
            while not self._stopping.wait(_KEEPS_EVERY):
                with self._turn:
                    if not self._stopping.is_set() and (
                        self._process is None or self._process.poll() is not None
                    ):
                        self._process = subprocess.Popen(
                            command, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
                        )

    def kill_chain(self) -> bool:
        """SIGKILL to the Anvil that it started; whether there was one."""
        with self._turn:
            if self._process is None:
                return False
            pids = _children(self._process.pid)
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return bool(pids)

    def set_clock(self, ahead: float) -> None:
        """How many seconds its clock is ahead by."""
        move_clock(self._clock, ahead)

    def wait_until_ready(self, patience: float = _PATIENCE) -> bool:
        """Whether answers can be relied on within so many seconds."""
        deadline = time.monotonic() + patience
        with urllib3.PoolManager(retries=False, timeout=2.0) as pool:
            while time.monotonic() < deadline:
                with suppress(urllib3.exceptions.HTTPError):
                    if pool.request("GET", f"{self.url}/readyz").status == 200:
                        return True
                time.sleep(0.1)
        return False


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
