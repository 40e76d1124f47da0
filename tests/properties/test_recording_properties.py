"""The memory of accepted cases: the bits it compares are all that the full rules' answer rests on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain import next_words
from ledger.domain.codes import Authorisation, ConsentStatus, Death, Grantor, Scheme, Status
from ledger.domain.recording import CERTIFICATION_CASES, CONSENT_CASE, REVISION, Case
from ledger.domain.rules import check_consent
from ledger.encoding.words import certification, consent
from tests.certifications import ACTIVE, NOTIFIED, REPORTED, check, seamless, senior
from tests.samples import (
    COMMUNITY,
    COUNTY,
    DAY,
    ENGINE,
    FOREVER,
    HOSPITAL,
    NEIGHBOUR,
    NOW,
    SUBDISTRICT,
    YEAR,
    authority,
)

# What the rules accept: who signs, the scheme, the stored word and the one to follow.
ACCEPTED = [
    (COMMUNITY, Scheme.SENIOR, 0, senior()),
    (COMMUNITY, Scheme.SENIOR, ACTIVE, senior(ACTIVE)),
    (SUBDISTRICT, Scheme.SENIOR, REPORTED, senior(REPORTED)),
    (ENGINE, Scheme.SEAMLESS, NOTIFIED, seamless(NOTIFIED)),
    (COUNTY, Scheme.NONE, ACTIVE, next_words.status(ACTIVE, Status.SUSPENDED)),
    (COUNTY, Scheme.NONE, ACTIVE, next_words.status(ACTIVE, Status.REVOKED)),
    (HOSPITAL, Scheme.NONE, 0, next_words.death(0, Death.REPORTED, HOSPITAL)),
    (COUNTY, Scheme.NONE, REPORTED, next_words.death(REPORTED, Death.CONFIRMED, COUNTY)),
    (COUNTY, Scheme.NONE, REPORTED, next_words.death(REPORTED, Death.NONE, COUNTY)),
    (
        NEIGHBOUR,
        Scheme.NONE,
        ACTIVE,
        next_words.authorisation(ACTIVE, Authorisation.NOTIFIED, NEIGHBOUR),
    ),
    (SUBDISTRICT, Scheme.NONE, ACTIVE, next_words.handover(ACTIVE, NEIGHBOUR)),
]


def decided(old: int, status: int, grantor: int) -> int:
    return next_words.consent_decision(
        old,
        new_status=status,
        grantor=grantor,
        valid_from=NOW - DAY,
        valid_until=NOW + YEAR,
        organisation=COMMUNITY,
    )


BY_GUARDIAN = decided(0, ConsentStatus.GIVEN, Grantor.GUARDIAN)
BY_SELF = decided(0, ConsentStatus.GIVEN, Grantor.SELF)
ACCEPTED_CONSENTS = [
    (0, BY_SELF),
    (0, decided(0, ConsentStatus.REFUSED, Grantor.GUARDIAN)),
    (BY_GUARDIAN, decided(BY_GUARDIAN, ConsentStatus.WITHDRAWN, Grantor.GUARDIAN)),
    (BY_GUARDIAN, decided(BY_GUARDIAN, ConsentStatus.GIVEN, Grantor.DELEGATE)),
    (BY_SELF, decided(BY_SELF, ConsentStatus.WITHDRAWN, Grantor.SELF)),
]


# Not st.integers, which prefers small numbers and so seldom reaches the upper fields.
noise = st.binary(min_size=32, max_size=32).map(lambda raw: int.from_bytes(raw, "big"))


def another_of_its_case(data: st.DataObject, case: Case, used: int, old: int, new: int) -> tuple[int, int]:
    """Another entry that the memory takes for the same: random in every bit that it doesn't compare."""
    old ^= data.draw(noise) & used & ~(case.old | case.kept | REVISION)
    both = data.draw(noise) & case.kept & ~case.old
    revision = data.draw(st.integers(0, FOREVER - 1))
    old, new = old ^ both, new ^ both
    return (
        certification.replace(old, revision=revision),
        certification.replace(new, revision=revision + 1),
    )


@pytest.mark.parametrize(("by", "scheme", "old", "new"), ACCEPTED)
@given(data=st.data())
def test_a_certification_of_an_accepted_case_is_accepted(
    by: int, scheme: Scheme, old: int, new: int, data: st.DataObject
) -> None:
    assert check(old, new, by, scheme) is None
    other = another_of_its_case(data, CERTIFICATION_CASES[scheme], certification.LAYOUT.used, old, new)
    assert check(*other, by, scheme) is None


@pytest.mark.parametrize(("old", "new"), ACCEPTED_CONSENTS)
@given(data=st.data())
def test_a_consent_of_an_accepted_case_is_accepted(old: int, new: int, data: st.DataObject) -> None:
    for stored, signed in (
        (old, new),
        another_of_its_case(data, CONSENT_CASE, consent.LAYOUT.used, old, new),
    ):
        refusal = check_consent(
            stored, signed, authority=authority(COMMUNITY), reviewed=False, block_time=NOW
        )
        assert refusal is None


@pytest.mark.parametrize("scheme", list(Scheme))
def test_every_bit_of_the_signed_word_is_compared_or_kept(scheme: Scheme) -> None:
    case = CERTIFICATION_CASES[scheme]
    assert case.new | case.kept | REVISION == (1 << 256) - 1
    assert CONSENT_CASE.new | REVISION == (1 << 256) - 1
