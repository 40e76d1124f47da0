"""`ledger bench start`."""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path

from ledger.cli import output
from ledger.cli.bench.figures import Figure, Json, Write, show
from ledger.errors import Misconfigured

_CHECKOUT = Path(__file__).resolve().parents[4]


def start(json: Json = False, write: Write = False) -> None:
    """A fresh clone to a ready service with the demonstration city by `make run`, then once more.

    The first start fetches the dependencies, from a cache if pip, uv and npm have one. Needs a checkout.
    """
    if not (_CHECKOUT / ".git").exists():
        raise Misconfigured("bench.no_checkout", path=str(_CHECKOUT))
    with tempfile.TemporaryDirectory(prefix="ledger-bench-") as folder:
        clone = Path(folder) / "clone"
        started = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", str(_CHECKOUT), str(clone)], check=True)
        cold = _run(clone, started)
        warm = _run(clone, time.monotonic())
    show(
        "start",
        [Figure("start.cold_s", cold, "s"), Figure("start.warm_s", warm, "s")],
        as_json=json,
        write=write,
    )


def _run(clone: Path, started: float) -> float:
    """Seconds from `started` until `make run` says that it is ready and how it is stopped."""
    from ledger.cli.bench.child import running

    with running(("make", "run"), folder=clone) as child:
        output.configure(locale="en")
        child.wait_for(output.say("cli.serve.stop_hint"))
        return time.monotonic() - started
