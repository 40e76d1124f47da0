"""Everything that a replay adds up to, as a sequence of byte strings: the leaves of a checkpoint's tree.

A leaf is a kind (1 byte), a key and a value, all of fixed widths and big-endian, but for a statutory basis,
whose value is canonical JSON. Leaves stand in the order of their bytes: words stand by programme, then tag.
Whoever has the leaves has the whole state, and can go on from there.

| kind | key | value |
|---|---|---|
| 1 journal | number of the contract 1 | head 32, count 8, sealed 1, words awaited 8 |
| 2 governance | | owner 20, enforcer 20 |
| 3 organisation | number 4 | word 32 |
| 4 key | address 20 | word 32, batches that it signed 8 |
| 5 programme | number 2 | word 32, rules hash 32 |
| 6 statutory basis | number 4 | JSON |
| 7 tree head | organisation 4, stream 1 | size 8, recorded at 8, root 32 |
| 8 certification | programme 2, tag 32 | word 32 |
| 9 consent | tag 32 | word 32 |
| 10 imported word | storage key 32 | word 32 |
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import IntEnum
from struct import Struct

from ledger.domain.digests import Domains
from ledger.domain.events import Contract
from ledger.domain.merkle import Growing, leaf_hash
from ledger.domain.state import Basis, Journal, LedgerState, TreeHead
from ledger.encoding import addresses
from ledger.encoding.canonical import canonical_json
from ledger.encoding.types import Address, Tag, Timestamp


class Kind(IntEnum):
    """What a leaf is of."""

    JOURNAL = 1
    GOVERNANCE = 2
    ORGANISATION = 3
    KEY = 4
    PROGRAMME = 5
    BASIS = 6
    TREE_HEAD = 7
    CERTIFICATION = 8
    CONSENT = 9
    IMPORTED = 10


_CONTRACTS = tuple(Contract)
_JOURNAL = Struct(">BB32sQ?Q")
_GOVERNANCE = Struct(">B20s20s")
_ORGANISATION = Struct(">BI32s")
_KEY = Struct(">B20s32sQ")
_PROGRAMME = Struct(">BH32s32s")
_BASIS = Struct(">BI")
_TREE_HEAD = Struct(">BIBQQ32s")
_CERTIFICATION = Struct(">BH32s32s")
_WORD = Struct(">B32s32s")


def leaves(state: LedgerState, batches_of: Counter[Address]) -> Iterator[bytes]:
    """All leaves, in order."""
    for number, contract in enumerate(_CONTRACTS):
        journal = state.journals[contract]
        yield _JOURNAL.pack(
            Kind.JOURNAL, number, journal.head, journal.count, journal.sealed, journal.awaited
        )
    owner, enforcer = map(addresses.to_bytes, (state.owner, state.enforcer))
    yield _GOVERNANCE.pack(Kind.GOVERNANCE, owner, enforcer)
    for organisation in sorted(state.organisations):
        yield _ORGANISATION.pack(Kind.ORGANISATION, organisation, _bytes(state.organisations[organisation]))
    for raw, signer in sorted((addresses.to_bytes(signer), signer) for signer in state.signers):
        yield _KEY.pack(Kind.KEY, raw, _bytes(state.signers[signer]), batches_of[signer])
    for programme in sorted(state.programmes):
        word, rules_hash = state.programmes[programme], state.rules_hashes[programme]
        yield _PROGRAMME.pack(Kind.PROGRAMME, programme, _bytes(word), rules_hash)
    for number in sorted(state.bases):
        yield _BASIS.pack(Kind.BASIS, number) + canonical_json(asdict(state.bases[number]))
    for organisation, stream in sorted(state.tree_heads):
        head = state.tree_heads[organisation, stream]
        yield _TREE_HEAD.pack(Kind.TREE_HEAD, organisation, stream, head.size, head.recorded_at, head.root)
    for programme in sorted(state.certifications):
        words = state.certifications[programme]
        for tag in sorted(words):
            yield _CERTIFICATION.pack(Kind.CERTIFICATION, programme, tag, _bytes(words[tag]))
    for tag in sorted(state.consents):
        yield _WORD.pack(Kind.CONSENT, tag, _bytes(state.consents[tag]))
    for key in sorted(state.imported):
        yield _WORD.pack(Kind.IMPORTED, key, _bytes(state.imported[key]))


def root_of(all_leaves: Iterable[bytes]) -> tuple[bytes, int]:
    """The RFC 6962 root of leaves, and how many they are."""
    tree = Growing()
    for leaf in all_leaves:
        tree.add(leaf_hash(leaf))
    return tree.root, tree.size


def tag_of(leaf: bytes) -> bytes | None:
    """The tag whose word a leaf is of; None for what has no tag."""
    match leaf[0]:
        case Kind.CERTIFICATION:
            return leaf[3:35]
        case Kind.CONSENT:
            return leaf[1:33]
    return None


@dataclass(frozen=True, slots=True)
class Restored:
    """What `leaves` was given, and the root and number of the leaves."""

    state: LedgerState
    batches_of: Counter[Address]
    root: bytes
    size: int


def restore(all_leaves: Iterable[bytes], domains: Domains) -> Restored:
    """What `leaves` was given, in one pass: both would be large. Raises ValueError for anything it never
    wrote.
    """
    state = LedgerState(domains)
    batches_of: Counter[Address] = Counter()
    tree = Growing()
    for leaf in all_leaves:
        tree.add(leaf_hash(leaf))
        try:
            _take(state, batches_of, leaf)
        except Exception as error:
            raise ValueError(f"not a state's leaf: {leaf[:40].hex()}") from error
    return Restored(state, batches_of, tree.root, tree.size)


def _take(state: LedgerState, batches_of: Counter[Address], leaf: bytes) -> None:
    match Kind(leaf[0]):
        case Kind.CERTIFICATION:
            _, programme, tag, word = _CERTIFICATION.unpack(leaf)
            state.certifications.setdefault(programme, {})[Tag(tag)] = _number(word)
        case Kind.CONSENT:
            _, tag, word = _WORD.unpack(leaf)
            state.consents[Tag(tag)] = _number(word)
        case Kind.IMPORTED:
            _, key, word = _WORD.unpack(leaf)
            state.imported[key] = _number(word)
        case Kind.JOURNAL:
            _, number, head, count, sealed, awaited = _JOURNAL.unpack(leaf)
            state.journals[_CONTRACTS[number]] = Journal(head, count, sealed, awaited)
        case Kind.GOVERNANCE:
            _, owner, enforcer = _GOVERNANCE.unpack(leaf)
            state.owner, state.enforcer = addresses.from_bytes(owner), addresses.from_bytes(enforcer)
        case Kind.ORGANISATION:
            _, organisation, word = _ORGANISATION.unpack(leaf)
            state.organisations[organisation] = _number(word)
        case Kind.KEY:
            _, raw, word, batches = _KEY.unpack(leaf)
            signer = addresses.from_bytes(raw)
            state.signers[signer] = _number(word)
            if batches:
                batches_of[signer] = batches
        case Kind.PROGRAMME:
            _, programme, word, rules_hash = _PROGRAMME.unpack(leaf)
            state.programmes[programme], state.rules_hashes[programme] = _number(word), rules_hash
        case Kind.BASIS:
            _, number = _BASIS.unpack(leaf[: _BASIS.size])
            state.bases[number] = Basis(**json.loads(leaf[_BASIS.size :]))
        case Kind.TREE_HEAD:
            _, organisation, stream, size, recorded_at, root = _TREE_HEAD.unpack(leaf)
            state.tree_heads[organisation, stream] = TreeHead(size, root, Timestamp(recorded_at))


def _bytes(word: int) -> bytes:
    return word.to_bytes(32, "big")


def _number(word: bytes) -> int:
    return int.from_bytes(word, "big")
