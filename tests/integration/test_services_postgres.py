"""The use cases on PostgreSQL: the same installation, the other database."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ledger.domain import months
from ledger.domain.months import Month
from ledger.errors import Conflict
from ledger.services.certify import CertificationRequest
from ledger.services.consents import ConsentTuple
from ledger.services.facts import FactKind
from ledger.services.references import SubjectRef
from ledger.services.registry.corrections import Correction
from tests.installation import PATIENCE, SUBDISTRICT, open_installation
from tests.month_work import an_open_month, certified, decide, line_of, pass_on


def test_enrol_certify_consent_and_look_up(tmp_path: Path, postgres_url: str) -> None:
    with open_installation(tmp_path / "home", database_url=postgres_url) as installation:
        application, subject = installation.application, installation.enrol()
        request = CertificationRequest(subject, method="visit")
        first = application.certify.submit_one(installation.worker, request, idempotency_key="once")
        assert application.certify.submit_one(installation.worker, request, idempotency_key="once") == first
        terms = ConsentTuple(SUBDISTRICT, "health", "mobility", "home-care")
        application.consents.give(installation.worker, subject, terms)
        installation.settle()
        answer = application.lookup.verdict(installation.worker, subject)
        assert (answer.verdict, answer.revision) == ("VALID", 1)
        decision = application.decide.decide(
            installation.worker,
            subject,
            provider=SUBDISTRICT,
            consumer="health",
            category="mobility",
            purpose="home-care",
        )
        assert decision.decision == "PERMIT"
        page = application.lookup.subject(installation.worker, first.subject_id)
        assert [operation.state for operation in page.operations] == ["final", "final"]


def test_a_key_records_once_also_when_many_ask_at_once(tmp_path: Path, postgres_url: str) -> None:
    with open_installation(tmp_path / "home", database_url=postgres_url) as installation:
        certify, together = installation.application.certify, threading.Barrier(6)
        request = CertificationRequest(installation.enrol(), method="visit")

        def ask(_: int) -> str:
            together.wait(PATIENCE)
            try:
                return certify.submit_one(installation.worker, request, idempotency_key="k").operation_id
            except Conflict as conflict:
                return conflict.code

        with ThreadPoolExecutor(6) as pool:
            answers = set(pool.map(ask, range(6)))
        answers.discard("changed_meanwhile")
        (operation_id,) = answers
        again = certify.submit_one(installation.worker, request, idempotency_key="k")
        assert again.operation_id == operation_id


def test_a_month_is_closed_and_makes_good_what_came_late(tmp_path: Path, postgres_url: str) -> None:
    with open_installation(tmp_path / "home", database_url=postgres_url) as installation:
        first = an_open_month(installation)
        subject = certified(installation, months.day(Month(first - 3), 5))
        installation.settle()
        pass_on(installation, first)
        decide(installation, subject, "suspend", months.day(Month(first - 1), 5))
        second = an_open_month(installation)
        line = line_of(installation, second, subject)
        assert line is not None
        assert [(one.amount, one.cause) for one in line.differences][-1] == (-5000, "stopped_late")
        corrections = installation.application.corrections
        name = {"name": "陈玉贞"}
        corrected = Correction(SubjectRef(id=subject), 0, FactKind.NAME, name, "本人申请")
        assert corrections.correct(installation.worker, corrected) == 1
