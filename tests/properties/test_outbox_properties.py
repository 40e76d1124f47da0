"""Withdrawals, refusals, objections and deaths go before everything else, and no tag's order is turned."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from ledger.domain import changes
from ledger.domain.codes import Authorisation, Death, Grantor, Method, Scheme, Status
from ledger.encoding.types import Timestamp
from ledger.store import operations, outbox
from ledger.store.database import Database
from ledger.store.operations import NewOperation
from ledger.store.tables import operations as operations_table
from ledger.store.tables import subjects
from tests.chain import COMMUNITY, PROGRAMME
from tests.relay import prepare

CHANGES = [
    changes.Certify(Scheme.SENIOR, Method.VISIT, Timestamp(1), Timestamp(2)),
    changes.SetStatus(Status.SUSPENDED),
    changes.SetAuthorisation(Authorisation.NOTIFIED),
    changes.SetAuthorisation(Authorisation.CONSENTED),
    changes.GiveConsent(Grantor.SELF, Timestamp(1), Timestamp(2)),
]
URGENT = [
    changes.SetAuthorisation(Authorisation.OBJECTED),
    changes.SetDeath(Death.REPORTED),
    changes.SetDeath(Death.CONFIRMED),
    changes.RefuseConsent(Grantor.SELF),
    changes.WithdrawConsent(Grantor.GUARDIAN),
]
NUMBERS = count(1)


@pytest.fixture(scope="module")
def outbox_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('outbox') / 'ledger.sqlite'}")
    prepare(database)
    with database.write() as conn:
        conn.execute(
            insert(subjects).values(
                id="S1", wrapped_key=b"", community_id=COMMUNITY, created_at=0, updated_at=0
            )
        )
    yield database
    database.close()


@example([[(1, CHANGES[0])], [(0, CHANGES[0]), (0, URGENT[0])]])
@given(
    accepted=st.lists(
        st.lists(
            st.tuples(st.integers(0, 5), st.sampled_from(CHANGES + URGENT)),
            min_size=1,
            max_size=4,
        ),
        max_size=12,
    )
)
def test_what_must_not_wait_goes_first(
    outbox_database: Database, accepted: list[list[tuple[int, changes.CertificationChange]]]
) -> None:
    with outbox_database.write() as conn:
        conn.execute(delete(operations_table))
    order: list[tuple[int, bool]] = []
    for request in accepted:
        new = []
        for tag, change in request:
            number = next(NUMBERS)
            new.append(
                NewOperation(
                    id=f"op{number}",
                    kind="certification",
                    subject_id="S1",
                    tag=bytes([tag]) * 32,
                    organisation_id=COMMUNITY,
                    change=changes.to_json(change),
                    record_hash=number.to_bytes(32, "big"),
                    actor="u",
                    programme=PROGRAMME,
                )
            )
            order.append((tag, change in URGENT))
        with outbox_database.write() as conn:
            operations.accept(conn, new, 1.0)
    with outbox_database.read() as conn:
        waiting = outbox.waiting(conn, 1000)
    tags = [one.tag[0] for one in waiting]
    urgent = {tag for tag, is_urgent in order if is_urgent}
    assert sorted(tags) == sorted({tag for tag, _ in order})  # one of each, and none left out
    assert [one.sequence for one in waiting if one.priority == 0] == sorted(
        one.sequence for one in waiting if one.priority == 0
    )
    assert set(tags[: len(urgent)]) == urgent
    by_tag = {one.tag[0]: one.sequence for one in waiting}
    sequences = iter(sorted(by_tag.values()))
    first_seen = list(dict.fromkeys(tag for tag, _ in order))
    assert [by_tag[tag] for tag in first_seen] == list(sequences)  # each tag's earliest
