"""`ledger audit replay`."""

from __future__ import annotations

import json as json_module
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli import output
from ledger.cli.auditing.options import (
    ArchiveFile,
    DeploymentFile,
    Depth,
    KeyFile,
    PassphraseFile,
    RpcUrl,
    auditor_key_of,
    source_of,
)
from ledger.cli.auditing.showing import progress, show
from ledger.cli.options import Json
from ledger.errors import BadInput, Misconfigured

if TYPE_CHECKING:
    from ledger.audit.circles import Circle
    from ledger.audit.findings import Finding
    from ledger.audit.progress import Keeper
    from ledger.audit.replay import Replay
    from ledger.audit.report.activity import Activity
    from ledger.audit.result import Result
    from ledger.audit.source import Source
    from ledger.chain.deployment import Deployment
    from ledger.store.database import Database

_OUT = "What to write"
_CIRCLES = "What to compare besides"
_START = "Where to begin"


def replay(
    deployment: DeploymentFile,
    rpc: RpcUrl = None,
    archive: ArchiveFile = None,
    depth: Depth = 0,
    second_rpc: Annotated[
        str | None,
        typer.Option("--second-rpc", metavar="URL", help="Another member's node.", rich_help_panel=_CIRCLES),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            "--database", metavar="URL", help="The service's database; only read.", rich_help_panel=_CIRCLES
        ),
    ] = None,
    grant: Annotated[
        Path | None,
        typer.Option(
            "--grant",
            metavar="FILE",
            help="Opens sealed records (needs --key).",
            rich_help_panel=_CIRCLES,
        ),
    ] = None,
    key: KeyFile = None,
    passphrase_file: PassphraseFile = None,
    from_checkpoint: Annotated[
        Path | None,
        typer.Option("--from", metavar="CHECKPOINT", help="Begin there.", rich_help_panel=_START),
    ] = None,
    states: Annotated[
        Path | None,
        typer.Option("--states", metavar="FILE", help="The checkpoint's states.", rich_help_panel=_START),
    ] = None,
    auditors: Annotated[
        Path | None,
        typer.Option("--auditors", metavar="FILE", help="Whose word you take.", rich_help_panel=_START),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            "--resume", metavar="FILE", help="Keep progress there; go on from it.", rich_help_panel=_START
        ),
    ] = None,
    keep_every: Annotated[
        float,
        typer.Option("--keep-every", min=0, help="Seconds from keeping to keeping.", rich_help_panel=_START),
    ] = 30.0,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Print findings as JSON Lines as they come.", rich_help_panel=_OUT)
    ] = False,
    sarif: Annotated[
        Path | None, typer.Option("--sarif", metavar="FILE", help="Findings as SARIF.", rich_help_panel=_OUT)
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="FILE", help="A report to read and print.", rich_help_panel=_OUT),
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who audits, for the report.", rich_help_panel=_OUT)] = "—",
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint", metavar="FILE", help="The result as a checkpoint to sign.", rich_help_panel=_OUT
        ),
    ] = None,
    checkpoint_states: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint-states", metavar="FILE", help="Its states, to begin from.", rich_help_panel=_OUT
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Replay every record and compare it with what the contracts hold (docs/audit.md).

    Exit code 0: clean. 1: findings. 2: bad input. 3: can't know.
    """
    from ledger.audit.progress import Keeper
    from ledger.audit.replay import software
    from ledger.audit.report.activity import Activity
    from ledger.chain.deployment import Deployment

    pinned = Deployment.load(deployment)
    source = source_of(rpc, archive, pinned)
    wanted = _Wanted(sarif, report, by, checkpoint, checkpoint_states)
    with ExitStack() as stack:
        circle = _circle(second_rpc, database, grant, key, passphrase_file, pinned, stack)
        start = (from_checkpoint, states, auditors)
        activity = Activity() if report else None
        keeper = Keeper(resume, pinned.deployment_id, software(), every=keep_every) if resume else None
        replayed, result = _run(
            source,
            pinned,
            circle,
            depth=depth,
            start=start,
            keeper=keeper,
            activity=activity,
            heard=_print if jsonl else None,
        )
        wanted.write(replayed, result, activity, circle.database)
    if json:
        output.show(result.to_json())
    elif not jsonl:
        show(result)
    raise typer.Exit(1 if len(result.findings) else 0)


def _run(
    source: Source,
    deployment: Deployment,
    circle: Circle,
    *,
    depth: int,
    start: tuple[Path | None, Path | None, Path | None],
    keeper: Keeper | None,
    activity: Activity | None,
    heard: Callable[[Finding], None] | None,
) -> tuple[Replay, Result]:
    from ledger.audit.checkpoints.checkpoint import Checkpoint
    from ledger.audit.checkpoints.trust import Auditors, start_from
    from ledger.audit.circles import audit
    from ledger.audit.findings import Findings
    from ledger.audit.replay import Replay, software
    from ledger.audit.result import Counts, Result

    findings, begin = Findings(heard), None
    checkpoint, states, auditors = start
    if checkpoint is not None:
        if states is None or auditors is None:
            raise BadInput("audit.needs_states")
        begin = start_from(
            Checkpoint.load(checkpoint),
            states,
            Auditors.load(auditors),
            source=source,
            deployment=deployment,
            findings=findings,
        )
        if begin is None:
            replayed = Replay(source, deployment, findings=findings)
            stopped = Result(deployment.chain_id, None, Counts(), findings, software=software())
            return replayed, stopped
    if keeper is not None:
        begin = keeper.kept(deployment.domains) or begin
    with progress() as bars:
        return audit(
            source,
            deployment,
            circle,
            depth=depth,
            progress=bars,
            observers=[activity] if activity else [],
            findings=findings,
            start=begin,
            keeper=keeper,
        )


def _circle(
    second_rpc: str | None,
    database: str | None,
    grant: Path | None,
    key: Path | None,
    passphrase_file: Path | None,
    deployment: Deployment,
    stack: ExitStack,
) -> Circle:
    from ledger.audit.circles import Circle
    from ledger.audit.node import Node
    from ledger.chain.rpc import Rpc
    from ledger.encoding.types import Address
    from ledger.keys.grant import Grant
    from ledger.store.database import Database
    from ledger.store.migrate import require_present

    opened = data_keys = None
    if database is not None:
        opened = Database(database)
        stack.callback(opened.close)
        require_present(opened)
    if grant is not None:
        if opened is None:
            raise BadInput("audit.needs_database")
        granted = Grant.load(grant)
        if granted.deployment_id != deployment.deployment_id:
            raise Misconfigured("audit.grant_of_other_deployment", got=granted.deployment_id)
        auditor = auditor_key_of(key, passphrase_file)
        data_keys = granted.open(auditor, Address(deployment.operator), int(time.time()))
    second = Node(Rpc(second_rpc), deployment) if second_rpc is not None else None
    return Circle(second, opened, data_keys)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The files to write."""

    sarif: Path | None
    report: Path | None
    by: str
    checkpoint: Path | None
    checkpoint_states: Path | None

    def write(
        self, replayed: Replay, result: Result, activity: Activity | None, database: Database | None
    ) -> None:
        if self.sarif is not None:
            from ledger.audit.sarif import to_sarif

            document = to_sarif(result, output.say)
            self.sarif.write_text(json_module.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
        if self.report is not None and activity is not None:
            self._write_report(self.report, replayed, result, activity, database)
        if self.checkpoint is not None:
            self._write_checkpoint(self.checkpoint, replayed, result)

    def _write_report(
        self, path: Path, replayed: Replay, result: Result, activity: Activity, database: Database | None
    ) -> None:
        from ledger.audit.report.activity import seconds_to_final
        from ledger.audit.report.page import Report, render

        to_final: list[float] = []
        if database is not None:
            with database.read() as conn:
                to_final = seconds_to_final(conn)
        made = Report(
            result=result,
            deployment=replayed.deployment,
            activity=activity,
            source=replayed.source.location,
            by=self.by,
            made_at=int(time.time()),
            to_final=to_final,
        )
        path.write_text(render(made, output.say, output.locale()), "utf-8")

    def _write_checkpoint(self, path: Path, replayed: Replay, result: Result) -> None:
        from ledger.audit import state_file, states
        from ledger.audit.checkpoints.checkpoint import checkpoint_of, clean_block

        clean_block(replayed, result)
        leaves = states.leaves(replayed.state, replayed.batches_of)
        if self.checkpoint_states is not None:
            root, count = state_file.write(self.checkpoint_states, leaves)
        else:
            root, count = states.root_of(leaves)
        checkpoint_of(replayed, result, root, count).save(path)


def _print(finding: Finding) -> None:
    from ledger.audit.result import finding_as_json

    print(json_module.dumps(finding_as_json(finding), ensure_ascii=False), flush=True)
