"""A member's node as a process: started apart from who starts it, found again by its pid file."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ledger.chain.consortium.members import Member
from ledger.chain.rpc import NodeUnreachable, Rpc, RpcError
from ledger.errors import CannotKnow

_ENDS_WITHIN = 10.0
_LOG = "node.log"
_PID = "node.pid"


@dataclass(frozen=True, slots=True)
class NodeStatus:
    """What a node says of itself: no `height` if it doesn't answer, no `memory_mib` if it isn't running."""

    running: bool
    height: int | None
    memory_mib: float | None


class Node:
    """One member's node."""

    def __init__(self, member: Member, program: Path, *, chain_id: str, prefix: Sequence[str] = ()) -> None:
        """`prefix` goes before the command, such as `ip netns exec …`."""
        self.member = member
        self._program = program
        self._chain_id = chain_id
        self._prefix = prefix

    @property
    def log(self) -> Path:
        """What it wrote, all its runs in one file."""
        return self.member.folder / _LOG

    def start(self) -> None:
        """Starts it if it isn't running. It goes on when this process ends."""
        if self.pid() is not None:
            return
        command = [*self._prefix, str(self._program), "start", "--home", str(self.member.folder)]
        command += ["--chain-id", self._chain_id, "--log_no_color", "--log_level", "warn"]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=os.environ | {"HOME": str(self.member.folder)},
            )
        (self.member.folder / _PID).write_text(f"{process.pid}\n")

    def kill(self) -> None:
        """Ends it at once and waits. The engine takes longer than half a minute to end when asked to, and
        recovers from this as well.
        """
        pid = self.pid()
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        deadline = time.monotonic() + _ENDS_WITHIN
        while self.pid() is not None:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            if time.monotonic() > deadline:
                raise CannotKnow("node_does_not_end", pid=pid)
            time.sleep(0.02)
        (self.member.folder / _PID).unlink(missing_ok=True)

    def pid(self) -> int | None:
        """Its process id, None if it doesn't run. A pid that another program got since doesn't count."""
        try:
            pid = int((self.member.folder / _PID).read_text())
            process = Path(f"/proc/{pid}")
            command = (process / "cmdline").read_bytes().split(b"\0")
            zombie = (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return None
        return None if zombie or str(self.member.folder).encode() not in command else pid

    def status(self) -> NodeStatus:
        """Asks it."""
        pid = self.pid()
        if pid is None:
            return NodeStatus(running=False, height=None, memory_mib=None)
        height = None
        rpc = Rpc(self.member.endpoints.json_rpc_url)
        with contextlib.closing(rpc), contextlib.suppress(NodeUnreachable, RpcError):
            height = int(rpc.call("eth_blockNumber", timeout=2.0), 16)
        return NodeStatus(running=True, height=height, memory_mib=_memory(pid))


def _memory(pid: int) -> float | None:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return None
