"""The use cases on PostgreSQL: the same installation, the other database."""

from __future__ import annotations

from pathlib import Path

from ledger.services.certify import CertificationRequest
from ledger.services.consents import ConsentTuple
from tests.installation import SUBDISTRICT, open_installation


def test_enrol_certify_consent_and_look_up(tmp_path: Path, postgres_url: str) -> None:
    for installation in open_installation(tmp_path / "home", database_url=postgres_url):
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
