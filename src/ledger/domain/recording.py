"""Recording the entries of a batch, a million of them a second.

The full rules cost tens of microseconds. Most entries of a ledger repeat a case that they have judged
before: the same organisation, month and method, another person. So what was accepted is remembered, as the
pair of the new word's and the old word's bits on which the answer rests; of an entry whose pair is known
only two things are left to check: that the fields this kind of batch never touches are as before, and that
the revision is the next.

That an answer stays true: registers that it rests on empty the memory when they change, and a later block
time can only make more entries acceptable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger.domain.codes import Scheme
from ledger.domain.rules import Refusal
from ledger.encoding import entries
from ledger.encoding.types import Tag
from ledger.encoding.words import certification, consent

REVISION = certification.LAYOUT.mask("revision")
NEXT_REVISION = 1 << 64
RECORDED_AT_SHIFT = 160
REMEMBERED_PAIRS = 1 << 16

Check = Callable[[int, bytes, int, int], Refusal | None]
"""The full rules on (index, tag, old, new)."""

TakeImported = Callable[[Tag], int]
"""Hands over the imported word of a tag that isn't known yet, 0 if there is none."""


@dataclass(frozen=True, slots=True)
class Case:
    """On which bits the rules' answer rests in one kind of batch.

    `kept` never changes, `old` are the bits of the stored word that matter, `new` those of the signed one.
    """

    kept: int
    old: int
    new: int


def _certification_case(kept: tuple[str, ...], old: tuple[str, ...]) -> Case:
    kept_bits, old_bits = certification.LAYOUT.mask(*kept), certification.LAYOUT.mask(*old)
    return Case(
        kept_bits, old_bits | certification.LAYOUT.reserved, ~(kept_bits | REVISION) & ((1 << 256) - 1)
    )


CERTIFICATION_CASES = {
    Scheme.SENIOR: _certification_case(
        kept=("death", "authorisation", "death_reporter", "authoriser"),
        old=("status", "death", "organisation"),
    ),
    Scheme.SEAMLESS: _certification_case(
        kept=(
            "status", "death", "senior_seen", "authorisation", "organisation", "death_reporter", "authoriser",
        ),
        old=("status", "death", "senior_seen", "authorisation", "seamless_run", "valid_until"),
    ),
    Scheme.NONE: _certification_case(
        kept=("scheme", "method", "seamless_run", "valid_from", "valid_until"),
        old=(
            "status", "death", "senior_seen", "authorisation", "organisation", "death_reporter", "authoriser",
        ),
    ),
}  # fmt: skip

CONSENT_CASE = Case(
    kept=0,
    old=consent.LAYOUT.mask("status", "self_decided", "valid_from", "valid_until") | consent.LAYOUT.reserved,
    new=~REVISION & ((1 << 256) - 1),
)


def record(
    words: dict[Tag, int],
    packed: bytes,
    block_time: int,
    *,
    case: Case,
    accepted: set[tuple[int, int]],
    check: Check,
    take_imported: TakeImported | None = None,
) -> list[Refusal]:
    """Put a batch's words into `words`, stamped with the block's time, and say what the rules refuse of it.

    What is refused is recorded all the same: the log says that the contract recorded it.
    """
    refusals: list[Refusal] = []
    stamp = block_time << RECORDED_AT_SHIFT
    kept, old_bits, new_bits = case.kept, case.old, case.new
    known = words.get
    for index, (tag, new, _) in enumerate(entries.iterate(packed)):
        old = known(tag, 0)
        if old == 0 and take_imported is not None:
            old = take_imported(tag)
        pair = (new & new_bits, old & old_bits)
        if pair not in accepted or (old ^ new) & kept or new & REVISION != (old & REVISION) + NEXT_REVISION:
            refusal = check(index, tag, old, new)
            if refusal is not None:
                refusals.append(refusal)
            elif len(accepted) < REMEMBERED_PAIRS:
                accepted.add(pair)
        words[tag] = new | stamp
    return refusals
