"""Who asked for whose data, and the proofs that nothing was taken out of that log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.pagination import Cursor, Limit, Page, decode_cursor, encode_cursor
from api.security import CurrentActor, Ledger
from ledger.services.access_log import AccessLine
from ledger.services.access_proofs import ConsistencyView, InclusionView, TreeView

router = APIRouter(prefix="/v1/access-log", tags=["access log"])

Size = Annotated[int, Query(ge=0, lt=1 << 48, description="Entries of a tree")]


@router.get("", summary="Who asked for whose data")
def access_log(
    actor: CurrentActor,
    ledger: Ledger,
    subject: Annotated[str | None, Query(max_length=64, description="Subject id")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[AccessLine]:
    """Newest first. A worker or reviewer names a person of theirs; an auditor sees every line."""
    lines = ledger.access_log.list(actor, subject_id=subject, before=decode_cursor(cursor), limit=limit)
    return Page(items=lines, next=encode_cursor(lines[-1].sequence) if len(lines) == limit else None)


@router.get("/tree", summary="The log's tree, and what the chain has of it")
def tree(ledger: Ledger) -> TreeView:
    """Public: the chain has the same."""
    return ledger.access_proofs.tree()


@router.get("/inclusion", summary="That an entry is in the log")
def inclusion(
    ledger: Ledger,
    leaf: Annotated[str, Query(pattern=r"^0x[0-9a-f]{64}$", description="The entry's leaf hash")],
    size: Annotated[
        int | None, Query(ge=1, lt=1 << 48, description="Of which tree; by default the one anchored last")
    ] = None,
) -> InclusionView:
    """Public. The audit path of RFC 6962, section 2.1.1."""
    return ledger.access_proofs.inclusion(bytes.fromhex(leaf[2:]), size)


@router.get("/consistency", summary="That a later log begins with an earlier one")
def consistency(ledger: Ledger, first: Size, second: Size) -> ConsistencyView:
    """Public. The proof of RFC 6962, section 2.1.2."""
    return ledger.access_proofs.consistency(first, second)
