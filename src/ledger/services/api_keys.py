"""API keys of departments: random, stored hashed, scoped, expiring."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from ledger.services.actors import Actor, Scope


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

    def create(
        self, actor: Actor, *, organisation: str, label: str, scopes: Collection[Scope], days: int = 365
    ) -> NewApiKey:
        """Operators only. Raises BadInput `unknown_organisation`, `no_scopes`, `bad_days` (1..730)."""
        raise NotImplementedError

    def end(self, actor: Actor, key_id: str) -> ApiKeyView:
        """Operators only; ending twice changes nothing. Raises NotFound `unknown_api_key`."""
        raise NotImplementedError

    def list(self, actor: Actor) -> list[ApiKeyView]:
        """Operators only; newest first."""
        raise NotImplementedError
