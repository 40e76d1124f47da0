"""Sharing the base registry: its own facts about a person, to whom the decision permits, and no more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ledger.chain.deployment import Deployment
from ledger.domain import vocabulary
from ledger.domain.access.entry import Entry
from ledger.domain.access.proof import RECEIPT, AccessProof
from ledger.domain.decisions import Answer
from ledger.domain.programmes import DAY, local_date
from ledger.errors import BadInput, Forbidden, LedgerError, NotFound
from ledger.keys.jws import Signer
from ledger.keys.vault import OPERATOR
from ledger.services.access_proofs import AccessProofs
from ledger.services.actors import Actor, Scope
from ledger.services.context import Context
from ledger.services.data_fields import Ground, Released, fields_of
from ledger.services.decide import Caller, Decide
from ledger.services.decision_answers import DecisionAnswer, Question
from ledger.services.organisations import Directory
from ledger.services.people import People, Person
from ledger.services.references import SubjectRef
from ledger.services.verdicts import Verdicts
from ledger.store import access_log
from ledger.store.group_commit import GroupCommit
from ledger.store.hot import Reading

LONGEST_SECRET_DAYS = 3 * 366
_ACTION = "data"


@dataclass(frozen=True, slots=True)
class DataRequest:
    """What of whom is asked for, and why."""

    handle: str
    category: str
    purpose: str
    provider: str | None = None
    """The organisation whose registry it is: the person's community or one above it; by default the one
    directly above.
    """
    at_least: int | None = None
    """For the category age-band: how many years."""
    programme: str = "senior-allowance"
    secret_until: int | None = None
    """Until when (unix seconds) a law keeps the request from the person's statement."""


@dataclass(frozen=True, slots=True)
class DataAnswer:
    """The decision, what is released on PERMIT, and the receipt for the request."""

    decision: DecisionAnswer
    data: Released | None = field(repr=False)
    receipt: AccessProof


@dataclass(frozen=True, slots=True)
class _Done:
    """What a request came to, and its entry in the log."""

    outcome: tuple[DecisionAnswer, Released | None] | LedgerError
    entry: Entry


class Data:
    """The use case of releasing. Every request is in the log before it is answered, granted or not."""

    def __init__(
        self,
        context: Context,
        people: People,
        verdicts: Verdicts,
        decide: Decide,
        access_proofs: AccessProofs,
        *,
        group: GroupCommit,
        deployment: Deployment,
    ) -> None:
        self._context = context
        self._people = people
        self._verdicts = verdicts
        self._decide = decide
        self._access_proofs = access_proofs
        self._group = group
        self._issuer = deployment.pinned.issuer
        self._signer = Signer(context.vault, OPERATOR)

    def read(self, caller: Caller, request: DataRequest) -> DataAnswer:
        """For an API key with the scopes `data` and `decide`, under its own handle.

        Raises Forbidden `scope_required`, `not_yours`, `data.secret_needs_basis`; BadInput
        `data.provider_not_registry`, `data.age_not_asked`, `data.secret_too_long`, and what
        `Decide.submit` does; CannotKnow `anchoring_overdue`, `access_log_forked`,
        `data.certification_unknown`. What was refused is logged as well, but for a caller who isn't known.
        """
        vocabulary.category(request.category)
        vocabulary.purpose(request.purpose)
        self._context.programme(request.programme)
        done = self._group.submit(lambda reading: self._work(reading, caller(reading), request)).result()
        if isinstance(done.outcome, LedgerError):
            raise done.outcome
        answer, released = done.outcome
        return DataAnswer(answer, released, self._receipt(done.entry))

    def _work(self, reading: Reading, actor: Actor, request: DataRequest) -> tuple[_Done, Entry]:
        person: Person | None = None
        try:
            actor.require_scope(Scope.DATA)
            person = self._people.find(reading.conn, actor, SubjectRef(handle=request.handle))
            answer, released, entry = self._judge(reading, actor, person, request)
        except LedgerError as error:
            entry = Entry(
                at=self._context.clock(),
                actor=actor.id,
                organisation_id=actor.organisation,
                subject_id=person.id if person else None,
                action=_ACTION,
                outcome=f"DENY:{error.code}"[:64],
                purpose=request.purpose,
                detail={"category": request.category},
            )
            return _Done(error, entry), entry
        return _Done((answer, released), entry), entry

    def _judge(
        self, reading: Reading, actor: Actor, person: Person, request: DataRequest
    ) -> tuple[DecisionAnswer, Released | None, Entry]:
        self._access_proofs.require_anchoring(reading.conn)
        provider = _provider(Directory(reading.conn), person, request.provider)
        question = Question(SubjectRef(handle=request.handle), provider, request.category, request.purpose)
        decided, logged = self._decide.read(reading, actor, question)
        answer = decided.answer
        secret_until = self._secret_until(actor, request, answer)
        permitted = answer.decision == Answer.PERMIT
        released = fields_of(request.category, self._ground(reading, person, request)) if permitted else None
        return answer, released, replace(logged, action=_ACTION, secret_until=secret_until)

    def _ground(self, reading: Reading, person: Person, request: DataRequest) -> Ground:
        return Ground(
            reading.conn,
            person,
            self._context.programme(request.programme),
            self._people,
            self._verdicts,
            local_date(self._context.clock()),
            request.at_least,
        )

    def _secret_until(self, actor: Actor, request: DataRequest, answer: DecisionAnswer) -> int | None:
        """Only a law keeps a request secret, and never for ever."""
        if request.secret_until is None:
            return None
        actor.require_scope(Scope.DISCREET)
        if not (answer.basis or "").startswith("statutory:"):
            raise Forbidden("data.secret_needs_basis")
        if request.secret_until > self._context.now() + LONGEST_SECRET_DAYS * DAY:
            raise BadInput("data.secret_too_long", expected=LONGEST_SECRET_DAYS)
        return request.secret_until

    def _receipt(self, entry: Entry) -> AccessProof:
        leaf = entry.leaf()
        with self._context.database.read() as conn:
            index = access_log.index_of(conn, leaf)
        if index is None:
            raise NotFound("access_log.leaf_unknown")
        return AccessProof.model_validate(
            {
                "entry": entry.content(),
                "index": index,
                "receipt": self._signer.sign(
                    RECEIPT,
                    {
                        "iss": self._issuer,
                        "iat": int(entry.at),
                        "leaf": f"0x{leaf.hex()}",
                        "index": index,
                    },
                ),
            }
        )


def _provider(directory: Directory, person: Person, asked: str | None) -> str:
    """Whose registry it is. Raises BadInput `data.provider_not_registry`."""
    if asked is None:
        parent = directory.by_id[person.community].parent
        return directory.code(parent if parent is not None else person.community)
    if not directory.is_within(person.community, directory.active(asked).id):
        raise BadInput("data.provider_not_registry", got=asked)
    return asked
