"""What is asked of the contracts, as a call and as the event it would make, and what Python says of it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from ledger.chain.abi import function
from ledger.chain.bindings.calls import SignedCertifications, SignedConsents
from ledger.domain import reducer
from ledger.domain.events import (
    BasisAdded,
    CertificationsRecorded,
    ConsentsRecorded,
    Contract,
    CountedEvent,
    LogPosition,
    Sealed,
)
from ledger.domain.rules import Refusal
from ledger.domain.rules.registers import ZERO_ADDRESS
from ledger.domain.state import LedgerState
from ledger.encoding.types import Address, BlockNumber, Digest, Timestamp
from ledger.errors import Refused
from ledger.keys import signatures

HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


@dataclass(frozen=True)
class Attempt:
    """`event` is what would be logged, but for what the contract fills in.

    `recovered` is whose signature the event does not name. `fault` is what is wrong with a signature as such:
    then its signer stands as the zero address.
    """

    event: CountedEvent
    call: bytes
    recovered: Address | None = None
    fault: Refusal | None = None
    sender: Address | None = None
    """Who has to send it; None if it does not matter."""

    @property
    def contract(self) -> Contract:
        return self.event.contract

    def as_batch(self) -> SignedCertifications | SignedConsents:
        """The batch among others in `recordMany`."""
        e = self.event
        if isinstance(e, CertificationsRecorded):
            return SignedCertifications(e.programme, e.scheme, e.deadline, e.entries, e.signature)
        assert isinstance(e, ConsentsRecorded)
        return SignedConsents(e.deadline, e.reviewed, e.entries, e.signature, e.review)


def position(time: int) -> LogPosition:
    """Of a log that is not there yet."""
    return LogPosition(BlockNumber(0), bytes(32), Timestamp(time), 0, bytes(32))


def call(contract: Contract, name: str, *arguments: Any) -> bytes:
    return function(contract, name).call(*arguments)


@dataclass(frozen=True)
class Judgement:
    """What Python says: the log with all that the contract fills in, the state after it, why it is refused.

    Of what is refused, the state means nothing.
    """

    attempt: Attempt
    before: LedgerState
    event: CountedEvent
    after: LedgerState
    refusal: Refusal | None


def judge(state: LedgerState, attempt: Attempt, time: int) -> Judgement:
    """What Python says of an attempt onto `state` in a block of this time."""
    after = copy(state)
    event = _filled_in(state, attempt.event, time)
    violations = reducer.apply(after, event, recovered=attempt.recovered)
    if not violations:
        assert attempt.fault is None, f"the reducer takes a batch whose signature is refused: {attempt.fault}"
        return Judgement(attempt, state, event, after, None)
    first = violations[0].refusal
    refusal = attempt.fault if first == Refusal("SignerUnknown", (ZERO_ADDRESS,)) else first
    return Judgement(attempt, state, event, after, refusal)


def _filled_in(state: LedgerState, event: CountedEvent, time: int) -> CountedEvent:
    journal = state.journals[event.contract]
    event = replace(event, position=position(time), number=journal.count + 1)
    match event:
        case BasisAdded():
            return replace(event, basis=len(state.bases) + 1)
        case Sealed():
            return replace(event, head=journal.head)
    return event


def recover(digest: Digest, signature: bytes) -> tuple[Address, Refusal | None]:
    """The signer, or the zero address and what OpenZeppelin's ECDSA says of the signature."""
    try:
        return signatures.recover(digest, signature), None
    except Refused:
        if len(signature) != signatures.SIGNATURE_SIZE:
            return ZERO_ADDRESS, Refusal("ECDSAInvalidSignatureLength", (len(signature),))
        if int.from_bytes(signature[32:64], "big") > HALF_ORDER:
            return ZERO_ADDRESS, Refusal("ECDSAInvalidSignatureS", (signature[32:64],))
        return ZERO_ADDRESS, Refusal("ECDSAInvalidSignature")


def copy(state: LedgerState) -> LedgerState:
    """A state that changes by itself, but for what its rules remember to have accepted."""
    copied = {
        field.name: dict(value) if isinstance(value := getattr(state, field.name), dict) else value
        for field in fields(LedgerState)
    }
    copied["journals"] = {name: replace(journal) for name, journal in state.journals.items()}
    copied["certifications"] = {programme: dict(words) for programme, words in state.certifications.items()}
    copied["accepted"] = state.accepted
    return LedgerState(**copied)


def differences(one: LedgerState, other: LedgerState) -> list[str]:
    """The names of the fields in which two states differ."""
    return [
        field.name
        for field in fields(LedgerState)
        if field.name != "accepted" and getattr(one, field.name) != getattr(other, field.name)
    ]
