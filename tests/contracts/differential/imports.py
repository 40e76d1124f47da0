"""Words that a successor imports, in states that records alone do not reach, and their Merkle proofs."""

from __future__ import annotations

from dataclasses import dataclass

from eth_abi.abi import encode

from ledger.domain.codes import Authorisation, ConsentStatus, Death, Grantor, Method, Scheme, Status
from ledger.domain.tags import certification_slot
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Tag, Word
from ledger.encoding.words import certification, consent

LAST_REVISION = (1 << 32) - 1
PROGRAMMES = (1, 2)


def tag(number: int) -> Tag:
    """The tag of an imported word."""
    return Tag(keccak256(b"imported" + bytes((number,))))


def _certification(**fields: int) -> Word:
    common = {
        "status": Status.ACTIVE,
        "scheme": Scheme.SENIOR,
        "method": Method.LEGACY,
        "authorisation": Authorisation.NOTIFIED,
        "revision": 7,
        "valid_from": 1_740_000_000,
        "valid_until": 1_760_000_000,
        "recorded_at": 1_740_000_001,
        "organisation": 4,
        "authoriser": 4,
    }
    return certification.pack(**(common | fields))  # type: ignore[arg-type]


CERTIFICATIONS = (
    *[_certification()] * 8,
    *[_certification(senior_seen=1, organisation=12)] * 3,  # world.TEAM, far down
    _certification(senior_seen=1, death_reporter=10),  # of no death
    _certification(senior_seen=1, seamless_run=31),
    _certification(senior_seen=1, seamless_run=30),
    _certification(senior_seen=1, revision=LAST_REVISION),
    _certification(senior_seen=1, death=Death.REPORTED, death_reporter=10),
    _certification(senior_seen=1, death=3, death_reporter=99_999),
    _certification(senior_seen=1, status=9),
    _certification(senior_seen=1, organisation=77_777),
    _certification(senior_seen=1, version=0),
    _certification(senior_seen=1, version=2, scheme=200, method=200),
    *(_certification(senior_seen=1) | 1 << reserved for reserved in (34, 63, 252, 255)),
)
"""Each is imported in both PROGRAMMES, under the tag of its place here."""

CONSENTS = (
    consent.pack(
        status=ConsentStatus.GIVEN, grantor=Grantor.GUARDIAN, revision=LAST_REVISION, organisation=4
    ),
    consent.pack(status=9, grantor=15, self_decided=1, revision=3, organisation=77_777),
    consent.pack(
        status=ConsentStatus.GIVEN, grantor=Grantor.SELF, self_decided=1, revision=3, organisation=4
    ),
    consent.pack(status=ConsentStatus.REFUSED, grantor=0, revision=3, organisation=4, version=0),
    *(
        consent.pack(status=ConsentStatus.GIVEN, grantor=1, revision=3) | 1 << bit
        for bit in (13, 63, 212, 255)
    ),
)


@dataclass(frozen=True)
class Tree:
    """A Merkle tree (OpenZeppelin's sorted pairs): two halves of the words, and beside them a zero."""

    words: tuple[tuple[bytes, int], ...]

    @property
    def _parts(self) -> tuple[tuple[tuple[bytes, int], ...], ...]:
        return self.words[::2], self.words[1::2], ((b"zero".ljust(32), 0),)

    @property
    def root(self) -> bytes:
        one, other, zero = map(_fold, self._parts)
        return _pair(_pair(one, other), zero)

    def part(self, number: int) -> tuple[list[bytes], list[int], list[bytes], list[bool]]:
        """The arguments of `importWords` that bring in a half (0, 1), the zero (2) or nothing (3).

        The last two are refused.
        """
        if number == 3:
            return [], [], [self.root], []
        part = self._parts[number]
        one, other, zero = map(_fold, self._parts)
        proof = ([other, zero], [one, zero], [_pair(one, other)])[number]
        keys, words = [key for key, _ in part], [word for _, word in part]
        return keys, words, proof, [True] * (len(part) - 1) + [False] * len(proof)


def certifications() -> Tree:
    """Every certification by its storage key."""
    return Tree(
        tuple(
            (certification_slot(programme, tag(number)), word)
            for number, word in enumerate(CERTIFICATIONS)
            for programme in PROGRAMMES
        )
    )


def consents() -> Tree:
    """Every consent by its tag, which is its storage key."""
    return Tree(tuple((bytes(tag(number)), word) for number, word in enumerate(CONSENTS)))


def _fold(half: tuple[tuple[bytes, int], ...]) -> bytes:
    """As MerkleProof.processMultiProof takes leaves pair by pair, and the pairs after them."""
    waiting = [keccak256(keccak256(encode(("bytes32", "uint256"), entry))) for entry in half]
    while len(waiting) > 1:
        waiting = [*waiting[2:], _pair(waiting[0], waiting[1])]
    return waiting[0]


def _pair(a: bytes, b: bytes) -> bytes:
    return keccak256(min(a, b) + max(a, b))
