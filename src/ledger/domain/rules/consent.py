"""What may follow in the state of one person's consent for one tuple (`IConsents.record`)."""

from __future__ import annotations

from ledger.domain import next_words
from ledger.domain.codes import ConsentStatus, Grantor, Role
from ledger.domain.rules import transitions
from ledger.domain.rules.authority import Authority, check_authority, check_deadline
from ledger.domain.rules.entry import (
    Entry,
    check_bookkeeping,
    check_entries,
    check_role,
    check_window,
    check_word,
)
from ledger.domain.rules.refusal import Refusal
from ledger.encoding.words import consent as word_of


def check_consent_batch(
    *,
    deadline: int,
    reviewed: bool,
    entries: bytes,
    review: bytes,
    authority: Authority,
    reviewer: Authority | None,
    block_time: int,
) -> Refusal | None:
    """What is refused of a batch as such; the signatures' recovery is for the caller.

    `reviewer` is whose signature `review` is, None if the batch isn't reviewed.
    """
    if refusal := (
        check_entries(entries)
        or check_deadline(deadline, block_time)
        or check_authority(authority, block_time)
    ):
        return refusal
    if not reviewed:
        return Refusal("ReviewNotExpected", (len(review),)) if review else None
    if reviewer is None:
        raise ValueError("a reviewed batch is checked with its reviewer: recover the address from the review")
    if refusal := check_authority(reviewer, block_time):
        return refusal
    if not reviewer.roles & Role.REVIEWER:
        return Refusal("ReviewerRoleMissing", (reviewer.organisation, reviewer.roles, int(Role.REVIEWER)))
    if reviewer.organisation == authority.organisation:
        return Refusal("ReviewerIsRecorder", (reviewer.organisation,))
    return None


def check_consent(
    old: int,
    new: int,
    *,
    authority: Authority,
    reviewed: bool,
    block_time: int,
    tag: bytes = bytes(32),
    index: int = 0,
) -> Refusal | None:
    """Whether `new` (as signed) may follow `old` (as stored, 0 if none) in a batch that is `reviewed` or not.

    `block_time` in unix seconds. Tag and index only name the entry in a refusal.
    """
    entry = Entry(index, tag, old, new)
    before, after, grantor = word_of.status(old), word_of.status(new), word_of.grantor(new)
    if refusal := check_bookkeeping(entry, word_of.LAYOUT):
        return refusal
    expected = next_words.consent_decision(
        old,
        new_status=after,
        grantor=grantor,
        valid_from=word_of.valid_from(new),
        valid_until=word_of.valid_until(new),
        organisation=authority.organisation,
    )
    if refusal := check_word(entry, expected) or check_role(entry, authority, Role.RECORDER):
        return refusal
    if not Grantor.NONE < grantor <= Grantor.DELEGATE:
        return entry.refuse("GrantorUnknown", grantor)
    if (before, after) not in transitions.CONSENT:
        return entry.refuse("TransitionNotAllowed", before, after)
    if word_of.self_decided(old) and grantor != Grantor.SELF:
        if after != ConsentStatus.WITHDRAWN:
            return entry.refuse("DecidedBySelf", grantor, after)
        if not reviewed:
            return entry.refuse("ReviewMissing", grantor)
    return check_window(entry, block_time) if after == ConsentStatus.GIVEN else None
