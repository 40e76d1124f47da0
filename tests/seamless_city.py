"""People of the pilot community who are due, and departments that report about them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ledger.domain.programmes import local_date
from ledger.domain.seamless.lines import split
from ledger.domain.seamless.manifest import Manifest, describe
from ledger.services.actors import Actor
from ledger.services.acts import Action
from ledger.services.certification_requests import Accepted, CertificationRequest
from ledger.services.references import SubjectRef
from ledger.services.signals.answers import Delivery
from tests.installation import Installation

LAW = "《都江堰市公共数据管理办法》第九条"
FLOWS = {
    "health": ("vaccination", "death-certificate"),
    "transport": ("bus-card",),
    "medical-insurance": ("inpatient-stay", "insurance-ended"),
}


def agree(installation: Installation) -> None:
    """The departments' flows are registered, and known to the index."""
    flows = installation.application.signals.flows
    for department, kinds in FLOWS.items():
        for kind in kinds:
            flows.add(
                installation.operator,
                department=department,
                kind=kind,
                catalogue_entry=f"catalogue/{department}/{kind}",
                legal_reference=LAW,
            )
    installation.catch_up()


def today(installation: Installation) -> date:
    return local_date(installation.clock())


@dataclass(frozen=True)
class DuePerson:
    """Somebody who is due, by identity number and subject id."""

    number: str
    id: str

    @property
    def ref(self) -> SubjectRef:
        return SubjectRef(id=self.id)


def due_person(installation: Installation, *, authorisation: str | None = "notified") -> DuePerson:
    """Somebody of Nanqiao whom a worker saw a year ago, and who was told of seamless certification."""
    (person,) = due_people(installation, 1, authorisation=authorisation)
    return person


def due_people(
    installation: Installation, count: int, *, authorisation: str | None = "notified"
) -> list[DuePerson]:
    """The same, several at once (fewer than a thousand), final on chain."""
    people = [installation.enrol() for _ in range(count)]
    seen_on = today(installation) - timedelta(days=365)
    items = [CertificationRequest(one, method="visit", occurred_on=seen_on) for one in people]
    if authorisation:
        items += [
            CertificationRequest(one, action=Action.AUTHORISE, authorisation=authorisation) for one in people
        ]
    accepted = []
    for answer in installation.application.certify.submit(installation.worker, items):
        assert isinstance(answer, Accepted), answer
        accepted.append(answer.subject_id)
    installation.settle()
    return [
        DuePerson(one.identity_number or "", subject)
        for one, subject in zip(people, accepted[:count], strict=True)
    ]


def line(
    person: DuePerson, kind: str, on: date, reference: str = "", *, handle: str = "", **others: Any
) -> dict[str, Any]:
    """One line of a delivery; with a reference that nobody else uses, if none is given."""
    named = {"handle": handle} if handle else {"identity_number": person.number}
    return {
        **named,
        "kind": kind,
        "on": on.isoformat(),
        "reference": reference or secrets.token_hex(8),
        **others,
    }


def file_of(lines: Iterable[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(one) + "\n" for one in lines).encode()


def manifest_of(department: str, data: bytes, reference: str = "") -> Manifest:
    return describe(department, reference or secrets.token_hex(8), *split(data), secrets.token_bytes(32))


def deliver(
    installation: Installation, department: str, lines: Sequence[dict[str, Any]], actor: Actor | None = None
) -> Delivery:
    """The department's delivery of these lines, signed with its key in the vault."""
    data = file_of(lines)
    return installation.application.signals.deliveries.deliver(
        actor or installation.api_key(department), manifest_of(department, data), data
    )
