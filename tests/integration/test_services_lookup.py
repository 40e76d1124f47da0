"""Look-ups: verdicts now and then, searches, the due list, a person's page, and the log of it all."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest

from ledger.domain.programmes import local_date
from ledger.errors import BadInput, Forbidden
from ledger.services.actors import Role, Scope
from ledger.services.certify import Action, CertificationRequest
from ledger.services.references import SubjectRef
from tests.installation import NANQIAO, WENMIAO, Installation


def certify(installation: Installation, subject: SubjectRef, days_ago: int = 0) -> str:
    """Certified so many days ago, and final; the subject's id."""
    accepted = installation.application.certify.submit_one(
        installation.worker,
        CertificationRequest(
            subject, method="visit", occurred_on=local_date(time.time()) - timedelta(days=days_ago)
        ),
    )
    installation.settle()
    return accepted.subject_id


def test_someone_never_certified(installation: Installation) -> None:
    answer = installation.application.lookup.verdict(installation.worker, installation.enrol())
    assert (answer.verdict, answer.payable, answer.revision) == ("NEVER", False, 0)
    assert [reason.code for reason in answer.reasons] == ["never"]


def test_a_verdict_goes_from_valid_to_expired_and_stays_payable(
    installation: Installation, request: pytest.FixtureRequest
) -> None:
    subject = installation.enrol()
    certify(installation, subject)
    request.getfixturevalue("paused")
    answer = installation.application.lookup.verdict(installation.worker, subject)
    assert answer.valid_until is not None
    left = answer.valid_until - time.time()
    found = []
    for days in (-61, -10, 10, 61):
        with installation.ahead(left + days * 86_400):
            later = installation.application.lookup.verdict(installation.worker, subject)
            found.append((later.verdict, later.payable))
    assert found == [("VALID", True), ("DUE", True), ("GRACE", True), ("EXPIRED", True)]


def test_the_past_is_as_the_ledger_stood_then(installation: Installation) -> None:
    lookup, subject = installation.application.lookup, installation.enrol()
    subject_id = certify(installation, subject, days_ago=300)
    (first,) = lookup.history(installation.worker, subject_id)
    time.sleep(max(0.0, first.recorded_at + 1.1 - time.time()))  # block times are whole seconds
    certify(installation, subject)
    then = lookup.verdict(installation.worker, subject, at=first.recorded_at)
    now = lookup.verdict(installation.worker, subject)
    assert (then.revision, now.revision) == (1, 2)
    assert then.as_of is not None
    assert then.as_of.time <= first.recorded_at
    before = lookup.verdict(installation.worker, subject, at=first.recorded_at - 3600)
    assert (before.verdict, before.as_of) == ("NEVER", None)
    with pytest.raises(BadInput, match="moment_in_future"):
        lookup.verdict(installation.worker, subject, at=int(time.time()) + 60)


def test_an_index_out_of_touch_knows_nothing_but_stops_no_money(installation: Installation) -> None:
    lookup, subject = installation.application.lookup, installation.enrol()
    certify(installation, subject)
    at = int(time.time())
    with installation.clock.ahead(installation.application.settings.stale_after + 5):
        answer = lookup.verdict(installation.worker, subject)
        past = lookup.verdict(installation.worker, subject, at=at - 60)
        health = installation.application.status.health()
        due = lookup.due(installation.worker)
    assert (answer.verdict, answer.payable, answer.valid_until) == ("UNKNOWN", True, None)
    assert [reason.code for reason in answer.reasons] == ["index_stale"]
    assert (health.ready, health.trouble, due.stale) == (False, "index_stale", True)
    assert past.verdict == "NEVER"  # what lies behind the index's last block stays known


def test_a_department_sees_a_verdict_under_its_handle_only(installation: Installation) -> None:
    application, subject = installation.application, installation.enrol()
    certify(installation, subject)
    handle = installation.handle(installation.health, subject)
    answer = application.lookup.verdict(installation.health, SubjectRef(handle=handle))
    assert (answer.verdict, answer.subject_id, answer.handle) == ("VALID", None, handle)
    assert (answer.revision, answer.pending) == (0, ())
    application.certify.submit_one(
        installation.worker, CertificationRequest(subject, action=Action.REPORT_DEATH)
    )
    installation.settle()
    answer = application.lookup.verdict(installation.health, SubjectRef(handle=handle))
    assert (answer.verdict, answer.payable) == ("UNDER_REVIEW", True)
    assert "death_reported" not in [reason.code for reason in answer.reasons]


def test_a_handle_is_the_same_each_time(installation: Installation) -> None:
    handles, subject = installation.application.handles, installation.enrol()
    numbers = [subject.identity_number or "", installation.number()]
    known, nobody = handles.resolve(installation.health, numbers)
    assert known is not None
    assert installation.handle(installation.health, subject) == known.handle
    assert nobody is None


def test_scopes_hold(installation: Installation) -> None:
    lookup = installation.application.lookup
    only_decide = installation.api_key("health", Scope.DECIDE)
    with pytest.raises(Forbidden, match="scope_required"):
        lookup.verdict(only_decide, SubjectRef(handle="H"))
    with pytest.raises(Forbidden, match="scope_required"):
        installation.application.handles.resolve(only_decide, [])
    with pytest.raises(Forbidden, match="scope_required"):
        installation.application.handles.resolve(installation.worker, [])


def test_operators_and_auditors_see_no_person(installation: Installation) -> None:
    lookup, subject = installation.application.lookup, installation.enrol()
    for actor in (installation.operator, installation.auditor):
        with pytest.raises(Forbidden, match="role_required"):
            lookup.verdict(actor, subject)
        with pytest.raises(Forbidden, match="role_required"):
            lookup.search(actor, "李")
        with pytest.raises(Forbidden, match="role_required"):
            lookup.due(actor)
        with pytest.raises(Forbidden, match="role_required"):
            lookup.subject(actor, "S")


def test_bad_questions(installation: Installation) -> None:
    lookup, subject = installation.application.lookup, installation.enrol()
    with pytest.raises(BadInput, match="programme_unknown"):
        lookup.verdict(installation.worker, subject, "no-such-programme")
    number = subject.identity_number or ""
    wrong = SubjectRef(identity_number=number[:17] + ("1" if number[17] != "1" else "2"))
    with pytest.raises(BadInput, match=r"identity_number\.check_digit"):
        lookup.verdict(installation.worker, wrong)
    with pytest.raises(BadInput, match="one_reference"):
        SubjectRef(id="S", handle="H")
    with pytest.raises(BadInput, match="name_needed"):
        lookup.search(installation.worker, "  ")
    with pytest.raises(BadInput, match="limit_out_of_range"):
        lookup.due(installation.worker, limit=0)


def test_a_search_finds_by_part_of_a_name_in_own_communities(installation: Installation) -> None:
    lookup = installation.application.lookup
    mine = installation.enrol(name="阿依努尔·买买提", columns={"楼栋": "3栋"})
    installation.enrol(name="阿依努尔·艾合买提", actor=installation.other_worker)
    (line,) = lookup.search(installation.worker, "努尔·买")
    assert (line.name, line.building, line.community) == ("阿依努尔·买买提", "3栋", NANQIAO)
    assert line.masked_number.startswith("519999********")
    assert (mine.identity_number or "")[6:14] not in line.masked_number
    assert len(lookup.search(installation.reviewer, "阿依努尔")) == 2
    with pytest.raises(Forbidden, match="not_yours"):
        lookup.search(installation.worker, "阿", community=WENMIAO)
    with pytest.raises(Forbidden, match="not_yours"):
        lookup.search(installation.worker, "阿", community="no-such-community")


def test_the_due_list_is_by_urgency_and_drops_who_is_certified(installation: Installation) -> None:
    lookup, worker = (
        installation.application.lookup,
        installation.user("jianxing", Role.WORKER, "510181004009"),
    )
    people = {
        name: installation.enrol(name=name, actor=worker)
        for name in ("从未", "已过期", "宽限期", "将到期", "有效", "新办")
    }
    ages = {"已过期": 500, "宽限期": 420, "将到期": 350, "有效": 30}
    for name, days in ages.items():
        installation.application.certify.submit_one(
            worker,
            CertificationRequest(
                people[name], method="paper", occurred_on=local_date(time.time()) - timedelta(days=days)
            ),
        )
    installation.enrol(name="太年轻", actor=worker, born=date(1960, 1, 1))
    installation.settle()
    installation.application.certify.submit_one(worker, CertificationRequest(people["新办"], method="visit"))
    due = lookup.due(worker)
    shown = [(line.name, line.verdict) for line in due.people]
    assert shown == [("从未", "NEVER"), ("已过期", "EXPIRED"), ("宽限期", "GRACE"), ("将到期", "DUE")]
    assert due.total == 4
    assert [line.name for line in lookup.due(worker, offset=1, limit=2).people] == ["已过期", "宽限期"]


def test_a_persons_page_holds_facts_history_consents_and_operations(installation: Installation) -> None:
    subject = installation.enrol(name="林秀英", columns={"地址": "南桥街5号", "电话": "00012345678"})
    subject_id = certify(installation, subject)
    page = installation.application.lookup.subject(installation.worker, subject_id)
    facts = {fact.kind: fact.value for fact in page.facts}
    assert facts["name"] == {"name": "林秀英"}
    assert facts["residence"]["address"] == "南桥街5号"
    assert facts["contact"]["phone"] == "00012345678"
    assert [line.action for line in page.history] == ["certify"]
    assert [operation.state for operation in page.operations] == ["final"]
    assert (page.verdict.verdict, page.line.name) == ("VALID", "林秀英")
    with pytest.raises(Forbidden, match="not_yours"):
        installation.application.lookup.subject(installation.other_worker, subject_id)


def test_every_release_is_logged(installation: Installation) -> None:
    application, subject = installation.application, installation.enrol(name="独一无二")
    subject_id = application.lookup.resolve(installation.worker, subject.identity_number or "")
    application.lookup.verdict(installation.worker, subject)
    application.lookup.search(installation.worker, "独一无二")
    application.lookup.subject(installation.worker, subject_id)
    application.lookup.history(installation.worker, subject_id)
    application.consents.list(installation.worker, subject)
    lines = application.access_log.list(installation.worker, subject_id=subject_id)
    assert [line.action for line in lines] == [
        "consents",
        "history",
        "subject_page",
        "search",
        "verdict",
        "resolve",
    ]
    assert {line.organisation for line in lines} == {NANQIAO}
    older = application.access_log.list(
        installation.worker, subject_id=subject_id, before=lines[1].sequence, limit=2
    )
    assert [line.action for line in older] == ["subject_page", "search"]


def test_who_reads_the_access_log(installation: Installation) -> None:
    log, subject = installation.application.access_log, installation.enrol()
    subject_id = installation.application.lookup.resolve(installation.worker, subject.identity_number or "")
    assert log.list(installation.auditor)
    with pytest.raises(BadInput, match="subject_needed"):
        log.list(installation.worker)
    with pytest.raises(Forbidden, match="not_yours"):
        log.list(installation.other_worker, subject_id=subject_id)
    with pytest.raises(Forbidden, match="role_required"):
        log.list(installation.operator)
