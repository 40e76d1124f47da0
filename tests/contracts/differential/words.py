"""Random next words: most are what some change makes of the present word, some are one step beside it."""

from __future__ import annotations

from random import Random
from types import ModuleType

from ledger.domain import next_words
from ledger.domain.codes import ConsentStatus, Grantor, Method, Scheme, Status
from ledger.encoding.words import certification, consent, programme
from ledger.encoding.words.layout import Layout
from tests.contracts.differential.world import DAY, END_OF_TIME, ORGANISATIONS

LAST_REVISION = (1 << 32) - 1
_SPOILT = 0.12
"""The share of words that differ from what their change makes of the present one."""


def next_certification(
    random: Random, old: int, *, scheme: int, organisation: int, limits: int, time: int
) -> int:
    """A word to sign in a batch of `scheme` by `organisation`."""
    old = _before(random, old, certification.LAYOUT)
    if scheme == Scheme.SENIOR:
        start, end = _window(random, time, programme.longest_senior(limits))
        method = random.choice([*Method, Method.VISIT, Method.LEGACY, random.randrange(256)])
        word = next_words.senior(
            old, method=method, valid_from=start, valid_until=end, organisation=organisation
        )
    elif scheme == Scheme.SEAMLESS:
        start, end = _window(random, time, programme.longest_seamless(limits))
        if random.random() < 0.5:
            end = min(END_OF_TIME, max(0, certification.valid_until(old) + random.choice((-1, 0, 1, DAY))))
            start = min(start, end)
        word = next_words.seamless(old, method=Method.SIGNALS, valid_from=start, valid_until=end)
    else:
        word = _decision(random, old, organisation)
    return _spoilt(random, word, certification) if random.random() < _SPOILT else word


def next_consent(random: Random, old: int, organisation: int, time: int) -> int:
    """A word to sign by `organisation`."""
    old = _before(random, old, consent.LAYOUT)
    start, end = _window(random, time, 400 * DAY)
    word = next_words.consent_decision(
        old,
        new_status=random.choice([*ConsentStatus, *ConsentStatus, random.randrange(16)]),
        grantor=random.choice([*Grantor, Grantor.SELF, Grantor.GUARDIAN, random.randrange(16)]),
        valid_from=start,
        valid_until=end,
        organisation=organisation,
    )
    return _spoilt(random, word, consent) if random.random() < _SPOILT else word


def _before(random: Random, old: int, layout: Layout) -> int:
    """The present word, or what stands in for it where nothing could follow it or hardly anything would."""
    if old & layout.reserved and random.random() < 0.5:
        old &= layout.used
    if certification.revision(old) == LAST_REVISION:
        old = certification.replace(old, revision=random.choice((0, LAST_REVISION - 1)))
    return old


def _decision(random: Random, old: int, organisation: int) -> int:
    match random.randrange(8):
        case 0 | 1 | 2:
            return next_words.status(old, random.choice([*Status, *Status, random.randrange(16)]))
        case 3 | 4:
            return next_words.death(old, random.randrange(4), organisation)
        case 5:
            return next_words.authorisation(old, random.randrange(4), organisation)
        case _:
            successor = random.choice([*ORGANISATIONS, 0, organisation, random.randrange(1 << 20)])
            return next_words.handover(old, successor)


def _window(random: Random, time: int, longest: int) -> tuple[int, int]:
    """At or beside every limit as often as anywhere else."""
    start = max(
        0, time + random.choice((0, 0, 1, -1, -DAY, -30 * DAY, -random.randrange(90 * DAY), 40 * DAY))
    )
    length = random.choice(
        (longest, longest, longest + 1, longest - 1, 0, 1, -1, random.randrange(longest + 2))
    )
    return start, min(END_OF_TIME, max(0, start + length))


def _spoilt(random: Random, word: int, layout_of: ModuleType) -> int:
    match random.randrange(4):
        case 0:
            return word ^ 1 << random.randrange(256)
        case 1:
            return random.getrandbits(256)
        case 2:
            return layout_of.replace(word, revision=random.randrange(1 << 32))  # type: ignore[no-any-return]
        case _:
            name = random.choice([*layout_of.unpack(0)])
            width = layout_of.LAYOUT.mask(name).bit_count()
            value = random.choice((0, 1, (1 << width) - 1, random.getrandbits(width)))
            return layout_of.replace(word, **{name: value})  # type: ignore[no-any-return]
