"""Bodies of certifying."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Body, Code, IsoDate, LongText, Sha256Hex
from api.schemas.references import SubjectFields
from ledger.services.acts import Action
from ledger.services.certification_requests import MAX_ITEMS, CertificationRequest

Method = Literal["visit", "institution", "household", "video", "assisted", "paper", "legacy"]


class CertificationItem(SubjectFields):
    """One change of one person's state in a programme."""

    action: Action = Action.CERTIFY
    method: Method | None = None
    """How life was established; needed to certify."""
    occurred_on: IsoDate | None = None
    """The day it happened (UTC+8); the day it is recorded if not given."""
    authorisation: Literal["notified", "consented", "objected"] | None = None
    """Needed to authorise."""
    organisation: Code | None = None
    """Code of the organisation that becomes responsible; needed for a handover."""
    source: Code | None = None
    """For a death reported: who says so; `community` by default, `family`, `neighbour`, or a death-like kind
    of the programme's rules, such as `death-certificate` for one that was shown.
    """
    reason: LongText | None = None
    """Needed to suspend, reinstate, revoke, close, hand over and rescind a death."""
    note: LongText | None = None
    evidence: Annotated[tuple[Sha256Hex, ...], Field(max_length=20)] = ()
    """SHA-256 of files kept elsewhere."""

    def request(self, programme: str) -> CertificationRequest:
        """The item as the use case takes it."""
        return CertificationRequest(
            subject=self.reference(),
            action=self.action,
            programme=programme,
            method=self.method,
            occurred_on=self.occurred_on,
            authorisation=self.authorisation,
            organisation=self.organisation,
            source=self.source,
            reason=self.reason,
            note=self.note,
            evidence=self.evidence,
        )


class Certifications(Body):
    """Up to 1,000 changes, each taken or not taken on its own."""

    programme: Code = "senior-allowance"
    items: Annotated[
        list[CertificationItem],
        Field(
            min_length=1,
            max_length=MAX_ITEMS,
            examples=[
                [{"identity_number": "519999194001010013", "method": "visit", "occurred_on": "2026-03-02"}]
            ],
        ),
    ]
