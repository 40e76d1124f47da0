"""`ledger bench write`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.bench.figures import Figure, Json, Write, show
from ledger.errors import CannotKnow

if TYPE_CHECKING:
    from ledger.bootstrap import Application
    from ledger.services.actors import Actor

_API_BATCH = 400
_BLOCK_BATCHES = 20
_ROUNDS = 4
_SINGLES = 200


def write(
    people: Annotated[int, typer.Option("--people", min=400, max=1600, help="Slots on the chain.")] = 1600,
    json: Json = False,
    write: Write = False,
) -> None:
    """Accepted to final on the embedded chain: renewals in requests of 400, and single visits.

    Beside the same chain taking pre-signed batches of 400, twenty to a block.
    """
    from ledger.bootstrap import open_application
    from ledger.cli.bench.chaos.ground import WORKER, prepare
    from ledger.services.founding.operator import SYSTEM
    from ledger.settings import Settings

    with tempfile.TemporaryDirectory(prefix="ledger-bench-") as folder:
        settings = Settings(home=Path(folder) / "home", chain_port=0, port=0, rpc_url=None, batch_age=0.05)
        ground = prepare(settings, people)
        with open_application(settings) as application:
            users = {view.login: view.id for view in application.accounts.list_users(SYSTEM)}
            worker = application.sessions.actor_of(users[WORKER])
            subjects = [one.subject for one in ground.people]
            _certify(application, worker, subjects, months_ago=11, size=_API_BATCH)  # first records
            started = time.monotonic()
            for months in range(_ROUNDS):
                _certify(application, worker, subjects, months_ago=10 - months, size=_API_BATCH, wait=False)
            _wait(application)
            renewals = people * _ROUNDS / (time.monotonic() - started)
            started = time.monotonic()
            _certify(application, worker, subjects[:_SINGLES], months_ago=5, size=1)
            singles = _SINGLES / (time.monotonic() - started)
    raw = _pre_signed(people)
    to = "pre-signed batches of 400 on the same kind of chain, 20 to a block"
    figures = [
        Figure("write.final_per_s", renewals, "records/s", ratio=renewals / raw, to=to),
        Figure("write.single_per_s", singles, "records/s", ratio=singles / raw, to=to),
        Figure("write.pre_signed_per_s", raw, "records/s"),
    ]
    show("write", figures, as_json=json, write=write)


def _certify(
    application: Application,
    worker: Actor,
    subjects: Sequence[str],
    *,
    months_ago: int,
    size: int,
    wait: bool = True,
) -> None:
    """One certification each, `size` to a request. A later month lasts longer, so each is a renewal."""
    from datetime import timedelta

    from ledger.domain.programmes import local_date
    from ledger.services.acts import Action
    from ledger.services.certification_requests import CertificationRequest, Rejected
    from ledger.services.references import SubjectRef

    day = local_date(time.time()) - timedelta(days=31 * months_ago)
    requests = [
        CertificationRequest(SubjectRef(id=one), action=Action.CERTIFY, method="visit", occurred_on=day)
        for one in subjects
    ]
    for start in range(0, len(requests), size):
        for answer in application.certify.submit(worker, requests[start : start + size]):
            if isinstance(answer, Rejected):
                raise answer.error
    if wait:
        _wait(application)


def _wait(application: Application) -> None:
    from ledger.store import operations

    while True:
        with application.database.read() as conn:
            if operations.waiting(conn) == 0:
                return
        time.sleep(0.01)


def _pre_signed(slots: int) -> float:
    """Renewals a second that the chain alone takes."""
    from ledger.chain.bindings.calls import SignedCertifications, record_certifications
    from ledger.chain.blocks import head
    from ledger.chain.gas import gas_for_batches
    from ledger.chain.transactions import sign_transaction
    from ledger.chain.views import Views
    from ledger.cli.bench.city import COMMUNITY, temporary_city
    from ledger.cli.bench.recorder import Recorder, tags
    from ledger.domain import next_words
    from ledger.domain.codes import Method, Scheme
    from ledger.domain.events import Contract
    from ledger.encoding import eip712, entries
    from ledger.encoding.hashing import keccak256
    from ledger.encoding.types import OrganisationId, RecordHash, Timestamp, Word
    from ledger.keys.vault import RELAYER, organisation_key

    begin = int(time.time()) - 86_400
    end = Timestamp(begin + 200 * 86_400)

    def renewed(old: int) -> Word:
        return next_words.senior(
            old,
            method=Method.VISIT,
            valid_from=Timestamp(begin),
            valid_until=end,
            organisation=OrganisationId(COMMUNITY),
        )

    with temporary_city() as city:
        recorder = Recorder(city.engine, city.vault, city.deployment)
        everyone = tags("slot", slots)
        parts = [everyone[start : start + _API_BATCH] for start in range(0, slots, _API_BATCH)]
        for part in parts:
            recorder.record(COMMUNITY, part, renewed)
        words = {tag: recorder.certifications[1, tag] for tag in everyone}
        rpc, address = city.engine.rpc, city.deployment.addresses[Contract.CERTIFICATIONS]
        relayer = city.vault.address(RELAYER)
        nonce = int(rpc.call("eth_getTransactionCount", relayer, "latest"), 16)
        raws: list[str] = []
        for _ in range(_ROUNDS):
            for part in parts:
                words |= {tag: renewed(words[tag]) for tag in part}
                packed = entries.pack(
                    [
                        (tag, Word(words[tag]), RecordHash(keccak256(tag + bytes([len(raws) % 256]))))
                        for tag in part
                    ]
                )
                deadline = int(time.time()) + 86_400
                domain = city.deployment.domains[Contract.CERTIFICATIONS]
                digest = eip712.certification_batch_digest(domain, 1, Scheme.SENIOR, deadline, packed)
                signature = city.vault.sign_digest(organisation_key(COMMUNITY), digest)
                data = record_certifications(
                    [SignedCertifications(1, Scheme.SENIOR, deadline, packed, signature)]
                )
                signed = sign_transaction(
                    city.vault,
                    RELAYER,
                    chain_id=city.deployment.chain_id,
                    nonce=nonce + len(raws),
                    to=address,
                    data=data,
                    gas=gas_for_batches(data, [len(part)]),
                )
                raws.append("0x" + signed.raw.hex())
        started = time.monotonic()
        for start in range(0, len(raws), _BLOCK_BATCHES):
            rpc.batch([("eth_sendRawTransaction", [raw]) for raw in raws[start : start + _BLOCK_BATCHES]])
            city.engine.seal()
        took = time.monotonic() - started
        views = Views(rpc, city.deployment.addresses, head(rpc).hash)
        recorded = views.heads()[Contract.CERTIFICATIONS].count
        if recorded != len(parts) + len(raws):  # a refused batch costs little and would look quick
            raise CannotKnow("bench.not_recorded", got=recorded, expected=len(parts) + len(raws))
        return slots * _ROUNDS / took
