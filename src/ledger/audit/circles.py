"""The four circles of an audit: a node or an archive, a second node, the service's database, sealed records.

Each beyond the first is asked for by itself. A fault is reported where it is found first: what rests on logs
that were found altered is not compared any further, nor what rests on an index that differs from the chain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ledger.audit import access_log, index_end, nodes, outbox, records
from ledger.audit.access_log import AnchoredHeads
from ledger.audit.findings import Code, Finding, Findings, Step, Where
from ledger.audit.fold import Observer
from ledger.audit.index import IndexComparison
from ledger.audit.progress import Keeper, Progress, Start
from ledger.audit.replay import Replay
from ledger.audit.result import Circles, Result
from ledger.audit.source import Source
from ledger.chain.deployment import Deployment
from ledger.chain.headers import Header
from ledger.store.database import Database
from ledger.store.tables import cursor


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
            _find_ahead(circle.database, source, replayed.pinned, findings)
            _compare_database(
                circle.database, circle.data_keys, index, replayed, findings=findings, circles=circles
            )
        with circle.database.read() as conn:
            anchored = heads.with_last(replayed.state)
            circles.access_entries = access_log.check(conn, anchored, findings)
    if keeper is not None:
        keeper.forget()
    return replayed, replace(result, circles=circles)


def _find_ahead(database: Database, source: Source, pinned: Header, findings: Findings) -> None:
    """Whether the service knows blocks that a node, asked after it, does not show."""
    with database.read() as conn:
        known = index_end.stands_at(conn)
    if source.views(pinned) is None:  # an archive ends where it was made
        return
    newest = source.newest(0).number
    if known > newest:
        where = Where(contract=cursor.name, block=known)
        findings.add(Finding(Code.INDEX_AHEAD, where, f"block {newest}", f"block {known} or later"))


def _compare_database(
    database: Database,
    data_keys: Mapping[str, bytes] | None,
    index: IndexComparison,
    replayed: Replay,
    *,
    findings: Findings,
    circles: Circles,
) -> None:
    index.finish(replayed.state)
    for group in index.findings.groups():
        findings.add_group(group)
    circles.index_block, circles.index_rows = index.upto, index.rows
    if index.findings.found_in(Step.INDEX):
        return
    circles.operations, shared = outbox.check(database, replayed.state, findings)
    with database.read() as conn:
        opened = records.check(conn, data_keys or {}, index.upto or 0, findings, but=shared)
    if data_keys is not None:
        circles.records_opened, circles.records_not_granted = opened.opened, opened.not_granted
        circles.records_erased = opened.erased
        circles.asserted_by_service = dict(opened.asserted)
