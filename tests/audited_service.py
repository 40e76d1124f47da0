"""A service's ledger as an auditor is given it: an archive, a copy of the database, the keys of a grant."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.audit.archive.read import Archive
from ledger.audit.archive.write import export
from ledger.audit.circles import Circle, audit
from ledger.audit.result import Result
from ledger.chain.bindings.calls import anchor
from ledger.chain.deployment import Deployment
from ledger.chain.sender import Sender
from ledger.domain.codes import Stream
from ledger.domain.events import Contract
from ledger.domain.merkle import root
from ledger.domain.programmes import local_date
from ledger.encoding import eip712
from ledger.keys import auditor_key
from ledger.keys.auditor_key import AuditorKey
from ledger.keys.file_vault import FileVault
from ledger.keys.grant import Grant
from ledger.keys.passphrase import read as read_passphrase
from ledger.keys.vault import GOVERNANCE, organisation_key
from ledger.services.audit_grants import grant_records
from ledger.services.certify import Action, CertificationRequest
from ledger.services.consents import ConsentTuple
from ledger.services.references import SubjectRef
from ledger.store.database import Database
from tests.installation import SUBDISTRICT, Installation, open_installation

HOME_CARE = ConsentTuple(SUBDISTRICT, "health", "mobility", "home-care")
PASSPHRASE = "an auditor's own passphrase"


@dataclass(frozen=True)
class AuditedService:
    """What the auditor has. Nothing runs any more."""

    folder: Path
    deployment: Deployment
    key: AuditorKey
    grant: Grant
    people: int
    records: int

    @property
    def archive(self) -> Path:
        """The exported history."""
        return self.folder / "history.gz"

    @property
    def database(self) -> Path:
        """A copy of the service's database, not to be changed."""
        return self.folder / "copy.sqlite"

    @property
    def data_keys(self) -> dict[str, bytes]:
        """What the grant opens."""
        return self.grant.open(self.key, self.deployment.operator, int(time.time()))

    def audited(self, database: Path | None = None, *, data_keys: bool = True) -> Result:
        """What an audit in all circles says of this database, or of another copy."""
        opened = Database(f"sqlite:///{database or self.database}")
        try:
            circle = Circle(database=opened, data_keys=self.data_keys if data_keys else None)
            return audit(Archive(self.archive, self.deployment), self.deployment, circle)[1]
        finally:
            opened.close()


@contextmanager
def edited(service: AuditedService, folder: Path) -> Iterator[sqlite3.Connection]:
    """A copy of the database to write to, in `folder`/edited.sqlite; written when the block ends."""
    path = folder / "edited.sqlite"
    shutil.copy(service.database, path)
    with closing(sqlite3.connect(path)) as conn:
        conn.row_factory = sqlite3.Row
        yield conn
        conn.commit()


@pytest.fixture(scope="session")
def audited_service(tmp_path_factory: pytest.TempPathFactory) -> AuditedService:
    """Ten people certified, some decided on, consents, questions asked, the access log anchored."""
    folder = tmp_path_factory.mktemp("audited-service")
    home = folder / "home"
    with open_installation(home) as installation:
        people = _act(installation)
        vault = FileVault(home / "vault", read_passphrase(home / "vault-passphrase"))
        application = installation.application
        key = auditor_key.create(folder / "auditor.json", PASSPHRASE)
        with vault:
            grant = grant_records(
                application.database,
                vault,
                application.deployment,
                auditor=key.address,
                sealing_public=key.sealing_public,
                purpose="the year's audit",
                expires_at=int(time.time()) + 3600,
                now=time.time(),
            )
            _anchor_access_log(installation, vault)
        installation.catch_up()
        export(application.engine.rpc, application.deployment, folder / "history.gz", now=int(time.time()))
        with (
            closing(sqlite3.connect(home / "ledger.sqlite")) as source,
            closing(sqlite3.connect(folder / "copy.sqlite")) as target,
        ):
            source.backup(target)
            records = source.execute("SELECT count(*) FROM word_history").fetchone()[0]
        deployment = application.deployment
    return AuditedService(folder, deployment, key, grant, people, records)


def _act(installation: Installation) -> int:
    application = installation.application
    people = [installation.enrol() for _ in range(10)]
    past = local_date(installation.clock()) - timedelta(days=100)

    def submit(actor: Any, subject: SubjectRef, action: Action = Action.CERTIFY, **fields: Any) -> None:
        request = CertificationRequest(subject=subject, action=action, **fields)
        application.certify.submit_one(actor, request)

    for person in people:
        submit(installation.worker, person, method="visit", occurred_on=past)
    installation.settle()
    for person in people[:4]:
        submit(installation.worker, person, method="household")
    submit(installation.worker, people[5], Action.REPORT_DEATH)
    submit(installation.reviewer, people[6], Action.SUSPEND, reason="moved, it seems")
    submit(installation.worker, people[7], Action.AUTHORISE, authorisation="consented")
    given = [application.consents.give(installation.worker, person, HOME_CARE) for person in people[:4]]
    installation.settle()
    application.consents.withdraw(installation.worker, given[0].consent_id)
    for person in people[:3]:
        application.lookup.verdict(installation.worker, person)
        application.consents.list(installation.worker, person)
        application.decide.decide(
            installation.worker,
            person,
            provider=HOME_CARE.provider,
            consumer=HOME_CARE.consumer,
            category=HOME_CARE.category,
            purpose=HOME_CARE.purpose,
        )
    installation.settle()
    return len(people)


def _anchor_access_log(installation: Installation, vault: FileVault) -> None:
    application = installation.application
    with closing(sqlite3.connect(application.settings.home / "ledger.sqlite")) as conn:
        leaves = [row[0] for row in conn.execute("SELECT leaf_hash FROM access_log ORDER BY sequence")]
        (county,) = conn.execute("SELECT min(id) FROM organisations").fetchone()
    assert len(leaves) > 6
    for size in (len(leaves) // 2, len(leaves)):
        deadline = int(time.time()) + 3600
        head = {
            "organisation": county,
            "stream": Stream.ACCESS_LOG,
            "size": size,
            "root": root(leaves[:size]),
        }
        domain = application.deployment.domains[Contract.ANCHORS]
        digest = eip712.tree_head_digest(domain, deadline=deadline, **head)
        signature = vault.sign_digest(organisation_key(county), digest)
        sender = Sender(application.engine, vault, GOVERNANCE)
        data = anchor(deadline=deadline, signature=signature, **head)
        sender.send(application.deployment.addresses[Contract.ANCHORS], data)
