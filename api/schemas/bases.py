"""Bodies of registering and ending statutory bases."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.base import Body, Code, LongText, UnixTime
from ledger.services.consent_terms import ConsentTuple


class NewBasis(Body):
    """A law that lets one organisation read something of another's, for a purpose."""

    provider: Annotated[Code, Field(examples=["510181004"])]
    consumer: Annotated[Code, Field(examples=["transport"])]
    category: Annotated[Code, Field(examples=["age-band"])]
    purpose: Annotated[Code, Field(examples=["transport-benefit"])]
    legal_reference: Annotated[LongText, Field(min_length=1)]
    days: Annotated[int, Field(strict=True, ge=1, le=3650)] = 3650

    def terms(self) -> ConsentTuple:
        """What the basis is for."""
        return ConsentTuple(self.provider, self.consumer, self.category, self.purpose)


class EndBasis(Body):
    """When a basis ends."""

    at: UnixTime | None = None
    """Unix seconds; within seconds by default."""
