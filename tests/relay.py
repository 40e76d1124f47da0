"""A relay on the real chain: a database with the chain's organisations, a submitter and a follower."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert

from ledger.audit.operations.audit import audit_operations
from ledger.chain.bindings.calls import SignedCertifications, record_certification_batch
from ledger.chain.sender import Sender
from ledger.domain import changes
from ledger.domain.changes import CertificationChange, ConsentChange
from ledger.domain.codes import Method, Scheme
from ledger.domain.events import Contract
from ledger.encoding import eip712, entries
from ledger.encoding.types import OrganisationId, RecordHash, Tag, Timestamp
from ledger.keys.vault import GOVERNANCE, organisation_key
from ledger.relay.follower import Follower
from ledger.relay.forming import Limits
from ledger.relay.submitter import Submitter
from ledger.store import index, operations
from ledger.store.database import Database
from ledger.store.migrate import migrate
from ledger.store.operations import NewOperation, OperationRow
from ledger.store.tables import organisations, subjects
from tests.chain import COMMUNITY, PARENTS, PROGRAMME, ROLES, DeployedChain

DAY = 86_400


def month_start(months_ahead: int = 0) -> Timestamp:
    """The first instant of this month, or of a later one, UTC."""
    now = datetime.now(UTC)
    year, month = divmod(now.year * 12 + now.month - 1 + months_ahead, 12)
    return Timestamp(int(datetime(year, month + 1, 1, tzinfo=UTC).timestamp()))


def certify(months: int = 12, method: Method = Method.VISIT) -> changes.Certify:
    """A worker's certification from this month on."""
    return changes.Certify(Scheme.SENIOR, method, month_start(), month_start(months))


@dataclass
class Relay:
    """One installation's relay. `accept` stands in for the use cases."""

    database: Database
    deployed: DeployedChain
    limits: Limits = field(default_factory=lambda: Limits(size=400, age=0.0, deadline=DAY))

    def __post_init__(self) -> None:
        self.submitter = self.new_submitter()
        self.follower = self.new_follower()

    def new_submitter(self, clock: Callable[[], float] = time.time) -> Submitter:
        """Another submitter on the same database, as after a restart."""
        deployed = self.deployed
        return Submitter(
            self.database,
            deployed.vault,
            deployed.engine,
            deployed.deployment,
            self.limits,
            random=Random(1),
            look_every=0.0,
            clock=clock,
        )

    def new_follower(self, **options: Any) -> Follower:
        """Another follower on the same database, as after a restart."""
        return Follower(self.database, self.deployed.engine, self.deployed.deployment, **options)

    def follow(self) -> None:
        """Reads until there is nothing more to read."""
        while self.follower.tick():
            pass

    def settle(self, rounds: int = 20) -> None:
        """Submits and follows until nothing is on its way any more."""
        for _ in range(rounds):
            self.submitter.tick()
            self.follow()
            with self.database.read() as conn:
                if operations.waiting(conn) == 0:
                    return
        raise AssertionError(f"operations still on their way after {rounds} rounds: {self.states()}")

    def accept(
        self,
        subject: str,
        tag: bytes,
        change: CertificationChange | ConsentChange,
        organisation: int = COMMUNITY,
        *,
        reviewer: int | None = None,
    ) -> str:
        """Puts one change into the outbox; its operation's id."""
        return self.accept_many([(subject, tag, change)], organisation, reviewer=reviewer)[0]

    def accept_many(
        self,
        items: list[tuple[str, bytes, CertificationChange | ConsentChange]],
        organisation: int = COMMUNITY,
        *,
        reviewer: int | None = None,
    ) -> list[str]:
        """Puts changes into the outbox in one transaction."""
        new = [
            NewOperation(
                id="op" + secrets.token_hex(13),
                kind="consent" if isinstance(change, changes.ConsentChange) else "certification",
                subject_id=subject,
                tag=tag,
                organisation_id=organisation,
                change=changes.to_json(change),
                record_hash=secrets.token_bytes(32),
                actor="u-test",
                programme=0 if isinstance(change, changes.ConsentChange) else PROGRAMME,
                scheme=0 if isinstance(change, changes.ConsentChange) else changes.scheme_of(change),
                reviewer_id=reviewer,
            )
            for subject, tag, change in items
        ]
        with self.database.write() as conn:
            operations.accept(conn, new, time.time())
        return [one.id for one in new]

    def subject(self) -> str:
        """A new subject."""
        return self.subjects(1)[0]

    def subjects(self, count: int) -> list[str]:
        """New subjects."""
        ids = ["S" + secrets.token_hex(13) for _ in range(count)]
        rows = [
            {"id": i, "wrapped_key": b"", "community_id": COMMUNITY, "created_at": 0, "updated_at": 0}
            for i in ids
        ]
        with self.database.write() as conn:
            conn.execute(insert(subjects), rows)
        return ids

    def operation(self, operation_id: str) -> OperationRow:
        """How far an operation has come."""
        with self.database.read() as conn:
            return operations.by_ids(conn, [operation_id])[operation_id]

    def states(self) -> dict[str, int]:
        """How many operations are in each state."""
        with self.database.read() as conn:
            return operations.count_by_state(conn)

    def audit(self) -> None:
        """Every operation went a way that the state machine allows."""
        result = audit_operations(self.database)
        assert [one for group in result.findings.groups() for one in group.examples] == []

    def word(self, tag: bytes, programme: int = PROGRAMME) -> int:
        """The index's word."""
        with self.database.read() as conn:
            return index.word(conn, programme, tag)


def prepare(database: Database) -> None:
    """The present schema, and the chain's organisations."""
    migrate(database)
    rows = [
        {"id": number, "code": f"code-{number}", "name": f"organisation {number}", "kind": "community",
         "parent_id": PARENTS[number] or None, "roles": int(roles), "seamless_pilot": False, "created_at": 0}
        for number, roles in ROLES.items()
    ]  # fmt: skip
    with database.write() as conn:
        conn.execute(insert(organisations), rows)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database: SQLite and PostgreSQL in turn."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'any.sqlite'}"
    else:
        url = request.getfixturevalue("postgres_url")
    database = Database(url)
    prepare(database)
    yield database
    database.close()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite database."""
    opened = Database(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    prepare(opened)
    yield opened
    opened.close()


@pytest.fixture
def relay(any_database: Database, deployed: DeployedChain) -> Iterator[Relay]:
    """A relay that has read the chain so far, on each database; in the end its trace is checked."""
    made = Relay(any_database, deployed)
    made.follow()
    yield made
    made.audit()


def rival(relay: Relay, tag: bytes, change: CertificationChange, organisation: int) -> None:
    """Somebody else's record of the tag, brought to the chain past this relay."""
    deployed = relay.deployed
    word = changes.apply_certification(relay.word(tag), change, OrganisationId(organisation))
    packed = entries.pack([(Tag(tag), word, RecordHash(secrets.token_bytes(32)))])
    deadline = int(time.time()) + DAY
    scheme = changes.scheme_of(change)
    domain = deployed.deployment.domains[Contract.CERTIFICATIONS]
    digest = eip712.certification_batch_digest(domain, PROGRAMME, scheme, deadline, packed)
    signature = deployed.vault.sign_digest(organisation_key(organisation), digest)
    call = record_certification_batch(SignedCertifications(PROGRAMME, scheme, deadline, packed, signature))
    Sender(deployed.engine, deployed.vault, GOVERNANCE).send(
        deployed.deployment.addresses[Contract.CERTIFICATIONS], call
    )
