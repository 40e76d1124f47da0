"""What both kinds of batch draw alike: what is wanted of it, who signs, what is wrong with a signature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Generic, TypeVar

from ledger.domain.rules import Refusal, check_authority
from ledger.domain.state import LedgerState
from tests.contracts.differential.clock import Key
from tests.contracts.differential.world import DAY, World

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141

ACCEPTED = "accepted"
WILD = "wild"
"""Nothing in particular: drawn without asking the rules."""
KEY_REFUSALS = ("SignerUnknown", "SignerNotActive", "SignerDistrusted", "OrganisationInactive")
SIGNATURE_REFUSALS = ("ECDSAInvalidSignatureLength", "ECDSAInvalidSignatureS", "ECDSAInvalidSignature")


Card = TypeVar("Card")


class Deck(Generic[Card]):
    """Cards in random order, shuffled again when all were drawn: each comes up as often as any other."""

    def __init__(self, random: Random, cards: Sequence[Card]) -> None:
        self._random = random
        self._cards = tuple(cards)
        self._left: list[Card] = []

    def draw(self) -> Card:
        if not self._left:
            self._left = self._random.sample(self._cards, len(self._cards))
        return self._left.pop()


def key_that(world: World, state: LedgerState, wanted: str) -> Key:
    """A key that is refused by that name of KEY_REFUSALS, any if WILD, else one that may sign now."""
    found = world.keys
    if wanted in KEY_REFUSALS:
        found = [key for key in world.keys if _refused_as(world, state, key) == wanted]
    elif wanted != WILD:
        found = usable_keys(world, state)
    return world.random.choice(found or world.keys)


def usable_keys(world: World, state: LedgerState, role: int = 0) -> list[Key]:
    """The keys that may sign now, of organisations with this role if one is named."""
    return [
        key
        for key in world.keys
        if _refused_as(world, state, key) is None and (role == 0 or state.authority(key.address).roles & role)
    ]


def _refused_as(world: World, state: LedgerState, key: Key) -> str | None:
    return named(check_authority(state.authority(key.address), world.time))


def named(refusal: Refusal | None) -> str | None:
    return refusal.name if refusal else None


def deadline(world: World, wanted: str) -> int:
    """At the block's time, or beside it, as often as not."""
    late = wanted == "DeadlinePassed" or (wanted == WILD and world.random.random() < 0.1)
    return world.time + world.random.choice(
        (-1, -DAY) if late else (0, 0, 1, DAY, (1 << 40) - 1 - world.time)
    )


def entries(world: World, wanted: str, good: bytes) -> bytes:
    """`good`, or something that is no whole entries."""
    if wanted != "EntriesMalformed":
        return good
    return world.random.choice((b"", good[:-1], good + b"\0", good[:1], bytes(96 * 1001), bytes(96_001)))


def signature(world: World, wanted: str, key: Key, digest: bytes) -> bytes:
    """By the key, or spoilt."""
    right = key.sign(digest)
    random = world.random
    if wanted == "SignerUnknown" and random.random() < 0.5:
        return key.sign(random.randbytes(32))  # somebody, but nobody knows who
    if wanted == WILD and random.random() < 0.1:
        place = random.randrange(len(right))
        return right[:place] + bytes((right[place] ^ 1 << random.randrange(8),)) + right[place + 1 :]
    spoil = _SPOILT_SIGNATURES.get(wanted)
    return spoil(random, right) if spoil else right


def _wrong_length(random: Random, right: bytes) -> bytes:
    return random.choice((b"", right[:64], right + b"\0", right * 2))


def _high_s(random: Random, right: bytes) -> bytes:
    s = random.choice((ORDER - int.from_bytes(right[32:64], "big"), (ORDER + 1) // 2, (1 << 256) - 1))
    return right[:32] + s.to_bytes(32, "big") + bytes((55 - right[64],))


def _no_signature(random: Random, right: bytes) -> bytes:
    return random.choice(
        (
            *(right[:64] + bytes((v,)) for v in (0, 1, 26, 29, 255)),
            bytes(32) + right[32:],
            right[:32] + bytes(32) + right[64:],
            ORDER.to_bytes(32, "big") + right[32:],
            b"\xff" * 32 + right[32:],
        )
    )


_SPOILT_SIGNATURES: dict[str, Callable[[Random, bytes], bytes]] = {
    "ECDSAInvalidSignatureLength": _wrong_length,
    "ECDSAInvalidSignatureS": _high_s,
    "ECDSAInvalidSignature": _no_signature,
}
