"""Random next words: most are what some change makes of the present word, some are one step beside it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from types import ModuleType

from ledger.domain import next_words
from ledger.domain.codes import ConsentStatus, Grantor, Method, Scheme, Status
from ledger.encoding.words import certification, consent, programme
from ledger.encoding.words.layout import Layout
from tests.contracts.differential.world import DAY, END_OF_TIME, ORGANISATIONS

LAST_REVISION = (1 << 32) - 1
SCHEME_OF_KIND = {
    "senior": Scheme.SENIOR,
    "seamless": Scheme.SEAMLESS,
    "status": Scheme.NONE,
    "death": Scheme.NONE,
    "authorisation": Scheme.NONE,
    "handover": Scheme.NONE,
}
"""The kinds of change of a certification, and in which batches they are signed."""
DECISIONS = [kind for kind, scheme in SCHEME_OF_KIND.items() if scheme == Scheme.NONE]
_SPOILT = 0.12
"""The share of words that differ from what their change makes of the present one."""


@dataclass
class Terms:
    """By whom and when a word is signed. `to` is the code it changes to, if it is not to be drawn.

    `habits` are words that were accepted: for more of the same the reducer has a short cut.
    """

    random: Random
    organisation: int
    time: int
    limits: int = 0
    to: int | None = None
    habits: list[int] = field(default_factory=list)


def next_certification(old: int, kind: str, terms: Terms) -> int:
    """A word to sign."""
    random = terms.random
    old = _before(random, old, certification.LAYOUT)
    if terms.habits and random.random() < _SPOILT:
        return _transplanted(old, terms)
    word = _changed(old, kind, terms)
    if kind in DECISIONS and random.random() < _SPOILT / 3:  # two changes in one word
        earlier = certification.replace(word, revision=certification.revision(word) - 1)
        word = _changed(earlier, random.choice(DECISIONS), replace(terms, to=None))
    return _spoilt(random, word, certification) if random.random() < _SPOILT else word


def next_consent(old: int, terms: Terms) -> int:
    """A word to sign."""
    random = terms.random
    old = _before(random, old, consent.LAYOUT)
    if terms.habits and random.random() < _SPOILT:
        return _transplanted(old, terms)
    start, end = _window(terms, 400 * DAY)
    word = next_words.consent_decision(
        old,
        new_status=_code(terms, [*ConsentStatus, *ConsentStatus, random.randrange(16)]),
        grantor=random.choice([*Grantor, Grantor.SELF, Grantor.GUARDIAN, random.randrange(16)]),
        valid_from=start,
        valid_until=end,
        organisation=terms.organisation,
    )
    return _spoilt(random, word, consent) if random.random() < _SPOILT else word


def _changed(old: int, kind: str, terms: Terms) -> int:
    random, organisation = terms.random, terms.organisation
    match kind:
        case "senior":
            method = random.choice([*Method, Method.VISIT, Method.LEGACY, random.randrange(256)])
            start, end = _window(terms, programme.longest_senior(terms.limits))
            if terms.habits and random.random() < 0.5:
                habit = random.choice(terms.habits)
                method = certification.method(habit)
                start, end = certification.valid_from(habit), certification.valid_until(habit)
            return next_words.senior(
                old, method=method, valid_from=start, valid_until=end, organisation=organisation
            )
        case "seamless":
            start, end = _window(terms, programme.longest_seamless(terms.limits))
            if random.random() < 0.5:
                end = certification.valid_until(old) + random.choice((-1, 0, 1, DAY))
                end = min(END_OF_TIME, max(0, end))
                start = min(start, end)
            if terms.habits and random.random() < 0.3:
                habit = random.choice(terms.habits)
                start, end = certification.valid_from(habit), certification.valid_until(habit)
            return next_words.seamless(old, method=Method.SIGNALS, valid_from=start, valid_until=end)
        case "status":
            return next_words.status(old, _code(terms, [*Status, *Status, random.randrange(16)]))
        case "death":
            return next_words.death(old, _code(terms, [0, 1, 2, 3]), organisation)
        case "authorisation":
            return next_words.authorisation(old, _code(terms, [0, 1, 2, 3]), organisation)
        case _:
            successors = [*ORGANISATIONS, 0, organisation, random.randrange(1 << 20)]
            return next_words.handover(old, random.choice(successors))


def _transplanted(old: int, terms: Terms) -> int:
    """A word that was accepted for one tag, as the next one of another."""
    return certification.replace(terms.random.choice(terms.habits), revision=certification.revision(old) + 1)


def _code(terms: Terms, codes: list[int]) -> int:
    return terms.random.choice(codes) if terms.to is None else terms.to


def _before(random: Random, old: int, layout: Layout) -> int:
    """The present word, or what stands in for it where nothing could follow it or hardly anything would."""
    if old & layout.reserved and random.random() < 0.5:
        old &= layout.used
    if certification.revision(old) == LAST_REVISION:
        old = certification.replace(old, revision=random.choice((0, LAST_REVISION - 1)))
    return old


def _window(terms: Terms, longest: int) -> tuple[int, int]:
    """At or beside every limit as often as anywhere else."""
    random = terms.random
    offset = random.choice((0, 0, 1, -1, -DAY, -30 * DAY, -random.randrange(90 * DAY), 40 * DAY))
    start = max(0, terms.time + offset)
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
