"""Records straight on a chain, without a service: signed batches, one transaction each."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from ledger.chain.bindings.calls import (
    SignedCertifications,
    SignedConsents,
    record_certification_batch,
    record_certifications,
    record_consent_batch,
    record_consents,
)
from ledger.chain.bindings.errors import decode_error
from ledger.chain.blocks import Receipt, block_of_hash, receipts
from ledger.chain.deployment import Deployment
from ledger.chain.engine import Engine
from ledger.chain.gas import gas_for_batches
from ledger.chain.logs import events_of_block
from ledger.chain.transactions import SignedTransaction, sign_transaction
from ledger.domain.codes import Scheme
from ledger.domain.events import BatchRefused, Contract
from ledger.domain.recording import RECORDED_AT_SHIFT
from ledger.encoding import eip712, entries
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Address, RecordHash, Tag, Word
from ledger.errors import CannotKnow, Refused
from ledger.keys.vault import RELAYER, Vault, organisation_key

Change = Callable[[int], Word]
"""What follows a word as stored, 0 if there is none. See `ledger.domain.next_words`."""

_DEADLINE = 86_400


@dataclass
class Recorder:
    """Signs with the organisations' keys of `vault`, sends with the relayer's, and remembers the words.

    By `recordMany`, as the service does, or `plainly` by `record`, for a transaction with one batch.
    """

    engine: Engine
    vault: Vault
    deployment: Deployment
    plainly: bool = False
    certifications: dict[tuple[int, Tag], int] = field(default_factory=dict)
    consents: dict[Tag, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        relayer = self.vault.address(RELAYER)
        self._nonces = count(int(self.engine.rpc.call("eth_getTransactionCount", relayer, "latest"), 16))

    def record(
        self,
        organisation: int,
        tags: Sequence[Tag],
        change: Change,
        *,
        programme: int = 1,
        scheme: Scheme = Scheme.SENIOR,
        batch_size: int | None = None,
    ) -> Receipt:
        """Makes the same change of a certification for every tag, in one transaction.

        One batch holds them all, or `batch_size` of them. Raises Refused `contract_refused`.
        """
        words = {tag: change(self.certifications.get((programme, tag), 0)) for tag in tags}
        sizes = [len(part) for part in _parts(tags, batch_size)]
        batches = [
            self.sign_certifications(
                organisation, {tag: words[tag] for tag in part}, programme=programme, scheme=scheme
            )
            for part in _parts(tags, batch_size)
        ]
        data = record_certification_batch(batches[0]) if self.plainly else record_certifications(batches)
        receipt, stamp = self._send(Contract.CERTIFICATIONS, data, sizes)
        self.certifications |= {(programme, tag): word | stamp for tag, word in words.items()}
        return receipt

    def sign_certifications(
        self,
        organisation: int,
        words: dict[Tag, Word],
        *,
        programme: int = 1,
        scheme: Scheme = Scheme.SENIOR,
    ) -> SignedCertifications:
        """A batch that would write these words."""
        deadline = int(time.time()) + _DEADLINE
        packed = entries.pack(entries_of(words))
        digest = eip712.certification_batch_digest(
            self.deployment.domains[Contract.CERTIFICATIONS], programme, scheme, deadline, packed
        )
        signature = self.vault.sign_digest(organisation_key(organisation), digest)
        return SignedCertifications(programme, scheme, deadline, packed, signature)

    def record_consents(
        self, organisation: int, tags: Sequence[Tag], change: Change, *, reviewer: int | None = None
    ) -> Receipt:
        """Makes the same change of a consent for every tag, in one batch, which `reviewer` reviews."""
        words = {tag: change(self.consents.get(tag, 0)) for tag in tags}
        batch = self.sign_consents(organisation, words, reviewer=reviewer)
        data = record_consent_batch(batch) if self.plainly else record_consents([batch])
        receipt, stamp = self._send(Contract.CONSENTS, data, [len(tags)])
        self.consents |= {tag: word | stamp for tag, word in words.items()}
        return receipt

    def sign_consents(
        self, organisation: int, words: dict[Tag, Word], *, reviewer: int | None = None
    ) -> SignedConsents:
        """A batch that would write these words."""
        deadline = int(time.time()) + _DEADLINE
        packed = entries.pack(entries_of(words))
        domain = self.deployment.domains[Contract.CONSENTS]
        digest = eip712.consent_batch_digest(domain, deadline, reviewer is not None, packed)
        signature = self.vault.sign_digest(organisation_key(organisation), digest)
        review = b""
        if reviewer is not None:
            review_digest = eip712.incapacity_review_digest(domain, digest)
            review = self.vault.sign_digest(organisation_key(reviewer), review_digest)
        return SignedConsents(deadline, reviewer is not None, packed, signature, review)

    def send_block(self, contract: Contract, calls: Sequence[tuple[bytes, Sequence[int]]]) -> None:
        """Sends a transaction for each call with its batches' sizes, all into one block; what was recorded
        is not remembered. Raises Refused `transaction_reverted`.
        """
        signed = [self._transaction(contract, data, sizes) for data, sizes in calls]
        rpc = self.engine.rpc
        for one in signed:
            rpc.call("eth_sendRawTransaction", "0x" + one.raw.hex())
        self.engine.seal()
        for one, receipt in zip(signed, receipts(rpc, [one.hash for one in signed]), strict=True):
            if receipt is None or not receipt.succeeded:
                raise Refused("transaction_reverted", transaction="0x" + one.hash.hex())

    def _transaction(self, contract: Contract, data: bytes, sizes: Sequence[int]) -> SignedTransaction:
        return sign_transaction(
            self.vault,
            RELAYER,
            chain_id=self.deployment.chain_id,
            nonce=next(self._nonces),
            to=Address(self.deployment.contracts[contract].address),
            data=data,
            gas=gas_for_batches(data, sizes),
        )

    def _send(self, contract: Contract, data: bytes, sizes: Sequence[int]) -> tuple[Receipt, int]:
        """The receipt, and the block's time as words hold it. Raises Refused `contract_refused`."""
        signed = self._transaction(contract, data, sizes)
        rpc = self.engine.rpc
        rpc.call("eth_sendRawTransaction", "0x" + signed.raw.hex())
        self.engine.seal()
        (receipt,) = receipts(rpc, [signed.hash])
        block = block_of_hash(rpc, receipt.block_hash) if receipt else None
        if receipt is None or block is None:
            raise CannotKnow("transaction_not_included", transaction="0x" + signed.hash.hex())
        if not receipt.succeeded:
            raise Refused("transaction_reverted", transaction="0x" + signed.hash.hex())
        for event in events_of_block(rpc, self.deployment.addresses, block):
            if event.position.transaction_hash == signed.hash and isinstance(event, BatchRefused):
                raise Refused("contract_refused", error=str(decode_error(event.reason)))
        return receipt, block.time << RECORDED_AT_SHIFT


def tags(name: str, size: int) -> list[Tag]:
    """Tags like no other name's."""
    return [Tag(keccak256(f"{name} {number}".encode())) for number in range(size)]


def _parts(tags: Sequence[Tag], size: int | None) -> list[Sequence[Tag]]:
    step = size or len(tags)
    return [tags[start : start + step] for start in range(0, len(tags), step)]


def entries_of(words: Mapping[Tag, Word]) -> list[entries.Entry]:
    """The entries that a batch has with these words."""
    return [(tag, word, RecordHash(keccak256(tag))) for tag, word in words.items()]
