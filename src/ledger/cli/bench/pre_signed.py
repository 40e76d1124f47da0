"""What the embedded chain takes of renewals that were signed before: the limit of every write."""

from __future__ import annotations

import time
from dataclasses import dataclass

from ledger.chain.bindings.calls import SignedCertifications, record_certifications
from ledger.chain.blocks import head
from ledger.chain.gas import gas_for_batches
from ledger.chain.transactions import sign_transaction
from ledger.chain.views import Views
from ledger.cli.bench.city import COMMUNITY, City, temporary_city
from ledger.cli.bench.recorder import Recorder, tags
from ledger.domain import next_words
from ledger.domain.codes import Method, Scheme
from ledger.domain.events import Contract
from ledger.encoding import eip712, entries
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import OrganisationId, RecordHash, Tag, Timestamp, Word
from ledger.errors import CannotKnow
from ledger.keys.vault import RELAYER, organisation_key

BATCH = 400
BLOCK_BATCHES = 20
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class _Renewal:
    valid_from: Timestamp
    valid_until: Timestamp

    def __call__(self, old: int) -> Word:
        return next_words.senior(
            old,
            method=Method.VISIT,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            organisation=OrganisationId(COMMUNITY),
        )


def pre_signed_per_s(slots: int, renewals: int) -> float:
    """Renewals a second on a chain of so many slots, in batches of 400, twenty to a block."""
    begin = int(time.time()) - _DAY
    renewed = _Renewal(Timestamp(begin), Timestamp(begin + 200 * _DAY))
    with temporary_city() as city:
        recorder = Recorder(city.engine, city.vault, city.deployment)
        everyone = tags("slot", slots)
        for start in range(0, slots, BATCH * BLOCK_BATCHES):
            part = everyone[start : start + BATCH * BLOCK_BATCHES]
            recorder.record(COMMUNITY, part, renewed, batch_size=BATCH)
        before = _recorded(city)
        raws = _signed(city, recorder, everyone, renewals, renewed)
        rpc = city.engine.rpc
        started = time.monotonic()
        for start in range(0, len(raws), BLOCK_BATCHES):
            rpc.batch([("eth_sendRawTransaction", [raw]) for raw in raws[start : start + BLOCK_BATCHES]])
            city.engine.seal()
        took = time.monotonic() - started
        recorded = _recorded(city) - before
        if recorded != len(raws):  # a refused batch costs little and would look quick
            raise CannotKnow("bench.not_recorded", got=recorded, expected=len(raws))
        return renewals / took


def _signed(
    city: City, recorder: Recorder, everyone: list[Tag], renewals: int, renewed: _Renewal
) -> list[str]:
    """Transactions of one batch each, going round the slots as often as it takes."""
    relayer = city.vault.address(RELAYER)
    nonce = int(city.engine.rpc.call("eth_getTransactionCount", relayer, "latest"), 16)
    domain = city.deployment.domains[Contract.CERTIFICATIONS]
    words = {tag: recorder.certifications[1, tag] for tag in everyone}
    raws: list[str] = []
    for start in range(0, renewals, BATCH):
        part = [everyone[place % len(everyone)] for place in range(start, min(start + BATCH, renewals))]
        words |= {tag: renewed(words[tag]) for tag in part}
        packed = entries.pack(
            [(tag, Word(words[tag]), RecordHash(keccak256(tag + start.to_bytes(8)))) for tag in part]
        )
        deadline = int(time.time()) + _DAY
        digest = eip712.certification_batch_digest(domain, 1, Scheme.SENIOR, deadline, packed)
        signature = city.vault.sign_digest(organisation_key(COMMUNITY), digest)
        data = record_certifications([SignedCertifications(1, Scheme.SENIOR, deadline, packed, signature)])
        signed = sign_transaction(
            city.vault,
            RELAYER,
            chain_id=city.deployment.chain_id,
            nonce=nonce + len(raws),
            to=city.deployment.addresses[Contract.CERTIFICATIONS],
            data=data,
            gas=gas_for_batches(data, [len(part)]),
        )
        raws.append("0x" + signed.raw.hex())
    return raws


def _recorded(city: City) -> int:
    """Batches recorded so far."""
    rpc = city.engine.rpc
    views = Views(rpc, city.deployment.addresses, head(rpc).hash)
    return int(views.heads()[Contract.CERTIFICATIONS].count)
