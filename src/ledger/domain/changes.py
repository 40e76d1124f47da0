"""What a recorder intends, and the word that says so.

`apply_certification` and `apply_consent` build the next word; whether it is allowed is for
`ledger.domain.rules`, which checks it as the contracts do.
"""

from __future__ import annotations

from dataclasses import dataclass

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
from ledger.encoding.words import certification, consent


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
    word = certification.replace(
        old,
        version=certification.VERSION,
        revision=certification.revision(old) + 1,
        recorded_at=0,
    )
    match change:
        case Certify(scheme=Scheme.SEAMLESS):
            return certification.replace(
                word,
                scheme=Scheme.SEAMLESS,
                method=change.method,
                seamless_run=certification.seamless_run(old) + 1,
                valid_from=change.valid_from,
                valid_until=change.valid_until,
            )
        case Certify():
            return certification.replace(
                word,
                status=Status.ACTIVE,
                scheme=change.scheme,
                method=change.method,
                senior_seen=1,
                seamless_run=0,
                valid_from=change.valid_from,
                valid_until=change.valid_until,
                organisation=certification.organisation(old) or organisation,
            )
        case SetStatus(status=Status.REVOKED):
            return certification.replace(word, status=Status.REVOKED, senior_seen=0)
        case SetStatus(status=status):
            return certification.replace(word, status=status)
        case SetDeath(death=Death.REPORTED):
            return certification.replace(word, death=Death.REPORTED, death_reporter=organisation)
        case SetDeath(death=Death.NONE):
            return certification.replace(word, death=Death.NONE, death_reporter=0)
        case SetDeath(death=death):
            return certification.replace(word, death=death)
        case SetAuthorisation(authorisation=authorisation):
            return certification.replace(word, authorisation=authorisation, authoriser=organisation)
        case HandOver(organisation=successor):
            return certification.replace(word, organisation=successor)


def apply_consent(old: int, change: ConsentChange, organisation: OrganisationId) -> Word:
    """The word to sign after `old` (0: none yet) when `organisation` records `change`; recorded_at is 0."""
    word = consent.replace(
        old,
        version=consent.VERSION,
        revision=consent.revision(old) + 1,
        recorded_at=0,
        grantor=change.grantor,
        self_decided=consent.self_decided(old) or change.grantor == Grantor.SELF,
        organisation=organisation,
    )
    match change:
        case GiveConsent(valid_from=valid_from, valid_until=valid_until):
            return consent.replace(
                word, status=ConsentStatus.GIVEN, valid_from=valid_from, valid_until=valid_until
            )
        case RefuseConsent():
            return consent.replace(word, status=ConsentStatus.REFUSED)
        case WithdrawConsent():
            return consent.replace(word, status=ConsentStatus.WITHDRAWN)
