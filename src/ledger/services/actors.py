"""Who is acting, and what they may do.

| role or key | may |
|---|---|
| worker | see, certify, take decisions for, and report the death of the people of their own communities |
| reviewer | the same for all communities below their organisation; decide on payment, deaths and handovers |
| operator | make, end and list accounts, keys, organisations and signers; sees no person |
| auditor | read what the ledger holds; sees no person |
| family | read the statement of a person who has given them a mandate, as long as it lasts |
| API key | what its scopes say, about people it knows by its own organisation's handles |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from ledger.encoding.types import OrganisationId
from ledger.errors import Forbidden

ActorKind = Literal["user", "api_key", "system"]


class Role(StrEnum):
    """What a user is to the ledger."""

    WORKER = "worker"
    REVIEWER = "reviewer"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    FAMILY = "family"


class Scope(StrEnum):
    """What a department's API key opens."""

    VERDICT = "verdict"
    DECIDE = "decide"
    RESOLVE = "resolve"
    DATA = "data"
    """To be released what the base registry knows, where a decision permits."""
    DISCREET = "discreet"
    """To ask for data under a law that keeps the request from the person for a time."""
    SIGNAL = "signal"
    REPORT = "report"
    """To report a death under its own handle."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who asks for something, as authentication found them."""

    kind: ActorKind
    id: str
    role: Role | None
    organisation: OrganisationId
    communities: frozenset[int] = frozenset()
    """Organisation ids of the communities whose people the actor may see; empty for operators, auditors,
    keys.
    """
    scopes: frozenset[Scope] = frozenset()
    locale: str = "zh-CN"
    name: str = field(default="", repr=False)

    def require_role(self, *roles: Role) -> None:
        """Raises Forbidden `role_required` unless the actor is a user with one of `roles`."""
        if self.kind != "user" or self.role not in roles:
            raise Forbidden("role_required", needed=", ".join(roles))

    def require_scope(self, scope: Scope) -> None:
        """Raises Forbidden `scope_required` unless the actor is an API key with `scope`."""
        if self.kind != "api_key" or scope not in self.scopes:
            raise Forbidden("scope_required", needed=scope)

    def require_community(self, community: int) -> None:
        """Raises Forbidden `not_yours`, the same error as for someone who does not exist."""
        if community not in self.communities:
            raise Forbidden("not_yours")
