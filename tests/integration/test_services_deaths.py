"""Deaths, both ways: nothing stops on one word, and everyone who was told hears when it was not so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger.domain import months
from ledger.domain.deaths import ANSWER_DAYS
from ledger.domain.programmes import DAY, local_date
from ledger.errors import BadInput, Forbidden, Refused
from ledger.services.actors import Actor, Scope
from ledger.services.acts import Action
from ledger.services.certification_requests import CertificationRequest
from ledger.services.deaths.report import DeathReport
from ledger.services.references import SubjectRef
from tests.installation import Installation


def act(
    installation: Installation, actor: Actor, subject: SubjectRef, action: Action, **fields: object
) -> str:
    defaults = {"method": "visit"} if action is Action.CERTIFY else {"reason": "reason in writing"}
    request = CertificationRequest(subject, action, **{**defaults, **fields})  # type: ignore[arg-type]
    return installation.application.certify.submit_one(actor, request).subject_id


def certified(installation: Installation, days_ago: int = 0) -> tuple[SubjectRef, str]:
    subject = installation.enrol(columns={"联系电话": "13800000001", "与老人关系": "子女"})
    on = local_date(installation.clock()) - timedelta(days=days_ago)
    return subject, act(installation, installation.worker, subject, Action.CERTIFY, occurred_on=on)


def seen(installation: Installation, subject: SubjectRef) -> tuple[str, bool | None]:
    installation.settle()
    answer = installation.application.lookup.verdict(installation.worker, subject)
    return answer.verdict, answer.payable


def case_of(installation: Installation, subject_id: str) -> str:
    found = installation.application.cases.list(installation.reviewer, kind="death", limit=200).cases
    (case,) = [one.id for one in found if one.subject_id == subject_id]
    return case


def test_one_word_blocks_and_stops_nothing_and_two_allow_another_to_confirm(
    installation: Installation,
) -> None:
    subject, subject_id = certified(installation)
    reported = installation.reports(installation.health, subject)
    assert reported.operation_id is not None
    assert seen(installation, subject) == ("DEATH_REPORTED", True)
    work = installation.application.case_work
    with pytest.raises(Refused, match=r"death\.notice_needed"):
        work.decide(installation.reviewer, reported.case_id or "", "confirmed", "两个来源")
    act(installation, installation.worker, subject, Action.AUTHORISE, authorisation="notified")
    second = DeathReport(subject, "family", local_date(installation.clock()) - timedelta(days=7))
    same_case = installation.application.deaths.report(installation.worker, second)
    assert (same_case.case_id, same_case.operation_id) == (reported.case_id, None)
    decided = work.decide(installation.reviewer, case_of(installation, subject_id), "confirmed", "两个来源")
    assert decided.operation_id is not None
    assert seen(installation, subject) == ("DECEASED", False)
    events = installation.application.cases.get(installation.worker, decided.id).events
    assert [one.kind for one in events] == ["opened", "source", "source", "decided"]
    assert [one.detail.get("source") for one in events[1:3]] == ["death-certificate", "family"]


def test_the_same_report_again_changes_nothing(installation: Installation) -> None:
    subject, _ = certified(installation)
    first = installation.reports(installation.health, subject)
    assert installation.reports(installation.health, subject).case_id == first.case_id
    events = installation.application.cases.get(installation.worker, first.case_id or "").events
    assert [one.kind for one in events] == ["opened", "source"]


def test_an_authority_and_an_unanswered_notice_are_enough(installation: Installation, paused: None) -> None:
    subject, subject_id = certified(installation)
    reported = installation.reports(installation.health, subject)
    case, work, desk = (
        reported.case_id or "",
        installation.application.case_work,
        installation.application.notices,
    )
    letters = desk.list(installation.worker, way="letter", limit=200).notices
    (letter,) = [one for one in letters if one.subject_id == subject_id]
    assert "李桂英" in desk.letter(installation.worker, letter.id, "zh-CN").text
    with pytest.raises(Refused, match=r"death\.notice_needed"):
        work.decide(installation.reviewer, case, "confirmed", "x")
    desk.delivered(installation.worker, letter.id)
    with pytest.raises(Refused, match=r"death\.notice_waiting"):
        work.decide(installation.reviewer, case, "confirmed", "x")
    with installation.ahead((ANSWER_DAYS + 1) * DAY):
        assert work.decide(installation.reviewer, case, "confirmed", "送达后无人回应").operation_id


def test_an_answered_notice_waits_for_another_organisation(installation: Installation, paused: None) -> None:
    subject, subject_id = certified(installation)
    case = installation.reports(installation.health, subject).case_id or ""
    desk = installation.application.notices
    letters = desk.list(installation.worker, way="letter", limit=200).notices
    (letter,) = [one for one in letters if one.subject_id == subject_id]
    desk.answered(installation.worker, letter.id)
    with (
        installation.ahead((ANSWER_DAYS + 1) * DAY),
        pytest.raises(Refused, match=r"death\.notice_answered"),
    ):
        installation.application.case_work.decide(installation.reviewer, case, "confirmed", "x")


def test_what_was_paid_after_the_death_is_stated_and_the_date_is_sealed(installation: Installation) -> None:
    subject, subject_id = certified(installation, days_ago=200)
    today = local_date(installation.clock())
    died_on = today - timedelta(days=100)
    report = DeathReport(subject, "family", died_on)
    installation.application.deaths.report(installation.worker, report)
    installation.reports(installation.health, subject)
    case = case_of(installation, subject_id)
    installation.application.case_work.decide(
        installation.reviewer, case, "confirmed", "已核实", occurred_on=died_on
    )
    installation.settle()
    line = installation.application.lookup.history(installation.worker, subject_id)[-1]
    assert line.occurred_on == died_on.isoformat()
    first = months.Month(months.of(died_on) + 1)
    assert line.paid_after == f"{months.text(first)}/{months.text(months.of(today))}"


def test_a_rescission_restores_states_back_pay_and_tells_who_was_told(installation: Installation) -> None:
    subject, subject_id = certified(installation)
    installation.reports(installation.health, subject)
    act(installation, installation.worker, subject, Action.AUTHORISE, authorisation="notified")
    second = DeathReport(subject, "neighbour", local_date(installation.clock()))
    installation.application.deaths.report(installation.worker, second)
    installation.settle()
    handle = installation.handle(installation.transport, subject)
    told = installation.application.lookup.verdict(installation.transport, SubjectRef(handle=handle))
    assert told.verdict == "UNDER_REVIEW"
    act(installation, installation.reviewer, subject, Action.CONFIRM_DEATH)
    assert seen(installation, subject) == ("DECEASED", False)
    before = installation.application.deaths.corrections(installation.transport, 0, 200)
    act(installation, installation.county_reviewer, subject, Action.RESCIND_DEATH)
    assert seen(installation, subject) == ("VALID", True)
    line = installation.application.lookup.history(installation.worker, subject_id)[-1]
    month = months.text(months.of(local_date(installation.clock())))
    assert line.back_pay == f"{month}/{month}"
    deaths = installation.application.deaths
    heard = deaths.corrections(installation.transport, 0, 200)[len(before) :]
    assert [(one.handle, one.kind) for one in heard] == [(handle, "death_rescinded")]
    assert deaths.corrections(installation.transport, heard[-1].sequence, 200) == []
    asked_nothing = [one.handle for one in deaths.corrections(installation.health, 0, 200)]
    assert handle not in asked_nothing


def test_a_sign_of_life_stands_on_the_case(installation: Installation) -> None:
    subject, _ = certified(installation, days_ago=200)
    case = installation.reports(installation.health, subject).case_id or ""
    act(installation, installation.worker, subject, Action.CERTIFY)
    events = installation.application.cases.get(installation.reviewer, case).events
    assert [(one.kind, one.detail.get("sign")) for one in events][-1] == ("life_sign", "visit")
    assert seen(installation, subject) == ("DEATH_REPORTED", True)


def test_a_department_without_the_role_opens_a_case_and_nothing_on_the_chain(
    installation: Installation,
) -> None:
    subject, _ = certified(installation)
    reported = installation.reports(installation.transport, subject, "insurance-ended")
    assert (reported.operation_id, reported.case_id is not None) == (None, True)
    assert seen(installation, subject) == ("VALID", True)


def test_who_may_report_and_hear(installation: Installation) -> None:
    subject, _ = certified(installation)
    deaths, today = installation.application.deaths, local_date(installation.clock())
    for actor in (installation.other_worker, installation.health):
        with pytest.raises(Forbidden, match="not_yours"):
            deaths.report(actor, DeathReport(subject, "family", today))
    with pytest.raises(Forbidden, match="role_required"):
        deaths.report(installation.operator, DeathReport(subject, "family", today))
    narrow = installation.api_key("health", Scope.DECIDE)
    with pytest.raises(Forbidden, match="scope_required"):
        deaths.report(narrow, DeathReport(SubjectRef(handle="H"), "cremation", today))
    with pytest.raises(Forbidden, match="scope_required"):
        deaths.corrections(narrow, 0, 10)
    for source, day, code in (
        ("rumour", today, r"death\.source_unknown"),
        ("vaccination", today, r"death\.source_unknown"),
        ("family", date(2999, 1, 1), "occurred_in_future"),
    ):
        with pytest.raises(BadInput, match=code):
            deaths.report(installation.worker, DeathReport(subject, source, day))
