"""The verdict under a department's own handle: asked the most, so by hot queries, and logged in groups."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from ledger.domain.programmes import Programme
from ledger.domain.tags import certification_tag
from ledger.domain.verdicts import unknown, verdict
from ledger.encoding.types import Word
from ledger.encoding.words import certification
from ledger.errors import Forbidden
from ledger.relay.registers import Registers
from ledger.services import trust
from ledger.services.actors import Actor, Scope
from ledger.services.answers import AsOfView
from ledger.services.context import Context
from ledger.services.keyring import open_subject_key
from ledger.services.lookup_answers import VerdictAnswer
from ledger.services.verdicts import Read, Verdicts
from ledger.store import decisions as store
from ledger.store import index
from ledger.store.access_log import Entry
from ledger.store.group_commit import GroupCommit
from ledger.store.hot import Reading

Caller = Callable[[Reading], Actor]
"""Finds out who asks, in the transaction of the answer."""


class DepartmentVerdicts:
    """The use case of asking whether the person behind a handle is certified, now."""

    def __init__(
        self, context: Context, verdicts: Verdicts, registers: Registers, *, group: GroupCommit
    ) -> None:
        self._context = context
        self._verdicts = verdicts
        self._registers = registers
        self._group = group

    def submit(self, caller: Caller, handle: str, programme: str) -> Future[VerdictAnswer]:
        """UNKNOWN, with the reason, when the index can't be relied on. Logged before it is answered.

        Raises Forbidden `not_yours`, or for a key without scope `verdict`; BadInput `programme_unknown`;
        what `caller` does.
        """
        chosen = self._context.programme(programme)
        return self._group.submit(lambda reading: self._answer(reading, caller(reading), handle, chosen))

    def _answer(
        self, reading: Reading, actor: Actor, handle: str, programme: Programme
    ) -> tuple[VerdictAnswer, Entry]:
        actor.require_scope(Scope.VERDICT)
        known = store.subject_of_handle(reading, actor.organisation, handle)
        if known is None or known.state != "active" or known.handle_ended_at is not None:
            raise Forbidden("not_yours")
        subject_key = open_subject_key(self._context.vault, known.id, known.wrapped_key)
        if subject_key is None:
            raise Forbidden("not_yours")
        now = self._context.clock()
        read = self._read(reading, subject_key, programme, now)
        entry = Entry(
            at=now,
            actor=actor.id,
            organisation_id=actor.organisation,
            subject_id=known.id,
            action="verdict",
            outcome=read.verdict.verdict.value,
            purpose=None,
            detail=None,
        )
        answer = VerdictAnswer.to_department(read, handle=handle, programme=programme.code, at=int(now))
        return answer, entry

    def _read(self, reading: Reading, subject_key: bytes, programme: Programme, now: float) -> Read:
        tag = certification_tag(subject_key, programme.id).tag
        written = store.written(reading, programme.id, tag)
        word = written.word if written else Word(0)
        since = trust.distrusted_keys(self._registers.at(reading))
        distrusted = bool(
            written and certification.recorded_at(word) >= since.get(written.signer, trust.NEVER)
        )
        own = verdict(word, programme, now, distrusted=distrusted)
        as_of = index.as_of_reading(reading)
        doubt = self._verdicts.doubt_of(as_of)
        return Read(word, unknown(doubt, own) if doubt else own, AsOfView.of(as_of))
