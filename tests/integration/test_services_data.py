"""The base registry is shared only where a decision permits, no more than asked, and never unseen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ledger.chain.deployment import Deployment
from ledger.cli.access_log import _payload
from ledger.domain.access import check as rules
from ledger.domain.access.proof import AccessProof
from ledger.domain.decisions import Answer
from ledger.domain.programmes import DAY
from ledger.errors import BadInput, CannotKnow, Forbidden
from ledger.services.actors import Actor, Scope
from ledger.services.certify import Action, CertificationRequest
from ledger.services.consents import ConsentTuple
from ledger.services.data import DataAnswer, DataRequest
from ledger.services.references import SubjectRef
from tests.installation import SUBDISTRICT, Installation, open_installation
from tests.integration.test_access_log_anchored import wait_until_anchored

COLUMNS = {"居住地址": "南桥街12号", "手机号码": "13800138000", "行动能力": "低"}


@pytest.fixture(scope="module")
def sharing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation that anchors at once, and releases nothing when that fails for a minute."""
    home = tmp_path_factory.mktemp("sharing")
    with open_installation(home, anchor_every=0.2, anchor_patience=60) as opened:
        yield opened


def handle_of(installation: Installation, key: Actor, person: SubjectRef) -> str:
    return installation.handle(key, person)


def permit(installation: Installation, person: SubjectRef, *categories: str) -> str:
    """The person lets the health department read these; its handle."""
    for category in categories:
        terms = ConsentTuple(SUBDISTRICT, "health", category, "home-care")
        installation.application.consents.give(installation.worker, person, terms)
    installation.settle()
    return handle_of(installation, installation.health, person)


def read(installation: Installation, handle: str, category: str, **more: Any) -> DataAnswer:
    request = DataRequest(handle, category, more.pop("purpose", "home-care"), **more)
    return installation.application.data.read(lambda _: installation.health, request)


def logged(installation: Installation) -> list[tuple[str, str]]:
    return [
        (line.action, line.outcome)
        for line in installation.application.access_log.list(installation.auditor, limit=3)
    ]


def test_each_category_gives_its_own_fields_and_no_others(sharing: Installation) -> None:
    person = sharing.enrol(columns=COLUMNS)
    request = CertificationRequest(subject=person, action=Action.CERTIFY, method="visit")
    sharing.application.certify.submit_one(sharing.worker, request)
    handle = permit(sharing, person, "residence", "age-band", "mobility", "contact", "certification-status")
    given = {
        category: read(sharing, handle, category).data
        for category in ("residence", "age-band", "mobility", "contact", "certification-status")
    }
    residence = given["residence"]
    assert residence is not None
    assert set(residence) == {"community", "kind", "address", "building"}
    assert given["age-band"] == {"at_least": 80, "yes": True}
    assert read(sharing, handle, "age-band", at_least=90).data == {"at_least": 90, "yes": False}
    assert given["mobility"] is not None
    assert set(given["mobility"]) == {"level"}
    assert given["certification-status"] == {"certified_today": True}
    with pytest.raises(BadInput, match="age_not_asked"):
        read(sharing, handle, "age-band", at_least=87)


def test_nothing_is_released_that_no_decision_permits_and_it_is_logged(sharing: Installation) -> None:
    person = sharing.enrol()
    handle = permit(sharing, person, "mobility")
    denied = read(sharing, handle, "residence")
    assert (denied.decision.decision, denied.data) == (Answer.DENY, None)
    assert logged(sharing)[0] == ("data", "DENY:no_basis")
    other = read(sharing, handle, "mobility", purpose="medical-subsidy")
    assert (other.decision.decision, other.data) == (Answer.DENY, None)
    assert read(sharing, handle, "mobility").data is not None
    assert logged(sharing)[0] == ("data", "PERMIT:consent")


def test_another_departments_handle_opens_nothing_and_that_is_logged(sharing: Installation) -> None:
    person = sharing.enrol()
    permit(sharing, person, "mobility")
    theirs = handle_of(sharing, sharing.transport, person)
    with pytest.raises(Forbidden, match="not_yours"):
        read(sharing, theirs, "mobility")
    assert logged(sharing)[0] == ("data", "DENY:not_yours")
    weak = sharing.api_key("health", Scope.DECIDE)
    with pytest.raises(Forbidden, match="scope_required"):
        sharing.application.data.read(lambda _: weak, DataRequest(theirs, "mobility", "home-care"))


def test_only_a_law_keeps_a_request_secret(sharing: Installation) -> None:
    person = sharing.enrol()
    handle = permit(sharing, person, "mobility")
    with pytest.raises(Forbidden, match="secret_needs_basis"):
        read(sharing, handle, "mobility", secret_until=sharing.application.data._context.now() + DAY)


def test_a_receipt_shows_later_that_the_request_is_in_the_log(sharing: Installation) -> None:
    person = sharing.enrol()
    handle = permit(sharing, person, "mobility")
    receipt = read(sharing, handle, "mobility").receipt
    again = AccessProof.read(receipt.model_dump_json().encode())
    assert again == receipt
    wait_until_anchored(sharing)
    application = sharing.application
    leaf = rules.leaf_of(receipt.content())
    found = application.access_proofs.inclusion(leaf)
    proof = AccessProof.read(
        json.dumps(
            {
                **receipt.model_dump(mode="json"),
                "tree": {"organisation": found.organisation, "size": found.size, "path": found.path},
            }
        ).encode()
    )
    heads = {(found.organisation, found.size): bytes.fromhex(found.root[2:])}
    deployment = Deployment.load(application.settings.deployment_file)

    def outcome(of: AccessProof) -> list[bool | None]:
        return [
            one.holds
            for one in rules.check(of, lambda token: _payload(token, deployment.pinned.operator), heads)
        ]

    assert outcome(proof) == [True, True]
    assert outcome(receipt) == [True, None]
    forged = proof.entry.model_copy(update={"purpose": "medical-subsidy"})
    assert outcome(proof.model_copy(update={"entry": forged})) == [False, False]
    assert outcome(proof.model_copy(update={"index": proof.index - 1})) == [False, False]
    assert outcome(proof.model_copy(update={"receipt": "e30.e30.e30"})) == [False, True]


def test_releases_stop_when_the_log_is_not_anchored_in_time(
    sharing: Installation, request: pytest.FixtureRequest
) -> None:
    person = sharing.enrol()
    handle = permit(sharing, person, "mobility")
    wait_until_anchored(sharing)
    request.getfixturevalue("paused")
    assert read(sharing, handle, "mobility").data is not None
    with sharing.ahead(61), pytest.raises(CannotKnow, match="anchoring_overdue"):
        read(sharing, handle, "mobility")
    assert logged(sharing)[0] == ("data", "DENY:anchoring_overdue")
