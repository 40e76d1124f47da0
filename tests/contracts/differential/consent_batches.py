"""Random batches of consents, with and without a review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.domain.codes import Role
from ledger.domain.events import ConsentsRecorded, Contract
from ledger.domain.rules import Refusal, check_consent
from ledger.domain.state import LedgerState
from ledger.encoding import eip712
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Address, Digest, Tag
from ledger.encoding.words import consent
from tests.contracts.differential import attempts, drafts, drawing, imports, words
from tests.contracts.differential.attempts import Attempt
from tests.contracts.differential.drawing import ACCEPTED, WILD, Deck
from tests.contracts.differential.goals import CONSENT_GOALS, Goal
from tests.contracts.differential.world import World

TAGS = [Tag(keccak256(b"consent" + bytes((n,)))) for n in range(24)]
TAGS += [imports.tag(n) for n in range(len(imports.CONSENTS))]

REVIEW = "review: "
"""Before what is wanted of the review's signature rather than the batch's."""
WANTED: tuple[str | Goal, ...] = (
    *CONSENT_GOALS,
    *drawing.KEY_REFUSALS,
    *drawing.SIGNATURE_REFUSALS,
    *(REVIEW + name for name in (*drawing.KEY_REFUSALS, *drawing.SIGNATURE_REFUSALS)),
    "EntriesMalformed",
    "DeadlinePassed",
    "ReviewNotExpected",
    "ReviewerRoleMissing",
    "ReviewerIsRecorder",
    *[ACCEPTED] * 30,
    *[WILD] * 6,
)


def tags(state: LedgerState) -> list[Tag]:
    """Every tag that something was or may have been recorded of."""
    return [*dict.fromkeys((*TAGS, *state.consents))]


@dataclass
class Draft(drafts.Draft):
    """A batch that is reviewed or not."""

    reviewed: bool

    def draw(self, goal: Goal | None = None) -> tuple[Tag, int, str | None]:
        random, time = self.world.random, self.world.time
        authority = self.state.authority(self.key.address)
        to = goal.after if goal else None
        terms = words.Terms(random, authority.organisation, time, to=to, habits=self.habits)
        tag = random.choice(self._tags(goal))
        old = self.words.get(tag) or self.state.consents.get(tag, 0)
        new = words.next_consent(old, terms)
        refusal = check_consent(old, new, authority=authority, reviewed=self.reviewed, block_time=time)
        return tag, new, drawing.named(refusal)

    @property
    def alike(self) -> tuple[int, ...]:
        return self.reviewed, self.state.authority(self.key.address).organisation

    def _tags(self, goal: Goal | None) -> Sequence[Tag]:
        if goal is None or goal.before is None:
            return TAGS
        found = [tag for tag in TAGS if consent.status(self.state.consents.get(tag, 0)) == goal.before]
        return found or [self.fresh_tag()]


def draw(world: World, state: LedgerState, deck: Deck[str | Goal]) -> Attempt:
    """A batch onto `state`, accepted or refused as the deck says, if that can be had."""
    card, random = deck.draw(), world.random
    wanted = ACCEPTED if isinstance(card, Goal) else card
    reviewed = wanted.startswith((REVIEW, "Reviewer")) or (
        wanted != "ReviewNotExpected" and random.random() < 0.3
    )
    draft = Draft(world, state, drawing.key_that(world, state, wanted), reviewed)
    if isinstance(card, Goal):
        draft.reviewed = reviewed and card.refusal != "ReviewMissing"
        draft.add_for(card)
    elif wanted == WILD:
        draft.add_any(random.choice((1, 1, 2, 8)))
    else:
        if wanted not in drawing.KEY_REFUSALS:
            draft.key = random.choice(drawing.usable_keys(world, state, Role.RECORDER))
        draft.add_accepted(random.choice((1, 1, 2, 3, 5, 12)))
    if not draft.entries:
        draft.add_any(1)
    return _sign(draft, wanted)


def _sign(draft: Draft, wanted: str) -> Attempt:
    world, domain = draft.world, draft.state.domains[Contract.CONSENTS]
    packed = drawing.entries(world, wanted, draft.packed)
    deadline = drawing.deadline(world, wanted)
    digest = eip712.consent_batch_digest(domain, deadline, draft.reviewed, packed)
    signature = drawing.signature(world, wanted, draft.key, digest)
    signer, fault = attempts.recover(digest, signature)
    review, reviewer, review_fault = b"", None, None
    if draft.reviewed:
        review, reviewer, review_fault = _review(draft, wanted, digest)
    elif wanted == "ReviewNotExpected":
        review = world.random.randbytes(world.random.choice((1, 65)))
    return Attempt(
        event=ConsentsRecorded(
            attempts.position(world.time),
            Contract.CONSENTS,
            0,
            signer,
            draft.state.authority(signer).organisation,
            deadline,
            draft.reviewed,
            packed,
            signature,
            review,
        ),
        call=attempts.call(Contract.CONSENTS, "record", deadline, draft.reviewed, packed, signature, review),
        recovered=reviewer,
        fault=fault or review_fault,
    )


def _review(draft: Draft, wanted: str, digest: Digest) -> tuple[bytes, Address, Refusal | None]:
    """The review, whose it is, and what is wrong with it as a signature."""
    world, state = draft.world, draft.state
    recorder = state.authority(draft.key.address).organisation
    reviewers = drawing.usable_keys(world, state, Role.REVIEWER)
    key = world.random.choice([k for k in reviewers if state.authority(k.address).organisation != recorder])
    of_review = wanted.removeprefix(REVIEW) if wanted.startswith(REVIEW) else ""
    if of_review in drawing.KEY_REFUSALS:
        key = drawing.key_that(world, state, of_review)
    elif wanted == "ReviewerIsRecorder":
        key = draft.key
    elif wanted in {"ReviewerRoleMissing", WILD}:
        key = world.random.choice(drawing.usable_keys(world, state))
    asked = eip712.incapacity_review_digest(state.domains[Contract.CONSENTS], digest)
    review = drawing.signature(world, of_review, key, asked)
    return review, *attempts.recover(asked, review)
