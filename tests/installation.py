"""A whole installation for tests: the real embedded chain, SQLite, and people of the test's own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from ledger.bootstrap import Application, open_application
from ledger.domain.identity_number import SYNTHETIC_PREFIX, check_digit
from ledger.domain.programmes import local_date
from ledger.relay.follower import Follower
from ledger.relay.submitter import Submitter
from ledger.services.actors import Actor, Role, Scope
from ledger.services.deaths.report import DeathReport, Reported
from ledger.services.delegations import DelegationView, NewDelegation
from ledger.services.founding.operator import SYSTEM
from ledger.services.references import SubjectRef
from ledger.settings import Settings
from ledger.store import index, indexing, operations

COUNTY, SUBDISTRICT = "510181", "510181004"
NANQIAO, WENMIAO = "510181004002", "510181004003"
PATIENCE = 60.0


class Clock:
    """The wall clock, moved ahead by a test that puts it back."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self._ahead

    @contextmanager
    def ahead(self, seconds: float) -> Iterator[None]:
        """The use cases see a time so many seconds later. The chain and the relay do not."""
        self._ahead = seconds
        try:
            yield
        finally:
            self._ahead = 0.0


@dataclass
class Installation:
    """A running application and those who act in it. Nobody has a password but who is given one."""

    application: Application
    clock: Clock
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.operator = self.user("operator", Role.OPERATOR, COUNTY)
        self.reviewer = self.user("reviewer", Role.REVIEWER, SUBDISTRICT)
        self.county_reviewer = self.user("county-reviewer", Role.REVIEWER, COUNTY)
        self.auditor = self.user("auditor", Role.AUDITOR, "audit")
        self.worker = self.user("nanqiao", Role.WORKER, NANQIAO)
        self.other_worker = self.user("wenmiao", Role.WORKER, WENMIAO)
        self.health = self.api_key("health")
        self.transport = self.api_key("transport")

    def user(self, login: str, role: Role, organisation: str) -> Actor:
        """A user of this role, made if there is none."""
        accounts = self.application.accounts
        known = {view.login: view.id for view in accounts.list_users(SYSTEM)}
        if login not in known:
            communities = [organisation] if role is Role.WORKER else []
            made = accounts.create_user(
                SYSTEM,
                login=login,
                display_name=login,
                role=role,
                organisation=organisation,
                communities=communities,
            )
            known[login] = made.user.id
        return self.application.sessions.actor_of(known[login])

    def worker_of(self, community: str) -> Actor:
        """A worker of a community, made if there is none."""
        own = {NANQIAO: self.worker, WENMIAO: self.other_worker}
        return own.get(community) or self.user(f"worker-{community[-3:]}", Role.WORKER, community)

    def api_key(self, organisation: str, *scopes: Scope) -> Actor:
        """An API key's actor, with all scopes by default."""
        made = self.application.api_keys.create(
            self.operator, organisation=organisation, label="test", scopes=scopes or tuple(Scope)
        )
        return self.application.sessions.authenticate(made.key, "bearer").actor

    def number(self, born: date = date(1940, 5, 5)) -> str:
        """An identity number that nobody else in this run has."""
        sequence = next(self._numbers)
        # Days vary within the month, as only 999 people share a birth date.
        day = born.replace(day=1 + sequence % 28)
        first_17 = f"{SYNTHETIC_PREFIX}{day:%Y%m%d}{sequence // 28:03}"
        return first_17 + check_digit(first_17)

    def enrol(
        self,
        *,
        born: date = date(1940, 5, 5),
        name: str = "李桂英",
        actor: Actor | None = None,
        columns: dict[str, str] | None = None,
    ) -> SubjectRef:
        """A person of the actor's community (Nanqiao by default), imported from a roster of one row."""
        number = self.number(born)
        row = {"姓名": name, "身份证号": number, **(columns or {})}
        data = f"{','.join(row)}\n{','.join(row.values())}\n".encode()
        report = self.application.enrol.import_roster(actor or self.worker, data, "one.csv")
        assert report.counts.created == 1, report
        return SubjectRef(identity_number=number)

    def reports(self, department: Actor, subject: SubjectRef, source: str = "death-certificate") -> Reported:
        """A department says that a person, named by number, died a week ago."""
        handle = self.handle(department, subject)
        died_on = local_date(self.clock()) - timedelta(days=7)
        report = DeathReport(SubjectRef(handle=handle), source, died_on)
        return self.application.deaths.report(department, report)

    def handle(self, key: Actor, subject: SubjectRef) -> str:
        """The handle by which an API key's organisation knows a person."""
        (bound,) = self.application.handles.resolve(key, [subject.identity_number or ""])
        assert bound is not None
        return bound.handle

    def delegate(self, subject: SubjectRef, kind: str, *categories: str, days: int = 30) -> DelegationView:
        """Somebody who may decide for the person about these categories."""
        new = NewDelegation(
            kind=kind,
            name="李强",
            categories=categories,
            valid_until=int(self.clock()) + days * 86_400,
            evidence=("cd" * 32,),
            relationship="子女",
        )
        return self.application.delegations.record(self.worker, subject, new)

    @contextmanager
    def ahead(self, seconds: float) -> Iterator[None]:
        """The use cases see a time so many seconds later, at which the node has answered. Needs `paused`."""
        try:
            with self.clock.ahead(seconds):
                self._touch()
                yield
        finally:
            self._touch()

    def _touch(self) -> None:
        """The node answers, at the time that the use cases see."""
        with self.application.database.write() as conn:
            at = index.as_of(conn)
            assert at is not None
            indexing.seen(conn, final=at.final, head=at.head, at=self.clock())

    def catch_up(self) -> None:
        """Waits until the index stands at the chain's head."""
        deadline = time.monotonic() + PATIENCE
        while True:
            head = int(self.application.engine.rpc.call("eth_blockNumber"), 16)
            with self.application.database.read() as conn:
                at = index.as_of(conn)
            if at is not None and at.block >= head:
                return
            assert time.monotonic() < deadline, f"the index is behind block {head} after {PATIENCE} s"
            time.sleep(0.02)

    def settle(self) -> None:
        """Waits until everything accepted is final or refused."""
        deadline = time.monotonic() + PATIENCE
        while True:
            with self.application.database.read() as conn:
                if operations.waiting(conn) == 0:
                    return
            assert time.monotonic() < deadline, f"operations still on their way after {PATIENCE} s"
            time.sleep(0.02)


@contextmanager
def open_installation(home: Path, **others: Any) -> Iterator[Installation]:
    """An installation in `home`, with other settings if given; closed in the end."""
    settings = Settings(home=home, chain_port=0, batch_age=0.02, **others)
    clock = Clock()
    with open_application(settings, clock=clock) as application:
        yield Installation(application, clock)


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One installation for all tests of a session: each makes people of its own."""
    with open_installation(tmp_path_factory.mktemp("installation")) as opened:
        yield opened


@pytest.fixture
def paused(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, to the test's end, nothing is sent to the chain or read from it."""
    monkeypatch.setattr(Submitter, "tick", lambda _: 1.0)
    monkeypatch.setattr(Follower, "tick", lambda _: False)
    time.sleep(0.1)  # a round that has begun comes to its end
