"""Users, sessions and API keys."""

from __future__ import annotations

import pytest

from ledger.errors import BadInput, Conflict, Forbidden, NotAuthenticated, Refused
from ledger.services.accounts import Invitation
from ledger.services.actors import Role, Scope
from ledger.services.ids import new_id
from ledger.services.sessions import FAILURES_BEFORE_LOCK, LOCK_SECONDS
from tests.installation import NANQIAO, SUBDISTRICT, Installation

PASSWORD = "correct horse battery"


def invite(installation: Installation, login: str) -> Invitation:
    return installation.application.accounts.create_user(
        installation.operator,
        login=login,
        display_name=login,
        role=Role.WORKER,
        organisation=NANQIAO,
        communities=[NANQIAO],
    )


def sign_up(installation: Installation, login: str) -> str:
    """A user with PASSWORD; their id."""
    installation.application.accounts.accept(invite(installation, login).token, PASSWORD)
    views = installation.application.accounts.list_users(installation.operator)
    return next(view.id for view in views if view.login == login)


def test_a_one_time_link_sets_the_password_once(installation: Installation) -> None:
    accounts = installation.application.accounts
    invitation = invite(installation, "once")
    assert accounts.invited(invitation.token).login == "once"
    accounts.accept(invitation.token, PASSWORD)
    with pytest.raises(NotAuthenticated, match="invitation_invalid"):
        accounts.accept(invitation.token, PASSWORD)


def test_signing_in_opens_a_session_that_signing_out_ends(installation: Installation) -> None:
    sessions = installation.application.sessions
    sign_up(installation, "in-and-out")
    signed_in = sessions.sign_in("in-and-out", PASSWORD, "bearer")
    actor = sessions.authenticate(signed_in.token, "bearer").actor
    assert actor.role is Role.WORKER
    assert len(actor.communities) == 1
    sessions.sign_out(signed_in.token)
    with pytest.raises(NotAuthenticated, match="session_invalid"):
        sessions.authenticate(signed_in.token, "bearer")


def test_a_browsers_session_opens_nothing_as_a_bearer_token(installation: Installation) -> None:
    sessions = installation.application.sessions
    sign_up(installation, "browser")
    signed_in = sessions.sign_in("browser", PASSWORD, "browser")
    assert sessions.authenticate(signed_in.token, "browser").csrf_token == signed_in.csrf_token
    with pytest.raises(NotAuthenticated, match="session_invalid"):
        sessions.authenticate(signed_in.token, "bearer")


@pytest.mark.parametrize("login", ["wrong-password", "nobody-at-all"])
def test_a_wrong_password_and_an_unknown_login_say_the_same(installation: Installation, login: str) -> None:
    if login == "wrong-password":
        sign_up(installation, login)
    with pytest.raises(NotAuthenticated) as failure:
        installation.application.sessions.sign_in(login, "not the password", "bearer")
    assert (failure.value.code, failure.value.params) == ("sign_in_failed", {})


def test_repeated_failures_lock_a_user_for_a_while(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = installation.application.sessions
    sign_up(installation, "locked")
    # The cost of a password's hash is not what this is about.
    monkeypatch.setattr("ledger.services.credentials.password_fits", lambda _, given: given == PASSWORD)
    for _ in range(FAILURES_BEFORE_LOCK):
        with pytest.raises(NotAuthenticated, match="sign_in_failed"):
            sessions.sign_in("locked", "guess", "bearer")
    with pytest.raises(NotAuthenticated, match="sign_in_failed"):
        sessions.sign_in("locked", PASSWORD, "bearer")
    with installation.clock.ahead(LOCK_SECONDS + 1):
        assert sessions.sign_in("locked", PASSWORD, "bearer").user.login == "locked"


def test_a_session_runs_out(installation: Installation) -> None:
    sessions = installation.application.sessions
    sign_up(installation, "expires")
    signed_in = sessions.sign_in("expires", PASSWORD, "bearer")
    life = installation.application.settings.session_hours * 3600
    with installation.clock.ahead(life), pytest.raises(NotAuthenticated, match="session_expired"):
        sessions.authenticate(signed_in.token, "bearer")


def test_ending_a_user_ends_their_sessions(installation: Installation) -> None:
    application = installation.application
    user_id = sign_up(installation, "leaver")
    signed_in = application.sessions.sign_in("leaver", PASSWORD, "bearer")
    application.accounts.end_user(installation.operator, user_id)
    with pytest.raises(NotAuthenticated, match="session_invalid"):
        application.sessions.authenticate(signed_in.token, "bearer")
    with pytest.raises(NotAuthenticated, match="sign_in_failed"):
        application.sessions.sign_in("leaver", PASSWORD, "bearer")


def test_the_last_operator_cannot_be_ended(installation: Installation) -> None:
    operator = installation.operator
    with pytest.raises(Refused, match="last_operator"):
        installation.application.accounts.end_user(operator, operator.id)


def test_only_operators_manage_users_and_keys(installation: Installation) -> None:
    application = installation.application
    for actor in (installation.worker, installation.reviewer, installation.auditor, installation.health):
        with pytest.raises(Forbidden, match="role_required"):
            application.accounts.list_users(actor)
        with pytest.raises(Forbidden, match="role_required"):
            application.api_keys.create(actor, organisation="health", label="x", scopes=[Scope.VERDICT])


def test_bad_users_are_refused(installation: Installation) -> None:
    def create(login: str, role: Role, organisation: str, *communities: str) -> None:
        installation.application.accounts.create_user(
            installation.operator,
            login=login,
            display_name=login,
            role=role,
            organisation=organisation,
            communities=communities,
        )

    with pytest.raises(BadInput, match="login_malformed"):
        create("南桥", Role.WORKER, NANQIAO, NANQIAO)
    with pytest.raises(BadInput, match="organisation_unknown"):
        create("bad-organisation", Role.AUDITOR, "no-such-organisation")
    with pytest.raises(BadInput, match="communities_needed"):
        create("no-community", Role.WORKER, NANQIAO)
    with pytest.raises(BadInput, match="community_outside_organisation"):
        create("outside", Role.WORKER, "health", NANQIAO)
    with pytest.raises(BadInput, match="communities_not_taken"):
        create("too-many", Role.REVIEWER, SUBDISTRICT, NANQIAO)
    with pytest.raises(Conflict, match="login_taken"):
        create("nanqiao", Role.WORKER, NANQIAO, NANQIAO)


@pytest.mark.parametrize(
    ("password", "code"), [("short", "password_too_short"), ("x" * 257, "password_too_long")]
)
def test_bad_passwords_use_no_link_up(installation: Installation, password: str, code: str) -> None:
    accounts = installation.application.accounts
    invitation = invite(installation, code.replace("_", "-"))
    with pytest.raises(BadInput, match=code):
        accounts.accept(invitation.token, password)
    assert accounts.invited(invitation.token)


def test_an_api_key_opens_until_it_ends_or_runs_out(installation: Installation) -> None:
    application = installation.application
    made = application.api_keys.create(
        installation.operator, organisation="transport", label="lines", scopes=[Scope.DECIDE], days=1
    )
    actor = application.sessions.authenticate(made.key, "bearer").actor
    assert (actor.kind, actor.scopes) == ("api_key", {Scope.DECIDE})
    for wrong in (made.key + "x", new_id("ak") + "_" + made.key.partition("_")[2]):
        with pytest.raises(NotAuthenticated, match="api_key_invalid"):
            application.sessions.authenticate(wrong, "bearer")
    with installation.clock.ahead(86_400), pytest.raises(NotAuthenticated, match="api_key_expired"):
        application.sessions.authenticate(made.key, "bearer")
    application.api_keys.end(installation.operator, made.view.id)
    with pytest.raises(NotAuthenticated, match="api_key_invalid"):
        application.sessions.authenticate(made.key, "bearer")


def test_no_secret_is_stored_as_it_is(installation: Installation) -> None:
    application = installation.application
    sign_up(installation, "secretive")
    signed_in = application.sessions.sign_in("secretive", PASSWORD, "browser")
    key = application.api_keys.create(
        installation.operator, organisation="health", label="secret", scopes=[Scope.VERDICT]
    ).key
    home = application.settings.home
    stored = b"".join(path.read_bytes() for path in home.glob("ledger.sqlite*"))
    for secret in (PASSWORD, signed_in.token, key.partition("_")[2]):
        assert secret.encode() not in stored
