"""Notices of seamless certification, recorded in bulk: by statutory duty, with its reference and a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.domain.codes import Authorisation
from ledger.encoding.words import certification
from ledger.errors import BadInput
from ledger.services.actors import Actor, Role
from ledger.services.acts import Action
from ledger.services.certification_requests import MAX_ITEMS, Accepted, CertificationRequest
from ledger.services.certify import Certify
from ledger.services.context import Context
from ledger.services.due import communities_asked
from ledger.services.evidence import checked_text
from ledger.services.people import People
from ledger.services.references import SubjectRef
from ledger.services.signals.asked import standing_words


@dataclass(frozen=True, slots=True)
class Notified:
    """How many people of a community now have the notice recorded, and how many had said something before."""

    recorded: int
    standing: int
    rejected: int


class Notices:
    """The use case of recording that people were told."""

    def __init__(self, context: Context, people: People, certify: Certify) -> None:
        self._context = context
        self._people = people
        self._certify = certify

    def record(
        self,
        actor: Actor,
        *,
        community: str,
        legal_reference: str,
        told_on: date,
        programme: str = "senior-allowance",
    ) -> Notified:
        """Everyone of a community who was certified in person and of whom nothing is recorded yet.

        Consents and objections stay as they are. Workers and reviewers, for their own communities. Raises
        Forbidden `not_yours`; BadInput `seamless.legal_reference_needed`, `occurred_in_future`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        law = checked_text("legal_reference", legal_reference)
        if not law:
            raise BadInput("seamless.legal_reference_needed")
        chosen = self._context.programme(programme)
        with self._context.database.read() as conn:
            communities = communities_asked(conn, actor, community)
            ids = list(self._people.in_communities(conn, communities))
            words = standing_words(conn, chosen, ids)
        seen = {one: word for one, word in words.items() if certification.senior_seen(word)}
        unset = [
            one for one, word in seen.items() if certification.authorisation(word) == Authorisation.UNSET
        ]
        requests = [
            CertificationRequest(
                SubjectRef(id=subject_id),
                action=Action.AUTHORISE,
                programme=programme,
                occurred_on=told_on,
                authorisation="notified",
                note=law,
            )
            for subject_id in sorted(unset)
        ]
        recorded = sum(isinstance(answer, Accepted) for answer in self._submit(actor, requests))
        return Notified(recorded, len(seen) - len(unset), len(requests) - recorded)

    def _submit(self, actor: Actor, requests: Sequence[CertificationRequest]) -> list[object]:
        answers: list[object] = []
        for start in range(0, len(requests), MAX_ITEMS):
            answers += self._certify.submit(actor, requests[start : start + MAX_ITEMS])
        return answers
