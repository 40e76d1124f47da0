"""Decisions: may this organisation read this about this person, for this purpose?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from ledger.chain.deployment import Deployment
from ledger.domain import decisions as rules
from ledger.domain import vocabulary
from ledger.domain.decisions import Answer, Decision, Inputs, Reason
from ledger.domain.events import Contract
from ledger.domain.tags import Opening, consent_tag
from ledger.encoding.types import OrganisationId
from ledger.encoding.words import consent
from ledger.errors import BadInput, CannotKnow, Forbidden
from ledger.keys.jws import Signer
from ledger.keys.vault import OPERATOR
from ledger.relay.registers import Registers
from ledger.services import handles, trust
from ledger.services.actors import Actor, Role, Scope
from ledger.services.answers import AsOfView
from ledger.services.consent_terms import ConsentTuple, TupleNumbers
from ledger.services.context import Context
from ledger.services.decision_answers import Decided, DecisionAnswer, Question, claims
from ledger.services.ids import new_id
from ledger.services.keyring import open_subject_key
from ledger.services.people import People
from ledger.services.prove import Prove, Wanted
from ledger.services.references import SubjectRef
from ledger.services.verdicts import Verdicts
from ledger.store import decisions as store
from ledger.store import index
from ledger.store.access_log import Entry
from ledger.store.group_commit import GroupCommit
from ledger.store.hot import Reading
from ledger.store.index import AsOf

__all__ = ["Decide", "DecisionAnswer", "Question"]

Caller = Callable[[Reading], Actor]
"""Finds out who asks, in the transaction of the answer: a key that has ended opens nothing from then on."""

DECISION = "decision+jwt"
"""The `typ` of a signed answer."""
_ENDING = frozenset({"withdraw", "refuse"})
_BY_CONSENT = frozenset(Reason) - {
    Reason.CALLER_UNKNOWN,
    Reason.CALLER_INACTIVE,
    Reason.CANNOT_KNOW,
    Reason.ERASED,
    Reason.STATUTORY_BASIS,
}
"""Reasons that rest on the person's consent, or on there being none."""


class Decide:
    """The use case of deciding."""

    def __init__(
        self,
        context: Context,
        people: People,
        verdicts: Verdicts,
        registers: Registers,
        *,
        prove: Prove,
        group: GroupCommit,
        deployment: Deployment,
    ) -> None:
        self._context = context
        self._people = people
        self._verdicts = verdicts
        self._registers = registers
        self._prove = prove
        self._group = group
        self._issuer = deployment.pinned.issuer
        self._signer = Signer(context.vault, OPERATOR)

    def decide(
        self,
        actor: Actor,
        subject: SubjectRef,
        *,
        provider: str,
        category: str,
        purpose: str,
        consumer: str | None = None,
        proof: bool = False,
    ) -> DecisionAnswer:
        """One answer, waited for. Raises as `submit` and `with_proofs` do."""
        question = Question(subject, provider, category, purpose, consumer, proof)
        (answer,) = self.with_proofs([self.submit(lambda _: actor, question).result()])
        if isinstance(answer, CannotKnow):
            raise answer
        return answer

    def submit(self, caller: Caller, question: Question) -> Future[Decided]:
        """May the consumer read it? For an API key (scope `decide`) that is its own organisation; a worker or
        reviewer asks on another's behalf and names it.

        Logged before it is answered. Raises Forbidden `not_yours`, `handle_ended`, `consumer_not_yours`,
        `proof_not_yours`; BadInput `organisation_unknown`, `category_unknown`, `purpose_unknown`,
        `provider_is_consumer`, `consumer_needed`; what `caller` does.
        """
        return self._group.submit(lambda reading: self.read(reading, caller(reading), question))

    def read(self, reading: Reading, actor: Actor, question: Question) -> tuple[Decided, Entry]:
        """The answer with the entry to log before it is given; for what is released in one transaction with
        it. Raises as `submit` does.
        """
        if actor.kind == "api_key":
            actor.require_scope(Scope.DECIDE)
        else:
            actor.require_role(Role.WORKER, Role.REVIEWER)
        terms, numbers = _terms(reading, actor, question)
        if question.proof and actor.organisation not in {numbers.provider, numbers.consumer}:
            raise Forbidden("proof_not_yours")
        subject_id, subject_key = self._subject(reading, actor, question.subject)
        opening = consent_tag(subject_key, *numbers) if subject_key else None
        as_of = index.as_of_reading(reading)
        now = self._context.clock()
        decision = rules.decide(self._inputs(reading, numbers, opening, as_of), now)
        answer = self._answer(
            reading,
            decision,
            terms,
            actor,
            as_of=as_of,
            subject=question.subject.handle or subject_id,
            now=now,
        )
        proven = question.proof and decision.reason_code in _BY_CONSENT
        decided = Decided(
            answer, subject_id, opening if proven else None, actor.organisation, question.subject.handle
        )
        return decided, Entry(
            at=now,
            actor=actor.id,
            organisation_id=actor.organisation,
            subject_id=subject_id,
            action="decision",
            outcome=f"{decision.answer}:{decision.reason_code}",
            purpose=terms.purpose,
            detail={**terms.fields(), "receipt_id": answer.receipt_id},
        )

    def with_proofs(self, decided: Sequence[Decided]) -> list[DecisionAnswer | CannotKnow]:
        """The answers, with what the ledger held proven where that was asked for; all proofs at one block.

        In the place of an answer that can't be proven stands the reason, as `Prove.prove` says it.
        """
        wanted = [self._wanted(one) for one in decided]
        proofs = iter(self._prove.prove_all([one for one in wanted if one is not None]))
        answers: list[DecisionAnswer | CannotKnow] = []
        for one, asked in zip(decided, wanted, strict=True):
            proof = None if asked is None else next(proofs)
            answers.append(proof if isinstance(proof, CannotKnow) else replace(one.answer, proof=proof))
        return answers

    def _wanted(self, decided: Decided) -> Wanted | None:
        if decided.opening is None:
            return None
        handle = decided.handle
        if handle is None:
            with self._context.write() as conn:
                person = self._people.by_id(conn, decided.subject_id)
                handle = handles.handle(conn, person, decided.organisation, self._context.now())
        return Wanted(decided.opening, decided.organisation, handle)

    def _subject(self, reading: Reading, actor: Actor, ref: SubjectRef) -> tuple[str, bytes | None]:
        """Whom the actor means, with their subject key unless that was destroyed or must rest."""
        if actor.kind != "api_key":
            person = self._people.find(reading.conn, actor, ref)
            return person.id, person.keys.subject_key
        known = store.subject_of_handle(reading, actor.organisation, ref.handle) if ref.handle else None
        if known is None:
            raise Forbidden("not_yours")
        if known.handle_ended_at is not None:
            raise Forbidden("handle_ended")
        if known.state != "active":
            return known.id, None
        return known.id, open_subject_key(self._context.vault, known.id, known.wrapped_key)

    def _inputs(
        self, reading: Reading, numbers: TupleNumbers, opening: Opening | None, as_of: AsOf | None
    ) -> Inputs:
        registers = self._registers.at(reading)
        # What is on its way first: on PostgreSQL each statement sees more than the one before, and a
        # withdrawal that is recorded between the two is then seen in the word.
        open_changes = store.open_changes(reading, opening.tag) if opening else []
        grant = store.grant(reading, opening.tag) if opening else None
        return Inputs(
            caller=trust.caller(registers, numbers.consumer),
            fresh=self._verdicts.doubt_of(as_of) is None,
            erased=opening is None,
            bases=trust.bases(registers, numbers),
            consent_word=grant.word if grant else 0,
            consent_final=bool(grant and as_of and grant.block <= as_of.final),
            consent_distrusted=bool(
                grant
                and consent.recorded_at(grant.word)
                >= trust.distrusted_keys(registers).get(grant.signer, trust.NEVER)
            ),
            withdrawal_pending=any(change["type"] in _ENDING for change in open_changes),
        )

    def _answer(
        self,
        reading: Reading,
        decision: Decision,
        terms: ConsentTuple,
        actor: Actor,
        *,
        as_of: AsOf | None,
        subject: str,
        now: float,
    ) -> DecisionAnswer:
        at = AsOfView.of(as_of)
        said: dict[str, Any] = {
            "decision": decision.answer.value,
            "reason_code": decision.reason_code.value,
            "basis": decision.basis,
            "categories": (terms.category,) if decision.answer is Answer.PERMIT else (),
            "obligations": tuple(one.value for one in decision.obligations),
            "valid_until": decision.valid_until,
            "max_age": decision.max_age,
            "policy_version": self._registers.at(reading).journals[Contract.POLICIES].count,
            "receipt_id": new_id("r"),
        }
        own = (
            terms.consumer
            if actor.kind == "api_key"
            else store.organisation_code(reading, actor.organisation)
        )
        told = {**said, "asked": terms.fields(), "as_of": at.fields() if at else None}
        signed = self._signer.sign(
            DECISION,
            claims(told, issuer=self._issuer, audience=own, subject=subject, issued_at=int(now)),
        )
        return DecisionAnswer(**said, asked=terms, as_of=at, signed=signed)


def _terms(reading: Reading, actor: Actor, question: Question) -> tuple[ConsentTuple, TupleNumbers]:
    """What is asked about, by codes and by numbers."""
    if actor.kind == "api_key":
        consumer, consumer_id = store.organisation_code(reading, actor.organisation), actor.organisation
        if question.consumer not in {None, consumer}:
            raise Forbidden("consumer_not_yours")
    else:
        if question.consumer is None:
            raise BadInput("consumer_needed")
        consumer, consumer_id = question.consumer, _organisation(reading, question.consumer)
    if question.provider == consumer:
        raise BadInput("provider_is_consumer", got=consumer)
    numbers = TupleNumbers(
        _organisation(reading, question.provider),
        consumer_id,
        vocabulary.category(question.category).number,
        vocabulary.purpose(question.purpose).number,
    )
    return ConsentTuple(question.provider, consumer, question.category, question.purpose), numbers


def _organisation(reading: Reading, code: str) -> OrganisationId:
    found = store.organisation(reading, code)
    if found is None:
        raise BadInput("organisation_unknown", got=code)
    return OrganisationId(found)
