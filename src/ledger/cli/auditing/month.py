"""`ledger audit month`: a month replayed from the service's own database, read and never written."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ledger.cli import output
from ledger.cli.money import yuan
from ledger.cli.options import Json, ProgrammeOption


def month(
    month: Annotated[str, typer.Argument(help="YYYY-MM.")],
    home: Annotated[
        Path | None,
        typer.Option("--home", help="Folder of the installation; $LEDGER_HOME, or var, by default."),
    ] = None,
    deployment: Annotated[
        Path | None, typer.Option("--deployment", help="The pinned deployment file; the home's by default.")
    ] = None,
    programme: ProgrammeOption = "senior-allowance",
    json: Json = False,
) -> None:
    """Check a month's lines, roots, steps, signatures and anchor.

    The service may run meanwhile. Exit code 0: clean. 1: findings. 2: no such database or month.
    """
    from ledger.audit.months import audit_month
    from ledger.chain.deployment import Deployment
    from ledger.cli.installation import settings_from
    from ledger.domain import months
    from ledger.domain.programmes import shipped
    from ledger.encoding.month_statements import MonthStatements
    from ledger.errors import BadInput
    from ledger.relay.registers import Registers
    from ledger.store.database import Database
    from ledger.store.migrate import require_present

    wanted, settings = months.parse(month), settings_from(home=home)
    number = next((one.id for one in shipped() if one.code == programme), None)
    if number is None:
        raise BadInput("programme_unknown", got=programme)
    database = Database(settings.resolved_database_url)
    try:
        require_present(database)
        pinned = Deployment.load(deployment or settings.deployment_file)
        statements = MonthStatements(pinned.chain_id, bytes.fromhex(pinned.deployment_id[2:]))
        with database.read() as conn:
            registers = Registers(pinned.domains).present(conn)
            result = audit_month(conn, registers, statements, number, wanted)
    finally:
        database.close()
    if not result.steps:
        raise BadInput("month.not_open", month=month)
    if json:
        output.show(asdict(result))
    else:
        say = output.say
        output.fields(
            [
                (say("cli.month.month"), result.month),
                (say("audit.month.lists"), f"{result.lists:,}"),
                (say("audit.month.lines"), f"{result.lines:,}"),
                (say("audit.month.steps"), f"{result.steps:,}"),
                (say("cli.month.total"), yuan(result.total)),
                (say("audit.month.found"), str(len(result.findings))),
            ]
        )
        for one in result.findings:
            output.line(f"- {say(f'audit.month.finding.{one.code}')} ({one.where})")
    raise typer.Exit(1 if result.findings else 0)
