"""The Anvil child process."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.chain.embedded import leash
from ledger.chain.rpc import NodeUnreachable, Rpc, RpcError
from ledger.errors import Misconfigured

HOST = "127.0.0.1"
HARDFORK: Final = "cancun"
GAS_LIMIT: Final = 1_000_000_000_000
"""A block's gas limit: no block of ours comes near, so the base fee has no reason ever to move."""
KEPT_STATES = 32
"""States of past blocks that Anvil keeps in memory, each whole, for reads at a pinned block."""
LONG = 600.0
"""Seconds that mining, loading and dumping may take: at 600,000 slots a block takes 1.3 s, a dump 15."""
RESPONSE_LIMIT = 4 << 30
"""Bytes: a dump of a large chain is one answer."""
_START_TIMEOUT = 20.0
_STOP_TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class Genesis:
    """What block 0 is made from. `time` in unix seconds; `beneficiary` is "0x" and 40 random digits.

    A genesis hash covers neither the chain id nor anything else that tells two fresh chains apart, so a
    random beneficiary, who never gets anything, does.
    """

    chain_id: int
    time: int
    beneficiary: str

    def as_file(self) -> str:
        """The genesis file (as geth's) that Anvil reads."""
        fields = {
            "config": {"chainId": self.chain_id},
            "timestamp": hex(self.time),
            "coinbase": self.beneficiary,
            "gasLimit": hex(GAS_LIMIT),
            "difficulty": "0x0",
            "alloc": {},
        }
        return json.dumps(fields, indent=1) + "\n"


class AnvilProcess:
    """A running Anvil: empty but for block 0, in a process group of its own, on the loopback interface.

    It has no accounts, takes no fees, mines only when asked, and sends no CORS headers, so no web page can
    drive it. Whoever can run programs on this machine can: the embedded chain trusts its machine.
    """

    def __init__(
        self,
        binary: Path,
        genesis: Genesis,
        *,
        port: int,
        directory: Path,
        only_there: bool = False,
        kept_states: int = KEPT_STATES,
    ) -> None:
        """Starts Anvil on `port`, or on a free one if that is taken and it need not be `only_there`; its log
        and genesis go to `directory`.

        Raises Misconfigured `no_free_port`; `anvil_failed` with the log's path if it doesn't come up.
        """
        self._log = directory / "anvil.log"
        self._genesis_file = directory / "genesis.json"
        self._genesis_file.write_text(genesis.as_file())
        self._supervisor: threading.Thread
        self._process: subprocess.Popen[bytes]
        self.port = _free_port([port] if only_there else [port, 0])
        self._start(binary, genesis, kept_states)
        try:
            self.rpc = Rpc(f"http://{HOST}:{self.port}", response_limit=RESPONSE_LIMIT)
            self._wait_until_it_answers()
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def wait(self) -> None:
        """Returns when it has ended, for whatever reason."""
        self._process.wait()

    def stop(self) -> None:
        """Ends it and waits. It writes nothing itself, so there is nothing to lose."""
        self.rpc.close()
        if self.alive:
            self._signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_STOP_TIMEOUT)
        self.kill()

    def kill(self) -> None:
        """Ends it at once and waits."""
        if self.alive:
            self._signal(signal.SIGKILL)
        self._process.wait()
        self._supervisor.join()

    def _start(self, binary: Path, genesis: Genesis, kept_states: int) -> None:
        # fmt: off
        command = [
            sys.executable, "-I", str(Path(leash.__file__)), str(os.getpid()), str(binary),
            "--host", HOST, "--port", str(self.port), "--no-cors", "--no-request-size-limit", "--quiet",
            "--init", str(self._genesis_file), "--hardfork", HARDFORK,
            "--chain-id", str(genesis.chain_id), "--timestamp", str(genesis.time),
            "--accounts", "0", "--disable-default-create2-deployer",
            "--no-mining", "--order", "fifo", "--max-transactions", "1000000",
            "--gas-limit", str(GAS_LIMIT), "--base-fee", "0", "--gas-price", "0",
            "--disable-min-priority-fee", "--prune-history", str(kept_states),
        ]
        # fmt: on
        started = threading.Event()
        failure: list[BaseException] = []

        def supervise() -> None:
            # The death signal comes when the *thread* that forked ends, so that thread waits for the child.
            try:
                with self._log.open("wb") as log:
                    self._process = subprocess.Popen(
                        command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
                    )
            except BaseException as error:  # noqa: BLE001  # raised again in the caller's thread
                failure.append(error)
                return
            finally:
                started.set()
            self._process.wait()

        self._supervisor = threading.Thread(target=supervise, name="anvil-supervisor", daemon=True)
        self._supervisor.start()
        started.wait()
        if failure:
            raise failure[0]

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + _START_TIMEOUT
        while self.alive and time.monotonic() < deadline:
            try:
                self.rpc.call("eth_chainId", timeout=1.0)
            except (NodeUnreachable, RpcError):
                time.sleep(0.01)
            else:
                if self.alive:  # else another program answers on this port
                    return
        raise Misconfigured("anvil_failed", log=str(self._log), port=self.port)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def _free_port(ports: Sequence[int]) -> int:
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Misconfigured("no_free_port", port=ports[0])
