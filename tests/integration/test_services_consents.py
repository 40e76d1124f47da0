"""Consents and the decisions that rest on them."""

from __future__ import annotations

import time

import pytest

from ledger.domain.programmes import DAY
from ledger.errors import BadInput, Conflict, Forbidden, Refused
from ledger.services.consents import ConsentDecision, ConsentTuple
from ledger.services.decide import DecisionAnswer
from ledger.services.references import SubjectRef
from tests.installation import NANQIAO, SUBDISTRICT, Installation

HOME_CARE = ConsentTuple(SUBDISTRICT, "health", "mobility", "home-care")
GUARDIAN = ConsentDecision(grantor="guardian")


def guarded(installation: Installation) -> SubjectRef:
    """A person with a guardian, who may decide about mobility for a month."""
    subject = installation.enrol()
    installation.delegate(subject, "guardian", "mobility")
    return subject


def decide(
    installation: Installation, subject: SubjectRef, terms: ConsentTuple = HOME_CARE
) -> DecisionAnswer:
    """Asked by a worker on the consumer's behalf."""
    return installation.application.decide.decide(
        installation.worker,
        subject,
        provider=terms.provider,
        consumer=terms.consumer,
        category=terms.category,
        purpose=terms.purpose,
    )


def outcome(
    installation: Installation, subject: SubjectRef, terms: ConsentTuple = HOME_CARE
) -> tuple[str, str]:
    answer = decide(installation, subject, terms)
    return answer.decision, answer.reason_code


def test_a_grant_permits_only_when_final_and_a_withdrawal_denies_at_once(installation: Installation) -> None:
    consents, subject = installation.application.consents, installation.enrol()
    assert outcome(installation, subject) == ("DENY", "no_basis")
    given = consents.give(installation.worker, subject, HOME_CARE)
    installation.settle()
    answer = decide(installation, subject)
    assert (answer.decision, answer.reason_code, answer.basis) == ("PERMIT", "consent", "consent")
    assert answer.as_of is not None
    assert answer.valid_until is not None
    consents.withdraw(installation.worker, given.consent_id)
    assert outcome(installation, subject)[0] == "DENY"
    installation.settle()
    assert outcome(installation, subject) == ("DENY", "withdrawn")


def test_a_grant_on_its_way_permits_nothing(installation: Installation, paused: None) -> None:
    subject = installation.enrol()
    installation.application.consents.give(installation.worker, subject, HOME_CARE)
    assert outcome(installation, subject) == ("DENY", "no_basis")


def test_a_withdrawal_on_its_way_denies(installation: Installation, request: pytest.FixtureRequest) -> None:
    consents, subject = installation.application.consents, installation.enrol()
    given = consents.give(installation.worker, subject, HOME_CARE)
    installation.settle()
    request.getfixturevalue("paused")
    consents.withdraw(installation.worker, given.consent_id)
    assert outcome(installation, subject) == ("DENY", "withdrawal_pending")
    (view,) = consents.list(installation.worker, subject)
    assert (view.status, view.pending) == ("given", "withdraw")


def test_another_tuple_is_not_permitted(installation: Installation) -> None:
    subject = installation.enrol()
    installation.application.consents.give(installation.worker, subject, HOME_CARE)
    installation.settle()
    for terms in (
        ConsentTuple(SUBDISTRICT, "transport", "mobility", "home-care"),
        ConsentTuple(NANQIAO, "health", "mobility", "home-care"),
        ConsentTuple(SUBDISTRICT, "health", "contact", "home-care"),
        ConsentTuple(SUBDISTRICT, "health", "mobility", "medical-subsidy"),
    ):
        assert outcome(installation, subject, terms) == ("DENY", "no_basis")


def test_a_consent_runs_out(installation: Installation) -> None:
    subject = installation.enrol()
    until = int(time.time()) + 2 * DAY
    installation.application.consents.give(installation.worker, subject, HOME_CARE, valid_until=until)
    installation.settle()
    with installation.clock.ahead(3 * DAY):
        (view,) = installation.application.consents.list(installation.worker, subject)
    assert view.status == "expired"


def test_a_refusal_binds_a_guardian(installation: Installation) -> None:
    consents, subject = installation.application.consents, guarded(installation)
    consents.refuse(installation.worker, subject, HOME_CARE)
    with pytest.raises(Refused, match=r"rule\.decided_by_self"):
        consents.give(installation.worker, subject, HOME_CARE, decision=GUARDIAN)
    consents.give(installation.worker, subject, HOME_CARE)
    installation.settle()
    assert outcome(installation, subject) == ("PERMIT", "consent")


def test_a_guardian_withdraws_what_the_person_gave_only_on_a_reviewed_incapacity(
    installation: Installation,
) -> None:
    consents, subject = installation.application.consents, guarded(installation)
    given = consents.give(installation.worker, subject, HOME_CARE)
    with pytest.raises(Refused, match=r"rule\.review_missing"):
        consents.withdraw(installation.worker, given.consent_id, decision=GUARDIAN)
    incapable = ConsentDecision(grantor="guardian", incapacity="人民法院宣告无民事行为能力，判决书已核")
    with pytest.raises(Forbidden, match="role_required"):
        consents.withdraw(installation.worker, given.consent_id, decision=incapable)
    consents.withdraw(installation.reviewer, given.consent_id, decision=incapable)
    installation.settle()
    (view,) = consents.list(installation.worker, subject)
    assert (view.status, view.grantor) == ("withdrawn", "guardian")


def test_a_guardian_decides_only_where_one_is_registered(installation: Installation) -> None:
    consents = installation.application.consents
    with pytest.raises(Refused, match=r"delegation\.none"):
        consents.give(installation.worker, installation.enrol(), HOME_CARE, decision=GUARDIAN)
    accepted = consents.give(installation.worker, guarded(installation), HOME_CARE, decision=GUARDIAN)
    assert accepted.consent_id


def test_a_delegate_needs_a_written_mandate(installation: Installation) -> None:
    consents, subject = installation.application.consents, installation.enrol()
    delegate = ConsentDecision(grantor="delegate")
    with pytest.raises(Refused, match=r"delegation\.none"):
        consents.give(installation.worker, subject, HOME_CARE, decision=delegate)
    installation.delegate(subject, "delegate", "mobility")
    assert consents.give(installation.worker, subject, HOME_CARE, decision=delegate).consent_id


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (ConsentTuple("nobody", "health", "mobility", "home-care"), "organisation_unknown"),
        (ConsentTuple(SUBDISTRICT, "nobody", "mobility", "home-care"), "organisation_unknown"),
        (ConsentTuple(SUBDISTRICT, SUBDISTRICT, "mobility", "home-care"), "provider_is_consumer"),
        (ConsentTuple(SUBDISTRICT, "health", "diary", "home-care"), "category_unknown"),
        (ConsentTuple(SUBDISTRICT, "health", "mobility", "advertising"), "purpose_unknown"),
    ],
)
def test_bad_tuples(installation: Installation, terms: ConsentTuple, code: str) -> None:
    subject = installation.enrol()
    with pytest.raises(BadInput, match=code):
        installation.application.consents.give(installation.worker, subject, terms)
    with pytest.raises(BadInput, match=code):
        decide(installation, subject, terms)


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_a_consent_ends_in_the_future_and_not_too_far(installation: Installation, days: int) -> None:
    with pytest.raises(BadInput, match="valid_until_out_of_range"):
        installation.application.consents.give(
            installation.worker,
            installation.enrol(),
            HOME_CARE,
            valid_until=int(time.time()) + days * DAY - 1,
        )


def test_another_communitys_consents_are_not_shown(installation: Installation) -> None:
    consents, subject = installation.application.consents, installation.enrol()
    given = consents.give(installation.worker, subject, HOME_CARE)
    for consent_id in (given.consent_id, "c-unknown"):
        with pytest.raises(Forbidden, match="not_yours"):
            consents.withdraw(installation.other_worker, consent_id)
    with pytest.raises(Forbidden, match="not_yours"):
        consents.list(installation.other_worker, subject)
    with pytest.raises(Forbidden, match="not_yours"):
        consents.give(installation.other_worker, subject, HOME_CARE)


def test_a_key_records_a_consent_once(installation: Installation) -> None:
    consents, subject = installation.application.consents, installation.enrol()
    first = consents.give(installation.worker, subject, HOME_CARE, idempotency_key="consent-once")
    assert consents.give(installation.worker, subject, HOME_CARE, idempotency_key="consent-once") == first
    with pytest.raises(Conflict, match="idempotency_key_reused"):
        consents.refuse(installation.worker, subject, HOME_CARE, idempotency_key="consent-once")


def test_a_department_asks_under_its_own_handle(installation: Installation) -> None:
    application, subject = installation.application, installation.enrol()
    application.consents.give(installation.worker, subject, HOME_CARE)
    installation.settle()
    handle = installation.handle(installation.health, subject)
    other = installation.handle(installation.transport, subject)
    assert handle != other
    asked = {"provider": SUBDISTRICT, "category": "mobility", "purpose": "home-care"}
    answer = application.decide.decide(installation.health, SubjectRef(handle=handle), **asked)
    assert (answer.decision, answer.obligations[0]) == ("PERMIT", "this_purpose_only")
    for stranger in (SubjectRef(handle=other), subject, SubjectRef(handle="Hunknown")):
        with pytest.raises(Forbidden, match="not_yours"):
            application.decide.decide(installation.health, stranger, **asked)
    with pytest.raises(Forbidden, match="consumer_not_yours"):
        application.decide.decide(
            installation.health, SubjectRef(handle=handle), consumer="transport", **asked
        )


def test_a_statutory_basis_permits_until_it_ends(
    installation: Installation, request: pytest.FixtureRequest
) -> None:
    application, subject = installation.application, installation.enrol()
    terms = ConsentTuple(SUBDISTRICT, "medical-insurance", "age-band", "medical-subsidy")
    bases = application.bases
    assert outcome(installation, subject, terms) == ("DENY", "no_basis")
    first = bases.add(installation.operator, terms, days=30, legal_reference="《示例办法》第一条")
    assert outcome(installation, subject, terms) == ("PERMIT", "statutory_basis")
    assert decide(installation, subject, terms).basis == f"statutory:{first.number}"
    ended = bases.end(installation.operator, first.number)
    assert not bases.list()[first.number - 1].in_force or ended.valid_until > time.time()
    while time.time() < ended.valid_until:
        time.sleep(0.1)
    assert outcome(installation, subject, terms) == ("DENY", "no_basis")
    bases.add(installation.operator, terms, days=30, legal_reference="《示例办法》第二条")
    assert outcome(installation, subject, terms) == ("PERMIT", "statutory_basis")
    request.getfixturevalue("paused")
    with installation.ahead(31 * DAY):
        assert outcome(installation, subject, terms) == ("DENY", "no_basis")


def test_every_decision_is_logged_denials_too(installation: Installation) -> None:
    subject = installation.enrol()
    receipts = [decide(installation, subject).receipt_id for _ in range(3)]
    assert len(set(receipts)) == 3
    subject_id = installation.application.lookup.resolve(installation.worker, subject.identity_number or "")
    lines = installation.application.access_log.list(installation.worker, subject_id=subject_id)
    assert [line.outcome for line in lines if line.action == "decision"] == ["DENY:no_basis"] * 3


def test_decisions_need_a_consumer_and_a_scope(installation: Installation) -> None:
    subject = installation.enrol()
    asked = {"provider": SUBDISTRICT, "category": "mobility", "purpose": "home-care"}
    with pytest.raises(BadInput, match="consumer_needed"):
        installation.application.decide.decide(installation.worker, subject, **asked)
    for actor in (installation.operator, installation.auditor):
        with pytest.raises(Forbidden, match="role_required"):
            installation.application.decide.decide(actor, subject, **asked)
