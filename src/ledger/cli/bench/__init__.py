"""`ledger bench`: figures measured here and now, each beside a peer or a limit measured in the same run."""

from __future__ import annotations

import typer

from ledger.cli.bench import (
    backfill,
    chain,
    gas,
    history,
    lookup,
    month,
    replay,
    roster,
    start,
    withdraw,
    write,
)
from ledger.cli.bench.chaos import command as chaos
from ledger.cli.bench.decide import command as decide
from ledger.cli.bench.signals import importing, running

app = typer.Typer(help="Measures, on this machine, now.", no_args_is_help=True)


@app.callback()
def _log_beside_the_answer() -> None:
    import sys

    import structlog

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))


app.command("gas")(gas.gas)
app.command("roster")(roster.roster)
app.command("replay")(replay.replay)
app.command("history")(history.history)
app.command("start")(start.start)
app.command("chaos")(chaos.chaos)
app.command("write")(write.write)
app.command("decide")(decide.decide)
app.command("lookup")(lookup.lookup)
app.command("signals")(importing.signals)
app.command("seamless")(running.seamless)
app.command("month")(month.month)
app.command("backfill")(backfill.backfill)
app.command("withdraw")(withdraw.withdraw)
app.command("chain")(chain.chain)
