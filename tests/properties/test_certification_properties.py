"""Certifications: what recorders build, rules accept; no history breaks what must always hold."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain import next_words
from ledger.domain.changes import (
    CertificationChange,
    Certify,
    SetAuthorisation,
    SetDeath,
    apply_certification,
    scheme_of,
)
from ledger.domain.codes import Authorisation, Death, Method, Scheme, Status
from ledger.domain.hierarchy import Hierarchy
from ledger.domain.rules import Refusal, check_certification
from ledger.encoding.types import OrganisationId
from ledger.encoding.words import certification
from tests.properties.changes import (
    CertificationStep,
    certification_changes,
    certification_histories,
    organisations,
)
from tests.samples import (
    COMMUNITY,
    DAY,
    ENGINE,
    LIMITS,
    NOW,
    SEAMLESS_LIMIT,
    authority,
    hierarchy,
)

CITY: Hierarchy = hierarchy()
AUTHORITIES = {id_: authority(id_) for id_ in CITY.words}
REFUSED_FOR_THE_WORD = {
    "WordMalformed",
    "RecordedAtNotZero",
    "RevisionNotNext",
    "WordNotExpected",
    "NothingChanged",
}


def judge(old: int, new: int, change: CertificationChange, by: int) -> Refusal | None:
    return check_certification(
        old,
        new,
        scheme=scheme_of(change),
        authority=AUTHORITIES[by],
        limits=LIMITS,
        hierarchy=CITY,
        block_time=NOW,
    )


def lived(history: list[CertificationStep]) -> list[int]:
    """The stored words that the rules let this history write, the empty slot first."""
    words = [0]
    for change, by in history:
        new = apply_certification(words[-1], change, by)
        if judge(words[-1], new, change, by) is None:
            words.append(certification.replace(new, recorded_at=NOW))
    return words


# Enough of the histories above are refused that most words stay young; this one makes them old.
@st.composite
def old_words(draw: st.DrawFn) -> int:
    word = 0
    if draw(st.booleans()):
        word = next_words.senior(
            0, method=Method.VISIT, valid_from=NOW - DAY, valid_until=NOW + DAY, organisation=COMMUNITY
        )
    for _ in range(draw(st.integers(0, 3))):
        word = draw(
            st.sampled_from(
                [
                    next_words.authorisation(word, draw(st.sampled_from(Authorisation)), COMMUNITY),
                    next_words.status(word, draw(st.sampled_from(Status))),
                    next_words.death(word, draw(st.sampled_from(Death)), draw(organisations)),
                    next_words.seamless(
                        word, method=Method.SIGNALS, valid_from=NOW - DAY, valid_until=NOW + 2 * DAY
                    ),
                ]
            )
        )
    return certification.replace(word, recorded_at=NOW - DAY) if word else 0


@given(old_words(), certification_changes, organisations)
def test_what_a_recorder_builds_is_never_refused_for_the_form_of_its_word(
    old: int, change: CertificationChange, by: OrganisationId
) -> None:
    refusal = judge(old, apply_certification(old, change, by), change, by)
    if refusal is not None and refusal.name != "NothingChanged":
        assert refusal.name not in REFUSED_FOR_THE_WORD


@given(old_words(), certification_changes, organisations, st.data())
def test_an_accepted_word_with_any_one_fixed_field_changed_is_refused(
    old: int, change: CertificationChange, by: OrganisationId, data: st.DataObject
) -> None:
    new = apply_certification(old, change, by)
    if judge(old, new, change, by) is not None:
        return
    free = {Certify: {"method", "valid_from", "valid_until"}}.get(type(change), set())
    field = data.draw(st.sampled_from(sorted(certification.unpack(0).keys() - free)))
    value = data.draw(st.integers(0, (1 << certification.LAYOUT.mask(field).bit_count()) - 1))
    changed = certification.LAYOUT.replace(new, {field: value})
    refusal = judge(old, changed, change, by)
    if changed != new and refusal is None:
        # Another decision of the same kind, by the same organisation, can be as good.
        assert scheme_of(change) is Scheme.NONE
        assert field in {"status", "death", "authorisation", "organisation"}


def test_histories_reach_every_field() -> None:
    """Or the properties below would hold of nothing."""
    reached: set[str] = set()

    @given(certification_histories)
    def live(history: list[CertificationStep]) -> None:
        for word in lived(history):
            reached.update(name for name, value in certification.unpack(word).items() if value)

    live()
    assert reached == certification.unpack(0).keys()


@given(certification_histories)
def test_revisions_count_every_record(history: list[CertificationStep]) -> None:
    words = lived(history)
    assert [certification.revision(word) for word in words] == list(range(len(words)))


@given(certification_histories)
def test_no_history_is_active_without_a_certifier_responsible(
    history: list[CertificationStep],
) -> None:
    for word in lived(history):
        if certification.status(word) != Status.NONE:
            assert AUTHORITIES[certification.organisation(word)].roles & 1
        if certification.status(word) == Status.ACTIVE:
            assert certification.senior_seen(word)


@given(certification_histories)
def test_every_seamless_record_stands_on_an_authorisation_in_its_own_word(
    history: list[CertificationStep],
) -> None:
    words = lived(history)
    for old, new in pairwise(words):
        if certification.seamless_run(new) > certification.seamless_run(old):
            assert certification.authorisation(new) in {Authorisation.NOTIFIED, Authorisation.CONSENTED}
            assert certification.senior_seen(new)
            assert certification.death(new) == Death.NONE
            assert certification.seamless_run(new) <= SEAMLESS_LIMIT
            assert certification.valid_until(new) >= certification.valid_until(old)


@given(certification_histories)
def test_a_death_is_only_ever_decided_by_another_than_its_reporter(
    history: list[CertificationStep],
) -> None:
    old = 0
    for change, by in history:
        new = apply_certification(old, change, by)
        if judge(old, new, change, by) is None:
            if isinstance(change, SetDeath) and change.death is not Death.REPORTED:
                assert by != certification.death_reporter(old)
            old = certification.replace(new, recorded_at=NOW)


@given(old_words(), organisations)
def test_an_objection_makes_every_renewal_in_flight_stale(old: int, by: OrganisationId) -> None:
    renewal = Certify(
        Scheme.SEAMLESS, Method.SIGNALS, certification.valid_from(old), certification.valid_until(old)
    )  # type: ignore[arg-type]
    in_flight = apply_certification(old, renewal, OrganisationId(ENGINE))
    objection = SetAuthorisation(Authorisation.OBJECTED)
    objected = apply_certification(old, objection, by)
    if judge(old, objected, objection, by) is None:
        refusal = judge(objected, in_flight, renewal, ENGINE)
        assert refusal is not None
        assert refusal.name == "RevisionNotNext"


FIELDS = {
    SetDeath: ("death", "death_reporter"),
    SetAuthorisation: ("authorisation", "authoriser"),
}


@pytest.mark.parametrize("kind", list(FIELDS))
@given(data=st.data())
def test_death_and_authorisation_touch_nothing_but_themselves_and_the_revision(
    kind: type[SetDeath | SetAuthorisation], data: st.DataObject
) -> None:
    old = data.draw(old_words())
    change = (
        SetDeath(data.draw(st.sampled_from(Death)))
        if kind is SetDeath
        else SetAuthorisation(data.draw(st.sampled_from(Authorisation)))
    )
    new = apply_certification(old, change, data.draw(organisations))
    bookkeeping = ("version", "revision", "recorded_at")
    assert (old ^ new) & ~certification.LAYOUT.mask(*FIELDS[kind], *bookkeeping) == 0


@given(old_words(), organisations, organisations)
def test_death_and_authorisation_are_independent_of_their_order(
    old: int, reporter: OrganisationId, recorder: OrganisationId
) -> None:
    def died(word: int) -> int:
        return apply_certification(word, SetDeath(Death.REPORTED), reporter)

    def objected(word: int) -> int:
        return apply_certification(word, SetAuthorisation(Authorisation.OBJECTED), recorder)

    assert died(objected(old)) == objected(died(old))


@given(old_words(), organisations, organisations)
def test_a_rescinded_death_leaves_what_was_before(
    old: int, reporter: OrganisationId, reviewer: OrganisationId
) -> None:
    alive = certification.replace(old, death=Death.NONE, death_reporter=0)
    reported = apply_certification(alive, SetDeath(Death.REPORTED), reporter)
    rescinded = apply_certification(reported, SetDeath(Death.NONE), reviewer)
    bookkeeping = certification.LAYOUT.mask("version", "revision", "recorded_at")
    assert (rescinded ^ alive) & ~bookkeeping == 0
