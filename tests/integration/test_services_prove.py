"""Proofs from a real chain, checked as their holder would check them: with the pinned deployment alone."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.domain.programmes import DAY
from ledger.domain.proofs.checks import Outcome
from ledger.domain.proofs.format import Proof
from ledger.domain.proofs.meaning import Meaning
from ledger.domain.proofs.result import Shown
from ledger.domain.proofs.verification import verify
from ledger.errors import Forbidden
from ledger.keys.signatures import recover
from ledger.services.certification_requests import CertificationRequest
from ledger.services.consents import ConsentTuple
from ledger.services.decide import DecisionAnswer
from ledger.services.references import SubjectRef
from tests.installation import SUBDISTRICT, Installation

HOME_CARE = ConsentTuple(SUBDISTRICT, "health", "mobility", "home-care")


def decide(installation: Installation, subject: SubjectRef, *, proof: bool = True) -> DecisionAnswer:
    """Asked by the consumer under its own handle."""
    handle = installation.handle(installation.health, subject)
    return installation.application.decide.decide(
        installation.health,
        SubjectRef(handle=handle),
        provider=HOME_CARE.provider,
        category=HOME_CARE.category,
        purpose=HOME_CARE.purpose,
        proof=proof,
    )


def shown(installation: Installation, proof: Proof | None) -> Shown:
    """What a proof shows, which must hold."""
    assert proof is not None
    result = verify(proof.to_json(), installation.application.deployment.pinned, recover)
    assert result.outcome is Outcome.HOLDS, result.checks[-1]
    assert result.shown is not None
    return result.shown


def test_what_was_never_given_is_proven_absent(installation: Installation) -> None:
    answer = decide(installation, installation.enrol())
    assert (answer.decision, answer.reason_code) == ("DENY", "no_basis")
    found = shown(installation, answer.proof)
    assert (found.meaning, found.word, found.signer) == (Meaning.NEVER, 0, None)
    assert answer.as_of is not None
    assert found.block.number >= answer.as_of.block


def test_given_and_withdrawn_are_proven_with_who_recorded_them(installation: Installation) -> None:
    consents, subject = installation.application.consents, installation.enrol()
    given = consents.give(installation.worker, subject, HOME_CARE)
    installation.settle()
    answer = decide(installation, subject)
    assert answer.decision == "PERMIT"
    found = shown(installation, answer.proof)
    assert found.meaning is Meaning.GIVEN
    assert found.signer is not None
    consents.withdraw(installation.worker, given.consent_id)
    installation.settle()
    assert shown(installation, decide(installation, subject).proof).meaning is Meaning.WITHDRAWN


def test_what_has_expired_is_proven_expired(
    installation: Installation, request: pytest.FixtureRequest
) -> None:
    consents, subject = installation.application.consents, installation.enrol()
    until = int(installation.clock()) + 30 * DAY
    consents.give(installation.worker, subject, HOME_CARE, valid_until=until)
    installation.settle()
    request.getfixturevalue("paused")
    with installation.ahead(31 * DAY):
        answer = decide(installation, subject)
        assert answer.reason_code == "expired"
        assert shown(installation, answer.proof).meaning is Meaning.EXPIRED


def test_only_provider_and_consumer_get_a_proof(installation: Installation) -> None:
    subject = installation.enrol()
    terms = {
        "provider": HOME_CARE.provider,
        "consumer": HOME_CARE.consumer,
        "category": HOME_CARE.category,
        "purpose": HOME_CARE.purpose,
    }
    with pytest.raises(Forbidden, match="proof_not_yours"):
        installation.application.decide.decide(installation.worker, subject, **terms, proof=True)
    answer = installation.application.decide.decide(installation.reviewer, subject, **terms, proof=True)
    assert shown(installation, answer.proof).organisation == installation.reviewer.organisation
    assert decide(installation, subject, proof=False).proof is None


def test_proofs_that_wait_share_one_question_to_the_node(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    subjects = [installation.enrol() for _ in range(8)]
    installation.settle()
    rpc, asked = installation.application.engine.rpc, []
    batch = rpc.batch

    def counted(calls: list[tuple[str, list[object]]], **others: bool) -> list[object]:
        asked.extend(method for method, _ in calls if method == "eth_getProof")
        time.sleep(0.2 if asked else 0)  # as long as one takes on a ledger of 100,000 slots
        return batch(calls, **others)

    monkeypatch.setattr(rpc, "batch", counted)
    with ThreadPoolExecutor(8) as threads:
        proofs = [answer.proof for answer in threads.map(lambda one: decide(installation, one), subjects)]
    tags = {proof.binding.tag for proof in proofs if proof is not None}
    assert len(tags) == len(subjects)
    for proof in proofs:
        assert shown(installation, proof).meaning is Meaning.NEVER
    assert 0 < len(asked) < len(subjects)


def test_an_auditor_gets_a_certification_proven(installation: Installation) -> None:
    application, subject = installation.application, installation.enrol()
    person = application.lookup.resolve(installation.worker, subject.identity_number or "")
    never = application.lookup.proven_verdict(installation.auditor, person)
    assert (never.verdict, shown(installation, never.proof).meaning) == ("NEVER", Meaning.NEVER)
    application.certify.submit(installation.worker, [CertificationRequest(subject, method="visit")])
    installation.settle()
    answer = application.lookup.proven_verdict(installation.auditor, person)
    assert (answer.verdict, shown(installation, answer.proof).meaning) == ("VALID", Meaning.CERTIFIED)
    with pytest.raises(Forbidden, match="role_required"):
        application.lookup.proven_verdict(installation.worker, person)
