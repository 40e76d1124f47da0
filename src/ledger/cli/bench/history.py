"""`ledger bench history`."""

from __future__ import annotations

import json as json_module
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.bench.child import LEDGER, run_measured
from ledger.cli.bench.figures import Figure, Json, Write, show

if TYPE_CHECKING:
    from ledger.cli.bench.city import City

_PER_BATCH = 1_000
_PER_TRANSACTION = 10_000
_PARTS = 4
_LIMIT_MIB = 500
_LIMIT = f"{_LIMIT_MIB} MiB"


def history(
    records: Annotated[int, typer.Option("--records", min=100_000, help="First records.")] = 1_000_000,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Time and memory as plots, HTML.")
    ] = None,
    json: Json = False,
    write: Write = False,
) -> None:
    """Time and memory of `ledger audit replay` as a ledger grows, and after a kill in the middle.

    Records are signed 1,000 to a batch and recorded by the contracts on a chain of its own. The replay is
    a process of its own each time: at a quarter, half, three quarters and all of the records, and at last
    once more, killed (SIGKILL) in the middle, and resumed. It ends with 1 unless the resumed replay comes to
    the same checkpoint as the undisturbed one.
    """
    from ledger.cli.bench import changes
    from ledger.cli.bench.city import COMMUNITY, temporary_city
    from ledger.cli.bench.recorder import Recorder, tags

    subjects = tags("subject", records)
    sizes = [records * part // _PARTS for part in range(1, _PARTS + 1)]
    measured: list[_Run] = []
    with temporary_city() as city, TemporaryDirectory(prefix="ledger-bench-") as folder:
        recorder = Recorder(city.engine, city.vault, city.deployment)
        auditor = _Auditor(city, Path(folder))
        written = 0
        for size in sizes:
            while written < size:
                part = subjects[written : min(written + _PER_TRANSACTION, size)]
                recorder.record(COMMUNITY, part, changes.senior(), batch_size=_PER_BATCH)
                written += len(part)
            measured.append(auditor.replay(size))
        resumed, kept = auditor.replay_killed(records, measured[-1].seconds / 2)
    whole = measured[-1]
    figures = [Figure("history.records", records, "records"), Figure("history.kept_records", kept, "records")]
    for size, run in zip(sizes, measured, strict=True):
        figures.append(Figure(f"history.cpu_{size}_s", run.cpu, "s"))
        figures.append(Figure(f"history.rss_{size}_mib", run.mib, "MiB", run.mib / _LIMIT_MIB, _LIMIT))
    first, last = measured[0].cpu / sizes[0], whole.cpu / records
    resumed_mib = resumed.mib / _LIMIT_MIB
    figures += [
        Figure("history.cpu_us", 1e6 * last, "µs/record", last / first, f"the same at {sizes[0]:,} records"),
        Figure("history.per_s", records / whole.seconds, "records/s"),
        Figure("history.resumed_s", resumed.seconds, "s", resumed.seconds / whole.seconds, "undisturbed"),
        Figure("history.resumed_rss_mib", resumed.mib, "MiB", resumed_mib, _LIMIT),
    ]
    if report is not None:
        from ledger.cli.bench.history_page import render

        report.write_text(render(sizes, [run.cpu for run in measured], [run.mib for run in measured]))
    show("history", figures, as_json=json, write=write)
    if resumed.checkpoint != whole.checkpoint:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class _Run:
    """Of one replay: its time by the wall's clock and of processors, largest resident memory, and checkpoint.

    On a machine that does other things too, only the processors' time tells how it grows.
    """

    seconds: float
    cpu: float
    mib: float
    checkpoint: str


class _Auditor:
    """Runs `ledger audit replay` against the chain."""

    def __init__(self, city: City, folder: Path) -> None:
        self._folder = folder
        city.deployment.save(folder / "deployment.json")
        self._command = [
            *(LEDGER, "audit", "replay", "--json", "--rpc", city.engine.url),
            *("--deployment", str(folder / "deployment.json")),
            *("--checkpoint", str(folder / "checkpoint.json")),
        ]

    def replay(self, records: int, *options: str) -> _Run:
        """One replay. Raises RuntimeError unless it is clean and of so many records."""
        run = run_measured([*self._command, *options])
        if run.code != 0:
            raise RuntimeError(f"the replay ended with {run.code}")
        checkpoint = (self._folder / "checkpoint.json").read_text("ascii")
        if (counted := json_module.loads(checkpoint)["records"]) != records:
            raise RuntimeError(f"the replay was of {counted} records instead of {records}")
        return _Run(run.seconds, run.cpu, run.mib, checkpoint)

    def replay_killed(self, records: int, after: float) -> tuple[_Run, int]:
        """A replay that goes on from where another was killed, which had kept its progress `after` so many
        seconds (or sooner, if it was faster than expected); and the records that it had got to.
        """
        progress = self._folder / "progress.json"
        while not progress.exists():
            options = ("--resume", str(progress), "--keep-every", str(after))
            process = subprocess.Popen([*self._command, *options], stdout=subprocess.DEVNULL)
            while process.poll() is None and not progress.exists():
                time.sleep(0.02)
            process.kill()
            process.wait()
            after /= 2
        kept = json_module.loads(progress.read_bytes())["counts"]["certifications"]
        return self.replay(records, *options), kept
