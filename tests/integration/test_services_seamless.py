"""The run: who is certified by signals, who is not, why, and that nothing happens twice."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ledger.audit.circles import Circle, audit
from ledger.audit.node import Node
from ledger.audit.operations.audit import audit_operations
from ledger.domain.codes import Authorisation, Scheme
from ledger.domain.programmes import local_date
from ledger.domain.seamless.commitment import is_in
from ledger.encoding.words import certification
from ledger.errors import BadInput, Conflict, Forbidden, NotFound
from ledger.relay.forming import Formed
from ledger.relay.submitter import Submitter
from ledger.services.acts import Action
from ledger.services.certification_requests import CertificationRequest
from ledger.services.seamless import runs as runs_module
from ledger.services.seamless.runs import RunView
from ledger.store import index, operations, records, seamless
from ledger.texts.messages import LOCALES, text
from tests.installation import NANQIAO, PATIENCE, Installation
from tests.seamless_city import LAW, DuePerson, agree, deliver, due_people, due_person, line, today

pytestmark = pytest.mark.usefixtures("agreed")


@pytest.fixture(scope="module")
def agreed(installation: Installation) -> None:
    """What the departments report is registered."""
    agree(installation)


def seen_by_two(installation: Installation, *people: DuePerson) -> None:
    """A vaccination and a bus ride of each, within the last weeks."""
    on = today(installation) - timedelta(days=20)
    deliver(installation, "health", [line(one, "vaccination", on) for one in people])
    deliver(installation, "transport", [line(one, "bus-card", on) for one in people])


def run(installation: Installation, **options: Any) -> RunView:
    return installation.application.seamless.runs.run(installation.operator, **options)


def outcome(installation: Installation, person: DuePerson) -> Any:
    """The latest outcome's row."""
    with installation.application.database.read() as conn:
        found = seamless.outcomes(conn, 1, [person.id])
    return max(found.values(), key=lambda row: row.period, default=None)


def word(installation: Installation, person: DuePerson) -> int:
    with installation.application.database.read() as conn:
        tag = records.certification_tags(conn, 1, [person.id])[person.id]
        return index.word(conn, 1, tag)


def test_signals_certify_whoever_they_suffice_for_and_a_second_run_changes_nothing(
    installation: Installation,
) -> None:
    certified, alone, objected = (
        due_person(installation),
        due_person(installation),
        due_person(installation, authorisation="objected"),
    )
    seen_by_two(installation, certified)
    on = today(installation) - timedelta(days=20)
    deliver(installation, "health", [line(alone, "vaccination", on)])
    before = certification.valid_until(word(installation, certified))
    first = run(installation)
    installation.settle()
    assert (first.state, first.done) == ("finished", first.due)
    now = word(installation, certified)
    assert certification.scheme(now) == Scheme.SEAMLESS
    assert certification.seamless_run(now) == 1
    assert certification.organisation(now) == certification.organisation(word(installation, alone))
    assert certification.valid_until(now) > before
    assert local_date(certification.valid_from(now)) == on.replace(day=1)
    assert outcome(installation, certified).result == "certify"
    assert (outcome(installation, alone).result, outcome(installation, alone).lacks) == (
        "not-enough",
        ["points", "departments"],
    )
    assert outcome(installation, objected).result == "not-authorised"
    words = [word(installation, one) for one in (certified, alone, objected)]
    decided = outcome(installation, alone).decided_at
    with installation.clock.ahead(5):
        second = run(installation)
    installation.settle()
    assert second.counts[NANQIAO].get("certify", 0) == 0
    assert words == [word(installation, one) for one in (certified, alone, objected)]
    assert outcome(installation, alone).decided_at == decided


def test_a_dry_run_counts_and_writes_nothing(installation: Installation) -> None:
    person = due_person(installation)
    seen_by_two(installation, person)
    found = run(installation, dry=True)
    assert found.counts[NANQIAO]["certify"] >= 1
    assert outcome(installation, person) is None
    run(installation)
    assert outcome(installation, person).result == "certify"


def test_a_run_cut_off_in_the_middle_goes_on_when_started_again(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = due_people(installation, 6)
    seen_by_two(installation, *people)
    monkeypatch.setattr(runs_module, "PEOPLE_AT_ONCE", 2)
    recorded = runs_module.record
    parts = []

    def killed_after_a_few(*args: Any) -> Any:
        parts.append(args)
        if len(parts) == 3:
            raise KeyboardInterrupt
        return recorded(*args)

    monkeypatch.setattr(runs_module, "record", killed_after_a_few)
    with pytest.raises(KeyboardInterrupt):
        run(installation)
    latest = installation.application.seamless.runs.latest(installation.operator)
    (stopped,) = [one for one in latest if one.state == "running"]
    monkeypatch.setattr(runs_module, "record", recorded)
    resumed = run(installation)
    installation.settle()
    assert resumed.state == "finished"
    assert (
        installation.application.seamless.runs.get(installation.operator, stopped.id).state == "interrupted"
    )
    assert [certification.seamless_run(word(installation, one)) for one in people] == [1] * 6


@pytest.mark.parametrize("held", ["form", "prepare"])
def test_nobody_is_certified_who_objects_before_the_renewal_is_on_its_way(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    """The objection comes after the batch was formed, or signed, and before it lands; the others land."""
    objecting, other = due_people(installation, 2)
    seen_by_two(installation, objecting, other)
    with monkeypatch.context() as patched:
        patched.setattr(Submitter, held, lambda _: Formed() if held == "form" else False)
        time.sleep(0.1)  # a round that has begun comes to its end
        run(installation)
        reached = {"form": "accepted", "prepare": "signed"}[held]
        operation = outcome(installation, objecting).operation_id
        wait_for(installation, operation, reached)
        installation.application.certify.submit_one(
            installation.worker,
            CertificationRequest(objecting.ref, action=Action.AUTHORISE, authorisation="objected"),
        )
    installation.settle()
    assert state_of(installation, operation) == "refused"
    theirs = word(installation, objecting)
    assert (certification.scheme(theirs), certification.seamless_run(theirs)) == (Scheme.SENIOR, 0)
    assert certification.authorisation(theirs) == Authorisation.OBJECTED
    assert certification.scheme(word(installation, other)) == Scheme.SEAMLESS
    run(installation)
    assert outcome(installation, objecting).result == "not-authorised"


def state_of(installation: Installation, operation: str) -> str:
    with installation.application.database.read() as conn:
        return operations.by_ids(conn, [operation])[operation].state


def wait_for(installation: Installation, operation: str, state: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while state_of(installation, operation) != state:
        assert time.monotonic() < deadline, f"{operation} is not {state} after {PATIENCE} s"
        time.sleep(0.02)


def test_the_reasons_are_read_out_in_both_languages_and_name_no_event(installation: Installation) -> None:
    person, alone = due_person(installation), due_person(installation)
    seen_by_two(installation, person)
    explanations = installation.application.seamless.explanations
    before = explanations.why(installation.worker, person.ref)
    assert before is not None
    assert (before.result, before.operation_id) == ("certify", None)
    run(installation)
    installation.settle()
    recorded = explanations.why(installation.worker, person.ref)
    assert recorded is not None
    assert recorded.operation_id == outcome(installation, person).operation_id
    assert recorded.sentences == before.sentences
    for locale in LOCALES:
        said = "".join(text(one.code, locale, **one.params) for one in recorded.sentences)
        assert "卫生健康局" in said
        assert "accin" not in said
    lacking = explanations.why(installation.worker, alone.ref)
    assert lacking is not None
    assert lacking.result == "not-enough"
    with pytest.raises(Forbidden, match="not_yours"):
        explanations.why(installation.other_worker, person.ref)


def test_one_leaf_of_the_evidence_opens_and_the_others_stay_closed(installation: Installation) -> None:
    person = due_person(installation)
    seen_by_two(installation, person)
    run(installation)
    explanations = installation.application.seamless.explanations
    operation = outcome(installation, person).operation_id
    shown = [explanations.show(installation.reviewer, operation, index) for index in (0, 1)]
    assert {one.leaf.said["kind"] for one in shown} == {"vaccination", "bus-card"}
    root = bytes.fromhex(shown[0].root)
    assert all(is_in(one.leaf, root) for one in shown)
    assert not is_in(replace(shown[0].leaf, said=shown[1].leaf.said), root)
    with pytest.raises(NotFound, match=r"seamless\.no_evidence"):
        explanations.show(installation.reviewer, operation, 2)
    with pytest.raises(Forbidden, match="role_required"):
        explanations.show(installation.worker, operation, 0)


def test_a_notice_is_recorded_for_everyone_of_whom_nothing_is_recorded_yet(
    installation: Installation,
) -> None:
    untold = due_person(installation, authorisation=None)
    objected = due_person(installation, authorisation="objected")
    notices = installation.application.seamless.notices
    terms: Any = {"community": NANQIAO, "legal_reference": LAW, "told_on": today(installation)}
    told = notices.record(installation.worker, **terms)
    installation.settle()
    assert told.recorded >= 1
    assert told.rejected == 0
    assert certification.authorisation(word(installation, untold)) == Authorisation.NOTIFIED
    assert certification.authorisation(word(installation, objected)) == Authorisation.OBJECTED
    assert notices.record(installation.worker, **terms).recorded == 0
    with pytest.raises(BadInput, match=r"seamless\.legal_reference_needed"):
        notices.record(installation.worker, **(terms | {"legal_reference": " "}))
    with pytest.raises(Forbidden, match="not_yours"):
        notices.record(installation.other_worker, **terms)


def test_the_weeks_report_counts_what_came_about_and_what_the_chain_refused(
    installation: Installation,
) -> None:
    person = due_person(installation)
    seen_by_two(installation, person)
    run(installation)
    installation.settle()
    counts = installation.application.seamless.weeks.report(installation.operator, weeks=2)
    year, week, _ = today(installation).isocalendar()
    now = {one.result: one.people for one in counts if one.week == f"{year}-W{week:02}"}
    assert now["certify"] >= 1
    assert {one.community for one in counts} == {NANQIAO}


def test_only_an_operator_starts_a_run_one_at_a_time_and_never_for_the_future(
    installation: Installation,
) -> None:
    runs = installation.application.seamless.runs
    with pytest.raises(Forbidden, match="role_required"):
        runs.run(installation.reviewer)
    with pytest.raises(BadInput, match=r"seamless\.as_of_in_future"):
        run(installation, as_of=today(installation) + timedelta(days=1))
    begun = runs.begin(installation.operator, programme="senior-allowance", as_of=None, dry=True)
    with pytest.raises(Conflict, match=r"seamless\.run_in_progress"):
        run(installation)
    runs.go_through(begun)
    assert run(installation, as_of=today(installation) - timedelta(days=1), dry=True).state == "finished"


def test_an_audit_in_all_circles_finds_nothing_afterwards(installation: Installation) -> None:
    person = due_person(installation)
    seen_by_two(installation, person)
    run(installation)
    installation.settle()
    installation.catch_up()
    application = installation.application
    node = Node(application.engine.rpc, application.deployment)
    _, found = audit(node, application.deployment, Circle(database=application.database))
    assert list(found.findings.groups()) == []
    assert len(audit_operations(application.database).findings) == 0
