"""Random batches of certifications and decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.domain.codes import Scheme
from ledger.domain.events import CertificationsRecorded, Contract
from ledger.domain.rules import check_certification
from ledger.domain.state import LedgerState
from ledger.domain.tags import certification_slot
from ledger.encoding import eip712
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import ProgrammeId, Tag
from ledger.encoding.words import programme as programme_of
from tests.contracts.differential import attempts, drafts, drawing, imports, words
from tests.contracts.differential.attempts import Attempt
from tests.contracts.differential.drawing import ACCEPTED, WILD, Deck
from tests.contracts.differential.goals import CERTIFICATION_GOALS, FIELDS, Goal
from tests.contracts.differential.world import PROGRAMMES, UNSET_PROGRAMME, World

TAGS = [Tag(keccak256(b"certification" + bytes((n,)))) for n in range(24)]
TAGS += [imports.tag(n) for n in range(len(imports.CERTIFICATIONS))]

WANTED: tuple[str | Goal, ...] = (
    *CERTIFICATION_GOALS,
    *drawing.KEY_REFUSALS,
    *drawing.SIGNATURE_REFUSALS,
    "EntriesMalformed",
    "SchemeUnknown",
    "DeadlinePassed",
    "ProgrammeUnknown",
    "ProgrammeInactive",
    *[ACCEPTED] * 60,
    *[WILD] * 12,
)


def tags(state: LedgerState, programme: int) -> list[Tag]:
    """Every tag that something was or may have been recorded of in a programme."""
    return [*dict.fromkeys((*TAGS, *state.certifications.get(programme, ())))]


def word(state: LedgerState, programme: int, tag: Tag) -> int:
    """The word as stored, also one that was imported and not recorded since; 0 if there is none."""
    recorded = state.certifications.get(programme, {}).get(tag, 0)
    return recorded or state.imported.get(certification_slot(programme, tag), 0)


@dataclass
class Draft(drafts.Draft):
    """A batch of one scheme in one programme."""

    programme: int
    scheme: int

    def draw(self, goal: Goal | None = None) -> tuple[Tag, int, str | None]:
        random, world = self.world.random, self.world
        authority = self.state.authority(self.key.address)
        terms = words.Terms(
            random,
            authority.organisation,
            world.time,
            limits=self.state.programmes.get(self.programme, 0),
            to=goal.after if goal else None,
            habits=self.habits,
        )
        tag = random.choice(self._tags(goal))
        old = self.words.get(tag) or word(self.state, self.programme, tag)
        new = words.next_certification(old, goal.kind if goal else self._kind(), terms)
        refusal = check_certification(
            old,
            new,
            scheme=self.scheme,
            authority=authority,
            limits=terms.limits,
            hierarchy=self.state.hierarchy,
            block_time=world.time,
        )
        return tag, new, drawing.named(refusal)

    @property
    def alike(self) -> tuple[int, ...]:
        return self.programme, self.scheme, self.state.authority(self.key.address).organisation

    def vary(self, goal: Goal) -> None:
        super().vary(goal)
        self.programme = self.world.random.choice(_active(self.state))
        self.scheme = words.SCHEME_OF_KIND[goal.kind]

    def _kind(self) -> str:
        kinds = [kind for kind, scheme in words.SCHEME_OF_KIND.items() if scheme == self.scheme]
        return self.world.random.choice(kinds or [*words.SCHEME_OF_KIND])

    def _tags(self, goal: Goal | None) -> Sequence[Tag]:
        if goal is None or goal.before is None:
            return TAGS
        field = FIELDS[goal.kind]
        found = [tag for tag in TAGS if field(word(self.state, self.programme, tag)) == goal.before]
        return found or [self.fresh_tag()]


def draw(world: World, state: LedgerState, deck: Deck[str | Goal]) -> Attempt:
    """A batch onto `state`, accepted or refused as the deck says, if that can be had."""
    wanted, random = deck.draw(), world.random
    if isinstance(wanted, Goal):
        draft = _draft(world, state, ACCEPTED)
        draft.add_for(wanted)
        wanted = ACCEPTED
    else:
        draft = _draft(world, state, wanted)
        if wanted == WILD:
            draft.add_any(random.choice((1, 1, 2, 8)))
        else:
            draft.add_accepted(random.choice((1, 1, 2, 3, 5, 12)))
        while wanted == ACCEPTED and not draft.entries:
            draft = _draft(world, state, wanted)
            draft.add_accepted(1)
    if not draft.entries:
        draft.add_any(1)
    return _sign(draft, wanted)


def _draft(world: World, state: LedgerState, wanted: str) -> Draft:
    """By whom, of which programme and scheme: wrong if that is wanted, else as good as any."""
    random = world.random
    key = drawing.key_that(world, state, wanted)
    active = _active(state)
    programme = random.choice(active)
    scheme: int = random.choice((Scheme.NONE, Scheme.NONE, Scheme.SENIOR, Scheme.SEAMLESS))
    match wanted:
        case drawing.WILD:
            programme, scheme = random.choice([*PROGRAMMES, 1, 2, UNSET_PROGRAMME]), random.randrange(4)
        case "ProgrammeUnknown":
            programme = random.choice((0, UNSET_PROGRAMME))
        case "ProgrammeInactive":
            programme = random.choice([id_ for id_ in PROGRAMMES if id_ not in active] or active)
            scheme = random.choice((Scheme.SENIOR, Scheme.SEAMLESS))
        case "SchemeUnknown":
            scheme = random.choice((3, 4, 255))
    return Draft(world, state, key, programme, scheme)


def _active(state: LedgerState) -> list[int]:
    return [id_ for id_ in PROGRAMMES if programme_of.active(state.programmes.get(id_, 0))] or [1]


def _sign(draft: Draft, wanted: str) -> Attempt:
    world, contract = draft.world, Contract.CERTIFICATIONS
    packed = drawing.entries(world, wanted, draft.packed)
    deadline = drawing.deadline(world, wanted)
    digest = eip712.certification_batch_digest(
        draft.state.domains[contract], draft.programme, draft.scheme, deadline, packed
    )
    signature = drawing.signature(world, wanted, draft.key, digest)
    signer, fault = attempts.recover(digest, signature)
    return Attempt(
        event=CertificationsRecorded(
            attempts.position(world.time),
            contract,
            0,
            signer,
            draft.state.authority(signer).organisation,
            ProgrammeId(draft.programme),
            draft.scheme,
            deadline,
            packed,
            signature,
        ),
        call=attempts.call(contract, "record", draft.programme, draft.scheme, deadline, packed, signature),
        fault=fault,
    )
