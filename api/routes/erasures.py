"""Erasing a person, decided by two organisations."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from api.schemas.base import Code, Name
from api.schemas.references import SubjectFields
from api.security import CurrentActor, Ledger
from ledger.services.erasures import ErasureView

router = APIRouter(prefix="/v1", tags=["erasure"])


class NewErasure(SubjectFields):
    """Whom, and on which legal ground."""

    reason: Code


class ErasureList(BaseModel):
    """Erasures, oldest first."""

    items: list[ErasureView]


@router.post("/erasures", status_code=201, summary="Ask for a person's erasure")
def request(body: NewErasure, actor: CurrentActor, ledger: Ledger) -> ErasureView:
    """A reviewer asks; another organisation's confirms."""
    return ledger.erasures.request(actor, body.reference(), reason=body.reason)


@router.post("/erasures/{subject_id}/confirm", summary="Confirm an erasure")
def confirm(subject_id: Name, actor: CurrentActor, ledger: Ledger) -> ErasureView:
    """Locks the person's data, and destroys it once no archive duty keeps it."""
    return ledger.erasures.confirm(actor, subject_id)


@router.get("/erasures", summary="Erasures and their certificates")
def erasures(actor: CurrentActor, ledger: Ledger) -> ErasureList:
    """For auditors, and for reviewers of the organisations that decided."""
    return ErasureList(items=ledger.erasures.list(actor))
