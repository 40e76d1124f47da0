"""How a replay's result and its progress look on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ledger.cli import output

if TYPE_CHECKING:
    from ledger.audit.findings import Finding, Group
    from ledger.audit.progress import Progress
    from ledger.audit.result import Circles, Result

_SHOWN = 3
"""Examples of a cause that are printed; with --json there are more."""


def show(result: Result) -> None:
    """Prints a result for people."""
    counts, say = result.counts, output.say
    groups = list(result.findings.groups())
    if groups:
        verdict = say("audit.label.verdict_findings", count=len(result.findings), causes=len(groups))
    else:
        verdict = say("audit.label.verdict_clean")
    rows = [(say("audit.label.verdict"), verdict)]
    if result.pinned:
        block = say(
            "audit.label.block_value",
            number=result.pinned.number,
            time=output.minute(result.pinned.time),
            hash="0x" + result.pinned.hash.hex(),
        )
        if not result.hashes_computed:
            block += "\n" + say("audit.label.hashes_reported")
        records = counts.certifications + counts.consents
        checked = (
            say(
                "audit.label.records",
                certifications=f"{counts.certifications:,}",
                consents=f"{counts.consents:,}",
                batches=f"{counts.batches:,}",
                refused=f"{counts.refused:,}",
            ),
            say(
                "audit.label.registers",
                organisations=counts.organisations,
                keys=counts.keys,
                tree_heads=f"{counts.tree_heads:,}",
            ),
            say(
                "audit.label.work",
                blocks=f"{counts.blocks:,}",
                logs=f"{counts.logs:,}",
                signatures=f"{counts.signatures:,}",
                states=f"{counts.states:,}",
                seconds=f"{result.seconds:.1f}",
                rate=f"{records / result.seconds:,.0f}",
            ),
        )
        rows += [(say("audit.label.block"), block), (say("audit.label.checked"), "\n".join(checked))]
    if result.storage == "by_heads":
        rows.append((say("audit.label.storage"), say("audit.label.storage_by_heads")))
    rows += _circles(result.circles)
    if result.unjudged:
        unjudged = say("audit.label.unjudged_value", contracts=", ".join(result.unjudged))
        rows.append((say("audit.label.unjudged"), unjudged))
    output.fields(rows)
    for group in groups:
        _show_cause(group)


def _show_cause(group: Group) -> None:
    say = output.say
    first = group.examples[0]
    name = f"{first.code} ({first.rule})" if first.rule else str(first.code)
    heading = say(
        "audit.label.cause",
        severity=say(f"audit.severity.{first.code.severity}"),
        step=int(first.code.step),
        name=name,
        count=f"{group.count:,}",
    )
    if first.where.contract:
        heading += " " + say("audit.label.contract", contract=first.where.contract)
    output.line("\n" + heading)
    output.line(f"  {say('audit.label.means')}: {say(f'audit.finding.{first.code}.means')}")
    output.line(f"  {say('audit.label.do')}: {say(f'audit.finding.{first.code}.do')}")
    for finding in group.examples[:_SHOWN]:
        output.line("  - " + _place(finding))
        output.line(f"    {say('audit.label.got')} {finding.got}")
        output.line(f"    {say('audit.label.expected')} {finding.expected}")
    if group.count > _SHOWN:
        output.line("  - " + say("audit.label.more", count=f"{group.count - _SHOWN:,}"))


def _place(finding: Finding) -> str:
    where = finding.where
    parts = {
        "block": where.block,
        "transaction": where.transaction,
        "log": where.log,
        "entry": where.entry,
        "tag": where.tag,
    }
    return ", ".join(f"{name} {value}" for name, value in parts.items() if value is not None)


def _circles(circles: Circles) -> list[tuple[str, str]]:
    say = output.say
    values = {
        "second_node": circles.second_node,
        "index": circles.index_rows,
        "operations": circles.operations,
        "access_log": circles.access_entries,
        "records_opened": circles.records_opened,
    }
    rows = [
        (say(f"audit.circle.{name}"), value if isinstance(value, str) else f"{value:,}")
        for name, value in values.items()
        if value is not None
    ]
    if circles.asserted_by_service:
        asserted = ", ".join(f"{user} {count:,}" for user, count in circles.asserted_by_service.items())
        rows.append((say("audit.circle.asserted"), asserted))
    return rows


@contextmanager
def progress() -> Iterator[Progress]:
    """Bars on standard error, if somebody watches it."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    say = output.say
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = output.console(stderr=True)
    with Progress(
        *columns,
        TextColumn("{task.fields[rate]}"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bars:
        folding = bars.add_task(say("audit.label.replaying"), total=None, rate="")
        comparing = bars.add_task(say("audit.label.comparing"), total=None, rate="", visible=False)

        class Bars:
            def blocks(self, done: int, total: int, records: int) -> None:
                elapsed = bars.tasks[folding].elapsed or 0.0
                rate = say("audit.label.rate", rate=f"{records / elapsed:,.0f}") if elapsed else ""
                bars.update(folding, completed=done, total=total, rate=rate)

            def states(self, done: int, total: int) -> None:
                bars.update(comparing, completed=done, total=total, visible=True)

        yield Bars()
