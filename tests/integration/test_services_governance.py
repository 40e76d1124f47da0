"""Organisations and signing keys, on the chain and here."""

from __future__ import annotations

import time

import pytest

from ledger.encoding.types import Address
from ledger.errors import BadInput, Conflict, Forbidden, LedgerError, NotAuthenticated, NotFound, Refused
from ledger.services.actors import Role, Scope
from ledger.services.certify import CertificationRequest
from ledger.services.consents import ConsentTuple
from ledger.services.governance import NewOrganisation
from ledger.store import index
from ledger.store import operations as store
from tests.installation import COUNTY, SUBDISTRICT, Installation


def library(number: int, **others: object) -> NewOrganisation:
    fields = {
        "id": number,
        "code": f"library-{number}",
        "name": "图书馆",
        "kind": "department",
        "parent": COUNTY,
    }
    return NewOrganisation.model_validate({**fields, "roles": ("REPORTER",), **others})


def test_an_organisation_is_registered_once_with_a_key_of_its_own(installation: Installation) -> None:
    governance = installation.application.governance
    first = governance.add_organisation(installation.operator, library(101))
    again = governance.add_organisation(installation.operator, library(101))
    assert first == again
    assert (first.parent, first.roles) == (COUNTY, ("REPORTER",))
    installation.catch_up()
    signers = [one for one in governance.signers(installation.auditor) if one.organisation == "library-101"]
    assert [(one.held_here, one.distrusted_since) for one in signers] == [(True, 0)]


def test_a_number_or_code_stands_for_one_organisation(installation: Installation) -> None:
    governance = installation.application.governance
    governance.add_organisation(installation.operator, library(102))
    with pytest.raises(Conflict, match="organisation_exists"):
        governance.add_organisation(installation.operator, library(103, code="library-102"))
    with pytest.raises(Conflict, match="organisation_exists"):
        governance.add_organisation(installation.operator, library(102, code="archive"))
    with pytest.raises(BadInput, match="organisation_unknown"):
        governance.add_organisation(installation.operator, library(104, parent="nowhere"))


def test_an_organisation_that_has_ended_opens_nothing(installation: Installation) -> None:
    application = installation.application
    application.governance.add_organisation(installation.operator, library(105))
    key = application.api_keys.create(
        installation.operator, organisation="library-105", label="x", scopes=[Scope.DECIDE]
    ).key
    assert application.governance.end_organisation(installation.operator, "library-105").ended_at
    with pytest.raises(NotAuthenticated, match="api_key_invalid"):
        application.sessions.authenticate(key, "bearer")
    subject = installation.enrol()
    with pytest.raises(BadInput, match="organisation_unknown"):
        application.consents.give(
            installation.worker, subject, ConsentTuple(SUBDISTRICT, "library-105", "contact", "home-care")
        )
    with pytest.raises(Refused, match="organisation_is_yours"):
        application.governance.end_organisation(installation.operator, COUNTY)


def test_keys_are_added_ended_and_distrusted(installation: Installation) -> None:
    governance = installation.application.governance
    governance.add_organisation(installation.operator, library(106))
    added = governance.add_signer(installation.operator, "library-106", days=30)
    assert added.valid_until - added.valid_from == 30 * 86_400
    ended = governance.end_signer(installation.operator, added.address)
    assert ended.valid_until < added.valid_until
    since = int(time.time()) - 60
    assert (
        governance.distrust_signer(installation.operator, added.address, since=since).distrusted_since
        == since
    )
    installation.catch_up()
    listed = [one for one in governance.signers(installation.operator) if one.organisation == "library-106"]
    assert [one.distrusted_since for one in listed] == [0, since]


def test_bad_requests_about_keys(installation: Installation) -> None:
    governance, nobody = installation.application.governance, Address("0x" + "0" * 39 + "1")
    with pytest.raises(NotFound, match="signer_unknown"):
        governance.end_signer(installation.operator, nobody)
    with pytest.raises(BadInput, match="days_out_of_range"):
        governance.add_signer(installation.operator, "health", days=0)
    governance.add_organisation(installation.operator, library(107))
    address = governance.add_signer(installation.operator, "library-107").address
    with pytest.raises(Refused, match="contract_refused"):
        governance.distrust_signer(installation.operator, address, since=int(time.time()) + 3600)


def test_only_operators_govern(installation: Installation) -> None:
    governance = installation.application.governance
    for actor in (installation.worker, installation.reviewer, installation.auditor, installation.health):
        refused: list[str] = []
        for attempt in (
            lambda actor=actor: governance.add_organisation(actor, library(108)),
            lambda actor=actor: governance.end_organisation(actor, "health"),
            lambda actor=actor: governance.add_signer(actor, "health"),
            lambda actor=actor: installation.application.bases.add(
                actor, ConsentTuple(SUBDISTRICT, "health", "contact", "home-care"), legal_reference="x"
            ),
        ):
            with pytest.raises(LedgerError) as refusal:
                attempt()
            refused.append(refusal.value.code)
        assert refused == ["role_required"] * 4
    with pytest.raises(Forbidden, match="role_required"):
        governance.signers(installation.worker)


def test_the_newest_valid_key_signs_and_the_one_before_when_it_has_ended(installation: Installation) -> None:
    application, community = installation.application, "510181004007"
    worker = installation.user("pingyi", Role.WORKER, community)

    def signer_of_a_new_record() -> str:
        subject = installation.enrol(actor=worker)
        accepted = application.certify.submit_one(worker, CertificationRequest(subject, method="visit"))
        installation.settle()
        operation = application.operations.get(worker, accepted.operation_id)
        assert operation.state == "final", operation
        with application.database.read() as conn:
            row = store.by_ids(conn, [accepted.operation_id])[accepted.operation_id]
            revision = index.latest_revision(conn, 1, row.tag)
        assert revision is not None
        return revision.signer

    first = signer_of_a_new_record()
    time.sleep(1.0)  # windows are in whole seconds, and the newer one begins later
    second = application.governance.add_signer(installation.operator, community).address
    installation.catch_up()
    assert signer_of_a_new_record() == second != first
    application.governance.distrust_signer(installation.operator, second, since=int(time.time()) - 1)
    installation.catch_up()
    assert signer_of_a_new_record() == first


def test_what_a_distrusted_key_permitted_is_unknown(installation: Installation) -> None:
    application, community = installation.application, "510181004008"
    worker = installation.user("puyanglu", Role.WORKER, community)
    second = application.governance.add_signer(installation.operator, community).address
    installation.catch_up()
    subject = installation.enrol(actor=worker)
    application.certify.submit_one(worker, CertificationRequest(subject, method="visit"))
    installation.settle()
    assert application.lookup.verdict(worker, subject).verdict == "VALID"
    since = int(time.time()) - 3600
    application.governance.distrust_signer(installation.operator, second, since=since)
    installation.catch_up()
    answer = application.lookup.verdict(worker, subject)
    assert (answer.verdict, answer.payable) == ("UNKNOWN", True)
    assert [reason.code for reason in answer.reasons] == ["signer_distrusted"]
