"""Changes: which batch carries them, and that they come back from the outbox as they went in."""

from __future__ import annotations

import json

import pytest

from ledger.domain import changes
from ledger.domain.changes import (
    CertificationChange,
    Certify,
    ConsentChange,
    GiveConsent,
    HandOver,
    RefuseConsent,
    SetAuthorisation,
    SetDeath,
    SetStatus,
    WithdrawConsent,
    apply_certification,
    apply_consent,
    scheme_of,
)
from ledger.domain.codes import Authorisation, ConsentStatus, Death, Grantor, Method, Scheme, Status
from ledger.encoding.types import OrganisationId, Timestamp
from ledger.encoding.words import certification, consent

BY = OrganisationId(3)
SENIOR = Certify(Scheme.SENIOR, Method.VISIT, Timestamp(10), Timestamp(20))
SEAMLESS = Certify(Scheme.SEAMLESS, Method.SIGNALS, Timestamp(15), Timestamp(25))
CERTIFICATIONS: list[CertificationChange] = [
    SENIOR,
    SEAMLESS,
    SetStatus(Status.SUSPENDED),
    SetStatus(Status.REVOKED),
    SetDeath(Death.REPORTED),
    SetDeath(Death.NONE),
    SetAuthorisation(Authorisation.OBJECTED),
    HandOver(OrganisationId(9)),
]
CONSENTS: list[ConsentChange] = [
    GiveConsent(Grantor.SELF, Timestamp(1), Timestamp(2)),
    RefuseConsent(Grantor.GUARDIAN),
    WithdrawConsent(Grantor.DELEGATE),
]


@pytest.mark.parametrize("change", CERTIFICATIONS, ids=str)
def test_a_certifications_change_comes_back_from_json(change: CertificationChange) -> None:
    kept = json.loads(json.dumps(changes.to_json(change)))
    assert changes.certification_from_json(kept) == change


@pytest.mark.parametrize("change", CONSENTS, ids=str)
def test_a_consents_change_comes_back_from_json(change: ConsentChange) -> None:
    kept = json.loads(json.dumps(changes.to_json(change)))
    assert changes.consent_from_json(kept) == change


def test_what_was_never_written_is_not_read() -> None:
    with pytest.raises(ValueError, match="no change of a certification: 'give'"):
        changes.certification_from_json({"type": "give"})
    with pytest.raises(ValueError, match="no change of a consent: 'certify'"):
        changes.consent_from_json({"type": "certify", "grantor": 1})
    with pytest.raises(ValueError, match="9 is not a valid Status"):
        changes.certification_from_json({"type": "status", "status": 9})


def test_only_certifications_need_a_scheme() -> None:
    assert [scheme_of(change) for change in CERTIFICATIONS] == [
        Scheme.SENIOR,
        Scheme.SEAMLESS,
        *[Scheme.NONE] * 6,
    ]


def test_each_change_makes_its_word_and_the_next_revision() -> None:
    first = apply_certification(0, SENIOR, BY)
    assert certification.unpack(first) == dict.fromkeys(certification.unpack(0), 0) | {
        "version": 1,
        "status": Status.ACTIVE,
        "senior_seen": 1,
        "scheme": Scheme.SENIOR,
        "method": Method.VISIT,
        "revision": 1,
        "valid_from": 10,
        "valid_until": 20,
        "organisation": BY,
    }
    expected = {
        SEAMLESS: {
            "scheme": Scheme.SEAMLESS,
            "method": Method.SIGNALS,
            "seamless_run": 1,
            "valid_from": 15,
            "valid_until": 25,
        },
        SetStatus(Status.REVOKED): {"status": Status.REVOKED, "senior_seen": 0},
        SetDeath(Death.REPORTED): {"death": Death.REPORTED, "death_reporter": 8},
        SetAuthorisation(Authorisation.NOTIFIED): {"authorisation": Authorisation.NOTIFIED, "authoriser": 8},
        HandOver(OrganisationId(9)): {"organisation": 9},
    }
    for change, fields in expected.items():
        new = certification.unpack(apply_certification(first, change, OrganisationId(8)))
        assert new == certification.unpack(first) | fields | {"revision": 2}


def test_each_decision_on_a_consent_makes_its_word() -> None:
    given = apply_consent(0, GiveConsent(Grantor.SELF, Timestamp(10), Timestamp(20)), BY)
    assert consent.unpack(given) == {
        "version": 1,
        "status": ConsentStatus.GIVEN,
        "grantor": Grantor.SELF,
        "self_decided": 1,
        "revision": 1,
        "valid_from": 10,
        "valid_until": 20,
        "recorded_at": 0,
        "organisation": BY,
    }
    withdrawn = consent.unpack(apply_consent(given, WithdrawConsent(Grantor.GUARDIAN), OrganisationId(8)))
    assert withdrawn == consent.unpack(given) | {
        "status": ConsentStatus.WITHDRAWN,
        "grantor": Grantor.GUARDIAN,
        "revision": 2,
        "organisation": 8,
    }
    refused = consent.unpack(apply_consent(0, RefuseConsent(Grantor.GUARDIAN), BY))
    assert (refused["status"], refused["self_decided"], refused["valid_until"]) == (
        ConsentStatus.REFUSED,
        0,
        0,
    )
