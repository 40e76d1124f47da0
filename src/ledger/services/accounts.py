"""Users: made by an operator, signed up through a one-time link, ended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, RowMapping

from ledger.errors import BadInput, Conflict, Forbidden, NotAuthenticated, NotFound, Refused
from ledger.services import credentials
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.ids import new_id
from ledger.services.organisations import Directory
from ledger.store import users as store

INVITATION_LIFE = 7 * 86_400
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,63}")
LOCALES = ("zh-CN", "en")


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

    def __init__(self, context: Context) -> None:
        self._context = context

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

        A worker has communities, within the organisation; a reviewer sees all that are below theirs.

        Raises BadInput `login_malformed`, `locale_unknown`, `organisation_unknown`, `communities_needed`,
        `communities_not_taken` or `community_outside_organisation`; Conflict `login_taken`.
        """
        _require_operator(actor)
        if not _LOGIN.fullmatch(login):
            raise BadInput("login_malformed")
        if locale not in LOCALES:
            raise BadInput("locale_unknown", got=locale, expected=", ".join(LOCALES))
        now = self._context.now()
        token = credentials.new_token()
        with self._context.write() as conn:
            directory = Directory(conn)
            home = directory.active(organisation)
            community_ids = [directory.active(code).id for code in communities]
            if role is Role.WORKER and not community_ids:
                raise BadInput("communities_needed")
            if role is not Role.WORKER and community_ids:
                raise BadInput("communities_not_taken", role=role)
            for community in community_ids:
                if community not in directory.communities_below(home.id):
                    raise BadInput("community_outside_organisation", got=directory.code(community))
            if store.by_login(conn, login) is not None:
                raise Conflict("login_taken", got=login)
            user_id = new_id("u")
            store.add(
                conn,
                communities=community_ids,
                id=user_id,
                login=login,
                display_name=display_name.strip() or login,
                role=role.value,
                organisation_id=home.id,
                locale=locale,
                invitation_hash=credentials.token_hash(token),
                invitation_expires_at=now + INVITATION_LIFE,
                created_at=now,
            )
            view = _view_by_id(conn, user_id)
        return Invitation(view, token, now + INVITATION_LIFE)

    def invite(self, actor: Actor, user_id: str) -> Invitation:
        """A new one-time link, which ends the one before, the password and every session. Operators only.

        Raises NotFound `user_unknown`, also for a user who has ended.
        """
        _require_operator(actor)
        now = self._context.now()
        token = credentials.new_token()
        with self._context.write() as conn:
            row = store.by_id(conn, user_id)
            if row is None or row["ended_at"] is not None:
                raise NotFound("user_unknown")
            store.change(
                conn,
                user_id,
                password_hash=None,
                invitation_hash=credentials.token_hash(token),
                invitation_expires_at=now + INVITATION_LIFE,
                failed_sign_ins=0,
                locked_until=None,
            )
            store.end_sessions(conn, user_id, now)
            view = _view_by_id(conn, user_id)
        return Invitation(view, token, now + INVITATION_LIFE)

    def invited(self, token: str) -> UserView:
        """Whose link this is. Raises NotAuthenticated `invitation_invalid`."""
        with self._context.database.read() as conn:
            return _view_by_id(conn, self._invited(conn, token)["id"])

    def accept(self, token: str, password: str) -> UserView:
        """Sets the password and uses the link up.

        Raises NotAuthenticated `invitation_invalid`; BadInput `password_too_short`, `password_too_long`.
        """
        password_hash = credentials.hash_password(password)
        with self._context.write() as conn:
            user_id = self._invited(conn, token)["id"]
            store.change(
                conn,
                user_id,
                password_hash=password_hash,
                invitation_hash=None,
                invitation_expires_at=None,
                failed_sign_ins=0,
                locked_until=None,
            )
            return _view_by_id(conn, user_id)

    def end_user(self, actor: Actor, user_id: str) -> UserView:
        """Ends a user and their sessions; ending twice changes nothing. Operators only.

        Raises NotFound `user_unknown`; Refused `last_operator`.
        """
        _require_operator(actor)
        now = self._context.now()
        with self._context.write() as conn:
            row = store.by_id(conn, user_id)
            if row is None:
                raise NotFound("user_unknown")
            if row["ended_at"] is None:
                if row["role"] == Role.OPERATOR and store.active_with_role(conn, Role.OPERATOR) == 1:
                    raise Refused("last_operator")
                store.change(conn, user_id, ended_at=now, password_hash=None, invitation_hash=None)
                store.end_sessions(conn, user_id, now)
            return _view_by_id(conn, user_id)

    def list_users(self, actor: Actor) -> list[UserView]:
        """All users, by login. Operators only."""
        _require_operator(actor)
        with self._context.database.read() as conn:
            rows = store.all_users(conn)
            directory = Directory(conn)
            communities = store.communities_of(conn, [row["id"] for row in rows])
            return [view(row, communities.get(row["id"], []), directory) for row in rows]

    def user(self, actor: Actor) -> UserView:
        """The acting user. Raises Forbidden `role_required` for a key."""
        if actor.kind != "user":
            raise Forbidden("role_required", needed=", ".join(Role))
        with self._context.database.read() as conn:
            return _view_by_id(conn, actor.id)

    def _invited(self, conn: Connection, token: str) -> RowMapping:
        row = store.by_invitation(conn, credentials.token_hash(token))
        if row is None or row["ended_at"] is not None or row["invitation_expires_at"] <= self._context.now():
            raise NotAuthenticated("invitation_invalid")
        return row


def view(row: RowMapping, communities: Sequence[int], directory: Directory) -> UserView:
    """A user's row as others see it."""
    return UserView(
        id=row["id"],
        login=row["login"],
        display_name=row["display_name"],
        role=Role(row["role"]),
        organisation=directory.code(row["organisation_id"]),
        communities=tuple(directory.code(community) for community in communities),
        locale=row["locale"],
        created_at=row["created_at"],
        ended_at=row["ended_at"],
        signed_up=row["password_hash"] is not None,
        locked_until=row["locked_until"],
    )


def _view_by_id(conn: Connection, user_id: str) -> UserView:
    row = store.by_id(conn, user_id)
    if row is None:
        raise NotFound("user_unknown")
    return view(row, store.communities_of(conn, [user_id]).get(user_id, []), Directory(conn))


def _require_operator(actor: Actor) -> None:
    """Bootstrap makes the first operator as the system; after that, operators make users."""
    if actor.kind != "system":
        actor.require_role(Role.OPERATOR)
