"""The ladder from notice to a reviewer's word: each step taken once, and nothing stopped by any of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from ledger.domain.programmes import DAY, local_date
from ledger.errors import BadInput, Conflict, Forbidden, NotFound, Refused
from ledger.relay.follower import Follower
from ledger.relay.submitter import Submitter
from ledger.services.actors import Actor
from ledger.services.acts import Action
from ledger.services.cases.work import CaseRequest
from ledger.services.certification_requests import CertificationRequest
from ledger.services.ladder.outages import INDEX_BEHIND, NOT_RUNNING, SHORTEST, Outages
from ledger.services.references import SubjectRef
from ledger.store import ladder as store
from ledger.store import properties
from ledger.store.tables import case_events, cases, ladder_steps, ladders, notices, outages
from tests.installation import Installation, open_installation

FAMILY = {"子女电话": "13800000001", "本人电话": "13800000002"}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation of its own: a run moves everybody in it."""
    with open_installation(tmp_path_factory.mktemp("ladder") / "home") as opened:
        yield opened


@pytest.fixture
def rest(monkeypatch: pytest.MonkeyPatch) -> Rest:
    return Rest(monkeypatch)


class Rest:
    """Lets the chain rest once everything is recorded, so that the use cases' time can go ahead."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, city: Installation) -> None:
        city.settle()
        self._monkeypatch.setattr(Submitter, "tick", lambda _: 1.0)
        self._monkeypatch.setattr(Follower, "tick", lambda _: False)
        time.sleep(0.1)

    def over(self) -> None:
        self._monkeypatch.undo()


def act(city: Installation, actor: Actor, subject: SubjectRef, action: Action, **fields: object) -> str:
    defaults = {"method": "visit"} if action is Action.CERTIFY else {"reason": "reason in writing"}
    request = CertificationRequest(subject, action, **{**defaults, **fields})  # type: ignore[arg-type]
    return city.application.certify.submit_one(actor, request).subject_id


def due(city: Installation, columns: dict[str, str] | None = None) -> tuple[SubjectRef, str]:
    """Somebody whose certification ends within two months, with their subject id."""
    subject = city.enrol(columns=FAMILY if columns is None else columns)
    on = local_date(city.clock()) - timedelta(days=340)
    return subject, act(city, city.worker, subject, Action.CERTIFY, occurred_on=on)


def run(city: Installation) -> None:
    city.application.ladder_run.ask(city.operator)


def steps(city: Installation, subject_id: str) -> list[str]:
    return [one.step for one in city.application.ladder.story(city.worker, subject_id).steps]


def coming(city: Installation, subject_id: str) -> tuple[str, str]:
    story = city.application.ladder.story(city.worker, subject_id)
    return story.next_step, story.why


def payable(city: Installation, subject: SubjectRef) -> bool | None:
    return city.application.lookup.verdict(city.worker, subject).payable


def bring(city: Installation, subject_id: str) -> None:
    """The letters that wait for somebody are handed over."""
    for notice in city.application.notices.list(city.worker, way="letter", limit=200).notices:
        if notice.subject_id == subject_id:
            city.application.notices.delivered(city.worker, notice.id)


def visit_in_vain(city: Installation, subject_id: str) -> None:
    ladder = city.application.ladder.story(city.worker, subject_id).ladder_id
    city.application.ladder.attempt(city.worker, ladder, "visit", "not_reached", note="敲门无人应")


def climb(city: Installation, subject_id: str) -> None:
    """From now, with a letter that arrives at once, to two visits in vain: 25 days later."""
    run(city)
    bring(city, subject_id)
    with city.ahead(10 * DAY + 60):
        run(city)
        bring(city, subject_id)
    for days in (24, 25):
        with city.ahead(days * DAY + 120):
            run(city)
            visit_in_vain(city, subject_id)


def test_every_step_is_taken_in_order_and_only_a_reviewer_stops(city: Installation, rest: Rest) -> None:
    subject, subject_id = due(city)
    rest(city)
    run(city)
    assert steps(city, subject_id) == ["due", "notice"]
    assert coming(city, subject_id) == ("family", "notice_undelivered")
    bring(city, subject_id)
    assert coming(city, subject_id) == ("family", "notice_unanswered")
    with city.ahead(10 * DAY + 60):
        run(city)
        assert steps(city, subject_id) == ["due", "notice", "family"]
        assert coming(city, subject_id) == ("video", "family_asked")
    with city.ahead(18 * DAY):
        run(city)
        listed = city.application.ladder.list(city.worker, step="video", limit=200).people
        assert subject_id in [one.subject_id for one in listed]
        with pytest.raises(Refused, match=r"ladder\.goes_on"):
            act(city, city.reviewer, subject, Action.SUSPEND)
    for days in (25, 26):
        with city.ahead(days * DAY):
            run(city)
            assert coming(city, subject_id)[0] == "visit"
            visit_in_vain(city, subject_id)
    with city.ahead(40 * DAY):
        run(city)
        assert coming(city, subject_id) == ("grace", "grace")
        assert payable(city, subject) is True
    with city.ahead(130 * DAY):
        run(city)
        assert coming(city, subject_id) == ("review", "grace_over")
        assert payable(city, subject) is True
        found = city.application.cases.list(city.reviewer, kind="not_enough_evidence", limit=200).cases
        (case,) = [one.id for one in found if one.subject_id == subject_id]
        work, today = city.application.case_work, local_date(city.clock())
        for checked in (None, today - timedelta(days=8), today + timedelta(days=1)):
            with pytest.raises(BadInput, match=r"case\.last_check_needed"):
                work.decide(city.reviewer, case, "stopped", "多次上门未见", checked_on=checked)
        with pytest.raises(Forbidden, match=r"case\.reviewer_needed"):
            work.decide(city.worker, case, "stopped", "多次上门未见", checked_on=today)
        decided = work.decide(city.reviewer, case, "stopped", "多次上门未见", checked_on=today)
        assert decided.operation_id is not None
        story = city.application.ladder.story(city.worker, subject_id)
        assert (story.outcome, story.next_step) == ("stopped", "end")
        assert [one.step for one in story.steps].count("review") == 1
        assert {"grace", "video"} & set(steps(city, subject_id)) == {"grace"}
        told = city.application.notices.list(city.worker, limit=200).notices
        assert "stopped" in [one.purpose for one in told if one.subject_id == subject_id]
        stopped_in = f"{today:%Y-%m}"
    with city.ahead(160 * DAY):
        act(city, city.county_reviewer, subject, Action.REINSTATE)
        until = f"{local_date(city.clock()):%Y-%m}"
    rest.over()
    city.settle()
    line = city.application.lookup.history(city.worker, subject_id)[-1]
    assert (line.action, line.back_pay) == ("reinstate", f"{stopped_in}/{until}")
    assert payable(city, subject) is True


def test_a_second_run_changes_nothing(city: Installation, rest: Rest) -> None:
    _, subject_id = due(city)
    rest(city)
    for days in (0, 11, 30, 130):
        with city.ahead(days * DAY):
            run(city)
            bring(city, subject_id)
            run(city)
            before = rows(city)
            report = city.application.ladder_run.ask(city.reviewer)
            assert rows(city) == before
            assert (report.opened, dict(report.taken), dict(report.closed)) == (0, {}, {})


def rows(city: Installation) -> list[list[tuple[object, ...]]]:
    with city.application.database.read() as conn:
        tables = (ladders, ladder_steps, notices, cases, case_events)
        return [[tuple(row) for row in conn.execute(select(table))] for table in tables]


@pytest.mark.parametrize(
    "columns",
    [{}, {**FAMILY, "行动能力": "卧床"}, {**FAMILY, "居住情况": "养老院", "地址": "幸福院"}],
    ids=["no telephone", "low mobility", "institution"],
)
def test_whoever_cannot_be_called_is_visited_at_once(
    city: Installation, rest: Rest, columns: dict[str, str]
) -> None:
    _, subject_id = due(city, columns)
    rest(city)
    run(city)
    assert coming(city, subject_id) == ("visit", "visit_at_once")
    assert steps(city, subject_id) == ["due"]
    listed = city.application.ladder.list(city.worker, step="visit", limit=200).people
    assert subject_id in [one.subject_id for one in listed]
    in_institutions = [
        one.subject_id for lines in city.application.ladder.roll_call(city.worker).values() for one in lines
    ]
    assert (subject_id in in_institutions) == ("居住情况" in columns)


def test_an_objection_leads_to_a_visit_and_to_no_loss(city: Installation, rest: Rest) -> None:
    subject, subject_id = due(city)
    act(city, city.worker, subject, Action.AUTHORISE, authorisation="objected")
    rest(city)
    run(city)
    assert coming(city, subject_id) == ("visit", "visit_at_once")
    assert payable(city, subject) is True


def test_without_a_delivered_notice_no_grace_runs(city: Installation, rest: Rest) -> None:
    _, subject_id = due(city, {})
    rest(city)
    run(city)
    visit_in_vain(city, subject_id)
    with city.ahead(2 * DAY):
        visit_in_vain(city, subject_id)
    with city.ahead(300 * DAY):
        run(city)
        assert steps(city, subject_id)[-1] == "notice"
        assert coming(city, subject_id) == ("notice", "no_notice_delivered")
        bring(city, subject_id)
        run(city)
        assert coming(city, subject_id) == ("grace", "grace")
    with city.ahead(361 * DAY):
        run(city)
        assert coming(city, subject_id) == ("review", "grace_over")


def test_a_visit_that_left_a_notice_has_delivered_one(city: Installation, rest: Rest) -> None:
    _, subject_id = due(city, {})
    rest(city)
    run(city)
    ladder = city.application.ladder.story(city.worker, subject_id).ladder_id
    yesterday = local_date(city.clock()) - timedelta(days=1)
    attempt = city.application.ladder.attempt
    attempt(city.worker, ladder, "visit", "left_notice", on=yesterday)
    attempt(city.worker, ladder, "visit", "not_reached")
    assert coming(city, subject_id) == ("grace", "grace")


def test_days_of_grace_stand_still_while_our_systems_are_out(city: Installation, rest: Rest) -> None:
    _, subject_id = due(city)
    rest(city)
    climb(city, subject_id)
    now = int(city.clock())
    with city.application.database.write() as conn:
        store.add_outage(conn, NOT_RUNNING, now + 30 * DAY, now + 80 * DAY)
    try:
        with city.ahead(105 * DAY):
            assert coming(city, subject_id)[0] == "grace"
        with city.ahead(115 * DAY):
            assert coming(city, subject_id)[0] == "review"
    finally:
        with city.application.database.write() as conn:
            conn.execute(outages.delete())


def test_an_appeal_keeps_the_last_step_from_being_taken(city: Installation, rest: Rest) -> None:
    subject, subject_id = due(city)
    rest(city)
    climb(city, subject_id)
    request = CaseRequest(subject, "appeal", text="本人在外地子女家")
    case = city.application.case_work.open(city.worker, request)
    with city.ahead(130 * DAY):
        run(city)
        assert coming(city, subject_id) == ("grace", "appeal_open")
        city.application.case_work.decide(city.reviewer, case.id, "dismissed", "已答复")
        run(city)
        assert coming(city, subject_id) == ("review", "grace_over")


def test_a_reported_death_waits_for_its_own_case(city: Installation, rest: Rest) -> None:
    subject, subject_id = due(city)
    city.reports(city.transport, subject, "insurance-ended")
    rest(city)
    run(city)
    assert coming(city, subject_id) == ("review", "death_reported")
    assert "review" not in steps(city, subject_id)


def test_a_certification_ends_it(city: Installation, rest: Rest) -> None:
    subject, subject_id = due(city)
    rest(city)
    run(city)
    act(city, city.worker, subject, Action.CERTIFY)
    story = city.application.ladder.story(city.worker, subject_id)
    assert (story.outcome, story.next_step, story.why) == ("certified", "end", "certified")
    with pytest.raises(Conflict, match=r"ladder\.over"):
        city.application.ladder.attempt(city.worker, story.ladder_id, "visit", "not_reached")


def test_whom_a_reviewer_goes_on_paying_is_left_alone_for_a_while(city: Installation, rest: Rest) -> None:
    subject, subject_id = due(city)
    rest(city)
    climb(city, subject_id)
    with city.ahead(130 * DAY):
        run(city)
        found = city.application.cases.list(city.reviewer, kind="not_enough_evidence", limit=200).cases
        (case,) = [one.id for one in found if one.subject_id == subject_id]
        decided = city.application.case_work.decide(city.reviewer, case, "continued", "邻居见过本人")
        assert decided.operation_id is None
        run(city)
        assert city.application.ladder.story(city.worker, subject_id).outcome == "continued"
        assert payable(city, subject) is True
    with city.ahead(225 * DAY):
        run(city)
        assert city.application.ladder.story(city.worker, subject_id).outcome is None


def test_who_may_do_what(city: Installation, rest: Rest) -> None:
    _, subject_id = due(city, {})
    stranger, ladder = city.other_worker, city.application.ladder
    with pytest.raises(NotFound, match=r"ladder\.none"):
        ladder.story(city.worker, subject_id)
    rest(city)
    run(city)
    own = ladder.story(city.worker, subject_id).ladder_id
    assert subject_id not in [one.subject_id for one in ladder.list(stranger, limit=200).people]
    for refused in (
        lambda: ladder.story(stranger, subject_id),
        lambda: ladder.attempt(stranger, own, "visit", "not_reached"),
        lambda: ladder.attempt(stranger, "lnothing", "visit", "not_reached"),
    ):
        with pytest.raises(Forbidden, match="not_yours"):
            refused()
    for actor in (city.worker, city.auditor, city.health):
        with pytest.raises(Forbidden, match="role_required"):
            city.application.ladder_run.ask(actor)
    for step, outcome in (("visit", "dead"), ("notice", "sent"), ("video", "left_notice")):
        with pytest.raises(BadInput, match=r"ladder\.attempt_unknown"):
            ladder.attempt(city.worker, own, step, outcome)
    tomorrow = local_date(city.clock()) + timedelta(days=1)
    with pytest.raises(BadInput, match="occurred_in_future"):
        ladder.attempt(city.worker, own, "visit", "not_reached", on=tomorrow)
    with pytest.raises(BadInput, match=r"ladder\.step_unknown"):
        ladder.list(city.worker, step="office")


def test_the_service_notices_when_it_was_out(city: Installation, rest: Rest) -> None:
    rest(city)
    context = city.application.notices._context
    job, now = Outages(context), int(time.time())
    with city.application.database.write() as conn:
        properties.put(conn, "service_seen_at", now - SHORTEST - 60)
    job.look()
    job.look()
    with city.application.database.read() as conn:
        (gap,) = [one for one in store.outages(conn) if one.ended_at]
        assert gap.started_at == now - SHORTEST - 60
        assert gap.ended_at is not None
        assert store.open_outage(conn, INDEX_BEHIND) is None
    with city.ahead(-2 * SHORTEST):
        job.look()
        with city.application.database.read() as conn:
            assert store.open_outage(conn, INDEX_BEHIND) is not None
    job.look()
    with city.application.database.write() as conn:
        assert store.open_outage(conn, INDEX_BEHIND) is None
        conn.execute(outages.delete())
