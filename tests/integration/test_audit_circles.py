"""A service's ledger that nobody has tampered with is clean in all circles, and each says what it saw."""

from __future__ import annotations

import time

import pytest

from ledger.audit.archive.read import Archive
from ledger.audit.replay import Replay
from ledger.audit.result import Verdict
from ledger.errors import BadInput, Refused
from ledger.keys import auditor_key
from tests.audited_service import AuditedService


def test_a_service_that_kept_every_rule_is_clean_in_all_circles(audited_service: AuditedService) -> None:
    result = audited_service.audited()
    assert result.to_json()["findings"] == []
    assert result.verdict is Verdict.CLEAN
    circles = result.circles
    assert circles.operations == circles.records_opened == audited_service.records
    assert circles.records_not_granted == 0
    assert sum(circles.asserted_by_service.values()) == audited_service.records
    assert len(circles.asserted_by_service) == 2  # the worker and the reviewer
    assert circles.access_entries
    assert result.pinned
    assert circles.index_block == result.pinned.number


def test_an_archive_alone_is_a_circle_of_its_own(audited_service: AuditedService) -> None:
    deployment = audited_service.deployment
    result = Replay(Archive(audited_service.archive, deployment), deployment).run()
    assert result.verdict is Verdict.CLEAN
    assert result.storage == "by_heads"
    assert result.circles.operations is None


def test_without_a_grant_records_stay_sealed(audited_service: AuditedService) -> None:
    result = audited_service.audited(data_keys=False)
    assert result.verdict is Verdict.CLEAN
    assert result.circles.records_opened is None
    assert result.circles.operations == audited_service.records


def test_a_grant_opens_for_its_auditor_until_its_time_only(audited_service: AuditedService) -> None:
    grant, key, operator = audited_service.grant, audited_service.key, audited_service.deployment.operator
    now = int(time.time())
    assert len(grant.open(key, operator, now)) == audited_service.people
    other = auditor_key.create(audited_service.folder / "other.json", "another auditor's passphrase")
    for code, opened in {
        "audit.grant_expired": (grant, key, grant.expires_at),
        "audit.grant_of_other": (grant, other, now),
        "audit.grant_forged": (grant.model_copy(update={"expires_at": grant.expires_at + 1}), key, now),
    }.items():
        with pytest.raises(Refused) as caught:
            opened[0].open(opened[1], operator, opened[2])
        assert caught.value.code == code


@pytest.mark.parametrize("cut", [1, 100, 5_000])
def test_an_archive_cut_short_is_refused(audited_service: AuditedService, tmp_path: object, cut: int) -> None:
    path = audited_service.folder / f"cut-{cut}.gz"
    path.write_bytes(audited_service.archive.read_bytes()[:-cut])
    with pytest.raises(BadInput) as caught:
        Replay(Archive(path, audited_service.deployment), audited_service.deployment).run()
    assert caught.value.code == "audit.archive_damaged"
