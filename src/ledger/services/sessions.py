"""Signing in and out, and finding out who sent a request."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import Connection

from ledger.encoding.types import OrganisationId
from ledger.errors import NotAuthenticated, NotFound
from ledger.services import accounts, credentials
from ledger.services.accounts import UserView
from ledger.services.actors import Actor, Role, Scope
from ledger.services.context import Context
from ledger.services.organisations import Directory
from ledger.store import api_keys
from ledger.store import users as store
from ledger.store.hot import Reading

SessionKind = Literal["browser", "bearer"]

_API_KEY = re.compile(r"(?P<id>ak[a-z2-7]{26})_(?P<secret>.{1,256})")
"""What `ApiKeys.create` hands out. No random session token ever happens to look like it."""

FAILURES_BEFORE_LOCK = 5
LOCK_SECONDS = 15 * 60
_KEPT_SECONDS = 30 * 86_400
"""How long an ended session stays in the table, for whoever looks into an incident."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session. The token is shown once: only its hash is stored."""

    token: str = field(repr=False)
    csrf_token: str = field(repr=False)
    expires_at: int
    user: UserView


@dataclass(frozen=True, slots=True)
class Authenticated:
    """Who a credential belongs to."""

    actor: Actor
    csrf_token: str | None = field(default=None, repr=False)
    """Of a browser's session; none for bearer sessions and API keys."""
    expires_at: int = 0


class Sessions:
    """The use cases of signing in."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def sign_in(self, login: str, password: str, kind: SessionKind) -> SignedIn:
        """Opens a session.

        Raises NotAuthenticated `sign_in_failed`, the same and after the same work for an unknown login, a
        wrong password and an ended or locked user. Five failures in a row lock a user for 15 minutes.
        """
        now = self._context.now()
        with self._context.database.read() as conn:
            row = store.by_login(conn, login)
        usable = (
            row is not None
            and row["ended_at"] is None
            and (row["locked_until"] is None or row["locked_until"] <= now)
        )
        fits = credentials.password_fits(row["password_hash"] if row else None, password)
        if row is None or not usable or not fits:
            if row is not None and usable:
                self._count_failure(row["id"], now)
            raise NotAuthenticated("sign_in_failed")
        token, csrf_token = credentials.new_token(), credentials.new_token()
        expires_at = now + self._context.settings.session_hours * 3600
        with self._context.write() as conn:
            store.change(conn, row["id"], failed_sign_ins=0, locked_until=None)
            store.forget_sessions(conn, now - _KEPT_SECONDS)
            store.add_session(
                conn,
                token_hash=credentials.token_hash(token),
                user_id=row["id"],
                kind=kind,
                csrf_token=csrf_token,
                created_at=now,
                expires_at=expires_at,
            )
            communities = store.communities_of(conn, [row["id"]]).get(row["id"], [])
            view = accounts.view(row, communities, Directory(conn))
        return SignedIn(token, csrf_token, expires_at, view)

    def sign_out(self, token: str) -> None:
        """Ends the session; a token that is unknown or ended is no error."""
        with self._context.write() as conn:
            store.end_session(conn, credentials.token_hash(token), self._context.now())

    def authenticate(self, credential: str, kind: SessionKind) -> Authenticated:
        """`credential` is a session token (of that kind) or, for bearers, an API key "ak…_<secret>".

        Raises NotAuthenticated `session_invalid`, `session_expired`, `api_key_invalid`, `api_key_expired`.
        """
        with self._context.database.read() as conn:
            if kind == "bearer" and is_api_key(credential):
                return self.authenticate_key(Reading(conn), credential)
            return self._authenticate_session(conn, credential, kind)

    def actor_of(self, user_id: str) -> Actor:
        """A user as signing in would find them. Raises NotFound `user_unknown`, also for one who has
        ended.
        """
        with self._context.database.read() as conn:
            actor = _actor(conn, user_id)
        if actor is None:
            raise NotFound("user_unknown")
        return actor

    def _authenticate_session(self, conn: Connection, token: str, kind: SessionKind) -> Authenticated:
        session = store.session(conn, credentials.token_hash(token))
        if session is None or session["kind"] != kind or session["ended_at"] is not None:
            raise NotAuthenticated("session_invalid")
        if session["expires_at"] <= self._context.now():
            raise NotAuthenticated("session_expired")
        actor = _actor(conn, session["user_id"])
        if actor is None:
            raise NotAuthenticated("session_invalid")
        csrf_token = session["csrf_token"] if kind == "browser" else None
        return Authenticated(actor, csrf_token, session["expires_at"])

    def authenticate_key(self, reading: Reading, credential: str) -> Authenticated:
        """Whose API key it is, within a transaction. Raises NotAuthenticated `api_key_invalid`,
        `api_key_expired`.
        """
        key = _API_KEY.fullmatch(credential)
        row = api_keys.credential(reading, key["id"]) if key else None
        if (
            key is None
            or row is None
            or not hmac.compare_digest(row.secret_hash, credentials.token_hash(key["secret"]))
        ):
            raise NotAuthenticated("api_key_invalid")
        if row.expires_at <= self._context.now():
            raise NotAuthenticated("api_key_expired")
        actor = Actor(
            kind="api_key",
            id=row.id,
            role=None,
            organisation=OrganisationId(row.organisation_id),
            scopes=frozenset(Scope(scope) for scope in row.scopes),
            name=row.label,
        )
        return Authenticated(actor, expires_at=row.expires_at)

    def _count_failure(self, user_id: str, now: int) -> None:
        with self._context.write() as conn:
            if store.count_failure(conn, user_id) >= FAILURES_BEFORE_LOCK:
                store.change(conn, user_id, failed_sign_ins=0, locked_until=now + LOCK_SECONDS)


def is_api_key(credential: str) -> bool:
    """Whether a bearer credential has the form of an API key."""
    return _API_KEY.fullmatch(credential) is not None


def _actor(conn: Connection, user_id: str) -> Actor | None:
    """The user, unless they or their organisation have ended."""
    row = store.by_id(conn, user_id)
    directory = Directory(conn)
    if row is None or row["ended_at"] or directory.by_id[row["organisation_id"]].ended_at:
        return None
    organisation = OrganisationId(row["organisation_id"])
    return Actor(
        kind="user",
        id=row["id"],
        role=Role(row["role"]),
        organisation=organisation,
        communities=_communities(conn, directory, row["id"], Role(row["role"]), organisation),
        locale=row["locale"],
        name=row["display_name"],
    )


def _communities(
    conn: Connection, directory: Directory, user_id: str, role: Role, organisation: OrganisationId
) -> frozenset[int]:
    match role:
        case Role.WORKER:
            return frozenset(store.communities_of(conn, [user_id]).get(user_id, []))
        case Role.REVIEWER:
            return directory.communities_below(organisation)
        case _:
            return frozenset()
