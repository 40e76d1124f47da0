"""What may follow in the state of one subject in one programme (`ICertifications.record`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger.domain import next_words
from ledger.domain.codes import Death, Method, Role, Scheme, Status
from ledger.domain.hierarchy import Hierarchy
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
from ledger.encoding.words import certification as word_of
from ledger.encoding.words import organisation, programme


def check_certification_batch(
    *,
    scheme: int,
    deadline: int,
    entries: bytes,
    authority: Authority,
    programme_id: int,
    limits: int,
    block_time: int,
) -> Refusal | None:
    """What is refused of a batch as such; the signature's recovery is for the caller.

    `limits` is the programme's word in `Policies`, 0 if it was never set.
    """
    if refusal := check_entries(entries):
        return refusal
    if scheme > Scheme.SEAMLESS:
        return Refusal("SchemeUnknown", (scheme,))
    if refusal := check_deadline(deadline, block_time) or check_authority(authority, block_time):
        return refusal
    if limits == 0:
        return Refusal("ProgrammeUnknown", (programme_id,))
    if scheme != Scheme.NONE and not programme.active(limits):
        return Refusal("ProgrammeInactive", (programme_id,))
    return None


@dataclass(frozen=True, slots=True)
class _Judgement:
    """By what an entry is judged."""

    authority: Authority
    limits: int
    hierarchy: Hierarchy
    block_time: int


def check_certification(
    old: int,
    new: int,
    *,
    scheme: int,
    authority: Authority,
    limits: int,
    hierarchy: Hierarchy,
    block_time: int,
    tag: bytes = bytes(32),
    index: int = 0,
) -> Refusal | None:
    """Whether `new` (as signed) may follow `old` (as stored, 0 if none) in a batch of `scheme`.

    `limits` is the programme's word, `block_time` unix seconds; tag and index only name a refused entry.
    """
    entry = Entry(index, tag, old, new)
    judgement = _Judgement(authority, limits, hierarchy, block_time)
    if refusal := check_bookkeeping(entry, word_of.LAYOUT):
        return refusal
    if scheme == Scheme.SENIOR:
        return _check_senior(entry, judgement)
    if scheme == Scheme.SEAMLESS:
        return _check_seamless(entry, judgement)
    for field, check in _DECISIONS:
        if field(old) != field(new):
            return check(entry, judgement)
    return entry.refuse("NothingChanged")


def _check_senior(entry: Entry, by: _Judgement) -> Refusal | None:
    old, new = entry.old, entry.new
    expected = next_words.senior(
        old,
        method=word_of.method(new),
        valid_from=word_of.valid_from(new),
        valid_until=word_of.valid_until(new),
        organisation=by.authority.organisation,
    )
    if refusal := (
        check_word(entry, expected)
        or check_role(entry, by.authority, Role.CERTIFIER)
        or _check_responsible(entry, by)
    ):
        return refusal
    if word_of.status(old) not in transitions.CERTIFIABLE:
        return entry.refuse("TransitionNotAllowed", word_of.status(old), Status.ACTIVE)
    if word_of.death(old) == Death.CONFIRMED:
        return entry.refuse("DeathRecorded", word_of.death(old))
    if word_of.method(new) in transitions.NOT_SEEN:
        return entry.refuse("MethodNotAllowed", word_of.method(new))
    return check_window(entry, by.block_time) or _check_length(entry, programme.longest_senior(by.limits))


def _check_seamless(entry: Entry, by: _Judgement) -> Refusal | None:
    old, new = entry.old, entry.new
    expected = next_words.seamless(
        old,
        method=Method.SIGNALS,
        valid_from=word_of.valid_from(new),
        valid_until=word_of.valid_until(new),
    )
    if refusal := check_word(entry, expected) or check_role(entry, by.authority, Role.ENGINE):
        return refusal
    if word_of.status(old) != Status.ACTIVE:
        return entry.refuse("TransitionNotAllowed", word_of.status(old), Status.ACTIVE)
    if not word_of.senior_seen(old):
        return entry.refuse("NeverSeen")
    if word_of.death(old) != Death.NONE:
        return entry.refuse("DeathRecorded", word_of.death(old))
    if word_of.authorisation(old) not in transitions.AUTHORISING:
        return entry.refuse("AuthorisationMissing", word_of.authorisation(old))
    run, limit = word_of.seamless_run(old) + 1, programme.seamless_limit(by.limits)
    if run > limit:
        return entry.refuse("SeamlessLimitReached", run, limit)
    if refusal := (
        check_window(entry, by.block_time) or _check_length(entry, programme.longest_seamless(by.limits))
    ):
        return refusal
    if word_of.valid_until(new) < word_of.valid_until(old):
        return entry.refuse("WindowShrinks", word_of.valid_until(new), word_of.valid_until(old))
    return None


def _check_status(entry: Entry, by: _Judgement) -> Refusal | None:
    before, after = word_of.status(entry.old), word_of.status(entry.new)
    return (
        check_word(entry, next_words.status(entry.old, after))
        or check_role(entry, by.authority, Role.REVIEWER)
        or _check_responsible(entry, by)
        or _check_transition(entry, (before, after) in transitions.STATUS, before, after)
    )


def _check_death(entry: Entry, by: _Judgement) -> Refusal | None:
    before, after = word_of.death(entry.old), word_of.death(entry.new)
    acting = by.authority.organisation
    reports = after == Death.REPORTED
    if refusal := (
        check_word(entry, next_words.death(entry.old, after, acting))
        or check_role(entry, by.authority, Role.REPORTER if reports else Role.REVIEWER)
        or _check_transition(entry, (before, after) in transitions.DEATH, before, after)
    ):
        return refusal
    if not reports and word_of.death_reporter(entry.old) == acting:
        return entry.refuse("DeathReporterMayNotDecide", acting)
    return None


def _check_authorisation(entry: Entry, by: _Judgement) -> Refusal | None:
    before, after = word_of.authorisation(entry.old), word_of.authorisation(entry.new)
    return (
        check_word(entry, next_words.authorisation(entry.old, after, by.authority.organisation))
        or check_role(entry, by.authority, Role.RECORDER)
        or _check_transition(entry, (before, after) in transitions.AUTHORISATION, before, after)
    )


def _check_handover(entry: Entry, by: _Judgement) -> Refusal | None:
    giving, taking = word_of.organisation(entry.old), word_of.organisation(entry.new)
    acting = by.authority.organisation
    if refusal := (
        check_word(entry, next_words.handover(entry.old, taking))
        or check_role(entry, by.authority, Role.CERTIFIER | Role.REVIEWER)
    ):
        return refusal
    for responsible in (giving, taking):
        if not by.hierarchy.is_within(responsible, acting):
            return entry.refuse("NotResponsible", acting, responsible)
    successor = by.hierarchy.word(taking)
    if not organisation.active(successor) or not organisation.roles(successor) & Role.CERTIFIER:
        return entry.refuse("HandoverToUnfit", taking)
    return None


_DECISIONS: tuple[tuple[Callable[[int], int], Callable[[Entry, _Judgement], Refusal | None]], ...] = (
    (word_of.status, _check_status),
    (word_of.death, _check_death),
    (word_of.authorisation, _check_authorisation),
    (word_of.organisation, _check_handover),
)
"""The kinds of decision: the first of these fields that differs says which."""


def _check_responsible(entry: Entry, by: _Judgement) -> Refusal | None:
    responsible, acting = word_of.organisation(entry.old), by.authority.organisation
    if responsible in {0, acting} or by.hierarchy.is_within(responsible, acting):
        return None
    return entry.refuse("NotResponsible", acting, responsible)


def _check_transition(entry: Entry, allowed: bool, before: int, after: int) -> Refusal | None:
    return None if allowed else entry.refuse("TransitionNotAllowed", before, after)


def _check_length(entry: Entry, longest: int) -> Refusal | None:
    length = word_of.valid_until(entry.new) - word_of.valid_from(entry.new)
    return entry.refuse("WindowTooLong", length, longest) if length > longest else None
