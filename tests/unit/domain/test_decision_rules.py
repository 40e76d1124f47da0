"""Status, death, authorisation, handover: who decides, and that each touches nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger.domain import next_words
from ledger.domain.codes import Authorisation, Death, Role, Status
from ledger.domain.rules import Refusal
from ledger.encoding.words import certification, organisation
from tests.certifications import (
    ACTIVE,
    REPORTED,
    check,
    refused,
    stored,
    with_status,
)
from tests.samples import (
    COMMUNITY,
    COUNTY,
    HOSPITAL,
    NEIGHBOUR,
    OTHER_COUNTY,
    SUBDISTRICT,
    authority,
    hierarchy,
)


def test_a_decision_that_changes_nothing_is_refused() -> None:
    new = certification.replace(ACTIVE, revision=2, recorded_at=0)
    assert check(ACTIVE, new, COUNTY) == refused("NothingChanged")


STATUS_CHANGES = {
    (Status.ACTIVE, Status.SUSPENDED),
    (Status.ACTIVE, Status.REVOKED),
    (Status.ACTIVE, Status.CLOSED),
    (Status.SUSPENDED, Status.ACTIVE),
    (Status.SUSPENDED, Status.REVOKED),
    (Status.SUSPENDED, Status.CLOSED),
}


@pytest.mark.parametrize("before", list(Status))
@pytest.mark.parametrize("after", range(16))
def test_the_table_of_statuses(before: Status, after: int) -> None:
    old = with_status(before)
    new = next_words.status(old, after)
    if before == after:
        expected: Refusal | None = refused("NothingChanged")
    elif (before, after) in STATUS_CHANGES:
        expected = None
    else:
        expected = refused("TransitionNotAllowed", before, after)
    assert check(old, new, SUBDISTRICT) == expected


def test_revoking_takes_back_that_the_person_was_seen_and_nothing_else_does() -> None:
    revoked = next_words.status(ACTIVE, Status.REVOKED)
    assert not certification.senior_seen(revoked)
    kept = certification.replace(revoked, senior_seen=1)
    assert check(ACTIVE, kept, SUBDISTRICT) == refused("WordNotExpected", kept, revoked)
    suspended = next_words.status(ACTIVE, Status.SUSPENDED)
    cleared = certification.replace(suspended, senior_seen=0)
    assert check(ACTIVE, cleared, SUBDISTRICT) == refused("WordNotExpected", cleared, suspended)


def test_a_status_is_for_a_reviewer_above() -> None:
    suspended = next_words.status(ACTIVE, Status.SUSPENDED)
    roles = Role.CERTIFIER | Role.REPORTER | Role.RECORDER
    assert check(ACTIVE, suspended, COMMUNITY) == refused("RoleMissing", COMMUNITY, roles, Role.REVIEWER)
    assert check(ACTIVE, suspended, OTHER_COUNTY) == refused("NotResponsible", OTHER_COUNTY, COMMUNITY)
    assert check(ACTIVE, suspended, COUNTY) is None


@pytest.mark.parametrize("old", [0, ACTIVE], ids=["an empty slot", "an active certification"])
def test_a_death_is_reported_confirmed_and_rescinded_by_others_than_the_reporter(old: int) -> None:
    reported = next_words.death(old, Death.REPORTED, HOSPITAL)
    assert check(old, reported, HOSPITAL) is None
    confirmed = next_words.death(stored(reported), Death.CONFIRMED, COUNTY)
    assert check(stored(reported), confirmed, COUNTY) is None
    assert certification.death_reporter(confirmed) == HOSPITAL
    for before in (stored(reported), stored(confirmed)):
        rescinded = next_words.death(before, Death.NONE, OTHER_COUNTY)
        assert check(before, rescinded, OTHER_COUNTY) is None
        assert certification.death_reporter(rescinded) == 0


@pytest.mark.parametrize("after", [Death.CONFIRMED, Death.NONE])
def test_who_reported_a_death_decides_nothing_about_it(after: Death) -> None:
    old = certification.replace(REPORTED, death_reporter=COUNTY)
    new = next_words.death(old, after, COUNTY)
    assert check(old, new, COUNTY) == refused("DeathReporterMayNotDecide", COUNTY)


@pytest.mark.parametrize(
    ("before", "after", "by", "needed"),
    [
        (Death.NONE, Death.REPORTED, COUNTY, Role.REPORTER),
        (Death.REPORTED, Death.CONFIRMED, COMMUNITY, Role.REVIEWER),
        (Death.REPORTED, Death.NONE, COMMUNITY, Role.REVIEWER),
    ],
)
def test_deaths_need_their_roles(before: Death, after: Death, by: int, needed: Role) -> None:
    old = certification.replace(ACTIVE, death=before, death_reporter=HOSPITAL if before else 0)
    refusal = check(old, next_words.death(old, after, by), by)
    assert refusal == refused("RoleMissing", by, authority(by).roles, needed)


@pytest.mark.parametrize(
    ("before", "after"),
    [(0, 2), (0, 3), (1, 3), (2, 1), (2, 3), (3, 0), (3, 1), (3, 2)],
)
def test_the_table_of_deaths_has_no_other_way(before: int, after: int) -> None:
    old = certification.replace(ACTIVE, death=before, death_reporter=HOSPITAL if before else 0)
    by = authority(COUNTY, roles=Role.REPORTER | Role.REVIEWER)
    new = next_words.death(old, after, COUNTY)
    assert check(old, new, COUNTY, authority=by) == refused("TransitionNotAllowed", before, after)


def test_a_reporter_names_itself_and_nobody_else() -> None:
    expected = next_words.death(ACTIVE, Death.REPORTED, HOSPITAL)
    new = certification.replace(expected, death_reporter=COMMUNITY)
    assert check(ACTIVE, new, HOSPITAL) == refused("WordNotExpected", new, expected)


AUTHORISATIONS = {
    Authorisation.UNSET: {Authorisation.NOTIFIED, Authorisation.CONSENTED, Authorisation.OBJECTED},
    Authorisation.NOTIFIED: {Authorisation.CONSENTED, Authorisation.OBJECTED},
    Authorisation.CONSENTED: {Authorisation.OBJECTED},
    Authorisation.OBJECTED: {Authorisation.CONSENTED},
}


@pytest.mark.parametrize("before", list(Authorisation))
@pytest.mark.parametrize("after", list(Authorisation))
def test_the_table_of_authorisations(before: Authorisation, after: Authorisation) -> None:
    old = certification.replace(ACTIVE, authorisation=before)
    new = next_words.authorisation(old, after, COMMUNITY)
    if before == after:
        expected: Refusal | None = refused("NothingChanged")
    elif after in AUTHORISATIONS[before]:
        expected = None
    else:
        expected = refused("TransitionNotAllowed", before, after)
    assert check(old, new, COMMUNITY) == expected


def test_an_authorisation_is_recorded_by_any_recorder_also_before_a_certification() -> None:
    assert check(0, next_words.authorisation(0, Authorisation.NOTIFIED, NEIGHBOUR), NEIGHBOUR) is None
    expected = refused("RoleMissing", HOSPITAL, Role.REPORTER, Role.RECORDER)
    assert check(0, next_words.authorisation(0, Authorisation.NOTIFIED, HOSPITAL), HOSPITAL) == expected


def test_an_authorisation_names_its_recorder() -> None:
    expected = next_words.authorisation(ACTIVE, Authorisation.NOTIFIED, COMMUNITY)
    new = certification.replace(expected, authoriser=NEIGHBOUR)
    assert check(ACTIVE, new, COMMUNITY) == refused("WordNotExpected", new, expected)


def test_an_organisation_above_both_hands_over() -> None:
    assert check(ACTIVE, next_words.handover(ACTIVE, NEIGHBOUR), SUBDISTRICT) is None
    assert check(ACTIVE, next_words.handover(ACTIVE, SUBDISTRICT), COUNTY) is None


def test_a_handover_outside_the_hierarchy_names_who_is_out_of_reach() -> None:
    outward = next_words.handover(ACTIVE, OTHER_COUNTY)
    assert check(ACTIVE, outward, SUBDISTRICT) == refused("NotResponsible", SUBDISTRICT, OTHER_COUNTY)
    assert check(ACTIVE, outward, OTHER_COUNTY) == refused("NotResponsible", OTHER_COUNTY, COMMUNITY)
    nobody = next_words.handover(ACTIVE, 0)
    assert check(ACTIVE, nobody, SUBDISTRICT) == refused("NotResponsible", SUBDISTRICT, 0)
    unborn = next_words.handover(0, COMMUNITY)
    assert check(0, unborn, SUBDISTRICT) == refused("NotResponsible", SUBDISTRICT, 0)


def test_only_an_active_certifier_takes_over() -> None:
    to_county = next_words.handover(ACTIVE, COUNTY)
    assert check(ACTIVE, to_county, COUNTY) == refused("HandoverToUnfit", COUNTY)
    city = hierarchy()
    inactive = organisation.replace(city.word(NEIGHBOUR), active=0)
    ended = type(city)({**city.words, NEIGHBOUR: inactive})
    to_neighbour = next_words.handover(ACTIVE, NEIGHBOUR)
    expected = refused("HandoverToUnfit", NEIGHBOUR)
    assert check(ACTIVE, to_neighbour, SUBDISTRICT, hierarchy=ended) == expected


def test_a_handover_needs_a_certifier_or_reviewer() -> None:
    by = authority(SUBDISTRICT, roles=Role.RECORDER)
    expected = refused("RoleMissing", SUBDISTRICT, Role.RECORDER, Role.CERTIFIER | Role.REVIEWER)
    assert check(ACTIVE, next_words.handover(ACTIVE, NEIGHBOUR), SUBDISTRICT, authority=by) == expected


DECISIONS: list[tuple[int, Callable[[int], int]]] = [
    (SUBDISTRICT, lambda old: next_words.status(old, Status.SUSPENDED)),
    (HOSPITAL, lambda old: next_words.death(old, Death.REPORTED, HOSPITAL)),
    (COMMUNITY, lambda old: next_words.authorisation(old, Authorisation.NOTIFIED, COMMUNITY)),
    (SUBDISTRICT, lambda old: next_words.handover(old, NEIGHBOUR)),
]


@pytest.mark.parametrize(("by", "decide"), DECISIONS)
@pytest.mark.parametrize("field", ["valid_from", "valid_until", "scheme", "method", "seamless_run"])
def test_a_decision_touches_nothing_but_its_own_fields(
    by: int, decide: Callable[[int], int], field: str
) -> None:
    expected = decide(ACTIVE)
    value = certification.LAYOUT.unpack(expected)[field]
    new = certification.LAYOUT.replace(expected, {field: value ^ 1})
    assert check(ACTIVE, new, by) == refused("WordNotExpected", new, expected)


def test_two_decisions_in_one_entry_are_refused() -> None:
    suspended = next_words.status(ACTIVE, Status.SUSPENDED)
    both = certification.replace(suspended, death=Death.REPORTED, death_reporter=SUBDISTRICT)
    assert check(ACTIVE, both, SUBDISTRICT) == refused("WordNotExpected", both, suspended)
