"""How often the ledger is wrong, second visits, and questions about what looks unusual."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ledger.domain.anomalies import MOST_ELDERS, MOST_VISITS
from ledger.errors import BadInput, Conflict, Forbidden
from ledger.services.acts import Action
from ledger.services.certification_requests import Accepted, CertificationRequest
from ledger.services.deaths.report import DeathReport
from ledger.services.errors.rates import ErrorReport
from ledger.services.references import SubjectRef
from tests.installation import Installation, open_installation
from tests.seamless_city import DuePerson, agree, deliver, due_people, line, today


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation of its own: what is counted is counted over everybody."""
    with open_installation(tmp_path_factory.mktemp("errors") / "home") as opened:
        agree(opened)
        yield opened


@pytest.fixture(scope="module")
def certified(city: Installation) -> list[DuePerson]:
    """Six people whom signals certified."""
    people, on = due_people(city, 6), today(city) - timedelta(days=20)
    deliver(city, "health", [line(one, "vaccination", on) for one in people])
    deliver(city, "transport", [line(one, "bus-card", on) for one in people])
    city.application.seamless.runs.run(city.operator)
    city.settle()
    return people


def rates(city: Installation) -> ErrorReport:
    return city.application.error_rates.report(city.auditor)


def act(city: Installation, person: DuePerson, action: Action) -> None:
    request = CertificationRequest(person.ref, action, reason="reason in writing")
    city.application.certify.submit_one(city.reviewer, request)


def test_a_death_that_comes_late_counts_and_its_rescission_counts_the_other_way(
    city: Installation, certified: list[DuePerson]
) -> None:
    dead, recently = certified[:2]
    for person, days in ((dead, 100), (recently, 10)):
        city.reports(city.health, SubjectRef(identity_number=person.number))
        died_on = today(city) - timedelta(days=days)
        report = DeathReport(person.ref, "family", died_on)
        city.application.deaths.report(city.worker, report)
        request = CertificationRequest(person.ref, Action.CONFIRM_DEATH, occurred_on=died_on)
        city.application.certify.submit_one(city.reviewer, request)
    (rules,) = rates(city).rules
    assert rules.current
    assert (rules.dead.hits, rules.dead.total, rules.dead_late.hits) == (2, 6, 1)
    assert rules.dead.too_few
    assert rules.dead.low < 2 / 6 < rules.dead.high
    assert (rates(city).struck_off.hits, rates(city).struck_off.total) == (0, 2)
    act(city, recently, Action.RESCIND_DEATH)
    assert (rates(city).rules[0].dead.hits, rates(city).rules[0].dead_late.hits) == (1, 1)
    assert (rates(city).struck_off.hits, rates(city).struck_off.total) == (1, 2)
    assert (rates(city).reported.hits, rates(city).reported.total) == (1, 2)


def test_second_visits_are_drawn_once_and_made_by_others(
    city: Installation, certified: list[DuePerson]
) -> None:
    revisits = city.application.revisits
    assert revisits.draw(city.operator, "2026-03", "a public seed") == (2, True)
    assert revisits.draw(city.operator, "2026-03", "another seed") == (2, False)
    assert revisits.mine(city.worker) == []
    first, second = revisits.mine(city.other_worker)
    assert (first.name, first.community, first.month) == ("李桂英", "南桥社区", "2026-03")
    for refused in (
        lambda: revisits.found(city.worker, first.id, "alive"),
        lambda: revisits.found(city.other_worker, "qnothing", "alive"),
    ):
        with pytest.raises(Forbidden, match="not_yours"):
            refused()
    with pytest.raises(BadInput, match=r"revisit\.outcome_unknown"):
        revisits.found(city.other_worker, first.id, "ill")
    revisits.found(city.other_worker, first.id, "alive", "在家，精神好")
    with pytest.raises(Conflict, match=r"revisit\.made_already"):
        revisits.found(city.other_worker, first.id, "dead")
    revisits.found(city.other_worker, second.id, "not_met")
    (rules,) = rates(city).rules
    assert (rules.revisited.hits, rules.revisited.total, rules.not_met) == (0, 1, 1)
    assert revisits.mine(city.other_worker) == []
    for actor in (city.worker, city.auditor, city.health):
        with pytest.raises(Forbidden, match="role_required"):
            revisits.draw(actor, "2026-04", "s")
    with pytest.raises(BadInput, match="month_malformed"):
        revisits.draw(city.operator, "2026-13", "s")
    with pytest.raises(BadInput, match="text_too_long"):
        revisits.draw(city.operator, "2026-05", "")


def test_somebody_found_dead_is_reported_and_stopped_by_nothing(
    city: Installation, certified: list[DuePerson]
) -> None:
    revisits = city.application.revisits
    revisits.draw(city.operator, "2026-06", "seed")
    visits = revisits.mine(city.other_worker)
    before = len(city.application.cases.list(city.reviewer, kind="death", limit=200).cases)
    for visit in visits:
        revisits.found(city.other_worker, visit.id, "dead")
    assert revisits.mine(city.other_worker) == []
    after = city.application.cases.list(city.reviewer, kind="death", limit=200).cases
    assert len(after) > before
    assert {one.state for one in after} == {"open"}


def test_only_those_who_answer_for_it_ask_for_the_rates(city: Installation) -> None:
    for actor in (city.worker, city.health):
        with pytest.raises(Forbidden, match="role_required"):
            city.application.error_rates.report(actor)
        with pytest.raises(Forbidden, match="role_required"):
            city.application.anomalies.ask(actor)


def test_what_looks_unusual_opens_one_question_and_no_second(city: Installation) -> None:
    phone = {"子女电话": "13900000009"}
    people = [city.enrol(columns=phone if at < MOST_ELDERS else None) for at in range(MOST_VISITS)]
    note = "本人在家精神良好"
    items = [CertificationRequest(one, method="visit", note=note) for one in people]
    answers = city.application.certify.submit(city.worker, items)
    assert all(isinstance(answer, Accepted) for answer in answers)
    assert city.application.anomalies.ask(city.operator) == 3
    assert city.application.anomalies.ask(city.operator) == 0
    queue, work = city.application.cases, city.application.case_work
    cases = queue.list(city.reviewer, kind="anomaly", limit=200).cases
    codes = {one.codes[0]: one.id for one in cases}
    assert set(codes) == {
        "case.anomaly.busy_hour",
        "case.anomaly.alike",
        "case.anomaly.shared_phone",
    }
    detail = queue.get(city.worker, codes["case.anomaly.busy_hour"])
    assert (detail.against, detail.hindrance) == ("510181004002", "case.reviewer_needed")
    for case in codes.values():
        work.decide(city.reviewer, case, "explained", "集中补录纸质名单")
    assert city.application.anomalies.ask(city.reviewer) == 0


def test_a_roll_call_is_one_visit(city: Installation) -> None:
    people = [city.enrol(name=f"甲{at}") for at in range(MOST_VISITS + 5)]
    items = [CertificationRequest(one, method="institution") for one in people]
    city.application.certify.submit(city.worker, items)
    assert city.application.anomalies.ask(city.operator) == 0
