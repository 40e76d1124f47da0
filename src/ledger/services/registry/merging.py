"""Two entries that are one person become one. What was paid to either was paid to her."""

from __future__ import annotations

from ledger.domain.codes import Status
from ledger.encoding.words import certification
from ledger.errors import BadInput, Refused
from ledger.services.actors import Actor, Role
from ledger.services.acts import Action
from ledger.services.certification_requests import CertificationRequest
from ledger.services.certify import Certify
from ledger.services.context import Context
from ledger.services.evidence import checked_text
from ledger.services.people import People
from ledger.services.references import SubjectRef
from ledger.services.registry.corrections import Corrections
from ledger.services.standing import standing_certifications
from ledger.services.verdicts import tag_of
from ledger.store import subjects as subjects_store


class Merging:
    """The use case of merging."""

    def __init__(self, context: Context, people: People, corrections: Corrections, certify: Certify) -> None:
        self._context = context
        self._people = people
        self._corrections = corrections
        self._certify = certify

    def merge(self, actor: Actor, remains: SubjectRef, duplicate: SubjectRef, reason: str) -> None:
        """Lets `duplicate` go into `remains`. Reviewers. Interrupted, it goes on when asked for again.

        The duplicate's certification is closed on the chain; that she was certified counts for the entry that
        remains, which is found by both numbers from now on. Raises Forbidden `role_required`, `not_yours`;
        BadInput `reason_needed`; Refused `merge.same`, `merge.died`, `rule.*`.
        """
        actor.require_role(Role.REVIEWER)
        said = checked_text("reason", reason)
        if not said:
            raise BadInput("reason_needed", action="merge")
        with self._context.database.read() as conn:
            kept = self._people.find(conn, actor, remains)
            gone = self._people.find(conn, actor, duplicate)
            if kept.id == gone.id:
                raise Refused("merge.same")
            standing = []
            for programme in self._context.programmes.values():
                tag = tag_of(gone, programme)
                standing.append((programme, standing_certifications(conn, programme.id, [tag])[tag]))
        if any(certification.death(word) for _, word in standing):
            raise Refused("merge.died")
        for programme, word in standing:
            if certification.status(word) in {Status.ACTIVE, Status.SUSPENDED}:
                request = CertificationRequest(
                    SubjectRef(id=gone.id), Action.CLOSE, programme=programme.code, reason=said
                )
                self._certify.submit_one(actor, request)
        now = self._context.now()
        with self._context.write() as conn:
            for person, other in ((kept, gone), (gone, kept)):
                version = subjects_store.by_ids(conn, [person.id])[person.id].version
                subjects_store.raise_version(conn, person.id, version, now)
                content = {"after": {"other": other.id}, "reason": said}
                self._corrections.write_down(
                    conn, actor, person, version=version + 1, kind="merge", said=content
                )
            subjects_store.merge(conn, gone.id, kept.id, now)
