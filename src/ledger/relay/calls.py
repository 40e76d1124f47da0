"""Signed batches as call data, and how many of them one transaction can carry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.chain.bindings import calls
from ledger.chain.gas import gas_for_batches
from ledger.domain.events import Contract
from ledger.encoding.entries import ENTRY_SIZE
from ledger.store.outbox import Batch

TRANSACTION_BYTES = 120_000
"""go-ethereum's pool takes transactions of at most 131,072 bytes, and others follow it."""
TRANSACTION_GAS = 1 << 24
"""EIP-7825: no chain that has taken it up lets a transaction have more."""
_BATCH_OVERHEAD = 512  # ABI words around a batch's entries and signatures


def contract_of(batch: Batch) -> Contract:
    """The contract that records the batch."""
    return Contract.CONSENTS if batch.kind == "consent" else Contract.CERTIFICATIONS


def one(batch: Batch) -> bytes:
    """`record`: reverts with the contract's reason. For simulations."""
    if batch.kind == "consent":
        return calls.record_consent_batch(_consents(batch))
    return calls.record_certification_batch(_certifications(batch))


def many(batches: Sequence[Batch]) -> bytes:
    """`recordMany` of batches of one contract: each is recorded or refused by itself."""
    if batches[0].kind == "consent":
        return calls.record_consents([_consents(batch) for batch in batches])
    return calls.record_certifications([_certifications(batch) for batch in batches])


def gas(batches: Sequence[Batch], data: bytes) -> int:
    """What the transaction is given: always enough."""
    return gas_for_batches(data, (len(batch.entries) // ENTRY_SIZE for batch in batches))


def loads(batches: Sequence[Batch]) -> Iterator[list[Batch]]:
    """Batches of one contract each, in their order: as many as a transaction can carry, and at least one."""
    load: list[Batch] = []
    for batch in batches:
        if load and not _fits([*load, batch]):
            yield load
            load = []
        load.append(batch)
    if load:
        yield load


def _fits(load: Sequence[Batch]) -> bool:
    size = sum(len(batch.entries) + _BATCH_OVERHEAD for batch in load)
    return (
        contract_of(load[-1]) == contract_of(load[0])
        and size <= TRANSACTION_BYTES
        and gas(load, bytes(size)) <= TRANSACTION_GAS
    )


def _certifications(batch: Batch) -> calls.SignedCertifications:
    return calls.SignedCertifications(
        programme=batch.programme,
        scheme=batch.scheme,
        deadline=batch.deadline,
        entries=batch.entries,
        signature=batch.signature or b"",
    )


def _consents(batch: Batch) -> calls.SignedConsents:
    return calls.SignedConsents(
        deadline=batch.deadline,
        reviewed=batch.reviewer_id is not None,
        entries=batch.entries,
        signature=batch.signature or b"",
        review=batch.review or b"",
    )
