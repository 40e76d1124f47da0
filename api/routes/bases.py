"""The public register of statutory bases for sharing, and the notices that consents are asked with."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from api.pagination import Cursor, Limit, Page, page_of
from api.schemas.bases import EndBasis, NewBasis
from api.security import CurrentActor, Ledger
from ledger.domain import consent_notices
from ledger.domain.consent_notices import Notice
from ledger.services.bases import BasisView

router = APIRouter(prefix="/v1", tags=["consent"])

Number = Annotated[int, Path(ge=1, lt=1 << 32)]


@router.get("/bases", summary="Statutory bases for sharing")
def bases(ledger: Ledger, cursor: Cursor = None, limit: Limit = 50) -> Page[BasisView]:
    """Public: in the order of their registration, those that have ended too. No person is in it."""
    return page_of(ledger.bases.list(), cursor, limit)


@router.post("/bases", status_code=201, summary="Register a statutory basis")
def add(body: NewBasis, actor: CurrentActor, ledger: Ledger) -> BasisView:
    """On the chain, in force from today."""
    return ledger.bases.add(actor, body.terms(), legal_reference=body.legal_reference, days=body.days)


@router.post("/bases/{number}/end", summary="End a statutory basis")
def end(number: Number, body: EndBasis, actor: CurrentActor, ledger: Ledger) -> BasisView:
    """It never grows longer again."""
    return ledger.bases.end(actor, number, at=body.at)


@router.get("/consent-notices", summary="The notices that consents are asked with")
def list_notices(cursor: Cursor = None, limit: Limit = 50) -> Page[Notice]:
    """Public: what a person is told and asked, in both languages, and what each question stands for."""
    return page_of(list(consent_notices.shipped().values()), cursor, limit)
