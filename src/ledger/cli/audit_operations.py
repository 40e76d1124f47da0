"""`ledger audit operations`: what the service accepted, by its own database, read and never written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli import output
from ledger.cli.options import Json

if TYPE_CHECKING:
    from ledger.audit.operations.check import Result
    from ledger.audit.operations.findings import Finding, Group

_SHOWN = 3
"""Examples of a code that are printed; with --json there are more."""


def operations(
    home: Annotated[
        Path | None,
        typer.Option("--home", help="Folder of the installation; $LEDGER_HOME, or var, by default."),
    ] = None,
    json: Json = False,
) -> None:
    """Check the way of every accepted operation against the state machine (docs/submission.md).

    The service may run meanwhile. Exit code 0: clean. 1: findings. 2: no such database. 3: can't know.
    """
    from ledger.audit.operations.audit import audit_operations
    from ledger.cli.installation import settings_from
    from ledger.store.database import Database
    from ledger.store.migrate import require_present

    database = Database(settings_from(home=home).resolved_database_url)
    try:
        require_present(database)
        result = audit_operations(database)
    finally:
        database.close()
    if json:
        output.show(result.to_json())
    else:
        _show(result)
    raise typer.Exit(1 if len(result.findings) else 0)


def _show(result: Result) -> None:
    say = output.say
    found = len(result.findings)
    verdict = say("audit.operations.findings", count=found) if found else say("audit.operations.clean")
    checked = say(
        "audit.operations.checked",
        operations=f"{result.operations:,}",
        batches=f"{result.batches:,}",
        steps=f"{result.steps:,}",
    )
    rows = [(say("audit.label.verdict"), verdict), (say("audit.label.checked"), checked)]
    rows += [(say(f"state.{state}"), f"{number:,}") for state, number in sorted(result.states.items())]
    output.fields(rows)
    for group in result.findings.groups():
        _show_group(group)


def _show_group(group: Group) -> None:
    say = output.say
    code = group.examples[0].code
    severity = say(f"audit.severity.{code.severity}")
    output.line("\n" + say("audit.operations.cause", severity=severity, name=code, count=f"{group.count:,}"))
    output.line(f"  {say('audit.label.means')}: {say(f'audit.operations.finding.{code}.means')}")
    output.line(f"  {say('audit.label.do')}: {say(f'audit.operations.finding.{code}.do')}")
    for finding in group.examples[:_SHOWN]:
        output.line("  - " + _place(finding))
        output.line(f"    {say('audit.label.got')} {finding.got}")
        output.line(f"    {say('audit.label.expected')} {finding.expected}")
    if group.count > _SHOWN:
        output.line("  - " + say("audit.label.more", count=f"{group.count - _SHOWN:,}"))


def _place(finding: Finding) -> str:
    if finding.operation is not None:
        return output.say("audit.operations.operation", id=finding.operation)
    return output.say("audit.operations.batch", number=finding.batch)
