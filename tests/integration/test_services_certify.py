"""Certifications and decisions about them, from request to final on the chain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger.domain.programmes import local_date
from ledger.errors import BadInput, Conflict, Forbidden, LedgerError, Refused, TooLarge
from ledger.services.actors import Actor
from ledger.services.certify import Accepted, Action, CertificationRequest, Rejected
from ledger.services.references import SubjectRef
from tests.installation import NANQIAO, WENMIAO, Installation

REASON = "reason in writing"


def request(subject: SubjectRef, action: Action = Action.CERTIFY, **fields: object) -> CertificationRequest:
    defaults = {"method": "visit"} if action is Action.CERTIFY else {"reason": REASON}
    return CertificationRequest(subject=subject, action=action, **{**defaults, **fields})  # type: ignore[arg-type]


def submit(
    installation: Installation, actor: Actor, subject: SubjectRef, action: Action, **fields: object
) -> Accepted:
    return installation.application.certify.submit_one(actor, request(subject, action, **fields))


def certified(installation: Installation, occurred_on: date | None = None) -> SubjectRef:
    """A certified person of Nanqiao."""
    subject = installation.enrol()
    submit(installation, installation.worker, subject, Action.CERTIFY, occurred_on=occurred_on)
    return subject


def verdict(installation: Installation, subject: SubjectRef) -> str:
    installation.settle()
    return installation.application.lookup.verdict(installation.worker, subject).verdict


def test_a_certification_becomes_final_and_valid(installation: Installation) -> None:
    subject = installation.enrol()
    accepted = submit(installation, installation.worker, subject, Action.CERTIFY, note="在家，精神好")
    installation.settle()
    operation = installation.application.operations.get(installation.worker, accepted.operation_id)
    assert (operation.state, operation.revision, operation.action) == ("final", 1, "certify")
    answer = installation.application.lookup.verdict(installation.worker, subject)
    assert (answer.verdict, answer.payable, answer.method) == ("VALID", True, "visit")
    assert answer.as_of is not None
    assert operation.block is not None
    assert answer.as_of.block >= operation.block


def test_a_renewal_is_the_next_revision(installation: Installation) -> None:
    subject = certified(installation, local_date(installation.clock()) - timedelta(days=200))
    installation.settle()
    submit(installation, installation.worker, subject, Action.CERTIFY, method="household")
    installation.settle()
    answer = installation.application.lookup.verdict(installation.worker, subject)
    assert (answer.revision, answer.method) == (2, "household")


def test_the_record_keeps_who_acted_and_when_it_happened(installation: Installation) -> None:
    day = local_date(installation.clock()) - timedelta(days=3)
    subject = installation.enrol()
    accepted = submit(
        installation,
        installation.worker,
        subject,
        Action.CERTIFY,
        occurred_on=day,
        note="门口见到本人",
        evidence=("ab" * 32,),
    )
    installation.settle()
    (line,) = installation.application.lookup.history(installation.worker, accepted.subject_id)
    assert (line.occurred_on, line.acted_by, line.note) == (day.isoformat(), "nanqiao", "门口见到本人")
    assert (line.assurance, line.organisation, line.action) == ("ASSERTED_BY_SERVICE", NANQIAO, "certify")


def test_the_validity_does_not_tell_the_day_of_the_act(installation: Installation) -> None:
    subject = certified(installation)
    installation.settle()
    accepted = installation.application.lookup.verdict(installation.worker, subject)
    (line,) = installation.application.lookup.history(installation.worker, accepted.subject_id or "")
    assert local_date(line.valid_from).day == 1
    assert local_date(line.valid_until).day == 1


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ([Action.SUSPEND], "SUSPENDED"),
        ([Action.SUSPEND, Action.REINSTATE], "VALID"),
        ([Action.REVOKE], "REVOKED"),
        ([Action.CLOSE], "CLOSED"),
    ],
)
def test_a_reviewers_decisions(installation: Installation, actions: list[Action], expected: str) -> None:
    subject = certified(installation)
    for action in actions:
        submit(installation, installation.reviewer, subject, action)
    assert verdict(installation, subject) == expected


def test_a_reported_death_stops_no_money_until_another_organisation_confirms(
    installation: Installation,
) -> None:
    subject = certified(installation)
    submit(installation, installation.worker, subject, Action.REPORT_DEATH)
    installation.settle()
    answer = installation.application.lookup.verdict(installation.worker, subject)
    assert (answer.verdict, answer.payable) == ("DEATH_REPORTED", True)
    installation.reports(installation.health, subject)
    submit(installation, installation.reviewer, subject, Action.CONFIRM_DEATH)
    installation.settle()
    answer = installation.application.lookup.verdict(installation.worker, subject)
    assert (answer.verdict, answer.payable) == ("DECEASED", False)
    submit(installation, installation.reviewer, subject, Action.RESCIND_DEATH)
    assert verdict(installation, subject) == "VALID"


def test_the_organisation_that_reported_a_death_cannot_confirm_it(installation: Installation) -> None:
    subject = certified(installation)
    submit(installation, installation.reviewer, subject, Action.REPORT_DEATH)
    with pytest.raises(Refused, match=r"rule\.death_reporter_may_not_decide"):
        submit(installation, installation.reviewer, subject, Action.CONFIRM_DEATH)
    installation.reports(installation.health, subject)
    submit(installation, installation.county_reviewer, subject, Action.CONFIRM_DEATH)
    assert verdict(installation, subject) == "DECEASED"


def test_the_deceased_are_not_certified(installation: Installation) -> None:
    subject = certified(installation, local_date(installation.clock()) - timedelta(days=200))
    submit(installation, installation.worker, subject, Action.REPORT_DEATH)
    installation.reports(installation.health, subject)
    submit(installation, installation.reviewer, subject, Action.CONFIRM_DEATH)
    with pytest.raises(Refused, match=r"rule\.death_recorded"):
        submit(installation, installation.worker, subject, Action.CERTIFY)


def test_someone_too_young_is_not_certified(installation: Installation) -> None:
    subject = installation.enrol(born=date(1960, 1, 1))
    with pytest.raises(Refused, match="too_young") as refusal:
        submit(installation, installation.worker, subject, Action.CERTIFY)
    assert refusal.value.params["expected"] == 80


def test_someone_certified_for_as_long_is_not_certified_again(installation: Installation) -> None:
    subject = certified(installation)
    with pytest.raises(Refused, match="already_certified"):  # what is on its way counts
        submit(installation, installation.worker, subject, Action.CERTIFY)
    installation.settle()
    with pytest.raises(Refused, match="already_certified"):
        submit(installation, installation.worker, subject, Action.CERTIFY)


def test_the_first_certification_is_the_communitys(installation: Installation) -> None:
    subject = installation.enrol()
    with pytest.raises(Refused, match="first_by_community"):
        submit(installation, installation.reviewer, subject, Action.CERTIFY)


def test_another_communitys_elder_and_nobody_are_the_same(installation: Installation) -> None:
    theirs = installation.enrol(actor=installation.other_worker)
    subject_id = installation.application.lookup.resolve(
        installation.other_worker, theirs.identity_number or ""
    )
    nobody = SubjectRef(identity_number=installation.number())
    for subject in (theirs, SubjectRef(id=subject_id), nobody, SubjectRef(id="Snobody")):
        with pytest.raises(Forbidden) as error:
            submit(installation, installation.worker, subject, Action.CERTIFY)
        assert (error.value.code, error.value.params) == ("not_yours", {})


@pytest.mark.parametrize(
    "action",
    [
        Action.SUSPEND,
        Action.REINSTATE,
        Action.CONFIRM_DEATH,
        Action.RESCIND_DEATH,
        Action.REVOKE,
        Action.CLOSE,
        Action.HANDOVER,
    ],
)
def test_what_only_a_reviewer_may_do(installation: Installation, action: Action) -> None:
    subject = certified(installation)
    with pytest.raises(Forbidden, match="role_required"):
        submit(installation, installation.worker, subject, action, organisation=WENMIAO)


def test_who_may_not_certify(installation: Installation) -> None:
    subject = installation.enrol()
    for actor in (installation.operator, installation.auditor, installation.health):
        with pytest.raises(Forbidden, match="role_required"):
            submit(installation, actor, subject, Action.CERTIFY)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"programme": "no-such-programme"}, "programme_unknown"),
        ({"method": "telepathy"}, "method_unknown"),
        ({"method": "signals"}, "method_unknown"),
        ({"occurred_on": date(2999, 1, 1)}, "occurred_in_future"),
        ({"occurred_on": date(1930, 1, 1)}, "occurred_before_birth"),
        ({"note": "x" * 501}, "text_too_long"),
        ({"evidence": ("photo.jpg",)}, "evidence_malformed"),
        ({"action": Action.AUTHORISE, "authorisation": "unset"}, "authorisation_unknown"),
    ],
)
def test_bad_requests(installation: Installation, fields: dict[str, object], code: str) -> None:
    subject = installation.enrol()
    with pytest.raises(LedgerError, match=code):
        installation.application.certify.submit_one(
            installation.worker,
            replace(request(subject), **fields),  # type: ignore[arg-type]
        )


def test_a_reviewers_decision_needs_a_reason(installation: Installation) -> None:
    subject = certified(installation)
    with pytest.raises(BadInput, match="reason_needed"):
        submit(installation, installation.reviewer, subject, Action.SUSPEND, reason="  ")


def test_an_objection_is_not_overruled_by_a_notice(installation: Installation) -> None:
    subject = certified(installation)
    submit(installation, installation.worker, subject, Action.AUTHORISE, authorisation="notified")
    submit(installation, installation.worker, subject, Action.AUTHORISE, authorisation="objected")
    with pytest.raises(Refused, match=r"rule\.transition_not_allowed"):
        submit(installation, installation.worker, subject, Action.AUTHORISE, authorisation="notified")
    submit(installation, installation.worker, subject, Action.AUTHORISE, authorisation="consented")
    installation.settle()
    answer = installation.application.lookup.verdict(installation.worker, subject)
    history = installation.application.lookup.history(installation.worker, answer.subject_id or "")
    assert [line.authorisation for line in history] == ["unset", "notified", "objected", "consented"]


def test_a_handover_takes_the_person_to_the_other_community(installation: Installation) -> None:
    subject = certified(installation)
    submit(installation, installation.reviewer, subject, Action.HANDOVER, organisation=WENMIAO)
    with pytest.raises(Forbidden, match="not_yours"):
        installation.application.lookup.verdict(installation.worker, subject)
    installation.settle()
    answer = installation.application.lookup.verdict(installation.other_worker, subject)
    assert (answer.verdict, answer.revision) == ("VALID", 2)
    with pytest.raises(Refused, match="already_responsible"):
        submit(installation, installation.reviewer, subject, Action.HANDOVER, organisation=WENMIAO)


def test_a_batch_takes_what_it_can_and_says_why_not(installation: Installation) -> None:
    good, young = installation.enrol(), installation.enrol(born=date(1960, 1, 1))
    nobody = SubjectRef(identity_number=installation.number())
    malformed = SubjectRef(identity_number="519999")
    items = [request(subject) for subject in (good, young, nobody, malformed, good)]
    answers = installation.application.certify.submit(installation.worker, items)
    codes = [answer.error.code if isinstance(answer, Rejected) else "" for answer in answers]
    assert codes == ["", "too_young", "not_yours", "identity_number.malformed", "already_certified"]
    assert verdict(installation, good) == "VALID"


def test_a_batch_is_bounded(installation: Installation) -> None:
    certify = installation.application.certify
    with pytest.raises(BadInput, match="items_needed"):
        certify.submit(installation.worker, [])
    with pytest.raises(TooLarge, match="items_too_many"):
        certify.submit(installation.worker, [request(SubjectRef(id="S"))] * 1001)


def test_a_key_does_a_request_once_and_answers_it_the_same(installation: Installation) -> None:
    certify = installation.application.certify
    items = [request(installation.enrol()), request(SubjectRef(id="Snobody"))]
    first = certify.submit(installation.worker, items, idempotency_key="once")
    again = certify.submit(installation.worker, items, idempotency_key="once")
    assert isinstance(again[0], Accepted)
    assert again[0] == first[0]
    assert isinstance(again[1], Rejected)
    assert again[1].error.code == "not_yours"
    with pytest.raises(Conflict, match="idempotency_key_reused"):
        certify.submit(installation.worker, items[:1], idempotency_key="once")


def test_an_operation_of_another_community_is_not_shown(installation: Installation) -> None:
    accepted = submit(installation, installation.worker, installation.enrol(), Action.CERTIFY)
    for operation_id in (accepted.operation_id, "op-unknown"):
        with pytest.raises(Forbidden, match="not_yours"):
            installation.application.operations.get(installation.other_worker, operation_id)
