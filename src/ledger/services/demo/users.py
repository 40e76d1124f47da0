"""The demonstration's users and their random passwords, kept in a file that only its owner may read."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from ledger.errors import Misconfigured
from ledger.keys.files import write_private
from ledger.services.accounts import Accounts, Invitation
from ledger.services.actors import Actor, Role, Scope
from ledger.services.api_keys import ApiKeys
from ledger.services.founding.operator import SYSTEM
from ledger.services.sessions import Sessions

SUBDISTRICT = "510181004"
DEPARTMENT = "health"
KEY_LABEL = "demonstration"
_HEADER = "# Made on first run for the demonstration. One line each: login, password, role, organisation.\n"


@dataclass(frozen=True, slots=True)
class DemonstrationUser:
    """Who may sign in; an API key has the role `api-key`, the department for a login and the key for a
    password.
    """

    login: str
    role: str
    organisation: str
    password: str = field(default="", repr=False)


USERS = (
    DemonstrationUser("operator", Role.OPERATOR, "510181"),
    DemonstrationUser("minzheng", Role.REVIEWER, "510181"),
    DemonstrationUser("guankou", Role.REVIEWER, SUBDISTRICT),
    DemonstrationUser("zidong", Role.WORKER, "510181004001"),
    DemonstrationUser("nanqiao", Role.WORKER, "510181004002"),
    DemonstrationUser("wenmiao", Role.WORKER, "510181004003"),
    DemonstrationUser("ruilian", Role.WORKER, "510181004004"),
    DemonstrationUser("liuhe", Role.WORKER, "510181004005"),
    DemonstrationUser("lanmaqiao", Role.WORKER, "510181004006"),
    DemonstrationUser("pingyi", Role.WORKER, "510181004007"),
    DemonstrationUser("puyanglu", Role.WORKER, "510181004008"),
    DemonstrationUser("jianxing", Role.WORKER, "510181004009"),
    DemonstrationUser("auditor", Role.AUDITOR, "audit"),
)
_KEY_ROLE = "api-key"
_DISPLAY_NAMES = {
    Role.OPERATOR: "运维 Operator",
    Role.REVIEWER: "街道审核 Reviewer",
    Role.WORKER: "社区工作者 Worker",
    Role.AUDITOR: "审计 Auditor",
}


def read_users(path: Path) -> list[DemonstrationUser]:
    """What the file says, in its order. Raises Misconfigured `demo_users_malformed`."""
    if not path.exists():
        return []
    users = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            parts = line.split("\t")
            if len(parts) != 4:
                raise Misconfigured("demo_users_malformed", path=str(path))
            login, password, role, organisation = parts
            users.append(DemonstrationUser(login, role, organisation, password))
    return users


class DemonstrationUsers:
    """Makes those users that are missing; the file is written before anyone can need it."""

    def __init__(self, path: Path, accounts: Accounts, sessions: Sessions, api_keys: ApiKeys) -> None:
        self._path = path
        self._accounts = accounts
        self._sessions = sessions
        self._api_keys = api_keys

    def make(self, operator_invitation: Invitation | None) -> None:
        """Everyone in USERS, with the password in the file, and one API key of a department."""
        passwords = {user.login: user.password for user in read_users(self._path)}
        for user in USERS:
            passwords.setdefault(user.login, secrets.token_urlsafe(12))
        self._write(passwords)
        known = {view.login: view for view in self._accounts.list_users(SYSTEM)}
        for user in USERS:
            view = known.get(user.login)
            if view is not None and view.signed_up:
                continue
            if user.role == Role.OPERATOR and operator_invitation is not None:
                invitation = operator_invitation
            elif view is not None:
                invitation = self._accounts.invite(SYSTEM, view.id)
            else:
                role = Role(user.role)
                invitation = self._accounts.create_user(
                    SYSTEM,
                    login=user.login,
                    display_name=_DISPLAY_NAMES[role],
                    role=role,
                    organisation=user.organisation,
                    communities=[user.organisation] if role is Role.WORKER else [],
                )
            self._accounts.accept(invitation.token, passwords[user.login])
        self._make_key(passwords)

    def actor(self, login: str) -> Actor:
        """The user of this login, as authentication would find them."""
        view = next(view for view in self._accounts.list_users(SYSTEM) if view.login == login)
        return self._sessions.actor_of(view.id)

    def department(self) -> Actor:
        """The department's systems, by its key."""
        key = next(user.password for user in read_users(self._path) if user.login == DEPARTMENT)
        return self._sessions.authenticate(key, "bearer").actor

    def _make_key(self, passwords: dict[str, str]) -> None:
        operator = self.actor("operator")
        known = {view.id for view in self._api_keys.list(operator) if view.ended_at is None}
        if passwords.get(DEPARTMENT, "").partition("_")[0] in known:
            return
        scopes = [Scope.VERDICT, Scope.DECIDE, Scope.RESOLVE, Scope.DATA, Scope.REPORT]
        made = self._api_keys.create(operator, organisation=DEPARTMENT, label=KEY_LABEL, scopes=scopes)
        self._write({**passwords, DEPARTMENT: made.key})

    def _write(self, passwords: dict[str, str]) -> None:
        users = [*USERS, DemonstrationUser(DEPARTMENT, _KEY_ROLE, DEPARTMENT)]
        lines = [
            "\t".join((user.login, passwords[user.login], user.role, user.organisation))
            for user in users
            if user.login in passwords
        ]
        write_private(self._path, (_HEADER + "\n".join(lines) + "\n").encode())
