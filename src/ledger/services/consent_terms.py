"""What a consent is about and how it was decided, as requests and answers name it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Row

from ledger.domain import vocabulary
from ledger.errors import BadInput
from ledger.services.certification_requests import Accepted
from ledger.services.organisations import Directory


@dataclass(frozen=True, slots=True)
class ConsentTuple:
    """What one consent is about: organisation codes, and codes of the vocabulary."""

    provider: str
    consumer: str
    category: str
    purpose: str

    def fields(self) -> dict[str, str]:
        """By name."""
        return {
            "provider": self.provider,
            "consumer": self.consumer,
            "category": self.category,
            "purpose": self.purpose,
        }


class TupleNumbers(NamedTuple):
    """The same, by the numbers that the tag is made of."""

    provider: int
    consumer: int
    category: int
    purpose: int


@dataclass(frozen=True, slots=True)
class ConsentDecision:
    """How a person's decision was taken."""

    grantor: str = "self"
    """self, guardian or delegate"""
    method: str = "paper"
    """visit, institution, household, video, assisted, paper or legacy"""
    note: str | None = field(default=None, repr=False)
    evidence: tuple[str, ...] = ()
    """SHA-256 of files, sealed here or kept elsewhere, as 64 hex digits each."""
    incapacity: str | None = field(default=None, repr=False)
    """A reviewer's recorded ground for letting a guardian withdraw what the person gave."""
    notice: str | None = None
    """Id of the notice that was read; by default the one that asks about the terms, if there is one."""
    helper: str | None = field(default=None, repr=False)
    """Who helped: recorded, and never a grantor."""
    signed_by: str | None = None
    """signature or fingerprint, on paper"""
    witness: str | None = field(default=None, repr=False)
    """Who else was there, when the person cannot read."""


@dataclass(frozen=True, slots=True)
class ConsentAccepted(Accepted):
    """Stored; `consent_id` names this tuple of this person from now on."""

    consent_id: str = ""


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One consent as it stands, with what is on its way to the chain. Times are unix seconds."""

    id: str
    subject_id: str
    terms: ConsentTuple
    status: str
    """given, refused, withdrawn, expired or none (nothing on chain yet)"""
    pending: str | None
    """give, refuse or withdraw while it is accepted and not in the index"""
    grantor: str | None
    self_decided: bool
    valid_from: int | None
    valid_until: int | None
    recorded_at: int | None
    revision: int


def numbers_of(directory: Directory, terms: ConsentTuple) -> TupleNumbers:
    """The numbers of a tuple.

    Raises BadInput `organisation_unknown`, `category_unknown`, `purpose_unknown`, `provider_is_consumer`.
    """
    provider, consumer = directory.active(terms.provider).id, directory.active(terms.consumer).id
    if provider == consumer:
        raise BadInput("provider_is_consumer", got=terms.provider)
    return TupleNumbers(
        provider,
        consumer,
        vocabulary.category(terms.category).number,
        vocabulary.purpose(terms.purpose).number,
    )


def codes_of(directory: Directory, row: Row[Any]) -> ConsentTuple:
    """The tuple that a row of `tags` stands for."""
    return ConsentTuple(
        provider=directory.code(row.provider),
        consumer=directory.code(row.consumer),
        category=vocabulary.category_by_number(row.category).code,
        purpose=vocabulary.purpose_by_number(row.purpose).code,
    )
