"""The four circles of an audit: a node or an archive, a second node, the service's database, sealed records.

Each beyond the first is asked for by itself. A fault is reported where it is found first: what rests on logs
that were found altered is not compared any further, nor what rests on an index that differs from the chain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ledger.audit import access_log, nodes, outbox, records
from ledger.audit.access_log import AnchoredHeads
from ledger.audit.findings import Finding, Findings, Step
from ledger.audit.fold import Observer
from ledger.audit.index import IndexComparison
from ledger.audit.progress import Keeper, Progress, Start
from ledger.audit.replay import Replay
from ledger.audit.result import Circles, Result
from ledger.audit.source import Source
from ledger.chain.deployment import Deployment
from ledger.store.database import Database


@dataclass(frozen=True, slots=True)
class Circle:
    """What is compared besides. `data_keys` by subject id, from a grant, need the `database`."""

    second: Source | None = None
    database: Database | None = None
    data_keys: Mapping[str, bytes] | None = None


def audit(
    source: Source,
    deployment: Deployment,
    circle: Circle | None = None,
    *,
    depth: int = 0,
    progress: Progress | None = None,
    heard: Callable[[Finding], None] | None = None,
    observers: Sequence[Observer] = (),
    findings: Findings | None = None,
    start: Start | None = None,
    keeper: Keeper | None = None,
    workers: int | None = None,
) -> tuple[Replay, Result]:
    """Replays a ledger and compares what it adds up to with what `circle` names."""
    circle = circle or Circle()
    findings = Findings(heard) if findings is None else findings
    index_findings = Findings()
    index = heads = None
    watching = list(observers)
    if circle.database is not None:
        index = IndexComparison(circle.database, deployment, index_findings)
        heads = AnchoredHeads()
        watching += [index, heads]
        index.wait_for(source.newest(depth).number)
    replayed = Replay(
        source,
        deployment,
        depth=depth,
        workers=workers,
        progress=progress,
        observers=watching,
        findings=findings,
        start=start,
        keeper=keeper,
    )
    result = replayed.run()
    circles = Circles()
    if replayed.pinned is not None and circle.second is not None:
        nodes.compare(source, circle.second, replayed.pinned, deployment, findings)
        circles.second_node = circle.second.location
    if replayed.pinned is not None and index is not None and heads is not None and circle.database:
        if not replayed.unjudged:
            _compare_database(
                circle.database,
                circle.data_keys,
                index,
                findings=findings,
                circles=circles,
            )
        with circle.database.read() as conn:
            circles.access_entries = access_log.check(conn, heads.heads, findings)
    if keeper is not None:
        keeper.forget()
    return replayed, replace(result, circles=circles)


def _compare_database(
    database: Database,
    data_keys: Mapping[str, bytes] | None,
    index: IndexComparison,
    *,
    findings: Findings,
    circles: Circles,
) -> None:
    index.finish()
    for group in index.findings.groups():
        findings.add_group(group)
    circles.index_block, circles.index_rows = index.upto, index.rows
    if findings.found_in(Step.INDEX):
        return
    circles.operations = outbox.check(database, findings)
    if data_keys is not None:
        with database.read() as conn:
            opened = records.check(conn, data_keys, index.upto or 0, findings)
        circles.records_opened, circles.records_not_granted = opened.opened, opened.not_granted
        circles.records_erased = opened.erased
        circles.asserted_by_service = dict(opened.asserted)
