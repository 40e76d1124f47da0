"""Departments' signals about deaths: they open a case, can be taken back, and can be contradicted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.services.cases.views import CaseDetail
from ledger.services.certification_requests import Action, CertificationRequest
from tests.installation import Installation
from tests.seamless_city import DuePerson, agree, deliver, due_person, line, today

pytestmark = pytest.mark.usefixtures("agreed")


@pytest.fixture(scope="module")
def agreed(installation: Installation) -> None:
    agree(installation)


def case_of(installation: Installation, person: DuePerson) -> CaseDetail:
    queue = installation.application.cases
    found = queue.list(installation.worker, kind="death", limit=200).cases
    (case,) = [one.id for one in found if one.subject_id == person.id]
    return queue.get(installation.worker, case)


def said(detail: CaseDetail) -> list[tuple[str, object]]:
    return [(one.kind, one.detail.get("source", one.detail.get("sign"))) for one in detail.events]


def test_a_death_like_signal_opens_a_case_and_stops_nothing(installation: Installation) -> None:
    person, on = due_person(installation), today(installation) - timedelta(days=20)
    deliver(installation, "health", [line(person, "death-certificate", on)])
    deliver(installation, "health", [line(person, "death-certificate", on)])
    assert said(case_of(installation, person)) == [("opened", None), ("source", "death-certificate")]
    installation.settle()
    answer = installation.application.lookup.verdict(installation.worker, person.ref)
    assert (answer.verdict, answer.payable) == ("DEATH_REPORTED", True)


def test_what_is_taken_back_no_longer_counts_as_a_source(installation: Installation) -> None:
    person, on = due_person(installation), today(installation) - timedelta(days=20)
    deliver(installation, "health", [line(person, "death-certificate", on)])
    deliver(installation, "medical-insurance", [line(person, "insurance-ended", on)])
    deliver(installation, "health", [line(person, "death-certificate", on, retract=True)])
    detail = case_of(installation, person)
    assert said(detail)[-1] == ("retracted", "death-certificate")
    request = CertificationRequest(person.ref, Action.CONFIRM_DEATH)
    with pytest.raises(Exception, match=r"death\.sources_needed"):
        installation.application.certify.submit_one(installation.reviewer, request)


def test_signs_of_life_after_the_death_stand_on_the_case_and_a_rescission_clears_the_signals(
    installation: Installation,
) -> None:
    person = due_person(installation)
    died_on = today(installation) - timedelta(days=40)
    deliver(installation, "health", [line(person, "death-certificate", died_on)])
    later, before = died_on + timedelta(days=20), died_on - timedelta(days=40)
    deliver(
        installation,
        "medical-insurance",
        [line(person, "inpatient-stay", later), line(person, "inpatient-stay", before)],
    )
    assert said(case_of(installation, person))[-1] == ("life_sign", "inpatient-stay")
    assert len([one for one in said(case_of(installation, person)) if one[0] == "life_sign"]) == 1
    rescind = CertificationRequest(person.ref, Action.RESCIND_DEATH, reason="住院记录在后，本人健在")
    installation.application.certify.submit_one(installation.reviewer, rescind)
    with installation.application.database.read() as conn:
        kept = installation.application.signals.kept.read(conn, [person.id])[person.id]
    standing = [one.signal.kind for one in kept if one.signal.ended_at is None]
    assert standing == ["inpatient-stay", "inpatient-stay"]
