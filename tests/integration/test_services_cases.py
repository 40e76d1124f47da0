"""Cases: opened by any channel, seen by those responsible, decided with a reason and by whom it may be."""

from __future__ import annotations

import pytest

from ledger.domain.cases import CaseKind
from ledger.errors import BadInput, Conflict, Forbidden, LedgerError, Refused
from ledger.services.actors import Actor
from ledger.services.acts import Action
from ledger.services.cases.views import Opened
from ledger.services.cases.work import CaseRequest
from ledger.services.certification_requests import CertificationRequest
from ledger.services.references import SubjectRef
from tests.installation import WENMIAO, Installation

WORDS = "邻居可以作证，本人一直在家"


def appeal(installation: Installation, subject: SubjectRef, actor: Actor | None = None) -> Opened:
    request = CaseRequest(subject, "appeal", text=WORDS, channel="phone")
    return installation.application.case_work.open(actor or installation.worker, request)


def act(installation: Installation, actor: Actor, subject: SubjectRef, action: Action) -> str:
    fields = {"method": "visit"} if action is Action.CERTIFY else {"reason": "reason in writing"}
    request = CertificationRequest(subject, action, **fields)  # type: ignore[arg-type]
    return installation.application.certify.submit_one(actor, request).subject_id


def certified(installation: Installation) -> SubjectRef:
    subject = installation.enrol()
    act(installation, installation.worker, subject, Action.CERTIFY)
    return subject


def payable(installation: Installation, subject: SubjectRef) -> bool | None:
    installation.settle()
    return installation.application.lookup.verdict(installation.worker, subject).payable


def test_an_appeal_against_a_stop_is_granted_by_another_organisation(installation: Installation) -> None:
    subject = certified(installation)
    act(installation, installation.reviewer, subject, Action.SUSPEND)
    assert payable(installation, subject) is False
    case = appeal(installation, subject)
    work, queue = installation.application.case_work, installation.application.cases
    detail = queue.get(installation.reviewer, case.id)
    assert (detail.against, detail.outcomes) == ("510181004", ())
    assert detail.hindrance == "case.other_organisation_needed"
    with pytest.raises(Refused, match=r"case\.other_organisation_needed"):
        work.decide(installation.reviewer, case.id, "granted", "核实无误")
    with pytest.raises(Forbidden, match=r"case\.reviewer_needed"):
        work.decide(installation.worker, case.id, "granted", "核实无误")
    decided = work.decide(installation.county_reviewer, case.id, "granted", "核实无误")
    assert decided.operation_id is not None
    assert work.decide(installation.county_reviewer, case.id, "granted", "核实无误") == decided
    assert payable(installation, subject) is True
    after = queue.get(installation.worker, case.id)
    assert (after.case.state, after.case.outcome) == ("resolved", "granted")
    assert [(event.kind, event.text) for event in after.events] == [
        ("opened", WORDS),
        ("decided", "核实无误"),
    ]
    with pytest.raises(Conflict, match=r"case\.closed"):
        work.decide(installation.county_reviewer, case.id, "dismissed", "x")


@pytest.mark.parametrize("action", [Action.SUSPEND, Action.REVOKE, Action.CLOSE])
def test_nothing_stops_while_an_appeal_is_open(installation: Installation, action: Action) -> None:
    subject = certified(installation)
    case = appeal(installation, subject)
    with pytest.raises(Refused, match=r"case\.appeal_open"):
        act(installation, installation.reviewer, subject, action)
    assert payable(installation, subject) is True
    installation.application.case_work.decide(installation.reviewer, case.id, "dismissed", "已答复")
    act(installation, installation.reviewer, subject, action)
    assert payable(installation, subject) is False


def test_a_second_appeal_adds_to_the_first(installation: Installation) -> None:
    subject = certified(installation)
    first, second = appeal(installation, subject), appeal(installation, subject)
    assert (first.new, second.new, second.id) == (True, False, first.id)
    events = installation.application.cases.get(installation.worker, first.id).events
    assert [event.kind for event in events] == ["opened", "note"]


def test_the_same_key_opens_one_case(installation: Installation) -> None:
    work, request = installation.application.case_work, CaseRequest(certified(installation), "identity", "?")
    first = work.open(installation.worker, request, idempotency_key="case")
    assert work.open(installation.worker, request, idempotency_key="case") == first
    other = CaseRequest(certified(installation), "identity", "?")
    with pytest.raises(Conflict, match="idempotency_key_reused"):
        work.open(installation.worker, other, idempotency_key="case")


def test_another_community_sees_and_touches_nothing(installation: Installation) -> None:
    subject = certified(installation)
    case = appeal(installation, subject)
    queue, work, other = installation.application.cases, installation.application.case_work, "other_worker"
    stranger = getattr(installation, other)
    assert case.id not in [one.id for one in queue.list(stranger, limit=200).cases]
    for refused in (
        lambda: queue.get(stranger, case.id),
        lambda: work.note(stranger, case.id, "x"),
        lambda: work.assign(stranger, case.id),
        lambda: work.decide(stranger, case.id, "dismissed", "x"),
        lambda: appeal(installation, subject, stranger),
        lambda: queue.get(installation.worker, "knothing"),
    ):
        with pytest.raises(Forbidden, match="not_yours"):
            refused()
    for actor in (installation.operator, installation.auditor, installation.health):
        with pytest.raises(Forbidden, match="role_required"):
            queue.list(actor)


def test_the_queue_has_those_due_first_and_says_whose_they_are(installation: Installation) -> None:
    queue, work = installation.application.cases, installation.application.case_work
    subject = certified(installation)
    case = appeal(installation, subject)
    work.assign(installation.reviewer, case.id, "nanqiao")
    mine = queue.list(installation.worker, kind="appeal", mine=True, limit=200).cases
    (shown,) = [one for one in mine if one.id == case.id]
    assert (shown.assignee, shown.name, shown.overdue) == ("nanqiao", "李桂英", False)
    for login in ("wenmiao", "nobody"):
        with pytest.raises(BadInput, match=r"case\.assignee_unknown"):
            work.assign(installation.reviewer, case.id, login)
    deadlines = [one.deadline for one in queue.list(installation.reviewer, limit=200).cases]
    assert deadlines == sorted(deadlines)
    with installation.clock.ahead(40 * 86_400):
        late = queue.list(installation.worker, kind="appeal", overdue=True, limit=200).cases
    assert case.id in [one.id for one in late]


def test_a_row_of_a_roster_is_forgotten_once_it_is_decided(installation: Installation) -> None:
    queue, work, enrol = (
        installation.application.cases,
        installation.application.case_work,
        installation.application.enrol,
    )
    data = "姓名,身份证号\n唐素芳,519999194001010000\n".encode()
    report = enrol.import_roster(installation.worker, data, "bad.csv")
    found = queue.list(installation.worker, kind="roster_row", limit=200).cases
    (case,) = [one for one in found if one.import_id == report.import_id]
    assert case.cells["姓名"] == "唐素芳"
    work.note(installation.worker, case.id, "已去电家属")
    work.decide(installation.worker, case.id, "dismissed", "不是我社区居民")
    after = queue.get(installation.worker, case.id)
    assert (after.case.outcome, after.case.cells) == ("dismissed", {})
    assert [event.text for event in after.events] == [None, None]
    again = enrol.import_roster(installation.worker, data, "bad.csv")
    still = queue.list(installation.worker, kind="roster_row", limit=200).cases
    assert case.id not in [one.id for one in still]
    assert again.counts.cases == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kind": "death"}, "case.kind_unknown"),
        ({"kind": "no-such-kind"}, "case.kind_unknown"),
        ({"channel": "pigeon"}, "case.channel_unknown"),
        ({"text": "  "}, "case.text_needed"),
        ({"text": "x" * 501}, "text_too_long"),
        ({"programme": "moon"}, "programme_unknown"),
    ],
)
def test_bad_questions(installation: Installation, fields: dict[str, str], code: str) -> None:
    request = {"kind": "appeal", "text": WORDS, **fields}
    with pytest.raises(LedgerError, match=code):
        installation.application.case_work.open(
            installation.worker,
            CaseRequest(installation.enrol(), **request),  # type: ignore[arg-type]
        )


def test_bad_decisions(installation: Installation) -> None:
    case, work = appeal(installation, certified(installation)), installation.application.case_work
    for outcome, answer, code in (
        ("confirmed", "x", r"case\.outcome_unknown"),
        ("perhaps", "x", r"case\.outcome_unknown"),
        ("dismissed", " ", r"case\.answer_needed"),
    ):
        with pytest.raises(BadInput, match=code):
            work.decide(installation.reviewer, case.id, outcome, answer)
    with pytest.raises(BadInput, match=r"case\.kind_unknown"):
        installation.application.cases.list(installation.worker, kind="moon")
    with pytest.raises(BadInput, match=r"case\.state_unknown"):
        installation.application.cases.list(installation.worker, state="lost")
    assert CaseKind.APPEAL in installation.application.cases.list(installation.worker).counts


def test_an_open_case_goes_with_its_person_to_another_community(installation: Installation) -> None:
    subject, queue = certified(installation), installation.application.cases
    case = appeal(installation, subject)
    request = CertificationRequest(subject, Action.HANDOVER, organisation=WENMIAO, reason="搬迁")
    installation.application.certify.submit_one(installation.reviewer, request)
    assert queue.get(installation.other_worker, case.id).case.community == WENMIAO
    with pytest.raises(Forbidden, match="not_yours"):
        queue.get(installation.worker, case.id)
