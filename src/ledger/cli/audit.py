"""`ledger audit`: checks that trust a deployment file, and not whoever runs the ledger."""

from __future__ import annotations

import typer

from ledger.cli.audit_operations import operations
from ledger.cli.auditing import archives, checkpoints, grants, investigations, month
from ledger.cli.auditing.replay import replay

app = typer.Typer(help="Check the ledger without trusting whoever runs it.", no_args_is_help=True)
app.command("replay")(replay)
app.command("export")(archives.export)
app.command("compare")(archives.compare)
app.command("operations")(operations)
app.command("key")(grants.key)
app.command("grant")(grants.grant)
app.command("sign")(checkpoints.sign)
app.command("merge")(checkpoints.merge)
app.command("anchor")(checkpoints.anchor)
app.command("member")(checkpoints.member)
app.command("membership")(checkpoints.membership)
app.command("signer")(investigations.signer)
app.command("subject")(investigations.subject)
app.command("month")(month.month)
