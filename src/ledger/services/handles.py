"""The names under which organisations know a person: each its own, so that two can't join what they know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from ledger.chain.deployment import Deployment
from ledger.domain import identity_number
from ledger.domain.programmes import local_date
from ledger.domain.tags import handle as handle_of
from ledger.errors import BadInput, Forbidden, TooLarge, TooMany
from ledger.keys.jws import Signer
from ledger.keys.vault import OPERATOR
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role, Scope
from ledger.services.context import Context
from ledger.services.organisations import Directory
from ledger.services.people import People, Person
from ledger.services.references import SubjectRef
from ledger.store import quotas
from ledger.store import subjects as store

BINDING = "handle-binding+jwt"
"""The `typ` of a signed binding."""
MOST_NUMBERS = 1000
_WINDOW = 3600
"""Seconds in which an API key resolves no more than its quota."""


@dataclass(frozen=True, slots=True)
class BoundHandle:
    """An organisation's handle of a person, and the operator's word for it."""

    handle: str
    rotation: int
    """How often it was rotated before."""
    replaces: str | None
    """The handle before, which has ended."""
    binding: str = field(repr=False)
    """A JWS (docs/consent.md)"""


class Handles:
    """The use cases of handles."""

    def __init__(
        self, context: Context, people: People, access_log: AccessLog, deployment: Deployment
    ) -> None:
        self._context = context
        self._people = people
        self._access_log = access_log
        self._issuer = deployment.pinned.issuer
        self._signer = Signer(context.vault, OPERATOR)

    def resolve(self, actor: Actor, identity_numbers: Sequence[str]) -> list[BoundHandle | None]:
        """For a department with scope `resolve`: its own handle for each number that it holds, none where
        nobody is known. Logged for each person.

        Raises Forbidden `scope_required`; TooLarge `items_too_many`; TooMany `resolve_quota_used`; BadInput
        `identity_number.*` if one of them can't be one.
        """
        actor.require_scope(Scope.RESOLVE)
        if len(identity_numbers) > MOST_NUMBERS:
            raise TooLarge("items_too_many", got=len(identity_numbers), expected=MOST_NUMBERS)
        today = local_date(self._context.clock())
        numbers = [identity_number.parse(number, today=today) for number in identity_numbers]
        tokens = [self._people.token(number) for number in numbers]
        now = self._context.now()
        with self._context.write() as conn:
            self._count(conn, actor, len(numbers), now)
            ids = store.ids_by_token(conn, set(tokens))
            rows = store.by_ids(conn, set(ids.values()))
            people = self._people.open([row for row in rows.values() if row.state == "active"])
            handles = _present(conn, people, actor.organisation, now)
            self._access_log.record(conn, actor, "resolve", [None, *people], outcome="resolved")
            audience = Directory(conn).code(actor.organisation)
        found = [handles.get(ids.get(token, "")) for token in tokens]
        return [
            None if one is None else self._bound(one, audience, now, number.text)
            for one, number in zip(found, numbers, strict=True)
        ]

    def rotate(self, actor: Actor, subject: SubjectRef, *, organisation: str | None = None) -> BoundHandle:
        """Ends an organisation's handle of a person and makes another: for an API key (scope `resolve`) its
        own, for a worker or reviewer, at the person's wish, that of the organisation named.

        Raises Forbidden `scope_required`, `role_required`, `not_yours`, `consumer_not_yours`; BadInput
        `organisation_unknown`, `handle_owner_needed`; Forbidden `handle_unknown` where it knows them by none.
        """
        if actor.kind == "api_key":
            actor.require_scope(Scope.RESOLVE)
        else:
            actor.require_role(Role.WORKER, Role.REVIEWER)
        now = self._context.now()
        with self._context.write() as conn:
            directory = Directory(conn)
            own = directory.code(actor.organisation)
            if actor.kind == "api_key" and organisation not in {None, own}:
                raise Forbidden("consumer_not_yours")
            if actor.kind != "api_key" and organisation is None:
                raise BadInput("handle_owner_needed")
            audience = organisation if organisation is not None and actor.kind != "api_key" else own
            person = self._people.find(conn, actor, subject)
            number = directory.active(audience).id
            known = store.present_handles(conn, number, [person.id]).get(person.id)
            if known is None:
                raise Forbidden("handle_unknown", organisation=audience)
            store.end_handle(conn, known.handle, now)
            fresh = _new(person, number, known.rotation + 1, now)
            store.add_handles(conn, [fresh])
            self._access_log.record(conn, actor, "rotate_handle", [person.id], outcome="rotated")
        return self._bound(Known(fresh["handle"], fresh["rotation"], known.handle), audience, now, None)

    def _count(self, conn: Connection, actor: Actor, numbers: int, now: int) -> None:
        limit = self._context.settings.resolve_per_hour
        start = now - now % _WINDOW
        if quotas.take(conn, f"resolve:{actor.id}", start, numbers) > limit:
            raise TooMany("resolve_quota_used", expected=limit, retry_after=start + _WINDOW - now)

    def _bound(self, known: Known, audience: str, now: int, number: str | None) -> BoundHandle:
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": audience,
            "sub": known.handle,
            "iat": now,
            "rotation": known.rotation,
            "replaces": known.replaces,
        }
        if number is not None:
            claims["identity_number"] = number
        return BoundHandle(known.handle, known.rotation, known.replaces, self._signer.sign(BINDING, claims))


@dataclass(frozen=True, slots=True)
class Known:
    """A handle in force, and the one it replaced."""

    handle: str
    rotation: int
    replaces: str | None


def handle(conn: Connection, person: Person, organisation: int, now: int) -> str:
    """The organisation's present handle of a person, made if it has none. `now` in unix seconds."""
    return handles(conn, [person], organisation, now)[person.id]


def handles(conn: Connection, people: Iterable[Person], organisation: int, now: int) -> dict[str, str]:
    """The same of many, by subject id."""
    known = _present(conn, {person.id: person for person in people}, organisation, now)
    return {subject_id: one.handle for subject_id, one in known.items()}


def _present(conn: Connection, people: Mapping[str, Person], organisation: int, now: int) -> dict[str, Known]:
    """An organisation's present handles by subject id, made where there is none."""
    known = store.present_handles(conn, organisation, list(people))
    fresh = {
        subject_id: _new(person, organisation, 0, now)
        for subject_id, person in people.items()
        if subject_id not in known
    }
    store.add_handles(conn, list(fresh.values()))
    replaced = _replaced(people.values(), organisation, known)
    found = {
        subject_id: Known(row.handle, row.rotation, replaced.get(subject_id))
        for subject_id, row in known.items()
    }
    return found | {
        subject_id: Known(row["handle"], row["rotation"], None) for subject_id, row in fresh.items()
    }


def _replaced(
    people: Iterable[Person], organisation: int, known: Mapping[str, store.PresentHandle]
) -> dict[str, str]:
    """The handle before, of those that were rotated: it follows from the subject key."""
    return {
        person.id: handle_of(person.keys.subject_key, organisation, known[person.id].rotation - 1)
        for person in people
        if person.id in known and known[person.id].rotation > 0
    }


def _new(person: Person, organisation: int, rotation: int, now: int) -> dict[str, Any]:
    return {
        "handle": handle_of(person.keys.subject_key, organisation, rotation),
        "organisation_id": organisation,
        "subject_id": person.id,
        "rotation": rotation,
        "created_at": now,
    }
