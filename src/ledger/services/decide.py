"""Decisions: may this organisation read this about this person, for this purpose?"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection

from ledger.domain.decisions import Decision, Inputs, Reason, decide
from ledger.domain.proofs.format import Proof
from ledger.domain.tags import consent_tag
from ledger.encoding.types import Address, Tag
from ledger.encoding.words import consent
from ledger.errors import BadInput, Forbidden
from ledger.relay.registers import Registers
from ledger.services import handles, trust
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role, Scope
from ledger.services.answers import AsOfView
from ledger.services.consent_terms import ConsentTuple, TupleNumbers, numbers_of
from ledger.services.context import Context
from ledger.services.ids import new_id
from ledger.services.organisations import Directory
from ledger.services.people import People
from ledger.services.prove import Prove, Wanted
from ledger.services.references import SubjectRef
from ledger.services.verdicts import Verdicts
from ledger.store import index, operations

_ENDING = frozenset({"withdraw", "refuse"})
_BY_CONSENT = frozenset(Reason) - {
    Reason.CALLER_UNKNOWN,
    Reason.CALLER_INACTIVE,
    Reason.CANNOT_KNOW,
    Reason.ERASED,
    Reason.STATUTORY_BASIS,
}
"""Reasons that rest on the person's consent, or on there being none."""


@dataclass(frozen=True, slots=True)
class DecisionAnswer:
    """PERMIT or DENY, always with its reason. Times are unix seconds."""

    decision: str
    reason_code: str
    basis: str | None
    """"consent", or "statutory:<number>" of a registered basis"""
    obligations: tuple[str, ...]
    valid_until: int | None
    max_age: int
    """Seconds that the answer may be used for without asking again."""
    as_of: AsOfView | None
    receipt_id: str
    proof: Proof | None
    """Of the person's consent for the tuple, if it was asked for and the answer rests on it."""


class Decide:
    """The use case of deciding."""

    def __init__(
        self,
        context: Context,
        people: People,
        verdicts: Verdicts,
        registers: Registers,
        access_log: AccessLog,
        *,
        prove: Prove,
    ) -> None:
        self._context = context
        self._people = people
        self._verdicts = verdicts
        self._registers = registers
        self._access_log = access_log
        self._prove = prove

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
        """May the consumer read it? For an API key (scope `decide`) that is its own organisation; a worker or
        reviewer asks on another's behalf and names it.

        With `proof`, what the ledger held is proven to the provider or the consumer. Logged before it is
        answered. Raises Forbidden `not_yours`, `consumer_not_yours`, `proof_not_yours`; BadInput
        `organisation_unknown`, `category_unknown`, `purpose_unknown`, `consumer_needed`; what `Prove.prove`
        does.
        """
        if actor.kind == "api_key":
            actor.require_scope(Scope.DECIDE)
        else:
            actor.require_role(Role.WORKER, Role.REVIEWER)
        with self._context.write() as conn:
            directory = Directory(conn)
            terms = ConsentTuple(provider, _consumer(actor, directory, consumer), category, purpose)
            numbers = numbers_of(directory, terms)
            if proof and actor.organisation not in {numbers.provider, numbers.consumer}:
                raise Forbidden("proof_not_yours")
            person = self._people.find(conn, actor, subject)
            opening = consent_tag(person.keys.subject_key, *numbers)
            inputs = self._inputs(conn, numbers, opening.tag)
            decision = decide(inputs, self._context.clock())
            receipt_id = new_id("r")
            self._access_log.record(
                conn,
                actor,
                "decision",
                [person.id],
                outcome=f"{decision.answer}:{decision.reason_code}",
                purpose=purpose,
                detail={**asdict(terms), "receipt_id": receipt_id},
            )
            as_of = AsOfView.of(index.as_of(conn))
            wanted = None
            if proof and decision.reason_code in _BY_CONSENT:
                handle = handles.handle(conn, person, actor.organisation, self._context.now())
                wanted = Wanted(opening, actor.organisation, handle)
        made = self._prove.prove(wanted) if wanted else None
        return _answer(decision, as_of, receipt_id, made)

    def _inputs(self, conn: Connection, numbers: TupleNumbers, tag: Tag) -> Inputs:
        registers = self._registers.present(conn)
        distrusted = trust.distrusted_keys(registers)
        word = index.word(conn, index.CONSENTS, tag)
        revision = index.latest_revision(conn, index.CONSENTS, tag) if word else None
        as_of = index.as_of(conn)
        return Inputs(
            caller=trust.caller(registers, numbers.consumer),
            fresh=self._verdicts.doubt(conn) is None,
            erased=False,
            bases=trust.bases(registers, numbers),
            consent_word=word,
            consent_final=bool(revision and as_of and revision.block_number <= as_of.final),
            consent_distrusted=bool(
                revision
                and consent.recorded_at(word) >= distrusted.get(Address(revision.signer), trust.NEVER)
            ),
            withdrawal_pending=any(
                one.change["type"] in _ENDING for one in operations.open_changes(conn, [tag]).get(tag, [])
            ),
        )


def _consumer(actor: Actor, directory: Directory, asked: str | None) -> str:
    if actor.kind != "api_key":
        if asked is None:
            raise BadInput("consumer_needed")
        return asked
    own = directory.code(actor.organisation)
    if asked not in {None, own}:
        raise Forbidden("consumer_not_yours")
    return own


def _answer(
    decision: Decision, as_of: AsOfView | None, receipt_id: str, proof: Proof | None
) -> DecisionAnswer:
    return DecisionAnswer(
        decision=decision.answer.value,
        reason_code=decision.reason_code.value,
        basis=decision.basis,
        obligations=tuple(one.value for one in decision.obligations),
        valid_until=decision.valid_until,
        max_age=decision.max_age,
        as_of=as_of,
        receipt_id=receipt_id,
        proof=proof,
    )
