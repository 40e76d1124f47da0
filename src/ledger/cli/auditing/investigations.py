"""`ledger audit signer` and `ledger audit subject`."""

from __future__ import annotations

import csv
import json as json_module
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.auditing.options import ArchiveFile, DeploymentFile, Depth, RpcUrl, source_of
from ledger.cli.options import LOCAL_TIME, Json, iso_day
from ledger.cli.serve import Home

_COLUMNS = ("block", "time", "transaction", "programme", "entry", "tag", "revision", "standing", "subject")


def signer(
    address: Annotated[str, typer.Argument(help="The key.")],
    since: Annotated[str, typer.Option("--since", help="Day (UTC+8), or unix time.")],
    deployment: DeploymentFile,
    rpc: RpcUrl = None,
    archive: ArchiveFile = None,
    database: Annotated[
        str | None, typer.Option("--database", metavar="URL", help="Adds whose record it is.")
    ] = None,
    depth: Depth = 0,
    json: Json = False,
) -> None:
    """List all that a key signed since a moment: what to certify anew after the key was lost.

    CSV, or with --json JSON Lines. Exit code 0: nothing stands on it any more. 1: something does.
    """
    from ledger.audit.signed_by import signed_since
    from ledger.chain.deployment import Deployment
    from ledger.encoding import addresses

    pinned = Deployment.load(deployment)
    source = source_of(rpc, archive, pinned)
    writer = csv.DictWriter(sys.stdout, _COLUMNS, lineterminator="\n")
    if not json:
        writer.writeheader()
    stands = False
    with _subjects(database) as subject_of:
        for one in signed_since(
            source, pinned, addresses.parse(address), _moment(since), source.newest(depth)
        ):
            row: dict[str, Any] = {
                "block": one.position.block_number,
                "time": one.position.block_time,
                "transaction": "0x" + one.position.transaction_hash.hex(),
                "programme": one.programme,
                "entry": one.entry,
                "tag": "0x" + one.tag.hex(),
                "revision": one.revision,
                "standing": one.standing,
                "subject": subject_of(one.tag),
            }
            stands |= one.standing is not False
            if json:
                print(json_module.dumps(row))
            else:
                writer.writerow(row)
    raise typer.Exit(1 if stands else 0)


def subject(
    subject_id: Annotated[str, typer.Argument(help="The subject's id.")],
    file: Annotated[Path, typer.Option("--to", metavar="FILE", help="Where to write it; it is personal.")],
    purpose: Annotated[str, typer.Option("--purpose", help="What for; it is logged.")],
    by: Annotated[str, typer.Option("--by", help="Who asks; it is logged.")],
    deployment: DeploymentFile,
    rpc: Annotated[str, typer.Option("--rpc", metavar="URL", help="A node of the chain.")],
    home: Home = None,
) -> None:
    """Write the whole story of one person with its proofs, for a dispute. Opens the vault; is logged."""
    from ledger.audit.story_proofs import proofs_of
    from ledger.chain.deployment import Deployment
    from ledger.chain.rpc import Rpc
    from ledger.cli.installation import settings_from
    from ledger.keys import passphrase
    from ledger.keys.file_vault import FileVault
    from ledger.keys.files import write_private
    from ledger.services.subject_story import subject_story
    from ledger.store.database import Database
    from ledger.store.migrate import require_present

    settings = settings_from(home=home)
    pinned = Deployment.load(deployment)
    database = Database(settings.resolved_database_url)
    try:
        require_present(database)
        with FileVault(settings.vault_directory, passphrase.read(settings.passphrase_file)) as vault:
            story = subject_story(database, vault, subject_id, actor=by, purpose=purpose, now=time.time())
    finally:
        database.close()
    document = {"subject": subject_id, "tags": story, "proofs": proofs_of(Rpc(rpc), pinned, story)}
    write_private(file, json_module.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n")
    revisions = sum(len(tag["revisions"]) for tag in story)
    output.fields([("path", str(file)), ("tags", str(len(story))), ("revisions", str(revisions))])


def _moment(text: str) -> int:
    if text.isdecimal():
        return int(text)
    return int(datetime.fromisoformat(str(iso_day(text))).replace(tzinfo=LOCAL_TIME).timestamp())


@contextmanager
def _subjects(url: str | None) -> Iterator[Callable[[bytes], str | None]]:
    """Whose tag it is, by the service's database; None for everybody without one."""
    if url is None:
        yield lambda _: None
        return
    from ledger.store import records
    from ledger.store.database import Database
    from ledger.store.migrate import require_present

    database = Database(url)
    try:
        require_present(database)
        with database.read() as conn:

            def subject_of(tag: bytes) -> str | None:
                known = records.known_tags(conn, [tag]).get(tag)
                return None if known is None else str(known.subject_id)

            yield subject_of
    finally:
        database.close()
