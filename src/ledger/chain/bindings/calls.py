"""Call data of the transactions that record signed batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.chain.abi import function
from ledger.domain.events import Contract


@dataclass(frozen=True, slots=True)
class SignedCertifications:
    """A signed CertificationBatch. `deadline` in unix seconds, `entries` packed."""

    programme: int
    scheme: int
    deadline: int
    entries: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignedConsents:
    """A signed ConsentBatch; `review` is the reviewer's signature if `reviewed`, else empty."""

    deadline: int
    reviewed: bool
    entries: bytes
    signature: bytes
    review: bytes


def record_certifications(batches: Sequence[SignedCertifications]) -> bytes:
    """`Certifications.recordMany`: each batch is recorded or refused by itself."""
    return function(Contract.CERTIFICATIONS, "recordMany").call(
        [(b.programme, b.scheme, b.deadline, b.entries, b.signature) for b in batches]
    )


def record_consents(batches: Sequence[SignedConsents]) -> bytes:
    """`Consents.recordMany`: each batch is recorded or refused by itself."""
    return function(Contract.CONSENTS, "recordMany").call(
        [(b.deadline, b.reviewed, b.entries, b.signature, b.review) for b in batches]
    )


def record_certification_batch(batch: SignedCertifications) -> bytes:
    """`Certifications.record`: one batch, which reverts with its reason. For simulations."""
    return function(Contract.CERTIFICATIONS, "record").call(
        batch.programme, batch.scheme, batch.deadline, batch.entries, batch.signature
    )


def record_consent_batch(batch: SignedConsents) -> bytes:
    """`Consents.record`: one batch, which reverts with its reason. For simulations."""
    return function(Contract.CONSENTS, "record").call(
        batch.deadline, batch.reviewed, batch.entries, batch.signature, batch.review
    )


def anchor(
    *, organisation: int, stream: int, size: int, root: bytes, deadline: int, signature: bytes
) -> bytes:
    """`Anchors.anchor`: a signed TreeHead."""
    return function(Contract.ANCHORS, "anchor").call(organisation, stream, size, root, deadline, signature)
