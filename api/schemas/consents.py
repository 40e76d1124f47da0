"""Bodies of giving, refusing and withdrawing consent."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Body, Code, LongText, Sha256Hex, ShortText, UnixTime
from api.schemas.references import SubjectFields
from ledger.services.consent_terms import ConsentDecision, ConsentTuple
from ledger.services.delegations import NewDelegation
from ledger.services.paper_consents import FilledForm


class DecisionFields(Body):
    """Who decided and how that was taken down."""

    grantor: Literal["self", "guardian", "delegate"] = "self"
    method: Literal["visit", "institution", "household", "video", "assisted", "paper", "legacy"] = "paper"
    note: LongText | None = None
    evidence: Annotated[tuple[Sha256Hex, ...], Field(max_length=20)] = ()
    """SHA-256 of files, sealed here or kept elsewhere."""
    incapacity: LongText | None = None
    """A reviewer's recorded ground for letting a guardian withdraw what the person gave."""
    notice: Code | None = None
    """Id of the notice that was read; by default the one that asks about the same."""
    helper: ShortText | None = None
    """Who helped: recorded, never a grantor."""

    def decision(self) -> ConsentDecision:
        """The fields as the use case takes them."""
        return ConsentDecision(
            grantor=self.grantor,
            method=self.method,
            note=self.note,
            evidence=self.evidence,
            incapacity=self.incapacity,
            notice=self.notice,
            helper=self.helper,
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


class Renewal(DecisionFields):
    """The same once more, until another end."""

    revision: Annotated[int, Field(strict=True, ge=1, lt=1 << 32)]
    """The revision whose terms are to change: it stays as it is, and the new one names it."""
    valid_until: UnixTime | None = None
    """Unix seconds; one year from now by default."""


class WithdrawAll(SubjectFields, DecisionFields):
    """One sentence: nothing is to be read any more, or not by one organisation."""

    consumer: Code | None = None
    """Code of the organisation that may not read any more; every one by default."""


class NewDelegationBody(SubjectFields):
    """Who may decide for a person."""

    kind: Literal["guardian", "delegate"]
    name: ShortText
    relationship: ShortText | None = None
    categories: Annotated[tuple[Code, ...], Field(min_length=1, max_length=20)]
    """What they may decide about."""
    valid_until: UnixTime
    evidence: Annotated[tuple[Sha256Hex, ...], Field(min_length=1, max_length=20)]
    """SHA-256 of the judgment's, certificate's or written mandate's scan."""

    def delegation(self) -> NewDelegation:
        """The fields as the use case takes them."""
        return NewDelegation(
            kind=self.kind,
            name=self.name,
            categories=self.categories,
            valid_until=self.valid_until,
            evidence=self.evidence,
            relationship=self.relationship or "",
        )


class PaperForm(SubjectFields):
    """A form as it came back; its photo comes beside it."""

    notice: Annotated[Code, Field(examples=["everyday-help"])]
    version: Annotated[int, Field(strict=True, ge=1)]
    """As printed on the form."""
    answers: Annotated[
        dict[Code, Literal["yes", "no"]], Field(min_length=1, max_length=3, examples=[{"home-care": "yes"}])
    ]
    """By the question's key; a question left open is left out."""
    signed_by: Literal["signature", "fingerprint"]
    grantor: Literal["self", "guardian", "delegate"] = "self"
    reads: bool = True
    """Whether whoever signed can read."""
    witness: ShortText | None = None
    """Another than the worker; needed when whoever signed cannot read."""
    helper: ShortText | None = None

    def form(self, photo: bytes) -> FilledForm:
        """The form as the use case takes it."""
        return FilledForm(
            notice=self.notice,
            version=self.version,
            answers=self.answers,
            photo=photo,
            signed_by=self.signed_by,
            grantor=self.grantor,
            reads=self.reads,
            witness=self.witness,
            helper=self.helper,
        )
