"""Who may decide for a person, and the files that show it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.pagination import Cursor, Limit, Page, page_of
from api.schemas.base import Name
from api.schemas.consents import NewDelegationBody
from api.security import CurrentActor, Ledger
from ledger.services.delegations import DelegationView
from ledger.services.references import SubjectRef

router = APIRouter(prefix="/v1", tags=["consent"])

Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the file, in hex")]


@router.post("/delegations", status_code=201, summary="Record a guardian or delegate")
def record(body: NewDelegationBody, actor: CurrentActor, ledger: Ledger) -> DelegationView:
    """With what shows it, what they may decide about, and until when."""
    return ledger.delegations.record(actor, body.reference(), body.delegation())


@router.get("/delegations", summary="A person's guardians and delegates")
def delegations(
    subject: Annotated[str, Query(min_length=1, max_length=64, description="Subject id")],
    actor: CurrentActor,
    ledger: Ledger,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[DelegationView]:
    """Newest first, those that have ended too."""
    return page_of(ledger.delegations.list(actor, SubjectRef(id=subject)), cursor, limit)


@router.post("/delegations/{delegation_id}/end", summary="End a delegation")
def end(delegation_id: Name, actor: CurrentActor, ledger: Ledger) -> DelegationView:
    """At once; what was decided under it stands until the person decides otherwise."""
    return ledger.delegations.end(actor, delegation_id)


@router.get("/subjects/{subject_id}/files/{sha256}", response_class=Response, summary="A sealed file")
def file(subject_id: Name, sha256: Sha256, actor: CurrentActor, ledger: Ledger) -> Response:
    """Evidence, opened for a worker of the person's community."""
    found = ledger.sealed_files.open(actor, SubjectRef(id=subject_id), sha256)
    return Response(found.data, media_type=found.media_type)
