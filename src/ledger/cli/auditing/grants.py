"""`ledger audit key` and `ledger audit grant`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from ledger.cli import output
from ledger.cli.auditing.options import unhex
from ledger.cli.options import Json
from ledger.cli.serve import Home

_DAY = 86_400


def key(
    file: Annotated[Path, typer.Argument(help="The key file to write.")],
    passphrase_file: Annotated[
        Path, typer.Option("--passphrase-file", metavar="FILE", help="Made if it is not there.")
    ],
    json: Json = False,
) -> None:
    """Make an auditor's key: it signs checkpoints, and opens grants that are sealed to it."""
    from ledger.keys import auditor_key
    from ledger.keys.passphrase import read_or_make

    made = auditor_key.create(file, read_or_make(passphrase_file))
    shown = {"address": str(made.address), "sealing_key": made.sealing_public.hex()}
    if json:
        output.show(shown)
    else:
        output.fields(list(shown.items()))


def grant(
    file: Annotated[Path, typer.Argument(help="The grant to write.")],
    address: Annotated[str, typer.Option("--auditor", help="The auditor's address.")],
    sealing_key: Annotated[str, typer.Option("--to", metavar="HEX", help="The auditor's sealing key.")],
    purpose: Annotated[str, typer.Option("--purpose", help="What for; it is logged.")],
    days: Annotated[int, typer.Option("--days", min=1, max=90, help="How long it opens.")] = 7,
    subject: Annotated[
        list[str] | None, typer.Option("--subject", help="A subject's id; all if none is named.")
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Let an auditor open sealed records, for a purpose and a time. The operator runs it; it is logged."""
    from ledger.chain.deployment import Deployment
    from ledger.cli.installation import settings_from
    from ledger.encoding import addresses
    from ledger.keys import passphrase
    from ledger.keys.file_vault import FileVault
    from ledger.services.audit_grants import grant_records
    from ledger.store.database import Database
    from ledger.store.migrate import require_present

    settings = settings_from(home=home)
    database = Database(settings.resolved_database_url)
    try:
        require_present(database)
        deployment = Deployment.load(settings.deployment_file)
        with FileVault(settings.vault_directory, passphrase.read(settings.passphrase_file)) as vault:
            now = time.time()
            made = grant_records(
                database,
                vault,
                deployment,
                auditor=addresses.parse(address),
                sealing_public=unhex("--to", sealing_key, 32),
                purpose=purpose,
                expires_at=int(now) + days * _DAY,
                subject_ids=subject or (),
                now=now,
            )
    finally:
        database.close()
    made.save(file)
    shown = {"path": str(file), "subjects": made.subjects, "expires_at": made.expires_at}
    if json:
        output.show(shown)
    else:
        output.fields([(name, str(value)) for name, value in shown.items()])
