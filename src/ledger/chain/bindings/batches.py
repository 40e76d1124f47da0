"""The two events of signed batches, decoded by hand: of a large ledger's logs nearly all are of these two.

Through eth-abi one takes about 40 µs, as much as recovering its signature; this takes 3. Whatever is not
encoded exactly as Solidity does is left to the general decoder, which judges it.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.domain.events import CertificationsRecorded, ConsentsRecorded, Contract, LogPosition
from ledger.encoding import addresses
from ledger.encoding.types import OrganisationId, ProgrammeId

_WORD = 32


def certifications(
    contract: Contract, topics: Sequence[bytes], data: bytes, position: LogPosition
) -> CertificationsRecorded | None:
    """The event of a log; None if it isn't encoded as Solidity does."""
    head, dynamic = _split(data, heads=5, offsets=(3, 4))
    indexed = _indexed(topics)
    programme, scheme, deadline = head[:3]
    if dynamic is None or indexed is None or programme >> 16 or scheme >> 8 or deadline >> 40:
        return None
    number, signer, organisation = indexed
    return CertificationsRecorded(
        position,
        contract,
        number,
        addresses.from_bytes(signer),
        OrganisationId(organisation),
        ProgrammeId(programme),
        scheme,
        deadline,
        *dynamic,
    )


def consents(
    contract: Contract, topics: Sequence[bytes], data: bytes, position: LogPosition
) -> ConsentsRecorded | None:
    """The event of a log; None if it isn't encoded as Solidity does."""
    head, dynamic = _split(data, heads=5, offsets=(2, 3, 4))
    indexed = _indexed(topics)
    deadline, reviewed = head[:2]
    if dynamic is None or indexed is None or deadline >> 40 or reviewed >> 1:
        return None
    number, signer, organisation = indexed
    return ConsentsRecorded(
        position,
        contract,
        number,
        addresses.from_bytes(signer),
        OrganisationId(organisation),
        deadline,
        bool(reviewed),
        *dynamic,
    )


def _indexed(topics: Sequence[bytes]) -> tuple[int, bytes, int] | None:
    """Number, signer's 20 bytes, organisation; None if the topics aren't these."""
    if len(topics) != 4 or any(topics[1][:24]) or any(topics[2][:12]) or any(topics[3][:29]):
        return None
    return int.from_bytes(topics[1], "big"), topics[2][12:], int.from_bytes(topics[3], "big")


def _split(
    data: bytes, *, heads: int, offsets: tuple[int, ...]
) -> tuple[list[int], tuple[bytes, ...] | None]:
    """The head's words as numbers, and the byte strings that follow it one after another, zero-padded."""
    head = [int.from_bytes(data[at : at + _WORD], "big") for at in range(0, heads * _WORD, _WORD)]
    at = heads * _WORD
    found = []
    for place in offsets:
        start = at + _WORD
        size = int.from_bytes(data[at:start], "big")
        end = start + size
        at = start + (size + _WORD - 1) // _WORD * _WORD
        if head[place] != start - _WORD or at > len(data) or any(data[end:at]):
            return head, None
        found.append(data[start:end])
    return head, tuple(found) if at == len(data) else None
