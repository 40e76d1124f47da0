"""An installation with many people, all certified, each with five consents: all of it on its chain."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from ledger.encoding.entries import ENTRY_SIZE
from ledger.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ledger.bootstrap.working import Work
    from ledger.chain.bindings.calls import SignedCertifications, SignedConsents
    from ledger.cli.bench.recorder import Recorder
    from ledger.encoding.types import Tag
    from ledger.services.organisations import Directory

Item = TypeVar("Item")

COMMUNITY, PROVIDER, CONSUMER = "510181004002", "510181004", "health"
TUPLES = (
    ("residence", "home-care"),
    ("age-band", "home-care"),
    ("mobility", "home-care"),
    ("contact", "home-care"),
    ("certification-status", "medical-subsidy"),
)
"""Category and purpose of each consent."""
_PROGRAMME = 1
_TRANSACTION, _TRANSACTIONS_A_BLOCK = 1_000, 25
"""Entries in a transaction, and transactions in a block."""
_CONSENTS_A_BATCH = 20
"""As consents come in through a day: a proof carries the batch that its word was signed in."""
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Ground:
    """The department's handles of all people, and its API key."""

    handles: tuple[str, ...]
    key: str = field(repr=False)


def prepare(
    settings: Settings, people: int, say: Callable[[str], None], *, consents: int = len(TUPLES)
) -> Ground:
    """Makes the installation of `settings`, with so many consents of each person, and closes it again."""
    from ledger.bootstrap.working import working
    from ledger.services.organisations import Directory

    with working(settings, lambda *_: None, time.time) as work:
        with work.context.database.read() as conn:
            directory = Directory(conn)
        key = _api_key(work)
        handles, tags = _people(work, directory, people)
        say(f"{people} people")
        recorded = tags[: 1 + consents]
        _record(work, directory, recorded)
        say(f"{sum(map(len, recorded))} slots")
        _indexed(work)
    return Ground(tuple(handles), key)


def _api_key(work: Work) -> str:
    from ledger.services.accounts import Accounts
    from ledger.services.actors import Role, Scope
    from ledger.services.api_keys import ApiKeys
    from ledger.services.founding.operator import SYSTEM
    from ledger.services.sessions import Sessions

    made = Accounts(work.context).create_user(
        SYSTEM, login="bench", display_name="bench", role=Role.OPERATOR, organisation="510181"
    )
    operator = Sessions(work.context).actor_of(made.user.id)
    return (
        ApiKeys(work.context).create(operator, organisation=CONSUMER, label="bench", scopes=tuple(Scope)).key
    )


def _people(work: Work, directory: Directory, people: int) -> tuple[list[str], list[list[Tag]]]:
    """Their handles, and their tags: of the programme first, then of each tuple."""
    from ledger.domain import tags, vocabulary
    from ledger.services.ids import new_id
    from ledger.services.keyring import new_keys

    consumer, provider = directory.active(CONSUMER).id, directory.active(PROVIDER).id
    numbers = [
        (provider, consumer, vocabulary.category(category).number, vocabulary.purpose(purpose).number)
        for category, purpose in TUPLES
    ]
    handles: list[str] = []
    columns: list[list[Tag]] = [[] for _ in range(1 + len(TUPLES))]
    for start in range(0, people, 10_000):
        made = new_keys(work.context.vault, [new_id("S") for _ in range(start, min(people, start + 10_000))])
        rows = []
        for subject, (keys, wrapped) in made.items():
            handle = tags.handle(keys.subject_key, consumer)
            rows.append((subject, wrapped, handle))
            handles.append(handle)
            columns[0].append(tags.certification_tag(keys.subject_key, _PROGRAMME).tag)
            for column, tuple_ in zip(columns[1:], numbers, strict=True):
                column.append(tags.consent_tag(keys.subject_key, *tuple_).tag)
        with work.context.write() as conn:
            _store(conn, rows, directory)
    return handles, columns


def _store(conn: Connection, rows: Sequence[tuple[str, bytes, str]], directory: Directory) -> None:
    from sqlalchemy import insert

    from ledger.store.tables import handles, subjects

    now = int(time.time())
    community, consumer = directory.active(COMMUNITY).id, directory.active(CONSUMER).id
    conn.execute(
        insert(subjects),
        [
            {
                "id": subject,
                "wrapped_key": wrapped,
                "community_id": community,
                "state": "active",
                "created_at": now,
                "updated_at": now,
            }
            for subject, wrapped, _ in rows
        ],
    )
    conn.execute(
        insert(handles),
        [
            {
                "handle": handle,
                "organisation_id": consumer,
                "subject_id": subject,
                "rotation": 0,
                "created_at": now,
            }
            for subject, _, handle in rows
        ],
    )


def _record(work: Work, directory: Directory, tags: Sequence[Sequence[Tag]]) -> None:
    """A certification for each tag of the first column, a consent for each of the others."""
    from ledger.chain.bindings.calls import record_certifications, record_consents
    from ledger.cli.bench.recorder import Recorder
    from ledger.domain.events import Contract

    recorder = Recorder(work.engine, work.context.vault, work.deployment)
    community = directory.active(COMMUNITY).id
    for block in _parts(tags[0], _TRANSACTION * _TRANSACTIONS_A_BLOCK):
        signed = [_certified(recorder, community, part) for part in _parts(block, _TRANSACTION)]
        calls = [(record_certifications([one]), [len(one.entries) // ENTRY_SIZE]) for one in signed]
        recorder.send_block(Contract.CERTIFICATIONS, calls)
    for column in tags[1:]:
        for block in _parts(column, _TRANSACTION * _TRANSACTIONS_A_BLOCK):
            batches = [_given(recorder, community, part) for part in _parts(block, _CONSENTS_A_BATCH)]
            with work.context.write() as conn:
                _keep(conn, work, community, batches)
            together = _parts(batches, _TRANSACTION // _CONSENTS_A_BATCH)
            calls = [
                (record_consents(part), [len(one.entries) // ENTRY_SIZE for one in part]) for part in together
            ]
            recorder.send_block(Contract.CONSENTS, calls)


def _keep(conn: Connection, work: Work, community: int, batches: Sequence[SignedConsents]) -> None:
    """Keeps signed batches as the submitter would have, for proofs to carry."""
    from sqlalchemy import insert

    from ledger.domain.events import Contract
    from ledger.encoding import eip712
    from ledger.store.tables import batches as table

    domain = work.deployment.domains[Contract.CONSENTS]
    conn.execute(
        insert(table),
        [
            {
                "kind": "consent",
                "organisation_id": community,
                "programme": 0,
                "scheme": 0,
                "deadline": one.deadline,
                "entries": one.entries,
                "digest": eip712.consent_batch_digest(domain, one.deadline, False, one.entries),
                "signature": one.signature,
                "state": "final",
                "created_at": time.time(),
            }
            for one in batches
        ],
    )


def _parts(whole: Sequence[Item], size: int) -> list[Sequence[Item]]:
    return [whole[start : start + size] for start in range(0, len(whole), size)]


def _certified(recorder: Recorder, community: int, tags: Sequence[Tag]) -> SignedCertifications:
    from ledger.domain import next_words
    from ledger.domain.codes import Method

    begin = int(time.time()) - _DAY
    word = next_words.senior(
        0, method=Method.VISIT, valid_from=begin, valid_until=begin + 200 * _DAY, organisation=community
    )
    return recorder.sign_certifications(community, dict.fromkeys(tags, word))


def _given(recorder: Recorder, community: int, tags: Sequence[Tag]) -> SignedConsents:
    from ledger.domain import next_words
    from ledger.domain.codes import ConsentStatus, Grantor

    begin = int(time.time()) - _DAY
    word = next_words.consent_decision(
        0,
        new_status=ConsentStatus.GIVEN,
        grantor=Grantor.SELF,
        valid_from=begin,
        valid_until=begin + 365 * _DAY,
        organisation=community,
    )
    return recorder.sign_consents(community, dict.fromkeys(tags, word))


def _indexed(work: Work) -> None:
    """Until the index stands at the chain's head."""
    from ledger.chain.blocks import head
    from ledger.store import index

    while True:
        last = head(work.engine.rpc).number
        with work.context.database.read() as conn:
            at = index.as_of(conn)
        if at is not None and at.block >= last:
            return
        time.sleep(0.1)
