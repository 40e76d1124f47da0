"""What a recorder intends, and the word that says so.

`apply_certification` and `apply_consent` build the next word; whether it is allowed is for
`ledger.domain.rules`, which checks it as the contracts do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger.domain import next_words
from ledger.domain.codes import (
    Authorisation,
    ConsentStatus,
    Death,
    Grantor,
    Method,
    Scheme,
    Status,
)
from ledger.encoding.types import OrganisationId, Timestamp, Word


@dataclass(frozen=True, slots=True)
class Certify:
    """Establish or renew eligibility for [valid_from, valid_until)."""

    scheme: Scheme
    method: Method
    valid_from: Timestamp
    valid_until: Timestamp


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Suspend, reinstate, revoke (issued in error) or close (moved away)."""

    status: Status


@dataclass(frozen=True, slots=True)
class SetDeath:
    """Report, confirm or (NONE) rescind a death."""

    death: Death


@dataclass(frozen=True, slots=True)
class SetAuthorisation:
    """Record on what seamless certification stands, or that the person objects."""

    authorisation: Authorisation


@dataclass(frozen=True, slots=True)
class HandOver:
    """Give the responsibility for a subject to another organisation."""

    organisation: OrganisationId


CertificationChange = Certify | SetStatus | SetDeath | SetAuthorisation | HandOver


@dataclass(frozen=True, slots=True)
class GiveConsent:
    """Consent for [valid_from, valid_until)."""

    grantor: Grantor
    valid_from: Timestamp
    valid_until: Timestamp


@dataclass(frozen=True, slots=True)
class RefuseConsent:
    """Say no before, or again after, anything was given."""

    grantor: Grantor


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    """End a consent that was given."""

    grantor: Grantor


ConsentChange = GiveConsent | RefuseConsent | WithdrawConsent


def scheme_of(change: CertificationChange) -> Scheme:
    """The scheme of the batch that carries this change."""
    return change.scheme if isinstance(change, Certify) else Scheme.NONE


def apply_certification(old: int, change: CertificationChange, organisation: OrganisationId) -> Word:
    """The word to sign after `old` (0: none yet) when `organisation` records `change`; recorded_at is 0."""
    match change:
        case Certify(Scheme.SEAMLESS, method, valid_from, valid_until):
            return next_words.seamless(old, method=method, valid_from=valid_from, valid_until=valid_until)
        case Certify(_, method, valid_from, valid_until):
            return next_words.senior(
                old,
                method=method,
                valid_from=valid_from,
                valid_until=valid_until,
                organisation=organisation,
            )
        case SetStatus(status):
            return next_words.status(old, status)
        case SetDeath(death):
            return next_words.death(old, death, organisation)
        case SetAuthorisation(authorisation):
            return next_words.authorisation(old, authorisation, organisation)
        case HandOver(successor):
            return next_words.handover(old, successor)


def apply_consent(old: int, change: ConsentChange, organisation: OrganisationId) -> Word:
    """The word to sign after `old` (0: none yet) when `organisation` records `change`; recorded_at is 0."""
    match change:
        case GiveConsent(valid_from=valid_from, valid_until=valid_until):
            status = ConsentStatus.GIVEN
        case RefuseConsent():
            status, valid_from, valid_until = ConsentStatus.REFUSED, Timestamp(0), Timestamp(0)
        case WithdrawConsent():
            status, valid_from, valid_until = ConsentStatus.WITHDRAWN, Timestamp(0), Timestamp(0)
    return next_words.consent_decision(
        old,
        new_status=status,
        grantor=change.grantor,
        valid_from=valid_from,
        valid_until=valid_until,
        organisation=organisation,
    )


def to_json(change: CertificationChange | ConsentChange) -> dict[str, str | int]:
    """The change as the outbox keeps it: {"type": …} with its fields as numbers."""
    return {"type": _TYPE_OF[type(change)], **{name: int(getattr(change, name)) for name in change.__slots__}}


def certification_from_json(value: Mapping[str, Any]) -> CertificationChange:
    """What `to_json` was given. Raises KeyError or ValueError for anything it never wrote."""
    match value["type"]:
        case "certify":
            return Certify(
                Scheme(value["scheme"]),
                Method(value["method"]),
                Timestamp(value["valid_from"]),
                Timestamp(value["valid_until"]),
            )
        case "status":
            return SetStatus(Status(value["status"]))
        case "death":
            return SetDeath(Death(value["death"]))
        case "authorisation":
            return SetAuthorisation(Authorisation(value["authorisation"]))
        case "handover":
            return HandOver(OrganisationId(value["organisation"]))
        case other:
            raise ValueError(f"no change of a certification: {other!r}")


def consent_from_json(value: Mapping[str, Any]) -> ConsentChange:
    """What `to_json` was given. Raises KeyError or ValueError for anything it never wrote."""
    grantor = Grantor(value["grantor"])
    match value["type"]:
        case "give":
            return GiveConsent(grantor, Timestamp(value["valid_from"]), Timestamp(value["valid_until"]))
        case "refuse":
            return RefuseConsent(grantor)
        case "withdraw":
            return WithdrawConsent(grantor)
        case other:
            raise ValueError(f"no change of a consent: {other!r}")


_TYPE_OF = {
    Certify: "certify",
    SetStatus: "status",
    SetDeath: "death",
    SetAuthorisation: "authorisation",
    HandOver: "handover",
    GiveConsent: "give",
    RefuseConsent: "refuse",
    WithdrawConsent: "withdraw",
}
