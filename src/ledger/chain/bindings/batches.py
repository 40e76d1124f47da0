"""The two events of signed batches, decoded by hand: of a large ledger's logs nearly all are of these two.

Through eth-abi one takes about 40 µs, as much as recovering its signature; this takes 3. Whatever is not
encoded exactly as Solidity does is left to the general decoder, which judges it.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct

from ledger.domain.events import CertificationsRecorded, ConsentsRecorded, Contract, LogPosition
from ledger.encoding import addresses
from ledger.encoding.types import OrganisationId, ProgrammeId

_WORD = 32
_HEAD = Struct(">" + 5 * "24sQ")
"""Five words, each as its first 24 bytes and a number; `_NO_MORE` are the first 24 of numbers under 2^64."""
_NO_MORE = 5 * (bytes(24),)
_ZEROS = tuple(map(bytes, range(_WORD)))


def certifications(
    contract: Contract, topics: Sequence[bytes], data: bytes, position: LogPosition
) -> CertificationsRecorded | None:
    """The event of a log; None if it isn't encoded as Solidity does."""
    indexed, split = _indexed(topics), _split(data, offsets=(3, 4))
    if indexed is None or split is None:
        return None
    (programme, scheme, deadline, _, _), dynamic = split
    if programme >> 16 or scheme >> 8 or deadline >> 40:
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
    indexed, split = _indexed(topics), _split(data, offsets=(2, 3, 4))
    if indexed is None or split is None:
        return None
    (deadline, reviewed, _, _, _), dynamic = split
    if deadline >> 40 or reviewed >> 1:
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
    if len(topics) != 4:
        return None
    _, number, signer, organisation = topics
    if not (number.startswith(_ZEROS[24]) and signer.startswith(_ZEROS[12])):
        return None
    if not organisation.startswith(_ZEROS[29]):
        return None
    return int.from_bytes(number, "big"), signer[12:], int.from_bytes(organisation, "big")


def _split(data: bytes, *, offsets: tuple[int, ...]) -> tuple[Sequence[int], tuple[bytes, ...]] | None:
    """The head's words as numbers, and the byte strings that follow it one after another, zero-padded."""
    if len(data) < _HEAD.size:
        return None
    words = _HEAD.unpack_from(data)
    if words[::2] != _NO_MORE:
        return None
    head = words[1::2]
    at = _HEAD.size
    found = []
    for place in offsets:
        start = at + _WORD
        size = int.from_bytes(data[at:start], "big")
        end = start + size
        at = start + (size + _WORD - 1) // _WORD * _WORD
        if head[place] != start - _WORD or at > len(data) or data[end:at].strip(b"\0"):
            return None
        found.append(data[start:end])
    return (head, tuple(found)) if at == len(data) else None
