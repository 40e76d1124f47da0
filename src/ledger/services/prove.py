"""Proofs of what the ledger holds for one tag, which their holder can check without us."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from ledger.chain import blocks
from ledger.chain.deployment import Deployment
from ledger.chain.engine import Engine
from ledger.chain.headers import Header
from ledger.chain.proofs import AccountProof, prove
from ledger.domain.events import Contract
from ledger.domain.proofs.format import (
    FORMAT,
    VERSION,
    Binding,
    CertificationBatch,
    ConsentBatch,
    EmbeddedChain,
    Head,
    Proof,
)
from ledger.domain.tags import Kind, Opening, certification_slot
from ledger.encoding import addresses
from ledger.encoding.types import Address
from ledger.encoding.words import certification
from ledger.errors import CannotKnow
from ledger.keys.vault import OPERATOR
from ledger.services.context import Context
from ledger.services.together import Together
from ledger.store import index, signed_batches
from ledger.store.signed_batches import SignedBatch

_PATIENCE, _PAUSE = 5.0, 0.02
"""Seconds for the index to come to the chain's head, and between two looks."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A proof that is asked for: of which tag, and who (an organisation's id) asks under which handle."""

    opening: Opening = field(repr=False)
    organisation: int
    handle: str


@dataclass(frozen=True, slots=True)
class _Found:
    """Where the proof's slots are, and the batch that wrote the word, if there is one."""

    contract: Address
    slot: bytes
    signer_slot: bytes | None
    batch: SignedBatch | None


@dataclass(frozen=True, slots=True)
class _Stand:
    """A block (its hash, 32 bytes) that was the chain's last at `time`, unix seconds."""

    hash: bytes
    time: int


class Prove:
    """Makes proofs. Not a use case of its own: those that use it check rights and log the release."""

    def __init__(self, context: Context, engine: Engine, deployment: Deployment) -> None:
        self._context = context
        self._engine = engine
        self._pinned = deployment.pinned
        self._together = Together(self._prove)

    def prove(self, wanted: Wanted) -> Proof:
        """A proof at the block where the index stands. Proofs that wait share one question to the node.

        Raises CannotKnow `proof_kind_missing`, `proof_not_final`, `proof_batch_missing`; NodeUnreachable;
        RpcError.
        """
        (proof,) = self.prove_all([wanted])
        if isinstance(proof, CannotKnow):
            raise proof
        return proof

    def prove_all(self, wanted: Sequence[Wanted]) -> list[Proof | CannotKnow]:
        """Several at one block; in the place of one that can't be made its CannotKnow. Raises as `prove`."""
        if not wanted:
            return []
        if self._pinned.engine != "embedded":
            raise CannotKnow("proof_kind_missing")
        return self._together.ask_all(wanted)

    def _prove(self, group: Sequence[Wanted]) -> list[Proof | CannotKnow]:
        stand, found = self._read(group)
        slots: dict[Address, list[bytes]] = {}
        members = self._pinned.contracts[Contract.MEMBERS].address
        for one in found:
            if isinstance(one, CannotKnow):
                continue
            slots.setdefault(one.contract, []).append(one.slot)
            if one.signer_slot is not None:
                slots.setdefault(members, []).append(one.signer_slot)
        header, accounts = prove(self._engine.rpc, stand.hash, slots)
        head = self._head(header, stand.time)
        return [
            one if isinstance(one, CannotKnow) else self._proof(wanted, one, head, header.encoded, accounts)
            for wanted, one in zip(group, found, strict=True)
        ]

    def _read(self, group: Sequence[Wanted]) -> tuple[_Stand, list[_Found | CannotKnow]]:
        """What the index holds at a block that is final and the chain's last, as the head will state."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            with self._context.database.read() as conn:
                at = index.as_of(conn)
                found = [self._find(conn, wanted) for wanted in group]
            now = self._context.now()
            if at is not None and at.block <= at.final and at.block == self._last_block():
                return _Stand(at.hash, now), found
            if time.monotonic() > deadline:
                raise CannotKnow("proof_not_final")
            time.sleep(_PAUSE)

    def _last_block(self) -> int:
        return blocks.head(self._engine.rpc).number

    def _find(self, conn: Connection, wanted: Wanted) -> _Found | CannotKnow:
        opening = wanted.opening
        if opening.kind is Kind.CONSENT:
            contract, programme, key = Contract.CONSENTS, index.CONSENTS, bytes(opening.tag)
        else:
            (programme,) = opening.parts
            contract, key = Contract.CERTIFICATIONS, certification_slot(programme, opening.tag)
        pinned = self._pinned.contracts[contract]
        slot = pinned.storage_key("_slots", key)
        word = index.word(conn, programme, opening.tag)
        if word == 0:
            return _Found(pinned.address, slot, None, None)
        # The revision lies alike in both kinds of word.
        batch = signed_batches.of_revision(conn, programme, opening.tag, certification.revision(word))
        if batch is None:
            return CannotKnow("proof_batch_missing")
        padded = addresses.to_bytes(Address(batch.signer)).rjust(32, b"\0")
        members = self._pinned.contracts[Contract.MEMBERS]
        return _Found(pinned.address, slot, members.storage_key("_signers", padded), batch)

    def _head(self, header: Header, now: int) -> Head:
        stated = max(now, header.time)  # whole seconds: the block may have been made within this one
        digest = self._pinned.statements.head(number=header.number, block_hash=header.hash, time=stated)
        signature = self._context.vault.sign_digest(OPERATOR, digest)
        return Head(number=header.number, hash=header.hash, time=stated, signature=signature)

    def _proof(
        self,
        wanted: Wanted,
        found: _Found,
        head: Head,
        header: bytes,
        accounts: dict[Address, AccountProof],
    ) -> Proof:
        account = accounts[found.contract]
        nodes = [*account.account, *account.slots[found.slot]]
        if found.signer_slot is not None:
            members = accounts[self._pinned.contracts[Contract.MEMBERS].address]
            nodes += [*members.account, *members.slots[found.signer_slot]]
        return Proof(
            format=FORMAT,
            version=VERSION,
            chain=EmbeddedChain(
                kind="embedded",
                id=self._pinned.chain_id,
                deployment=self._pinned.deployment_id,
                head=head,
                header=header,
                nodes=list(dict.fromkeys(nodes)),
            ),
            binding=self._binding(wanted),
            opening_key=wanted.opening.opening_key,
            batch=_batch(wanted.opening.kind, found.batch),
        )

    def _binding(self, wanted: Wanted) -> Binding:
        opening = wanted.opening
        digest = self._pinned.statements.binding(
            organisation=wanted.organisation,
            handle=wanted.handle,
            kind=opening.kind,
            parts=opening.parts,
            tag=opening.tag,
        )
        return Binding(
            organisation=wanted.organisation,
            handle=wanted.handle,
            kind=opening.kind,
            parts=list(opening.parts),
            tag=opening.tag,
            signature=self._context.vault.sign_digest(OPERATOR, digest),
        )


def _batch(kind: Kind, batch: SignedBatch | None) -> ConsentBatch | CertificationBatch | None:
    if batch is None:
        return None
    if kind is Kind.CONSENT:
        return ConsentBatch(
            deadline=batch.deadline,
            reviewed=batch.reviewed,
            entries=batch.entries,
            signature=batch.signature,
        )
    return CertificationBatch(
        scheme=batch.scheme, deadline=batch.deadline, entries=batch.entries, signature=batch.signature
    )
