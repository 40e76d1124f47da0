"""Opening, noting and closing cases about people, inside a transaction that somebody else began."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row

from ledger.domain.cases import CaseKind, CaseOutcome, Channel, deadline
from ledger.encoding.canonical import canonical_json
from ledger.services.actors import Actor
from ledger.services.context import Context
from ledger.services.ids import new_id
from ledger.services.keyring import Keys
from ledger.services.people import Person
from ledger.store import cases as store

CaseRow = Row[Any]
_DISMISSED_ROW = (CaseKind.ROSTER_ROW, CaseOutcome.DISMISSED)


@dataclass(frozen=True, slots=True)
class NewCase:
    """A question about a person. While one with the same `about` is open, it opens no other."""

    kind: CaseKind
    person: Person
    programme: int | None = None
    about: str = ""
    """What tells it from the person's other cases of its kind."""
    channel: Channel = Channel.SYSTEM
    against: int | None = None
    """The organisation that may not decide it where four eyes are due."""
    text: str = field(default="", repr=False)
    """In words, sealed."""
    codes: tuple[str, ...] = ()
    """Message codes of what is asked."""


class CaseBook:
    """Writes cases. Rights are checked by those who use it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def open(self, conn: Connection, actor: Actor | None, new: NewCase) -> tuple[str, bool]:
        """The case's id, and whether it is a new one; to one that was open already the words are added."""
        now = self._context.now()
        token = self._token(new)
        known = store.ids_by_token(conn, {token}).get(token)
        said = {"text": new.text} if new.text else None
        if known is not None:
            if said:
                self.note(conn, known, new.person.keys, "note", actor=actor, said=said)
            return known, False
        case_id = new_id("k")
        sealed = new.person.keys.seal(_place(case_id), {"text": new.text})
        row = {
            "id": case_id,
            "kind": new.kind.value,
            "token": token,
            "subject_id": new.person.id,
            "programme": new.programme,
            "community_id": new.person.community,
            "against_id": new.against,
            "channel": new.channel.value,
            "opened_by": actor.id if actor else None,
            "opened_for_id": actor.organisation if actor else None,
            "sealed": sealed,
            "problem_codes": list(new.codes),
            "state": "open",
            "created_at": now,
            "deadline": deadline(new.kind, now),
        }
        store.add(conn, [row])
        detail = {"channel": new.channel.value}
        self.note(conn, case_id, new.person.keys, "opened", actor=actor, said=said, detail=detail)
        return case_id, True

    def known(self, conn: Connection, new: NewCase) -> bool:
        """Whether the question stands, or was answered and is not asked twice."""
        return bool(store.ids_by_token(conn, {self._token(new)}))

    def note(
        self,
        conn: Connection,
        case_id: str,
        keys: Keys,
        kind: str,
        *,
        actor: Actor | None,
        said: Mapping[str, Any] | None = None,
        detail: Mapping[str, str | int] | None = None,
    ) -> None:
        """Something that happened: `said` is sealed, `detail` holds codes only."""
        store.add_event(
            conn,
            case_id=case_id,
            kind=kind,
            at=self._context.now(),
            actor=actor.id if actor else None,
            organisation_id=actor.organisation if actor else None,
            sealed=keys.seal(_place(case_id), said) if said else None,
            detail=dict(detail) if detail else None,
        )

    def close(
        self,
        conn: Connection,
        row: CaseRow,
        keys: Keys,
        outcome: CaseOutcome,
        *,
        actor: Actor | None,
        answer: str = "",
        detail: Mapping[str, str | int] | None = None,
    ) -> bool:
        """Decides an open case; whether it was open.

        Its token is given up, so that the question can be asked again later; but for a row of a roster that
        is dismissed, and for what looked unusual: the same is not asked twice.
        """
        columns: dict[str, Any] = {
            "outcome": outcome.value,
            "resolved_at": self._context.now(),
            "resolved_by": actor.id if actor else None,
        }
        if row.kind != CaseKind.ANOMALY and (row.kind, outcome) != _DISMISSED_ROW:
            columns["token"] = None
        if not store.resolve(conn, row.id, **columns):
            return False
        said = {"text": answer} if answer else None
        codes = {"outcome": outcome.value, **(detail or {})}
        self.note(conn, row.id, keys, "decided", actor=actor, said=said, detail=codes)
        return True

    def close_all(
        self,
        conn: Connection,
        rows: Collection[CaseRow],
        person: Person,
        kind: CaseKind,
        outcome: CaseOutcome,
        *,
        actor: Actor | None,
        answer: str = "",
        detail: Mapping[str, str | int] | None = None,
    ) -> None:
        """Closes those of a person's open cases that are of one kind."""
        for row in rows:
            if row.kind == kind:
                self.close(conn, row, person.keys, outcome, actor=actor, answer=answer, detail=detail)

    def _token(self, new: NewCase) -> bytes:
        parts = ["case", new.kind.value, new.person.id, new.programme or 0, new.about]
        return hmac.digest(self._context.vault.index_key(), canonical_json(parts), hashlib.sha256)


def opened(keys: Keys, row: CaseRow) -> Mapping[str, Any]:
    """What a case, or an event of it, holds in words; nothing if it holds none."""
    case_id = getattr(row, "case_id", None) or row.id
    return keys.open(_place(case_id), row.sealed) if row.sealed else {}


def _place(case_id: str) -> str:
    return f"case:{case_id}"
