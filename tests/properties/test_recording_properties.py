"""The short cut for entries alike: what it remembers never changes what the rules say."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain import next_words, recording
from ledger.domain.codes import Method, Scheme
from ledger.domain.recording import CERTIFICATION_CASES, CONSENT_CASE, Case
from ledger.domain.rules import Refusal, check_certification, check_consent
from ledger.encoding import entries
from ledger.encoding.types import RecordHash, Tag, Word
from ledger.encoding.words import certification, consent
from tests.samples import COMMUNITY, LIMITS, NOW, YEAR, authority, hierarchy, tag

ALL_ROLES = 0xFFFF
ENTRIES = 60
START = NOW - YEAR // 2
RESERVED = (0, 0, 0, 1 << 50, 1 << 255)


def recorded(case: Case, pairs: list[tuple[int, int]], check: recording.Check) -> list[Refusal]:
    """What is refused of entries that replace the first word by the second, with one memory for all."""
    accepted: set[tuple[int, int]] = set()
    refusals = []
    for number, (old, new) in enumerate(pairs):
        words: dict[Tag, int] = {tag(number): old} if old else {}
        packed = entries.pack([(tag(number), Word(new), RecordHash(bytes(32)))])
        refusals += recording.record(words, packed, NOW, case=case, accepted=accepted, check=check)
    return refusals


def certification_word(random: Random) -> int:
    """One of few, so that the same ones come again and again."""
    word = certification.pack(
        status=random.choice((0, 1, 1, 1, 2, 3, 4)),
        death=random.choice((0, 0, 0, 1, 2)),
        senior_seen=random.choice((1, 1, 0)),
        seamless_run=random.choice((0, 1, 2)),
        scheme=random.choice((1, 2)),
        method=random.choice((1, 7)),
        authorisation=random.choice((1, 1, 0, 3)),
        revision=random.choice((1, 2)),
        valid_from=START,
        valid_until=START + random.choice((100, 101)) * 86_400,
        organisation=random.choice((0, COMMUNITY, COMMUNITY, 99)),
        death_reporter=random.choice((0, 0, COMMUNITY)),
        authoriser=random.choice((0, COMMUNITY)),
    )
    return word | random.choice(RESERVED)


def next_certification(random: Random, old: int, scheme: int) -> int:
    until = START + random.choice((100, 101)) * 86_400
    match scheme:
        case Scheme.SENIOR:
            word = next_words.senior(
                old, method=Method.VISIT, valid_from=START, valid_until=until, organisation=COMMUNITY
            )
        case Scheme.SEAMLESS:
            word = next_words.seamless(old, method=Method.SIGNALS, valid_from=START, valid_until=until)
        case _:
            word = random.choice(
                (
                    next_words.status(old, random.randrange(5)),
                    next_words.death(old, random.randrange(3), COMMUNITY),
                    next_words.authorisation(old, random.randrange(4), COMMUNITY),
                    next_words.handover(old, COMMUNITY),
                )
            )
    return word


@pytest.mark.parametrize("scheme", Scheme)
@given(random=st.randoms(use_true_random=False))
def test_certifications_are_refused_as_if_nothing_was_remembered(scheme: Scheme, random: Random) -> None:
    pairs = some_pairs(random, certification_word, lambda old: next_certification(random, old, scheme))

    def check(index: int, name: bytes, old: int, new: int) -> Refusal | None:
        return check_certification(
            old,
            new,
            scheme=scheme,
            authority=authority(COMMUNITY, roles=ALL_ROLES),
            limits=LIMITS,
            hierarchy=hierarchy(),
            block_time=NOW,
            tag=name,
            index=index,
        )

    expected = [check(0, tag(number), old, new) for number, (old, new) in enumerate(pairs)]
    assert recorded(CERTIFICATION_CASES[scheme], pairs, check) == [r for r in expected if r]


def consent_word(random: Random) -> int:
    word = consent.pack(
        status=random.choice((0, 1, 2, 3)),
        grantor=random.choice((1, 2)),
        self_decided=random.choice((0, 1)),
        revision=random.choice((1, 2)),
        valid_from=random.choice((0, START)),
        valid_until=random.choice((0, START + YEAR)),
        organisation=random.choice((COMMUNITY, 99)),
    )
    return word | random.choice(RESERVED)


@pytest.mark.parametrize("reviewed", [False, True])
@given(random=st.randoms(use_true_random=False))
def test_consents_are_refused_as_if_nothing_was_remembered(reviewed: bool, random: Random) -> None:
    pairs = some_pairs(
        random,
        consent_word,
        lambda old: next_words.consent_decision(
            old,
            new_status=random.randrange(4),
            grantor=random.choice((1, 2)),
            valid_from=START,
            valid_until=START + YEAR,
            organisation=COMMUNITY,
        ),
    )

    def check(index: int, name: bytes, old: int, new: int) -> Refusal | None:
        by = authority(COMMUNITY, roles=ALL_ROLES)
        return check_consent(old, new, authority=by, reviewed=reviewed, block_time=NOW, tag=name, index=index)

    expected = [check(0, tag(number), old, new) for number, (old, new) in enumerate(pairs)]
    assert recorded(CONSENT_CASE, pairs, check) == [r for r in expected if r]


def some_pairs(
    random: Random, word: Callable[[Random], int], following: Callable[[int], int]
) -> list[tuple[int, int]]:
    """Words with what may follow them, or what may follow another one, or with a bit changed."""
    olds = [random.choice((0, word(random))) for _ in range(ENTRIES)]
    news = [following(old) for old in olds]
    pairs = list(zip(olds, news, strict=True))
    for _ in range(ENTRIES):
        old, new = random.choice(olds), random.choice(news)
        if random.random() < 0.5:
            old, new = random.choice(pairs)
            old ^= 1 << random.randrange(256)
        revision = certification.revision(old) + random.choice((0, 1, 1, 1, 1, 2))
        pairs.append((old, certification.replace(new, revision=revision)))
    random.shuffle(pairs)
    return pairs
