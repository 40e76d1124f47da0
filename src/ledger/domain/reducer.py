"""The state as the fold of the logs, with every rule checked on the way.

Index and audit use this same reducer. It computes the running heads; that a signature is by the signer an
event names is for the caller, who recovers it (tens of microseconds each, on as many cores as there are).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ledger.domain.codes import Scheme
from ledger.domain.digests import event_digest, next_head
from ledger.domain.events import (
    CertificationsRecorded,
    ConsentsRecorded,
    Contract,
    CountedEvent,
    Event,
    LogPosition,
    Sealed,
    TreeHeadAnchored,
    WordsImported,
)
from ledger.domain.recording import CERTIFICATION_CASES, CONSENT_CASE, RECORDED_AT_SHIFT, record
from ledger.domain.registering import MembersEvent, PoliciesEvent, apply_to_members, apply_to_policies
from ledger.domain.rules import (
    Refusal,
    check_certification,
    check_certification_batch,
    check_consent,
    check_consent_batch,
    check_tree_head,
)
from ledger.domain.state import LedgerState, TreeHead
from ledger.domain.tags import certification_slot
from ledger.encoding import entries
from ledger.encoding.types import Address, Digest, RecordHash, Tag, Word


@dataclass(frozen=True, slots=True)
class Violation:
    """Something in the logs that the contracts' rules don't allow.

    `refusal` names the Solidity error that should have been, or one of the reducer's own findings:
    NumberNotNext (got, expected), HeadNotOurs (got, expected), OrganisationNotSigners (got, expected),
    PreviousOwnerMismatch (got, expected), BasisNotNext (got, expected).
    """

    position: LogPosition
    contract: Contract
    refusal: Refusal


class Recorded(NamedTuple):
    """Entry number `entry` (from 0) of a recorded batch: the word before (0 if none) and after, as stored."""

    entry: int
    tag: Tag
    old: Word
    new: Word
    record_hash: RecordHash


def apply(
    state: LedgerState, event: Event, *, recovered: Address | None = None, digest: Digest | None = None
) -> list[Violation]:
    """Take an event into the state, and say what was wrong with it.

    Whatever is wrong, the state becomes what the log says, so that one fault is found once. `recovered` is
    the address recovered from the signature whose signer the event doesn't name: the review of a reviewed
    consent batch, or a tree head's; it is needed for these two. `digest` is the event's, if the caller has
    computed it.
    """
    if not isinstance(event, CountedEvent):
        return []
    refusals = _advance(state, event, digest or event_digest(state.domains, event))
    match event:
        case CertificationsRecorded():
            refusals += _record_certifications(state, event)
        case ConsentsRecorded():
            refusals += _record_consents(state, event, recovered)
        case TreeHeadAnchored():
            refusals += _anchor(state, event, recovered)
        case Sealed() | WordsImported():
            refusals += _migrate(state, event)
        case _ if isinstance(event, PoliciesEvent):
            refusals += _register(state, apply_to_policies(state, event))
        case _ if isinstance(event, MembersEvent):
            refusals += _register(state, apply_to_members(state, event))
    return [Violation(event.position, event.contract, refusal) for refusal in refusals]


def recorded(state: LedgerState, event: CertificationsRecorded | ConsentsRecorded) -> list[Recorded]:
    """What the batch changes, entry by entry. To be asked before the event is applied."""
    if not entries.is_well_formed(event.entries):
        return []
    known: Mapping[Tag, int] = state.consents
    if isinstance(event, CertificationsRecorded):
        known = state.certifications.get(event.programme, {})
    stamp = event.position.block_time << RECORDED_AT_SHIFT
    fresh: dict[Tag, Word] = {}
    changes = []
    for index, (tag, signed, record_hash) in enumerate(entries.iterate(event.entries)):
        old = fresh.get(tag) or known.get(tag, 0)
        if not old and state.imported and isinstance(event, CertificationsRecorded):
            old = Word(state.imported.get(certification_slot(event.programme, tag), 0))
        fresh[tag] = Word(signed | stamp)
        changes.append(Recorded(index, tag, Word(old), fresh[tag], record_hash))
    return changes


def _advance(state: LedgerState, event: CountedEvent, digest: Digest) -> list[Refusal]:
    """Running head and count, and whether the journal took changes at all."""
    journal = state.journals[event.contract]
    refusals = []
    if isinstance(event, WordsImported):
        if not journal.awaited:
            refusals.append(Refusal("ImportNotOpen"))
    elif journal.sealed or journal.awaited:
        refusals.append(Refusal("JournalNotOpen", (2 if journal.sealed else 1,)))
    if event.number != journal.count + 1:
        refusals.append(Refusal("NumberNotNext", (event.number, journal.count + 1)))
    if isinstance(event, Sealed) and event.head != journal.head:
        refusals.append(Refusal("HeadNotOurs", (event.head, journal.head)))
    journal.count = event.number
    journal.head = next_head(journal.head, digest)
    return refusals


def _record_certifications(state: LedgerState, event: CertificationsRecorded) -> list[Refusal]:
    authority = state.authority(event.signer)
    limits = state.programmes.get(event.programme, 0)
    block_time = event.position.block_time
    refusal = check_certification_batch(
        scheme=event.scheme,
        deadline=event.deadline,
        entries=event.entries,
        authority=authority,
        programme_id=event.programme,
        limits=limits,
        block_time=block_time,
    ) or _check_organisation(event, authority.organisation)
    if refusal and refusal.name in _UNREADABLE:
        return [refusal]

    def check(index: int, tag: bytes, old: int, new: int) -> Refusal | None:
        return check_certification(
            old,
            new,
            scheme=event.scheme,
            authority=authority,
            limits=limits,
            hierarchy=state.hierarchy,
            block_time=block_time,
            tag=tag,
            index=index,
        )

    def take_imported(tag: Tag) -> int:
        return state.imported.pop(certification_slot(event.programme, tag), 0)

    refusals = record(
        state.certifications.setdefault(event.programme, {}),
        event.entries,
        block_time,
        case=CERTIFICATION_CASES[Scheme(event.scheme)],
        accepted=state.accepted.setdefault((event.programme, event.scheme, authority.organisation), set()),
        check=check,
        take_imported=take_imported if state.imported else None,
    )
    return [refusal, *refusals] if refusal else refusals


def _record_consents(state: LedgerState, event: ConsentsRecorded, recovered: Address | None) -> list[Refusal]:
    authority = state.authority(event.signer)
    block_time = event.position.block_time
    if event.reviewed and recovered is None:
        raise ValueError("a reviewed batch is applied with the address recovered from its review")
    refusal = check_consent_batch(
        deadline=event.deadline,
        reviewed=event.reviewed,
        entries=event.entries,
        review=event.review,
        authority=authority,
        reviewer=state.authority(recovered) if event.reviewed and recovered else None,
        block_time=block_time,
    ) or _check_organisation(event, authority.organisation)
    if refusal and refusal.name in _UNREADABLE:
        return [refusal]

    def check(index: int, tag: bytes, old: int, new: int) -> Refusal | None:
        return check_consent(
            old,
            new,
            authority=authority,
            reviewed=event.reviewed,
            block_time=block_time,
            tag=tag,
            index=index,
        )

    refusals = record(
        state.consents,
        event.entries,
        block_time,
        case=CONSENT_CASE,
        accepted=state.accepted.setdefault((event.reviewed, authority.organisation), set()),
        check=check,
    )
    return [refusal, *refusals] if refusal else refusals


_UNREADABLE = frozenset({"EntriesMalformed", "SchemeUnknown"})


def _check_organisation(event: CertificationsRecorded | ConsentsRecorded, expected: int) -> Refusal | None:
    if event.organisation == expected:
        return None
    return Refusal("OrganisationNotSigners", (event.organisation, expected))


def _anchor(state: LedgerState, event: TreeHeadAnchored, recovered: Address | None) -> list[Refusal]:
    if recovered is None:
        raise ValueError("a tree head is applied with the address recovered from its signature")
    stream = (event.organisation, event.stream)
    previous = state.tree_heads.get(stream)
    refusal = check_tree_head(
        organisation=event.organisation,
        stream=event.stream,
        size=event.size,
        previous_size=previous.size if previous else 0,
        deadline=event.deadline,
        authority=state.authority(recovered),
        block_time=event.position.block_time,
    )
    state.tree_heads[stream] = TreeHead(event.size, event.root, event.position.block_time)
    return [refusal] if refusal else []


def _migrate(state: LedgerState, event: Sealed | WordsImported) -> list[Refusal]:
    journal = state.journals[event.contract]
    if isinstance(event, Sealed):
        journal.sealed = True
        return []
    journal.awaited = max(0, journal.awaited - len(event.keys))
    words = state.imported if event.contract is Contract.CERTIFICATIONS else state.consents
    refusals = [] if event.keys else [Refusal("ImportEmpty")]
    for key, word in zip(event.keys, event.words, strict=True):
        if word == 0:
            refusals.append(Refusal("ImportWordZero", (key,)))
        elif Tag(key) in words:
            refusals.append(Refusal("ImportKeyTwice", (key,)))
        words[Tag(key)] = word
    return refusals


def _register(state: LedgerState, refusal: Refusal | None) -> list[Refusal]:
    # What the rules accepted until now rested on the registers as they were.
    state.accepted.clear()
    return [refusal] if refusal else []
