"""API keys of departments: random, stored hashed, scoped, expiring."""

from __future__ import annotations

import builtins
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import Connection, RowMapping

from ledger.errors import BadInput, NotFound
from ledger.services import credentials
from ledger.services.actors import Actor, Role, Scope
from ledger.services.context import Context
from ledger.services.ids import new_id
from ledger.services.organisations import Directory
from ledger.store import api_keys as store

LONGEST_DAYS = 730


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    """A key as operators list it, without its secret."""

    id: str
    organisation: str
    """Organisation code."""
    label: str
    scopes: tuple[Scope, ...]
    created_at: int
    expires_at: int
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key just made; `key` ("ak…_<secret>") is shown this once."""

    view: ApiKeyView
    key: str = field(repr=False)


class ApiKeys:
    """The use cases of API keys."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def create(
        self, actor: Actor, *, organisation: str, label: str, scopes: Collection[Scope], days: int = 365
    ) -> NewApiKey:
        """Operators only. Raises BadInput `organisation_unknown`, `scopes_needed`, `days_out_of_range`."""
        actor.require_role(Role.OPERATOR)
        if not scopes:
            raise BadInput("scopes_needed", expected=", ".join(Scope))
        if not 1 <= days <= LONGEST_DAYS:
            raise BadInput("days_out_of_range", got=days, expected=f"1–{LONGEST_DAYS}")
        now = self._context.now()
        key_id, secret = new_id("ak"), credentials.new_token()
        with self._context.write() as conn:
            store.add(
                conn,
                id=key_id,
                secret_hash=credentials.token_hash(secret),
                organisation_id=Directory(conn).active(organisation).id,
                label=label.strip(),
                scopes=sorted(scopes),
                created_at=now,
                expires_at=now + days * 86_400,
            )
            return NewApiKey(_view_by_id(conn, key_id), f"{key_id}_{secret}")

    def end(self, actor: Actor, key_id: str) -> ApiKeyView:
        """Operators only; ending twice changes nothing. Raises NotFound `api_key_unknown`."""
        actor.require_role(Role.OPERATOR)
        with self._context.write() as conn:
            store.end(conn, key_id, self._context.now())
            return _view_by_id(conn, key_id)

    def list(self, actor: Actor) -> builtins.list[ApiKeyView]:
        """Operators only; newest first."""
        actor.require_role(Role.OPERATOR)
        with self._context.database.read() as conn:
            directory = Directory(conn)
            return [_view(row, directory) for row in store.all_keys(conn)]


def _view_by_id(conn: Connection, key_id: str) -> ApiKeyView:
    row = store.by_id(conn, key_id)
    if row is None:
        raise NotFound("api_key_unknown")
    return _view(row, Directory(conn))


def _view(row: RowMapping, directory: Directory) -> ApiKeyView:
    return ApiKeyView(
        id=row["id"],
        organisation=directory.code(row["organisation_id"]),
        label=row["label"],
        scopes=tuple(Scope(scope) for scope in row["scopes"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        ended_at=row["ended_at"],
    )
