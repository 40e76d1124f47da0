"""Bodies of giving, refusing and withdrawing consent."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Body, Code, LongText, Sha256Hex, UnixTime
from api.schemas.references import SubjectFields
from ledger.services.consent_terms import ConsentDecision, ConsentTuple


class DecisionFields(Body):
    """Who decided and how that was taken down."""

    grantor: Literal["self", "guardian", "delegate"] = "self"
    method: Literal["visit", "institution", "household", "video", "assisted", "paper", "legacy"] = "paper"
    note: LongText | None = None
    evidence: Annotated[tuple[Sha256Hex, ...], Field(max_length=20)] = ()
    """SHA-256 of files kept elsewhere; a delegate's written mandate is one."""
    incapacity: LongText | None = None
    """A reviewer's recorded ground for letting a guardian withdraw what the person gave."""

    def decision(self) -> ConsentDecision:
        """The fields as the use case takes them."""
        return ConsentDecision(
            grantor=self.grantor,
            method=self.method,
            note=self.note,
            evidence=self.evidence,
            incapacity=self.incapacity,
        )


class NewConsent(SubjectFields, DecisionFields):
    """A person's decision about one tuple of provider, consumer, category and purpose."""

    decided: Literal["give", "refuse"] = "give"
    provider: Annotated[Code, Field(examples=["civil-affairs"])]
    """Code of the organisation that holds the data."""
    consumer: Annotated[Code, Field(examples=["health"])]
    """Code of the organisation that may read it."""
    category: Annotated[Code, Field(examples=["residence"])]
    purpose: Annotated[Code, Field(examples=["home-care"])]
    valid_until: UnixTime | None = None
    """Unix seconds; one year from now by default. Only for `give`."""

    def terms(self) -> ConsentTuple:
        """What the decision is about."""
        return ConsentTuple(self.provider, self.consumer, self.category, self.purpose)
