"""Users: made by an operator, signed up through a one-time link, ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.services.actors import Actor, Role


@dataclass(frozen=True, slots=True)
class UserView:
    """A user, as operators list them and as a user sees themself."""

    id: str
    login: str
    display_name: str
    role: Role
    organisation: str
    """Organisation code."""
    communities: tuple[str, ...]
    """Organisation codes."""
    locale: str
    created_at: int
    ended_at: int | None
    signed_up: bool
    locked_until: int | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time link's token; whoever holds it sets the user's password."""

    user: UserView
    token: str = field(repr=False)
    expires_at: int


class Accounts:
    """The use cases of users."""

    def create_user(
        self,
        actor: Actor,
        *,
        login: str,
        display_name: str,
        role: Role,
        organisation: str,
        communities: Sequence[str] = (),
        locale: str = "zh-CN",
    ) -> Invitation:
        """Makes a user of an organisation (codes) and their one-time link. Operators only.

        Raises BadInput `bad_login`, `worker_needs_community`, `community_outside_organisation`, `unknown_organisation`;
        Conflict `login_taken`.
        """
        raise NotImplementedError

    def invite(self, actor: Actor, user_id: str) -> Invitation:
        """A new one-time link, which ends the one before, the password and every session. Operators only."""
        raise NotImplementedError

    def invited(self, token: str) -> UserView:
        """Whose link this is. Raises NotAuthenticated `invitation_invalid`."""
        raise NotImplementedError

    def accept(self, token: str, password: str) -> UserView:
        """Sets the password and uses the link up.

        Raises NotAuthenticated `invitation_invalid`; BadInput `password_too_short`, `password_too_long`.
        """
        raise NotImplementedError

    def end_user(self, actor: Actor, user_id: str) -> UserView:
        """Ends a user and their sessions. Operators only. Raises NotFound `unknown_user`; Refused `last_operator`."""
        raise NotImplementedError

    def list_users(self, actor: Actor) -> list[UserView]:
        """All users, by login. Operators only."""
        raise NotImplementedError

    def user(self, actor: Actor) -> UserView:
        """The acting user. Raises Forbidden `role_required` for a key."""
        raise NotImplementedError
