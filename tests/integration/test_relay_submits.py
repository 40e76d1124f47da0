"""From accepted to final, or refused with a reason, on the real chain."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace

from sqlalchemy import select

from ledger.domain import changes
from ledger.domain.codes import Authorisation, ConsentStatus, Death, Grantor, Status
from ledger.encoding import entries
from ledger.encoding.words import certification, consent
from ledger.relay.forming import Limits
from ledger.store import index, operations
from ledger.store.database import Database
from ledger.store.tables import batches, transactions
from tests.chain import COMMUNITY, DEPARTMENT, NEIGHBOUR, PROGRAMME, SUBDISTRICT, DeployedChain
from tests.relay import DAY, Relay, certify, month_start, rival


def tag() -> bytes:
    return secrets.token_bytes(32)


def give(grantor: Grantor = Grantor.SELF) -> changes.GiveConsent:
    return changes.GiveConsent(grantor, month_start(), month_start(12))


def revisions(relay: Relay, its_tag: bytes, programme: int = PROGRAMME) -> list[bytes]:
    with relay.database.read() as conn:
        return [revision.record_hash for revision in index.history(conn, programme, its_tag)]


def test_an_accepted_certification_becomes_final_and_readable(relay: Relay) -> None:
    subject, its_tag = relay.subject(), tag()
    operation = relay.accept(subject, its_tag, certify())
    relay.settle()
    row = relay.operation(operation)
    assert (row.state, row.revision) == ("final", 1)
    assert row.block_number
    assert row.transaction_hash
    assert row.final_at
    word = relay.word(its_tag)
    assert certification.status(word) == Status.ACTIVE
    assert certification.organisation(word) == COMMUNITY
    with relay.database.read() as conn:
        (revision,) = index.history(conn, PROGRAMME, its_tag)
        at = index.as_of(conn)
    assert revision.record_hash == row.record_hash
    assert revision.transaction_hash == row.transaction_hash
    assert revision.organisation_id == COMMUNITY
    assert at
    assert at.trouble is None
    assert at.block == at.head == at.final


def test_a_clock_that_was_set_back_refuses_nobody(any_database: Database, deployed: DeployedChain) -> None:
    relay = Relay(any_database, deployed)  # its trace has the wrong times, so nobody audits it
    relay.follow()
    relay.submitter = relay.new_submitter(clock=lambda: time.time() - 2 * DAY)  # before any key was valid
    operation = relay.accept(relay.subject(), tag(), certify())
    relay.settle()
    assert relay.operation(operation).state == "final"


def test_two_changes_of_one_tag_are_recorded_in_the_order_of_acceptance(relay: Relay) -> None:
    subject, its_tag = relay.subject(), tag()
    first = relay.accept(subject, its_tag, certify())
    second = relay.accept(subject, its_tag, changes.SetStatus(Status.SUSPENDED), SUBDISTRICT)
    third = relay.accept(subject, its_tag, changes.SetDeath(Death.REPORTED), DEPARTMENT)
    relay.settle()
    assert [relay.operation(one).revision for one in (first, second, third)] == [1, 2, 3]
    word = relay.word(its_tag)
    assert certification.status(word) == Status.SUSPENDED
    assert certification.death(word) == Death.REPORTED


def test_every_kind_of_change_goes_through(relay: Relay) -> None:
    subject, its_tag, consent_tag = relay.subject(), tag(), tag()
    steps = [
        (certify(), COMMUNITY),
        (changes.SetAuthorisation(Authorisation.NOTIFIED), COMMUNITY),
        (changes.SetAuthorisation(Authorisation.OBJECTED), COMMUNITY),
        (changes.SetStatus(Status.SUSPENDED), SUBDISTRICT),
        (changes.SetStatus(Status.ACTIVE), SUBDISTRICT),
        (changes.SetDeath(Death.REPORTED), COMMUNITY),
        (changes.SetDeath(Death.NONE), SUBDISTRICT),
        (changes.HandOver(NEIGHBOUR), SUBDISTRICT),  # type: ignore[arg-type]
        (certify(), NEIGHBOUR),
        (changes.SetStatus(Status.CLOSED), SUBDISTRICT),
    ]
    done = [relay.accept(subject, its_tag, change, organisation) for change, organisation in steps]
    relay.accept(subject, consent_tag, give())
    relay.accept(subject, consent_tag, changes.WithdrawConsent(Grantor.SELF))
    relay.settle(rounds=40)
    assert [relay.operation(one).state for one in done] == ["final"] * len(steps)
    word = relay.word(its_tag)
    assert certification.organisation(word) == NEIGHBOUR
    assert certification.authorisation(word) == Authorisation.OBJECTED
    assert certification.status(word) == Status.CLOSED
    assert consent.status(relay.word(consent_tag, index.CONSENTS)) == ConsentStatus.WITHDRAWN


def test_a_guardian_withdraws_what_the_person_gave_with_a_reviewers_signature(relay: Relay) -> None:
    subject, its_tag = relay.subject(), tag()
    relay.accept(subject, its_tag, give())
    withdrawn = relay.accept(
        subject, its_tag, changes.WithdrawConsent(Grantor.GUARDIAN), reviewer=SUBDISTRICT
    )
    relay.settle()
    assert relay.operation(withdrawn).state == "final"


def test_what_must_not_wait_goes_first_and_takes_along_what_it_follows(relay: Relay) -> None:
    relay.limits = replace(relay.limits, size=2)
    relay.submitter = relay.new_submitter()
    for subject in relay.subjects(50):
        relay.accept(subject, tag(), certify())
    subject, its_tag = relay.subject(), tag()
    relay.accept(subject, its_tag, give())
    relay.accept(subject, its_tag, changes.WithdrawConsent(Grantor.SELF))
    relay.submitter.form()
    with relay.database.read() as conn:
        first = conn.execute(select(batches.c.kind).order_by(batches.c.id)).scalars().first()
        (change, *_) = operations.open_changes(conn, [its_tag])[its_tag]
        row = operations.by_ids(conn, [change.operation_id])[change.operation_id]
    assert first == "consent"
    assert (row.change["type"], row.state) == ("give", "batched")


def test_what_must_not_wait_has_the_first_nonces_whatever_was_signed_before(relay: Relay) -> None:
    relay.limits = replace(relay.limits, size=100)
    relay.submitter = relay.new_submitter()
    relay.accept_many([(subject, tag(), certify()) for subject in relay.subjects(300)])
    relay.submitter.form()
    relay.submitter.sign()
    relay.submitter.prepare = lambda: False  # type: ignore[method-assign]  # the node was out of reach
    objected, refused = tag(), tag()
    relay.accept(relay.subject(), objected, changes.SetAuthorisation(Authorisation.OBJECTED))
    relay.accept(relay.subject(), refused, changes.RefuseConsent(Grantor.SELF))
    relay.submitter.tick()
    relay.submitter = relay.new_submitter()
    relay.submitter.prepare()
    query = select(batches.c.entries).join(transactions, batches.c.transaction_hash == transactions.c.hash)
    with relay.database.read() as conn:
        packed = conn.execute(query.order_by(transactions.c.nonce, batches.c.id)).scalars().all()
    assert {one[:32] for one in packed[:2]} == {objected, refused}
    relay.settle()


def test_two_tags_of_one_person_never_share_a_batch(relay: Relay) -> None:
    subject, others = relay.subject(), relay.subjects(5)
    for _ in range(3):
        relay.accept(subject, tag(), give())
    for other in others:
        relay.accept(other, tag(), give())
    relay.settle()
    with relay.database.read() as conn:
        sizes = [
            len(packed) // entries.ENTRY_SIZE for packed in conn.execute(select(batches.c.entries)).scalars()
        ]
        theirs = operations.of_subject(conn, subject)
    assert sorted(sizes) == [1, 1, 6]
    assert {row.state for row in theirs} == {"final"}


def test_many_organisations_share_a_transaction(relay: Relay) -> None:
    for organisation in (COMMUNITY, NEIGHBOUR, SUBDISTRICT):
        relay.accept_many([(subject, tag(), certify()) for subject in relay.subjects(20)], organisation)
    relay.settle()
    assert relay.states() == {"final": 60}
    with relay.database.read() as conn:
        assert len(conn.execute(select(transactions)).all()) == 1


def test_a_batch_waits_until_it_is_full_or_old(relay: Relay) -> None:
    relay.limits = Limits(size=10, age=3600, deadline=DAY)
    relay.submitter = relay.new_submitter()
    relay.accept_many([(subject, tag(), certify()) for subject in relay.subjects(13)])
    relay.submitter.tick()
    relay.follow()
    assert relay.states() == {"accepted": 3, "final": 10}


def test_what_the_rules_refuse_is_told_why_and_the_rest_goes(relay: Relay) -> None:
    wrong = relay.accept(relay.subject(), tag(), changes.SetStatus(Status.SUSPENDED), SUBDISTRICT)
    right = relay.accept(relay.subject(), tag(), changes.SetDeath(Death.REPORTED), DEPARTMENT)
    relay.settle()
    assert relay.operation(right).state == "final"
    row = relay.operation(wrong)
    assert (row.state, row.reason_code) == ("refused", "rule.transition_not_allowed")
    assert row.reason_params


def test_what_only_the_contract_refuses_is_left_out_and_the_rest_goes(relay: Relay) -> None:
    long = relay.accept(relay.subject(), tag(), certify(months=12))
    short = relay.accept(relay.subject(), tag(), certify(months=2))
    relay.submitter.form()  # by the registers as the index knows them
    relay.deployed.governance.set_programme(
        PROGRAMME,
        version=2,
        active=True,
        seamless_limit=3,
        longest_senior=90 * DAY,
        longest_seamless=90 * DAY,
        rules_hash=bytes(32),
    )
    relay.settle()
    assert relay.operation(short).state == "final"
    row = relay.operation(long)
    assert (row.state, row.reason_code) == ("refused", "rule.window_too_long")


def test_a_record_that_lost_its_revision_is_formed_again(relay: Relay) -> None:
    subject, its_tag = relay.subject(), tag()
    operation = relay.accept(subject, its_tag, certify())
    relay.submitter.form()
    rival(relay, its_tag, certify(), COMMUNITY)
    relay.settle()
    row = relay.operation(operation)
    assert (row.state, row.revision) == ("final", 2)
    assert revisions(relay, its_tag)[1] == row.record_hash


def test_a_record_that_lost_its_revision_and_its_right_is_refused(relay: Relay) -> None:
    subject, its_tag = relay.subject(), tag()
    operation = relay.accept(subject, its_tag, certify())
    relay.submitter.form()
    rival(relay, its_tag, certify(), NEIGHBOUR)  # which is responsible from now on
    relay.settle()
    row = relay.operation(operation)
    assert (row.state, row.reason_code) == ("refused", "rule.not_responsible")
    assert row.record_hash not in revisions(relay, its_tag)


def test_a_batch_refused_in_its_block_is_formed_again(relay: Relay) -> None:
    subject, its_tag = relay.subject(), tag()
    lost = relay.accept(subject, its_tag, certify())
    beside = relay.accept(relay.subject(), tag(), certify(), NEIGHBOUR)
    relay.submitter.form()
    relay.submitter.sign()
    relay.submitter.prepare()  # simulated, and its nonce claimed
    rival(relay, its_tag, certify(), COMMUNITY)
    relay.submitter.send()
    relay.follow()
    assert relay.operation(beside).state == "final"
    assert relay.operation(lost).state == "accepted"
    relay.settle()
    assert (relay.operation(lost).state, relay.operation(lost).revision) == ("final", 2)


def test_a_deadline_that_passes_on_the_way_is_no_loss(relay: Relay) -> None:
    relay.limits = replace(relay.limits, deadline=-1)
    operation = relay.accept(relay.subject(), tag(), certify())
    relay.new_submitter().tick()
    assert relay.operation(operation).state == "accepted"
    relay.limits = replace(relay.limits, deadline=DAY)
    relay.settle()
    assert relay.operation(operation).state == "final"


def test_an_organisation_whose_key_is_elsewhere_waits_and_others_dont(relay: Relay) -> None:
    other = Relay(relay.database, relay.deployed, relay.limits)
    own = relay.submitter._key_of
    other.submitter._key_of = lambda number, *at: None if number == NEIGHBOUR else own(number, *at)  # type: ignore[method-assign]
    waiting = other.accept(other.subject(), tag(), certify(), NEIGHBOUR)
    going = other.accept(other.subject(), tag(), certify(), COMMUNITY)
    other.submitter.tick()
    other.follow()
    assert other.operation(waiting).state == "accepted"
    assert other.operation(going).state == "final"
    relay.settle()
    assert relay.operation(waiting).state == "final"


def test_a_key_out_of_force_refuses_what_it_would_sign(relay: Relay) -> None:
    operation = relay.accept(relay.subject(), tag(), certify())
    relay.deployed.governance.change_organisation(COMMUNITY, parent=SUBDISTRICT, roles=0, active=False)
    relay.follow()
    relay.submitter.tick()
    row = relay.operation(operation)
    assert (row.state, row.reason_code) == ("refused", "rule.organisation_inactive")
