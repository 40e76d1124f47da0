"""Erasure: two organisations decide, a lock until no duty keeps the data, and then nothing brings it back."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from ledger.audit.circles import Circle, audit
from ledger.audit.node import Node
from ledger.domain.programmes import DAY
from ledger.errors import BadInput, Conflict, Forbidden, LedgerError, Misconfigured, Refused
from ledger.keys import jws
from ledger.keys.erasure_list import ErasureList
from ledger.services.backup import back_up, restore
from ledger.services.certify import Action, CertificationRequest
from ledger.services.consents import ConsentTuple
from ledger.services.data import DataRequest
from ledger.services.erasures import CERTIFICATE
from ledger.services.keyring import open_keys
from ledger.services.lookup_answers import PersonLine
from ledger.services.references import SubjectRef
from ledger.store.tables import blind_index, handles, records, subject_facts, subjects
from tests.installation import SUBDISTRICT, Installation, open_installation

GROUND = "withdrawal-of-all-consents"
RETENTION = 30


@pytest.fixture(scope="module")
def erasing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation whose archive duty is thirty days."""
    home = tmp_path_factory.mktemp("erasing") / "home"
    with open_installation(home, retention_days=RETENTION) as opened:
        yield opened


def person(installation: Installation) -> tuple[SubjectRef, str, str]:
    """Somebody certified who has consented; the subject id, and the health department's handle."""
    application, found = installation.application, installation.enrol(name="赵玉兰")
    application.certify.submit_one(
        installation.worker, CertificationRequest(subject=found, action=Action.CERTIFY, method="visit")
    )
    given = application.consents.give(
        installation.worker, found, ConsentTuple(SUBDISTRICT, "health", "mobility", "home-care")
    )
    installation.settle()
    return found, given.subject_id, installation.handle(installation.health, found)


def locked(installation: Installation) -> tuple[SubjectRef, str, str]:
    found, subject_id, handle = person(installation)
    installation.application.erasures.request(installation.reviewer, found, reason=GROUND)
    installation.application.erasures.confirm(installation.county_reviewer, subject_id)
    return found, subject_id, handle


def said_about(installation: Installation, who: SubjectRef, subject_id: str, handle: str) -> set[str]:
    """What every way of asking answers: the error's code, or whatever came."""
    application, worker, health = installation.application, installation.worker, installation.health
    numbers = [str(who.identity_number)]
    return {
        _said(lambda: application.lookup.verdict(worker, who)),
        _said(lambda: application.lookup.verdict(health, SubjectRef(handle=handle))),
        _said(lambda: application.lookup.subject(worker, subject_id)),
        _said(lambda: application.lookup.resolve(worker, numbers[0])),
        _said(lambda: application.handles.resolve(health, numbers)),
        _said(lambda: _of(subject_id, application.lookup.search(worker, "赵玉兰"))),
        _said(lambda: _of(subject_id, application.lookup.due(worker).people)),
        _said(lambda: application.consents.list(worker, who)),
        _said(lambda: application.statements.of(worker, who)),
        _said(lambda: application.data.read(lambda _: health, DataRequest(handle, "mobility", "home-care"))),
    }


def _of(subject_id: str, lines: Iterable[PersonLine]) -> list[PersonLine]:
    return [line for line in lines if line.subject_id == subject_id]


def _said(ask: Callable[[], object]) -> str:
    try:
        return str(ask())
    except LedgerError as error:
        return error.code


NOTHING = {"not_yours", "[]", "[None]"}


def test_one_organisation_asks_and_another_confirms(erasing: Installation) -> None:
    found, subject_id, _ = person(erasing)
    erasures = erasing.application.erasures
    with pytest.raises(Forbidden, match="role_required"):
        erasures.request(erasing.worker, found, reason=GROUND)
    with pytest.raises(BadInput, match="reason_unknown"):
        erasures.request(erasing.reviewer, found, reason="她要求的")
    asked = erasures.request(erasing.reviewer, found, reason=GROUND)
    assert asked.state == "requested"
    with pytest.raises(Conflict, match="asked_already"):
        erasures.request(erasing.reviewer, found, reason=GROUND)
    with pytest.raises(Refused, match="same_organisation"):
        erasures.confirm(erasing.reviewer, subject_id)
    assert erasing.application.lookup.verdict(erasing.worker, found).verdict == "VALID"
    confirmed = erasures.confirm(erasing.county_reviewer, subject_id)
    assert confirmed.state == "locked"
    with pytest.raises(Conflict, match="confirmed_already"):
        erasures.confirm(erasing.county_reviewer, subject_id)


def test_what_is_locked_is_stored_and_not_used(erasing: Installation) -> None:
    found, subject_id, handle = person(erasing)
    before = said_about(erasing, found, subject_id, handle)
    assert not before & {"not_yours", "[None]"}
    erasing.application.erasures.request(erasing.reviewer, found, reason=GROUND)
    erasing.application.erasures.confirm(erasing.county_reviewer, subject_id)
    assert said_about(erasing, found, subject_id, handle) == NOTHING
    decision = erasing.application.decide.decide(
        erasing.health,
        SubjectRef(handle=handle),
        provider=SUBDISTRICT,
        category="mobility",
        purpose="home-care",
    )
    assert (decision.decision, decision.reason_code) == ("DENY", "erased")
    with erasing.application.database.read() as conn:
        kept = conn.execute(select(subject_facts.c.id).where(subject_facts.c.subject_id == subject_id))
        assert kept.first() is not None


def test_after_the_duty_ends_keys_and_index_are_gone_and_replay_passes(
    erasing: Installation, request: pytest.FixtureRequest
) -> None:
    application = erasing.application
    _, other, _ = person(erasing)
    found, subject_id, handle = locked(erasing)
    vault = application.erasures._context.vault
    with application.database.read() as conn:
        wrapped = {row.id: row.wrapped_key for row in conn.execute(select(subjects))}
    granted = {owner: keys.data_key for owner, keys in open_keys(vault, wrapped).items()}
    request.getfixturevalue("paused")
    with erasing.ahead((RETENTION - 1) * DAY):
        application.erasures.finish()
    assert subject_id in vault.wrapping_keys([subject_id])
    with erasing.ahead((RETENTION + 1) * DAY):
        assert application.erasures.finish() >= 1
        assert application.erasures.finish() == 0
    assert vault.wrapping_keys([subject_id, other]).keys() == {other}
    with application.database.read() as conn:
        for table in (subject_facts, blind_index, handles):
            assert conn.execute(select(table).where(table.c.subject_id == subject_id)).first() is None
        sealed = conn.execute(select(records.c.sealed).where(records.c.subject_id == subject_id)).scalars()
        assert set(sealed) == {b""}
    assert said_about(erasing, found, subject_id, handle) == NOTHING
    (erased,) = [one for one in application.erasures.list(erasing.auditor) if one.subject_id == subject_id]
    certificate = jws.read(str(erased.certificate), application.deployment.pinned.operator)
    assert certificate.kind == CERTIFICATE
    holders = {(one.get("organisation"), one["holds"]) for one in certificate.payload["may_hold"]}
    assert {
        ("health", "handle"),
        ("health", "consent-openings"),
        (SUBDISTRICT, "consent-openings"),
    } <= holders
    circle = Circle(database=application.database, data_keys=granted)
    node = Node(application.engine.rpc, application.deployment)
    _, result = audit(node, application.deployment, circle)
    assert list(result.findings) == []
    assert result.circles.records_erased
    assert result.circles.records_opened


def test_a_number_comes_back_as_somebody_new(erasing: Installation, request: pytest.FixtureRequest) -> None:
    found, subject_id, _ = locked(erasing)
    row = f"姓名,身份证号\n赵玉兰,{found.identity_number}\n".encode()
    enrol = erasing.application.enrol
    assert enrol.import_roster(erasing.worker, row, "again.csv").counts.created == 0
    request.getfixturevalue("paused")
    with erasing.ahead((RETENTION + 1) * DAY):
        erasing.application.erasures.finish()
    assert enrol.import_roster(erasing.worker, row, "again.csv").counts.created == 1
    assert erasing.application.lookup.resolve(erasing.worker, str(found.identity_number)) != subject_id


def test_yesterdays_backups_bring_nobody_back(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with open_installation(home, retention_days=0) as installation:
        application = installation.application
        stays, _, _ = person(installation)
        found, subject_id, handle = person(installation)
        ledger, vault = tmp_path / "ledger.tar.gz", tmp_path / "vault.tar.gz"
        back_up(application.settings, ledger, vault_target=vault, now=int(time.time()))
        application.erasures.request(installation.reviewer, found, reason=GROUND)
        done = application.erasures.confirm(installation.county_reviewer, subject_id)
        assert done.state == "erased"
        assert said_about(installation, found, subject_id, handle) == NOTHING
    again = tmp_path / "again"
    restore(again, ledger, vault, erasures=home / "erasures.jsonl")
    shutil.copy(home / "vault-passphrase", again / "vault-passphrase")
    with open_installation(again, retention_days=0) as restored:
        assert said_about(restored, found, subject_id, handle) == NOTHING
        assert restored.application.lookup.verdict(restored.worker, stays).verdict == "VALID"
        vault_of = restored.application.erasures._context.vault
        assert vault_of.wrapping_keys([subject_id]) == {}
        (listed,) = restored.application.erasures.list(restored.auditor)
        assert (listed.state, listed.certificate) == ("erased", done.certificate)


def test_a_damaged_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "erasures.jsonl"
    path.write_text('{"id": "e1"\n')
    with pytest.raises(Misconfigured, match="list_damaged"):
        ErasureList(path).read()
