"""Certification and what else changes a person's state in a programme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.errors import BadInput, LedgerError, TooLarge
from ledger.relay.registers import Registers
from ledger.services.actors import Actor, Role
from ledger.services.acts import Action
from ledger.services.cases.consequences import Deciding
from ledger.services.certification_draft import CertificationDraft
from ledger.services.certification_requests import (
    MAX_ITEMS,
    Accepted,
    CertificationRequest,
    Rejected,
    answer_as_json,
    answer_from_json,
    request_as_json,
)
from ledger.services.context import Context, tried_again
from ledger.services.idempotency import Idempotency
from ledger.services.people import People, Person
from ledger.services.together import Together

__all__ = ["MAX_ITEMS", "Accepted", "Action", "CertificationRequest", "Certify", "Rejected"]


@dataclass(frozen=True, slots=True)
class _Asked:
    actor: Actor
    items: Sequence[CertificationRequest]
    idempotency_key: str | None
    deciding: Deciding | None


_Answers = list[Accepted | Rejected] | LedgerError


class Certify:
    """The use cases of certification."""

    def __init__(self, context: Context, people: People, registers: Registers) -> None:
        self._context = context
        self._registers = registers
        self._people = people
        self._idempotency = Idempotency(context)
        self._together = Together(self._take)

    @tried_again
    def submit(
        self,
        actor: Actor,
        items: Sequence[CertificationRequest],
        *,
        idempotency_key: str | None = None,
        deciding: Deciding | None = None,
    ) -> list[Accepted | Rejected]:
        """Takes up to 1000 requests in one transaction; each is accepted or rejected on its own, in order.
        `deciding` is the case that the only item decides.

        Raises Forbidden `role_required`; BadInput `items_needed`; TooLarge `items_too_many`; Conflict
        `idempotency_key_reused`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        if not items:
            raise BadInput("items_needed")
        if len(items) > MAX_ITEMS:
            raise TooLarge("items_too_many", got=len(items), expected=MAX_ITEMS)
        answers = self._together.ask(_Asked(actor, items, idempotency_key, deciding))
        if isinstance(answers, LedgerError):
            raise answers
        return answers

    def _take(self, group: Sequence[_Asked]) -> list[_Answers]:
        """What several ask for at once goes into one transaction, or few: its sync to the disk is what takes
        time.
        """
        answers: list[_Answers] = []
        while len(answers) < len(group):
            with self._context.write() as conn:
                size = 0
                for asked in group[len(answers) :]:
                    size += len(asked.items)
                    if size > MAX_ITEMS:
                        break
                    answers.append(self._take_one(conn, asked))
        self._context.wake()
        return answers

    def _take_one(self, conn: Connection, asked: _Asked) -> _Answers:
        key = asked.idempotency_key
        request = [request_as_json(item) for item in asked.items] if key is not None else None
        try:
            with self._context.part(conn):
                earlier = self._idempotency.earlier(conn, asked.actor, key, request)
                if earlier is not None:
                    return [answer_from_json(one) for one in earlier]
                answers = self._submit(conn, asked.actor, asked.items, asked.deciding)
                response = [answer_as_json(answer) for answer in answers]
                self._idempotency.keep(conn, asked.actor, key, request, response)
                return answers
        except LedgerError as error:
            return error

    def submit_one(
        self,
        actor: Actor,
        item: CertificationRequest,
        *,
        idempotency_key: str | None = None,
        deciding: Deciding | None = None,
    ) -> Accepted:
        """One request. Raises what would have it rejected."""
        answer = self.submit(actor, [item], idempotency_key=idempotency_key, deciding=deciding)[0]
        if isinstance(answer, Rejected):
            raise answer.error
        return answer

    def _submit(
        self,
        conn: Connection,
        actor: Actor,
        items: Sequence[CertificationRequest],
        deciding: Deciding | None,
    ) -> list[Accepted | Rejected]:
        found = self._people.find_all(conn, actor, [item.subject for item in items])
        people = {person.id: person for person in found if isinstance(person, Person)}
        draft = CertificationDraft(
            self._context,
            self._people,
            registers=self._registers.present(conn),
            conn=conn,
            actor=actor,
            found=people,
            items=items,
        )
        answers: list[Accepted | Rejected] = []
        for item, person in zip(items, found, strict=True):
            try:
                if isinstance(person, LedgerError):
                    raise person
                answers.append(draft.accept(item, person))
            except LedgerError as error:
                answers.append(Rejected(error))
        draft.write(deciding)
        return answers
