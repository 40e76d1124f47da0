"""What consents refuse: each error of `IConsents`; what people decided themselves stays theirs."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.domain import next_words
from ledger.domain.codes import ConsentStatus, Grantor, Role
from ledger.domain.rules import Refusal, check_consent, check_consent_batch
from ledger.encoding.words import consent
from tests.samples import (
    COMMUNITY,
    COUNTY,
    DAY,
    FOREVER,
    HOSPITAL,
    NEIGHBOUR,
    NOW,
    SUBDISTRICT,
    authority,
    packed,
    tag,
)

TAG = tag(9)
GIVEN, REFUSED, WITHDRAWN = ConsentStatus.GIVEN, ConsentStatus.REFUSED, ConsentStatus.WITHDRAWN
START, END = NOW - DAY, NOW + DAY


def check(old: int, new: int, by: int = COMMUNITY, *, reviewed: bool = False) -> Refusal | None:
    return check_consent(
        old, new, authority=authority(by), reviewed=reviewed, block_time=NOW, tag=TAG, index=2
    )


def refused(name: str, *arguments: int) -> Refusal:
    return Refusal(name, (2, TAG, *arguments))


def decided(old: int, status: int, grantor: int = Grantor.SELF, by: int = COMMUNITY, **window: int) -> int:
    times = {"valid_from": START, "valid_until": END} | window
    return next_words.consent_decision(old, new_status=status, grantor=grantor, organisation=by, **times)


def stored(word: int) -> int:
    return consent.replace(word, recorded_at=NOW - 5)


SELF_GAVE = stored(decided(0, GIVEN))
SELF_REFUSED = stored(decided(0, REFUSED))
SELF_WITHDREW = stored(decided(SELF_GAVE, WITHDRAWN))
GUARDIAN_GAVE = stored(decided(0, GIVEN, Grantor.GUARDIAN))

TABLE = {
    (ConsentStatus.NONE, GIVEN),
    (ConsentStatus.NONE, REFUSED),
    (GIVEN, GIVEN),
    (GIVEN, WITHDRAWN),
    (REFUSED, GIVEN),
    (WITHDRAWN, GIVEN),
    (WITHDRAWN, REFUSED),
}


@pytest.mark.parametrize("before", list(ConsentStatus))
@pytest.mark.parametrize("after", range(16))
def test_the_table_of_statuses(before: ConsentStatus, after: int) -> None:
    old = consent.replace(GUARDIAN_GAVE, status=before)
    expected = None if (before, after) in TABLE else refused("TransitionNotAllowed", before, after)
    assert check(old, decided(old, after, Grantor.GUARDIAN)) == expected


@pytest.mark.parametrize("bit", [13, 63, 212, 255])
def test_a_reserved_bit_is_malformed(bit: int) -> None:
    new = decided(0, GIVEN) | 1 << bit
    assert check(0, new) == refused("WordMalformed", new)


def test_version_time_and_revision_are_checked_first() -> None:
    new = consent.replace(decided(0, GIVEN), version=2, recorded_at=1, revision=9)
    assert check(0, new) == refused("WordMalformed", new)
    new = consent.replace(new, version=1)
    assert check(0, new) == refused("RecordedAtNotZero", 1)
    assert check(0, consent.replace(new, recorded_at=0)) == refused("RevisionNotNext", 9, 1)


def test_after_the_last_revision_there_is_none() -> None:
    last = consent.replace(SELF_GAVE, revision=FOREVER)
    new = consent.replace(decided(SELF_GAVE, WITHDRAWN), revision=0)
    assert check(last, new) == refused("RevisionNotNext", 0, FOREVER + 1)


@pytest.mark.parametrize("changed", [{"organisation": NEIGHBOUR}, {"self_decided": 0}])
def test_the_word_names_its_recorder_and_whether_the_person_decided(changed: dict[str, int]) -> None:
    expected = decided(0, GIVEN)
    new = consent.replace(expected, **changed)  # type: ignore[arg-type]
    assert check(0, new) == refused("WordNotExpected", new, expected)


@pytest.mark.parametrize("changed", [{"valid_from": 1}, {"valid_until": FOREVER}])
@pytest.mark.parametrize(("old", "status"), [(SELF_GAVE, WITHDRAWN), (0, REFUSED)])
def test_only_giving_sets_the_window(old: int, status: int, changed: dict[str, int]) -> None:
    expected = decided(old, status)
    new = consent.replace(expected, **changed)  # type: ignore[arg-type]
    assert check(old, new) == refused("WordNotExpected", new, expected)


def test_any_recorder_takes_a_decision_and_nobody_else() -> None:
    assert check(SELF_GAVE, decided(SELF_GAVE, WITHDRAWN, by=NEIGHBOUR), NEIGHBOUR) is None
    expected = refused("RoleMissing", HOSPITAL, Role.REPORTER, Role.RECORDER)
    assert check(0, decided(0, GIVEN, by=HOSPITAL), HOSPITAL) == expected


@pytest.mark.parametrize("grantor", [0, 4, 15])
def test_a_decision_has_a_known_grantor(grantor: int) -> None:
    assert check(0, decided(0, GIVEN, grantor)) == refused("GrantorUnknown", grantor)


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "expected"),
    [
        (NOW, NOW + 1, None),
        (NOW, FOREVER, None),
        (NOW, NOW, refused("WindowMalformed", NOW, NOW)),
        (NOW + 1, NOW + 2, refused("WindowInFuture", NOW + 1, NOW)),
    ],
)
def test_a_given_window_is_not_empty_and_has_begun(
    valid_from: int, valid_until: int, expected: Refusal | None
) -> None:
    assert check(0, decided(0, GIVEN, valid_from=valid_from, valid_until=valid_until)) == expected


@pytest.mark.parametrize("other", [Grantor.GUARDIAN, Grantor.DELEGATE])
@pytest.mark.parametrize("reviewed", [False, True])
@pytest.mark.parametrize(
    ("old", "status"),
    [(SELF_GAVE, GIVEN), (SELF_REFUSED, GIVEN), (SELF_WITHDREW, GIVEN), (SELF_WITHDREW, REFUSED)],
)
def test_what_a_person_decided_nobody_else_decides_again(
    old: int, status: ConsentStatus, reviewed: bool, other: Grantor
) -> None:
    assert check(old, decided(old, status, other), reviewed=reviewed) == refused(
        "DecidedBySelf", other, status
    )
    assert check(old, decided(old, status), reviewed=reviewed) is None


@pytest.mark.parametrize("other", [Grantor.GUARDIAN, Grantor.DELEGATE])
def test_another_withdraws_a_persons_own_grant_only_with_a_review(other: Grantor) -> None:
    new = decided(SELF_GAVE, WITHDRAWN, other)
    assert check(SELF_GAVE, new) == refused("ReviewMissing", other)
    assert check(SELF_GAVE, new, reviewed=True) is None


def test_after_a_reviewed_withdrawal_still_only_the_person_gives() -> None:
    withdrawn = stored(decided(SELF_GAVE, WITHDRAWN, Grantor.GUARDIAN))
    assert consent.self_decided(withdrawn)
    again = decided(withdrawn, GIVEN, Grantor.GUARDIAN)
    assert check(withdrawn, again, reviewed=True) == refused("DecidedBySelf", Grantor.GUARDIAN, GIVEN)


def test_a_guardian_decides_what_the_person_never_did_and_the_person_overrules() -> None:
    assert check(GUARDIAN_GAVE, decided(GUARDIAN_GAVE, WITHDRAWN, Grantor.GUARDIAN)) is None
    own = decided(GUARDIAN_GAVE, WITHDRAWN)
    assert check(GUARDIAN_GAVE, own) is None
    assert consent.self_decided(own)


# --- the batch ---


def check_batch(**changed: Any) -> Refusal | None:
    arguments: dict[str, Any] = {
        "deadline": NOW,
        "reviewed": True,
        "entries": packed({TAG: decided(0, GIVEN)}),
        "review": bytes(65),
        "authority": authority(COMMUNITY),
        "reviewer": authority(SUBDISTRICT),
        "block_time": NOW,
    }
    return check_consent_batch(**(arguments | changed))


BATCH_REFUSALS: list[tuple[Refusal, dict[str, Any]]] = [
    (Refusal("EntriesMalformed", (0,)), {"entries": b""}),
    (Refusal("DeadlinePassed", (NOW - 1, NOW)), {"deadline": NOW - 1}),
    (
        Refusal("ReviewerRoleMissing", (COMMUNITY, authority(COMMUNITY).roles, Role.REVIEWER)),
        {"reviewer": authority(COMMUNITY)},
    ),
    (
        Refusal("ReviewerIsRecorder", (COUNTY,)),
        {"authority": authority(COUNTY), "reviewer": authority(COUNTY)},
    ),
]


@pytest.mark.parametrize(("expected", "changed"), BATCH_REFUSALS)
def test_each_refusal_of_a_batch(expected: Refusal, changed: dict[str, Any]) -> None:
    assert check_batch(**changed) == expected


def test_a_batch_with_a_good_review_is_accepted_and_one_without_needs_none() -> None:
    assert check_batch() is None
    assert check_batch(reviewed=False, review=b"", reviewer=None) is None


def test_a_review_that_the_batch_does_not_announce_is_refused() -> None:
    assert check_batch(reviewed=False, reviewer=None) == Refusal("ReviewNotExpected", (65,))


def test_signer_and_reviewer_must_both_be_in_authority() -> None:
    unknown = authority(COMMUNITY).__class__(authority(COMMUNITY).signer, 0)
    expected = Refusal("SignerUnknown", (unknown.signer,))
    assert check_batch(authority=unknown) == expected
    assert check_batch(reviewer=unknown) == expected


def test_a_reviewed_batch_cannot_be_judged_without_its_reviewer() -> None:
    with pytest.raises(ValueError, match="recover the address"):
        check_batch(reviewer=None)
