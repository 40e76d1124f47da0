"""Random changes of the registers (Members, Policies) and tree heads (Anchors)."""

from __future__ import annotations

from dataclasses import fields
from random import Random

from ledger.chain.bindings import calls
from ledger.domain import events as of
from ledger.domain.events import Contract, CountedEvent
from ledger.domain.rules.registers import ZERO_ADDRESS
from ledger.domain.state import LedgerState
from ledger.encoding import eip712
from ledger.encoding.types import Address
from ledger.encoding.words import programme, signer
from tests.contracts.differential import attempts, drawing
from tests.contracts.differential.attempts import Attempt
from tests.contracts.differential.drafts import SEARCH
from tests.contracts.differential.drawing import ACCEPTED, WILD, Deck
from tests.contracts.differential.world import (
    CHANGING,
    DAY,
    END_OF_TIME,
    GROUP,
    LAST,
    ORGANISATIONS,
    PROGRAMMES,
    TEAM,
    World,
)

_CALLS = {
    of.OrganisationAdded: "addOrganisation",
    of.OrganisationChanged: "changeOrganisation",
    of.OrganisationAdminChanged: "setAdmin",
    of.SignerAdded: "addSigner",
    of.SignerEnded: "endSigner",
    of.SignerDistrusted: "distrustSigner",
    of.ProgrammeSet: "setProgramme",
    of.EnforcerSet: "setEnforcer",
    of.BasisAdded: "addBasis",
    of.BasisEnded: "endBasis",
}
_OF_POLICIES = {of.ProgrammeSet, of.EnforcerSet, of.BasisAdded, of.BasisEnded}
_REFUSALS: dict[type[CountedEvent], tuple[str, ...]] = {
    of.OrganisationAdded: (
        "OrganisationIdInvalid",
        "OrganisationExists",
        "OrganisationUnknown",
        "AdminInvalid",
        "ParentNotAllowed",
    ),
    of.OrganisationChanged: ("OrganisationUnknown", "ParentNotAllowed"),
    of.OrganisationAdminChanged: ("OrganisationUnknown", "AdminInvalid"),
    of.SignerAdded: ("OrganisationUnknown", "SignerInvalid", "SignerExists", "SignerWindowMalformed"),
    of.SignerEnded: ("SignerNotRegistered", "SignerEndNotAllowed"),
    of.SignerDistrusted: ("SignerNotRegistered", "DistrustNotAllowed"),
    of.ProgrammeSet: ("ProgrammeInvalid", "VersionNotNext", "SeamlessLimitTooHigh"),
    of.BasisAdded: ("OrganisationUnknown", "BasisWindowMalformed"),
    of.BasisEnded: ("BasisUnknown", "BasisEndNotAllowed"),
}
CHANGES_WANTED: tuple[tuple[type[CountedEvent], str | None], ...] = (
    *((kind, refusal) for kind, refusals in _REFUSALS.items() for refusal in refusals),
    *((kind, None) for kind in (*_CALLS, of.SignerAdded, of.SignerEnded, of.OrganisationChanged)),
)
"""A kind of change, and the name by which it is refused."""
ANCHOR_REFUSALS = ("StreamUnknown", "SignerOfOther", "SizeNotGrown", "DeadlinePassed")
ANCHORS_WANTED = (
    *ANCHOR_REFUSALS,
    *drawing.KEY_REFUSALS,
    *drawing.SIGNATURE_REFUSALS,
    *[ACCEPTED] * 10,
    WILD,
)


def change(world: World, state: LedgerState, deck: Deck[tuple[type[CountedEvent], str | None]]) -> Attempt:
    """A change that governance asks for, accepted or refused as the deck says, if that can be had."""
    kind, wanted = deck.draw()
    contract = Contract.POLICIES if kind in _OF_POLICIES else Contract.MEMBERS
    for _ in range(SEARCH // 10):
        place = attempts.position(world.time)
        attempt = plain(world, kind(place, contract, 0, *_arguments(world, state, kind)))
        if drawing.named(attempts.judge(state, attempt, world.time).refusal) == wanted:
            break
    return attempt


def plain(world: World, event: CountedEvent) -> Attempt:
    """A change by governance as the event that it makes."""
    given = [getattr(event, field.name) for field in fields(event)][3:]
    if isinstance(event, of.BasisAdded):
        given = given[1:]  # the contract numbers them
    elif isinstance(event, of.SignerAdded):
        given[:2] = event.organisation, event.signer
    name = _CALLS[type(event)]
    return Attempt(event, attempts.call(event.contract, name, *given), sender=world.governor)


def anchor(world: World, state: LedgerState, deck: Deck[str]) -> Attempt:
    """A tree head."""
    wanted, random = deck.draw(), world.random
    key = drawing.key_that(world, state, wanted)
    organisation = state.authority(key.address).organisation
    if wanted in {"SignerOfOther", WILD} or not organisation:
        organisation = random.choice([*ORGANISATIONS])
    stream = random.choice((0, 5, 255) if wanted == "StreamUnknown" else (1, 2, 3, 4))
    present = state.tree_heads.get((organisation, stream))
    size = (present.size if present else 0) + random.choice(
        (0, -1) if wanted == "SizeNotGrown" else (1, 1, 2, 1000)
    )
    size = min(max(size, 0), (1 << 64) - 1)
    root, deadline = random.randbytes(32), drawing.deadline(world, wanted)
    digest = eip712.tree_head_digest(
        state.domains[Contract.ANCHORS],
        organisation=organisation,
        stream=stream,
        size=size,
        root=root,
        deadline=deadline,
    )
    signature = drawing.signature(world, wanted, key, digest)
    recovered, fault = attempts.recover(digest, signature)
    event = of.TreeHeadAnchored(
        attempts.position(world.time),
        Contract.ANCHORS,
        0,
        of.OrganisationId(organisation),
        stream,
        size,
        root,
        deadline,
        signature,
    )
    call = calls.anchor(
        organisation=organisation, stream=stream, size=size, root=root, deadline=deadline, signature=signature
    )
    return Attempt(event, call, recovered=recovered, fault=fault)


def _arguments(world: World, state: LedgerState, kind: type[CountedEvent]) -> tuple[object, ...]:
    random, time = world.random, world.time
    new = max(state.organisations, key=lambda known: known if known != LAST else 0) + 1
    organisation = random.choice((*CHANGING, *CHANGING, new))
    if kind is of.OrganisationAdded:
        id_ = random.choice((new, new, new, COUNTED_OUT, 0, random.choice([*ORGANISATIONS])))
        admin = random.choice((world.governor, world.relayer, ZERO_ADDRESS))
        return id_, _parent(random, state), random.getrandbits(16), admin, f"组织 {id_}"
    if kind is of.OrganisationChanged:
        home = ORGANISATIONS.get(organisation)
        if home and random.random() < 0.5:
            return organisation, home[0], int(home[1]), True
        return organisation, _parent(random, state), random.getrandbits(6), random.random() < 0.6
    if kind is of.OrganisationAdminChanged:
        return organisation, random.choice((world.governor, world.relayer, ZERO_ADDRESS))
    if kind is of.SignerAdded:
        start = time + random.choice((-DAY, -1, 0, 1, DAY))
        end = min(END_OF_TIME, start + random.choice((0, 1, 30 * DAY, 300 * DAY, END_OF_TIME)))
        return _new_signer(world, state), random.choice([*ORGANISATIONS, organisation]), start, end
    if kind is of.SignerEnded:
        key = _spare(world, state)
        latest = signer.valid_until(state.signers.get(key, 0))
        return key, max(0, random.choice((time, time - 1, time + 30 * DAY, latest, latest - 1)))
    if kind is of.SignerDistrusted:
        key = _spare(world, state)
        present = signer.distrusted_since(state.signers.get(key, 0)) or time + 1
        return key, random.choice((0, present, present - 1, present + 1, time - 30 * DAY))
    if kind is of.ProgrammeSet:
        return _programme(random, state)
    if kind is of.EnforcerSet:
        return (world.contracts[Contract.CERTIFICATIONS],)
    if kind is of.BasisAdded:
        start = time + random.choice((-DAY, 0, DAY))
        end = start + random.choice((0, 1, DAY, 100 * DAY))
        known = [*ORGANISATIONS, *ORGANISATIONS, new]
        tuple_ = random.choice(known), random.choice(known), random.getrandbits(16), random.getrandbits(16)
        return len(state.bases) + 1, *tuple_, start, end, "老年人权益保障法 §33"
    basis = random.choice((len(state.bases) + 1, *state.bases, *state.bases))
    latest = state.bases[basis].valid_until if basis in state.bases else time
    return basis, random.choice((time, time - 1, latest, latest - 1))


COUNTED_OUT = 1 << 20
"""The first id that is too large."""


def _parent(random: Random, state: LedgerState) -> int:
    return random.choice([*state.organisations, 0, 0, GROUP, TEAM, TEAM, max(state.organisations) - 1])


def _new_signer(world: World, state: LedgerState) -> Address:
    match world.random.randrange(6):
        case 0:
            return ZERO_ADDRESS
        case 1:
            return world.random.choice([*state.signers])
        case _:
            unknown = [key for key in world.keys if key.address not in state.signers]
            return world.random.choice(unknown or [world.new_key()]).address


def _spare(world: World, state: LedgerState) -> Address:
    """Not the keys that each organisation had first, or soon nobody could sign any more."""
    first = len(ORGANISATIONS)
    return world.random.choice(world.keys[first:] or world.keys).address


def _programme(random: Random, state: LedgerState) -> tuple[object, ...]:
    id_ = random.choice((*PROGRAMMES, *PROGRAMMES, 0))
    active, limit, senior, seamless = PROGRAMMES.get(id_, (True, 1, DAY, DAY))
    version = programme.version(state.programmes.get(id_, 0)) + random.choice((1, 1, 1, 0, 2))
    changed = random.random() < 0.3
    return (
        id_,
        version,
        active != changed,
        random.choice((limit, limit, limit, 32, 31)),
        random.choice((senior, senior, senior // 2)),
        random.choice((seamless, seamless, seamless // 2)),
        random.randbytes(32),
    )
