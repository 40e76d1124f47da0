"""`ledger bench write`."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from ledger.cli.bench.figures import Figure, Json, Write, show

_LEAST = 16_000
_SINGLES = 400


def write(
    people: Annotated[int, typer.Option("--people", min=400, help="Slots on the chain.")] = 2_000,
    json: Json = False,
    write: Write = False,
) -> None:
    """Accepted to final on the embedded chain: renewals in requests of 400, then single visits.

    An API process and a worker, beside the same kind of chain, with as many slots, that takes pre-signed
    batches of 400, twenty to a block.
    """
    from ledger.bootstrap import open_api, open_application
    from ledger.cli.bench import crowd
    from ledger.cli.bench.child import LEDGER, running
    from ledger.cli.bench.pre_signed import pre_signed_per_s
    from ledger.cli.logs import write_logs_to
    from ledger.settings import Settings

    rounds = -(-_LEAST // people)
    with tempfile.TemporaryDirectory(prefix="ledger-bench-") as folder:
        home = Path(folder) / "home"
        settings = Settings(home=home, chain_port=0, port=0, rpc_url=None)
        with open_application(settings) as application:
            write_logs_to(home / "bench.log")
            made = crowd.gather(application, people)
            crowd.certify(application, made, months_ago=11)
            crowd.wait(application.database)
        environment = {"LEDGER_HOME": str(home), "LEDGER_CHAIN_PORT": "0"}
        with running((LEDGER, "serve", "worker"), folder=Path(folder), environment=environment) as worker:
            worker.wait_for("Working")
            with open_api(settings) as application:
                started = time.monotonic()
                for months in range(rounds):
                    crowd.certify(application, made, months_ago=10 - months)
                accepted = time.monotonic()
                crowd.wait(application.database)
                final = time.monotonic()
                crowd.certify(application, made, months_ago=1, subjects=made.subjects[:_SINGLES], size=1)
                crowd.wait(application.database)
                singles = _SINGLES / (time.monotonic() - final)
                rss = worker.peak_mib()
                chain_rss = worker.peak_mib(of_child=True)
    raw = pre_signed_per_s(people, people * rounds)
    renewals = people * rounds / (final - started)
    to = "pre-signed batches of 400 on the same kind of chain, 20 to a block"
    figures = [
        Figure("write.final_per_s", renewals, "records/s", ratio=renewals / raw, to=to),
        Figure("write.accepted_per_s", people * rounds / (accepted - started), "records/s"),
        Figure("write.single_per_s", singles, "records/s", ratio=singles / raw, to=to),
        Figure("write.pre_signed_per_s", raw, "records/s"),
        Figure("write.slots", people, "slots"),
        Figure("service.rss_mib", rss, "MiB"),
        Figure("chain.rss_mib", chain_rss, "MiB"),
    ]
    show("write", figures, as_json=json, write=write)
