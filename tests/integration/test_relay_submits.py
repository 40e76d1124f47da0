"""From accepted to final on the real chain."""

from __future__ import annotations

import secrets

from ledger.domain import changes
from ledger.domain.codes import Authorisation, Death, Grantor, Status
from ledger.encoding.words import certification, consent
from ledger.store import index
from tests.chain import COMMUNITY, NEIGHBOUR, PROGRAMME, SUBDISTRICT
from tests.relay import Relay, certify, month_start


def tag() -> bytes:
    return secrets.token_bytes(32)


def test_an_accepted_certification_becomes_final_and_readable(relay: Relay) -> None:
    subject, its_tag = relay.subject(), tag()
    operation = relay.accept(subject, its_tag, certify())
    relay.settle()
    row = relay.operation(operation)
    assert (row.state, row.revision) == ("final", 1)
    assert row.block_number and row.transaction_hash and row.final_at
    word = relay.word(its_tag)
    assert certification.status(word) == Status.ACTIVE
    assert certification.organisation(word) == COMMUNITY
    with relay.database.read() as conn:
        (revision,) = index.history(conn, PROGRAMME, its_tag)
        at = index.as_of(conn)
    assert revision.record_hash == row.record_hash
    assert revision.transaction_hash == row.transaction_hash
    assert revision.organisation_id == COMMUNITY
    assert at and at.trouble is None and at.block == at.head == at.final
