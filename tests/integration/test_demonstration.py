"""The demonstration city, loaded through the use cases."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ledger.bootstrap import Application, open_application
from ledger.services.actors import Actor
from ledger.services.certify import Certify
from ledger.services.demo import read_users
from ledger.settings import Settings
from ledger.store.tables import operations, subjects


class Interrupted(Exception):
    """What the test throws in the middle."""


def opened(home: Path) -> Settings:
    return Settings(home=home, chain_port=0)


def actor(application: Application, login: str) -> Actor:
    users = {user.login: user for user in read_users(application.settings.home / "demo-users.txt")}
    signed_in = application.sessions.sign_in(login, users[login].password, "bearer")
    return application.sessions.authenticate(signed_in.token, "bearer").actor


def test_it_loads_once_also_when_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    submit, calls = Certify.submit, iter(range(100))

    def interrupted(self: Certify, *args: object, **others: object) -> object:
        if next(calls) == 5:
            raise Interrupted
        return submit(self, *args, **others)  # type: ignore[arg-type]

    stages: list[str] = []
    with monkeypatch.context() as patch, open_application(opened(home)) as application:
        patch.setattr(Certify, "submit", interrupted)
        with pytest.raises(Interrupted):
            application.demonstration.load(application.operator_invitation, lambda *_: None)
    with open_application(opened(home)) as application:
        report = application.demonstration.load(
            application.operator_invitation, lambda stage, _done, _total: stages.append(stage)
        )
        assert (report.people, report.loaded_before) == (3000, False)
        assert application.demonstration.load(None, lambda *_: None).loaded_before
        _shows_a_city(application)
    assert stages[-1] == "demo.final"


def _shows_a_city(application: Application) -> None:
    with application.database.read() as conn:
        assert conn.execute(select(func.count()).select_from(subjects)).scalar_one() == 3000
        states = conn.execute(select(operations.c.state, func.count()).group_by(operations.c.state)).all()
    assert [state for state, _ in states] == ["final"]
    reviewer, worker = actor(application, "guankou"), actor(application, "nanqiao")
    assert len(reviewer.communities) == 9
    due = application.lookup.due(reviewer, limit=200)
    assert all(due.counts[verdict] > 0 for verdict in ("NEVER", "EXPIRED", "GRACE", "DUE"))
    statuses: Counter[str] = Counter()
    for line in application.lookup.search(worker, "王"):
        page = application.lookup.subject(worker, line.subject_id)
        statuses.update(consent.status for consent in page.consents)
    assert statuses["given"] > 0
    users = read_users(application.settings.home / "demo-users.txt")
    key = next(user.password for user in users if user.role == "api-key")
    assert application.sessions.authenticate(key, "bearer").actor.kind == "api_key"
    assert [basis.terms.consumer for basis in application.bases.list()] == ["transport"]
    assert (application.settings.home / "demo-users.txt").stat().st_mode & 0o777 == 0o600
