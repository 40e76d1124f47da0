"""Sharing the base registry's own facts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.schemas.base import Name
from api.security import Ledger, caller
from ledger.services.data import DataAnswer, DataRequest
from ledger.services.decide import Caller

router = APIRouter(prefix="/v1", tags=["consent"])

CodeQuery = Query(min_length=1, max_length=40)


@router.get("/data/{handle}", summary="What the registry knows of one category")
def data(
    handle: Name,
    ledger: Ledger,
    who: Annotated[Caller, Depends(caller)],
    *,
    category: Annotated[str, CodeQuery],
    purpose: Annotated[str, CodeQuery],
    provider: Annotated[str | None, CodeQuery] = None,
    at_least: Annotated[
        int | None, Query(ge=0, le=150, description="For age-band: is the person so many years old?")
    ] = None,
    programme: Annotated[str, CodeQuery] = "senior-allowance",
    secret_until: Annotated[
        int | None,
        Query(ge=0, lt=1 << 32, description="Unix time until which a law keeps this from the person"),
    ] = None,
) -> DataAnswer:
    """For departments, under their own handle. Released only on PERMIT, and logged either way; the receipt
    shows later that it is in the log.
    """
    request = DataRequest(handle, category, purpose, provider, at_least, programme, secret_until)
    return ledger.data.read(who, request)
