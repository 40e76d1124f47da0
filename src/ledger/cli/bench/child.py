"""A command of ours as a process of its own, watched until it says something."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

LEDGER = str(Path(sys.executable).with_name("ledger"))
"""The command beside this interpreter."""
_URL = re.compile(r"https?://\S+")


class Child:
    """A running process whose output is read line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def wait_for(self, text: str) -> str:
        """The first line from now on that contains `text`. Raises RuntimeError if the process ends first."""
        said = []
        for line in self._process.stdout or ():
            if text in line:
                return line
            said.append(line)
        code = self._process.wait()
        raise RuntimeError(f"the command ended with {code}: {''.join(said[-20:])}")

    def wait_for_url(self) -> str:
        """The first address that it prints."""
        (url,) = _URL.findall(self.wait_for("http"))
        return str(url)

    def cpu_seconds(self) -> float:
        """Processor time that it has used, without its children's (Linux)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_mib(self, *, of_child: bool = False) -> float:
        """The largest memory that it, or its only child, ever had resident, MiB (Linux)."""
        pid = self.pid
        if of_child:
            # Children are listed under the thread that started them.
            (pid,) = (
                int(child)
                for thread in Path(f"/proc/{pid}/task").iterdir()
                for child in (thread / "children").read_text("ascii").split()
            )
        return _peak_mib(pid)


@dataclass(frozen=True, slots=True)
class Measured:
    """A command that ran to its end: seconds by the wall's clock and of processors, and the largest memory
    that it had resident, MiB.
    """

    code: int
    seconds: float
    cpu: float
    mib: float


def run_measured(command: Sequence[str]) -> Measured:
    """Runs a command to its end (Linux).

    Memory is read while it runs: what the kernel counts for a process that has ended (`ru_maxrss`) includes
    the copy of ours that it began as.
    """
    started, spent = time.monotonic(), _cpu_of_children()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        with suppress(OSError, ValueError):  # it may end between the two looks
            peak = _peak_mib(process.pid)
        time.sleep(0.02)
    return Measured(process.returncode, time.monotonic() - started, _cpu_of_children() - spent, peak)


def _cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _peak_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", status)
    return int(peak) / 1024


@contextmanager
def running(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Child]:
    """Runs a command in English in a process group of its own, and ends it as Ctrl-C would."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1", **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield Child(process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        process.communicate()
