"""Consent records: locked terms, revisions, delegations, receipts, paper forms, handles that rotate."""

from __future__ import annotations

import hashlib
import time

import pytest

from ledger.domain import consent_notices
from ledger.domain.cases import CaseKind
from ledger.domain.programmes import DAY
from ledger.errors import BadInput, Conflict, Forbidden, LedgerError, Refused, TooLarge, TooMany
from ledger.keys import jws
from ledger.services import paper_consents, sealed_files
from ledger.services.consent_receipts import RECEIPT
from ledger.services.consent_terms import ConsentDecision, ConsentTuple
from ledger.services.delegations import NewDelegation
from ledger.services.handles import BINDING
from ledger.services.paper_consents import FilledForm
from ledger.services.references import SubjectRef
from ledger.settings import Settings
from tests.installation import SUBDISTRICT, Installation

HOME_CARE = ConsentTuple(SUBDISTRICT, "health", "mobility", "home-care")
GUARDIAN = ConsentDecision(grantor="guardian")
PHOTO = b"\xff\xd8\xff" + b"photo"


def form(**others: object) -> FilledForm:
    answers = {"home-care": "yes", "telephone": "no"}
    told = {"notice": "everyday-help", "version": 1, "answers": answers, "photo": PHOTO}
    return FilledForm(**{**told, "signed_by": "signature", **others})  # type: ignore[arg-type]


def permits(installation: Installation, subject: SubjectRef, category: str) -> bool:
    answer = installation.application.decide.decide(
        installation.worker,
        subject,
        provider=SUBDISTRICT,
        consumer="health",
        category=category,
        purpose="home-care",
    )
    return answer.decision == "PERMIT"


def test_terms_are_locked_once_given_and_a_renewal_names_the_former(installation: Installation) -> None:
    application, subject = installation.application, installation.enrol()
    given = application.consents.give(installation.worker, subject, HOME_CARE)
    with pytest.raises(Refused, match=r"consent\.locked"):
        application.consents.give(installation.worker, subject, HOME_CARE)
    with pytest.raises(Conflict, match=r"consent\.changed_meanwhile"):
        application.consents.renew(installation.worker, given.consent_id, 2)
    until = int(time.time()) + 500 * DAY
    renewed = application.consents.renew(installation.worker, given.consent_id, 1, valid_until=until)
    first = application.consent_receipts.get(installation.worker, given.operation_id)
    second = application.consent_receipts.get(installation.worker, renewed.operation_id)
    pinned = application.deployment.pinned
    told = jws.read(first.signed, pinned.operator).payload
    assert first.record["former_record"] is None
    assert f"0x{second.record['former_record']}" == told["record_hash"]
    assert (second.record["revision"], second.record["event"]["valid_until"]) == (2, until)
    installation.settle()
    (view,) = application.consents.list(installation.worker, subject)
    assert (view.status, view.revision, view.valid_until) == ("given", 2, until)


def test_what_was_never_given_cannot_be_renewed_nor_withdrawn_twice(installation: Installation) -> None:
    consents, subject = installation.application.consents, installation.enrol()
    refused = consents.refuse(installation.worker, subject, HOME_CARE)
    with pytest.raises(Refused, match=r"consent\.not_given"):
        consents.renew(installation.worker, refused.consent_id, 1)
    consents.give(installation.worker, subject, HOME_CARE)
    consents.withdraw(installation.worker, refused.consent_id)
    with pytest.raises(Refused, match=r"rule\.transition_not_allowed"):
        consents.withdraw(installation.worker, refused.consent_id)


def test_each_decision_has_a_receipt_that_the_operator_signed(installation: Installation) -> None:
    application, subject = installation.application, installation.enrol()
    decision = ConsentDecision(method="visit", helper="女儿")
    given = application.consents.give(installation.worker, subject, HOME_CARE, decision=decision)
    withdrawn = application.consents.withdraw(installation.worker, given.consent_id)
    states = []
    for operation_id in (given.operation_id, withdrawn.operation_id):
        receipt = application.consent_receipts.get(installation.worker, operation_id)
        said = jws.read(receipt.signed, application.deployment.pinned.operator)
        assert said.kind == RECEIPT
        assert said.payload["record"] == receipt.record
        assert said.payload["jti"] == operation_id
        states.append(receipt.record["event"]["event_state"])
        assert "女儿" not in str(said.payload)
    assert states == ["dpv:ConsentGiven", "dpv:ConsentWithdrawn"]
    processing = application.consent_receipts.get(installation.worker, given.operation_id).record
    assert processing["pii_processing"]["purpose_dpv"] == "dpv:ServiceProvision"
    assert processing["privacy_notice"] == dict(consent_notices.notice("everyday-help").reference)
    assert processing["event"]["helped"] is True
    assert processing["event"]["entity"] == "self"
    with pytest.raises(Forbidden, match="not_yours"):
        application.consent_receipts.get(installation.other_worker, given.operation_id)


def test_one_sentence_withdraws_all_that_one_organisation_reads(installation: Installation) -> None:
    consents, subject = installation.application.consents, installation.enrol()
    others = ConsentTuple(SUBDISTRICT, "transport", "age-band", "transport-benefit")
    for terms in (HOME_CARE, ConsentTuple(SUBDISTRICT, "health", "contact", "home-care"), others):
        consents.give(installation.worker, subject, terms)
    assert len(consents.withdraw_all(installation.worker, subject, consumer="health")) == 2
    assert len(consents.withdraw_all(installation.worker, subject)) == 1
    with pytest.raises(Refused, match=r"consent\.nothing_given"):
        consents.withdraw_all(installation.worker, subject)
    with pytest.raises(BadInput, match="organisation_unknown"):
        consents.withdraw_all(installation.worker, subject, consumer="moon")


def test_a_delegation_holds_within_its_scope_until_it_ends(
    installation: Installation, request: pytest.FixtureRequest
) -> None:
    application, subject = installation.application, installation.enrol()
    consents = application.consents
    delegation = installation.delegate(subject, "guardian", "mobility", days=2)
    contact = ConsentTuple(SUBDISTRICT, "health", "contact", "home-care")
    with pytest.raises(Refused, match=r"delegation\.out_of_scope"):
        consents.give(installation.worker, subject, contact, decision=GUARDIAN)
    given = consents.give(installation.worker, subject, HOME_CARE, decision=GUARDIAN)
    receipt = application.consent_receipts.get(installation.worker, given.operation_id)
    assert receipt.record["event"]["delegation"] == delegation.id
    with installation.clock.ahead(3 * DAY), pytest.raises(Refused, match=r"delegation\.ended_before"):
        consents.withdraw(installation.worker, given.consent_id, decision=GUARDIAN)
    ended = application.delegations.end(installation.worker, delegation.id)
    assert (ended.in_force, ended.name) == (False, "李强")
    with pytest.raises(Refused, match=r"delegation\.ended_before"):
        consents.withdraw(installation.worker, given.consent_id, decision=GUARDIAN)
    with pytest.raises(Conflict, match=r"delegation\.ended"):
        application.delegations.end(installation.worker, delegation.id)
    with pytest.raises(Forbidden, match="not_yours"):
        application.delegations.end(installation.other_worker, delegation.id)
    assert consents.withdraw(installation.worker, given.consent_id).consent_id == given.consent_id


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"kind": "neighbour"}, "delegation.kind_unknown"),
        ({"name": " "}, "delegation.name_needed"),
        ({"evidence": ()}, "delegation.evidence_needed"),
        ({"evidence": ("scan.jpg",)}, "evidence_malformed"),
        ({"categories": ()}, "delegation.categories_needed"),
        ({"categories": ("diary",)}, "category_unknown"),
        ({"valid_until": 1}, "valid_until_out_of_range"),
    ],
)
def test_bad_delegations(installation: Installation, changed: dict[str, object], code: str) -> None:
    good = {"kind": "guardian", "name": "李强", "categories": ("mobility",), "evidence": ("cd" * 32,)}
    new = NewDelegation(**{**good, "valid_until": int(time.time()) + DAY, **changed})  # type: ignore[arg-type]
    subject = installation.enrol()
    with pytest.raises(LedgerError) as refused:
        installation.application.delegations.record(installation.worker, subject, new)
    assert refused.value.code == code
    assert installation.application.delegations.list(installation.worker, subject) == []


def test_incapacity_is_no_ground_for_anybody_but_a_guardian(installation: Installation) -> None:
    consents, subject = installation.application.consents, installation.enrol()
    given = consents.give(installation.worker, subject, HOME_CARE)
    with pytest.raises(BadInput, match="incapacity_needs_guardian"):
        consents.withdraw(installation.reviewer, given.consent_id, decision=ConsentDecision(incapacity="x"))


def test_a_paper_form_becomes_its_tuples_in_one_step(installation: Installation) -> None:
    application, subject = installation.application, installation.enrol()
    entered = application.paper_consents.enter(
        installation.worker, subject, form(), idempotency_key=f"form-{subject.identity_number}"
    )
    again = application.paper_consents.enter(
        installation.worker, subject, form(), idempotency_key=f"form-{subject.identity_number}"
    )
    assert again == entered
    assert len(entered.accepted) == 3
    installation.settle()
    views = application.consents.list(installation.worker, subject)
    assert {view.terms.category: view.status for view in views} == {
        "residence": "given",
        "mobility": "given",
        "contact": "refused",
    }
    assert permits(installation, subject, "residence")
    assert not permits(installation, subject, "contact")
    photo = application.sealed_files.open(installation.worker, subject, entered.photo)
    assert (photo.data, photo.media_type) == (PHOTO, "image/jpeg")
    assert entered.photo == hashlib.sha256(PHOTO).hexdigest()
    with pytest.raises(Forbidden, match="not_yours"):
        application.sealed_files.open(installation.other_worker, subject, entered.photo)
    receipt = application.consent_receipts.get(installation.worker, entered.accepted[0].operation_id)
    assert receipt.record["event"]["evidence_sha256"] == [entered.photo]
    assert receipt.record["event"]["signed_by"] == "signature"


def test_no_on_a_later_form_takes_back_what_was_given(installation: Installation) -> None:
    application, subject = installation.application, installation.enrol()
    application.paper_consents.enter(installation.worker, subject, form())
    later = form(answers={"home-care": "no", "telephone": "no"}, photo=PHOTO + b"2")
    entered = application.paper_consents.enter(installation.worker, subject, later)
    assert len(entered.accepted) == 2  # the telephone was refused already
    installation.settle()
    views = application.consents.list(installation.worker, subject)
    assert {view.status for view in views if view.terms.category != "contact"} == {"withdrawn"}


@pytest.mark.parametrize(
    ("changed", "error", "code"),
    [
        ({"answers": {}}, BadInput, "paper.answers_needed"),
        ({"answers": {"shoes": "yes"}}, BadInput, "paper.question_unknown"),
        ({"answers": {"bus": "perhaps"}}, BadInput, "paper.answer_unknown"),
        ({"signed_by": "stamp"}, BadInput, "paper.signed_by_unknown"),
        ({"signed_by": "fingerprint"}, BadInput, "paper.witness_needed"),
        ({"reads": False}, BadInput, "paper.witness_needed"),
        ({"reads": False, "witness": "nanqiao"}, BadInput, "paper.witness_is_worker"),
        ({"notice": "nothing"}, BadInput, "consent.notice_unknown"),
        ({"version": 2}, BadInput, "consent.notice_unknown"),
        ({"photo": b"GIF89a"}, BadInput, "file.kind_unknown"),
        ({"photo": PHOTO + bytes(sealed_files.LARGEST_FILE)}, TooLarge, "file.too_large"),
        ({"grantor": "guardian"}, Refused, "delegation.none"),
    ],
)
def test_a_bad_form_leaves_nothing(
    installation: Installation, changed: dict[str, object], error: type[LedgerError], code: str
) -> None:
    subject = installation.enrol()
    with pytest.raises(error) as refused:
        installation.application.paper_consents.enter(installation.worker, subject, form(**changed))
    assert refused.value.code == code
    assert installation.application.consents.list(installation.worker, subject) == []


def test_a_drawn_form_is_called_back_by_another_organisation(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    application, subject = installation.application, installation.enrol()
    monkeypatch.setattr(paper_consents, "CALLED_BACK", 1.0)
    entered = application.paper_consents.enter(
        installation.worker, subject, form(signed_by="fingerprint", reads=False, witness="王大妈")
    )
    assert entered.called_back
    found = application.cases.list(installation.reviewer, kind=CaseKind.CONSENT_CALL, limit=200)
    (case,) = [one for one in found.cases if one.subject_id == entered.subject_id]
    with pytest.raises(Forbidden, match=r"case\.reviewer_needed"):
        application.case_work.decide(installation.worker, case.id, "as_said", "本人接电话确认")
    decided = application.case_work.decide(installation.reviewer, case.id, "as_said", "本人接电话确认")
    assert decided.outcome == "as_said"


def test_about_one_form_in_fifty_is_drawn(installation: Installation) -> None:
    drawn = installation.application.paper_consents._is_drawn
    assert 0.01 < sum(drawn(f"op{number}") for number in range(5_000)) / 5_000 < 0.03


def test_a_rotated_handle_is_dead_and_the_binding_says_so(installation: Installation) -> None:
    application, subject = installation.application, installation.enrol()
    old = installation.handle(installation.health, subject)
    elsewhere = installation.handle(installation.transport, subject)
    rotated = application.handles.rotate(installation.worker, subject, organisation="health")
    assert (rotated.replaces, rotated.rotation) == (old, 1)
    said = jws.read(rotated.binding, application.deployment.pinned.operator)
    assert said.kind == BINDING
    assert (said.payload["sub"], said.payload["replaces"]) == (rotated.handle, old)
    asked = {"provider": SUBDISTRICT, "category": "mobility", "purpose": "home-care"}
    with pytest.raises(Forbidden, match="handle_ended"):
        application.decide.decide(installation.health, SubjectRef(handle=old), **asked)
    with pytest.raises(Forbidden, match="not_yours"):
        application.lookup.verdict(installation.health, SubjectRef(handle=old))
    assert installation.handle(installation.health, subject) == rotated.handle
    assert installation.handle(installation.transport, subject) == elsewhere
    by_itself = application.handles.rotate(installation.health, SubjectRef(handle=rotated.handle))
    assert (by_itself.rotation, by_itself.replaces) == (2, rotated.handle)
    (bound,) = application.handles.resolve(installation.health, [subject.identity_number or ""])
    assert bound is not None
    assert (bound.handle, bound.replaces) == (by_itself.handle, rotated.handle)
    claims = jws.read(bound.binding, application.deployment.pinned.operator).payload
    assert (claims["aud"], claims["identity_number"]) == ("health", subject.identity_number)


def test_who_may_rotate_which_handle(installation: Installation) -> None:
    handles, subject = installation.application.handles, installation.enrol()
    handle = installation.handle(installation.health, subject)
    for attempt, code in (
        (lambda: handles.rotate(installation.worker, subject), "handle_owner_needed"),
        (lambda: handles.rotate(installation.worker, subject, organisation="moon"), "organisation_unknown"),
        (lambda: handles.rotate(installation.worker, subject, organisation="transport"), "handle_unknown"),
        (lambda: handles.rotate(installation.other_worker, subject, organisation="health"), "not_yours"),
        (lambda: handles.rotate(installation.transport, SubjectRef(handle=handle)), "not_yours"),
        (
            lambda: handles.rotate(installation.health, SubjectRef(handle=handle), organisation="transport"),
            "consumer_not_yours",
        ),
    ):
        with pytest.raises(LedgerError) as refused:
            attempt()
        assert refused.value.code == code


def test_a_key_resolves_no_more_than_its_quota(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    application, subject = installation.application, installation.enrol()
    key = installation.api_key("health")
    few = application.settings.model_copy(update={"resolve_per_hour": 2})
    assert isinstance(few, Settings)
    context = application.handles._context
    monkeypatch.setattr(
        application.handles,
        "_context",
        type(context)(context.database, context.vault, few, context.programmes, context.clock, context.wake),
    )
    numbers = [subject.identity_number or ""] * 2
    assert application.handles.resolve(key, numbers)
    with pytest.raises(TooMany, match="resolve_quota_used") as refused:
        application.handles.resolve(key, numbers[:1])
    assert 0 < int(refused.value.params["retry_after"] or 0) <= 3600
    with installation.clock.ahead(3600):
        assert application.handles.resolve(key, numbers[:1])
