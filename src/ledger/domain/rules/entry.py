"""What certifications and consents check alike in an entry (`IEntries`)."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.rules.authority import Authority
from ledger.domain.rules.refusal import Refusal
from ledger.encoding.entries import is_well_formed
from ledger.encoding.words import certification
from ledger.encoding.words.layout import Layout


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its place in the batch, its tag, the word as stored (0 if none) and the word as signed."""

    index: int
    tag: bytes
    old: int
    new: int

    def refuse(self, name: str, *arguments: int) -> Refusal:
        """An error that begins with the entry's index and tag."""
        return Refusal(name, (self.index, self.tag, *arguments))


def check_entries(packed: bytes) -> Refusal | None:
    """1 to 1000 whole entries."""
    return None if is_well_formed(packed) else Refusal("EntriesMalformed", (len(packed),))


def check_bookkeeping(entry: Entry, layout: Layout) -> Refusal | None:
    """Version 1, no reserved bit, recorded_at 0, the next revision: the same bits in both kinds of word."""
    old, new = entry.old, entry.new
    if new & layout.reserved or certification.version(new) != certification.VERSION:
        return entry.refuse("WordMalformed", new)
    if certification.recorded_at(new):
        return entry.refuse("RecordedAtNotZero", certification.recorded_at(new))
    expected = certification.revision(old) + 1
    if certification.revision(new) != expected:
        return entry.refuse("RevisionNotNext", certification.revision(new), expected)
    return None


def check_word(entry: Entry, expected: int) -> Refusal | None:
    """Nothing but what this change makes of the stored word."""
    return None if entry.new == expected else entry.refuse("WordNotExpected", entry.new, expected)


def check_role(entry: Entry, authority: Authority, needed: int) -> Refusal | None:
    """One of the roles in `needed`, bits of `codes.Role`."""
    if authority.roles & needed:
        return None
    return entry.refuse("RoleMissing", authority.organisation, authority.roles, int(needed))


def check_window(entry: Entry, block_time: int) -> Refusal | None:
    """A validity that isn't empty and has begun."""
    valid_from, valid_until = certification.valid_from(entry.new), certification.valid_until(entry.new)
    if valid_from >= valid_until:
        return entry.refuse("WindowMalformed", valid_from, valid_until)
    if valid_from > block_time:
        return entry.refuse("WindowInFuture", valid_from, block_time)
    return None
