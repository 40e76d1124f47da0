"""Somebody with the whole chain, two departments' openings and bindings, and an obituary list, who links.

What the attacker has is what such a one can have: the events in the chain's order with all entries, for each
department its handles with the tags they open to, and names with the window in which each died.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ledger.domain.codes import Death
from ledger.domain.events import CertificationsRecorded, ConsentsRecorded, Event
from ledger.encoding import entries
from ledger.encoding.words import certification


@dataclass(frozen=True)
class Entry:
    """A tag's revision where the chain shows it: which batch, at which place in it, when."""

    tag: bytes
    word: int
    batch: int
    place: int
    time: int


@dataclass(frozen=True)
class Score:
    """How many of so many guesses were right; `bound` is how many the published bound allows on average: one
    in as many as share each target's batch."""

    way: str
    guesses: int
    right: int
    bound: float

    @property
    def precision(self) -> float:
        """The share of right guesses."""
        return self.right / self.guesses

    def __str__(self) -> str:
        return (
            f"{self.way}: precision {self.precision:.3f} ({self.right} of {self.guesses}),"
            f" bound {self.bound / self.guesses:.3f}"
        )


def chain(events: Sequence[Event]) -> tuple[list[Entry], list[Entry]]:
    """The entries of certifications and of consents, in the chain's order."""
    found: tuple[list[Entry], list[Entry]] = ([], [])
    for number, event in enumerate(events):
        if not isinstance(event, CertificationsRecorded | ConsentsRecorded):
            continue
        kind = 0 if isinstance(event, CertificationsRecorded) else 1
        for place, (tag, word, _) in enumerate(entries.iterate(event.entries)):
            found[kind].append(Entry(tag, word, number, place, event.position.block_time))
    return found


def join_by_place(
    ours: Mapping[str, bytes], theirs: Mapping[str, bytes], seen: Sequence[Entry]
) -> dict[str, str]:
    """Handles of one department to the other's: those at the same place of batches that follow each other."""
    return _in_order(ours, theirs, seen)


def join_by_tag(ours: Mapping[str, bytes], theirs: Mapping[str, bytes]) -> dict[str, str]:
    """To the handle whose tag is the next in the order of tags, as if tags of a person lay together."""
    ordered = sorted(theirs.items(), key=lambda item: item[1])
    joined = {}
    for handle, tag in ours.items():
        after = [other for other, its in ordered if its >= tag]
        joined[handle] = after[0] if after else ordered[0][0]
    return joined


def join_by_revisions(
    ours: Mapping[str, bytes], theirs: Mapping[str, bytes], seen: Sequence[Entry]
) -> dict[str, str]:
    """To a handle whose tag changed in batches just as often, and as near in the chain."""
    story: dict[bytes, list[int]] = {}
    for entry in seen:
        story.setdefault(entry.tag, []).append(entry.batch)

    def distance(one: bytes, other: bytes) -> tuple[int, int]:
        mine, its = story.get(one, []), story.get(other, [])
        apart = sum(abs(a - b) for a, b in zip(mine, its, strict=False))
        return abs(len(mine) - len(its)), apart

    return {
        handle: min(theirs, key=lambda other: distance(tag, theirs[other])) for handle, tag in ours.items()
    }


def name_the_dead(windows: Sequence[Sequence[str]], seen: Sequence[Entry]) -> dict[str, bytes]:
    """Names to certification tags: those whose death was reported in the same window, in the list's order.

    `windows` are the names that died in each, in the order of the obituaries.
    """
    reported: dict[int, list[bytes]] = {}
    for entry in seen:
        if certification.death(entry.word) == Death.REPORTED:
            reported.setdefault(entry.batch, []).append(entry.tag)
    named: dict[str, bytes] = {}
    for names, tags in zip(windows, (reported[batch] for batch in sorted(reported)), strict=True):
        named.update(zip(names, tags, strict=True))
    return named


def _in_order(
    ours: Mapping[str, bytes], theirs: Mapping[str, bytes], seen: Sequence[Entry]
) -> dict[str, str]:
    first: dict[bytes, tuple[int, int]] = {}
    for entry in seen:
        first.setdefault(entry.tag, (entry.batch, entry.place))
    mine = sorted(ours, key=lambda handle: first[ours[handle]])
    its = sorted(theirs, key=lambda handle: first[theirs[handle]])
    return dict(zip(mine, its, strict=True))


def allowed(targets: Collection[bytes], seen: Sequence[Entry]) -> float:
    """The bound for these tags: the sum over them of one in the size of the batch that first held each."""
    first = {entry.tag: entry.batch for entry in reversed(seen)}
    sizes = Counter(entry.batch for entry in seen)
    return sum(1 / sizes[first[tag]] for tag in targets)
