"""Consents: what people decided themselves stays theirs in every history."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.changes import ConsentChange, apply_consent
from ledger.domain.codes import ConsentStatus, Grantor
from ledger.domain.rules import Refusal, check_consent
from ledger.encoding.types import OrganisationId
from ledger.encoding.words import consent
from tests.properties.changes import consent_changes, organisations
from tests.samples import NOW, authority

Step = tuple[ConsentChange, OrganisationId, bool]
histories = st.lists(st.tuples(consent_changes, organisations, st.booleans()), max_size=12)


def judge(old: int, new: int, by: int, *, reviewed: bool) -> Refusal | None:
    return check_consent(old, new, authority=authority(by), reviewed=reviewed, block_time=NOW)


def lived(history: list[Step]) -> list[tuple[int, int, bool]]:
    """Each accepted step: the word before and after, as stored, and whether it was reviewed."""
    steps, old = [], 0
    for change, by, reviewed in history:
        new = apply_consent(old, change, by)
        if judge(old, new, by, reviewed=reviewed) is None:
            stored = consent.replace(new, recorded_at=NOW)
            steps.append((old, stored, reviewed))
            old = stored
    return steps


@given(histories, consent_changes, organisations, st.booleans())
def test_what_a_recorder_builds_is_never_refused_for_the_form_of_its_word(
    history: list[Step], change: ConsentChange, by: OrganisationId, reviewed: bool
) -> None:
    old = lived(history)[-1][1] if lived(history) else 0
    refusal = judge(old, apply_consent(old, change, by), by, reviewed=reviewed)
    if refusal is not None:
        assert refusal.name in {
            "RoleMissing",
            "TransitionNotAllowed",
            "DecidedBySelf",
            "ReviewMissing",
            "WindowMalformed",
            "WindowInFuture",
        }


@given(histories, consent_changes, organisations, st.data())
def test_an_accepted_word_with_any_one_fixed_field_changed_is_refused(
    history: list[Step], change: ConsentChange, by: OrganisationId, data: st.DataObject
) -> None:
    old = lived(history)[-1][1] if lived(history) else 0
    new = apply_consent(old, change, by)
    if judge(old, new, by, reviewed=True) is not None:
        return
    field = data.draw(st.sampled_from(["version", "self_decided", "revision", "recorded_at", "organisation"]))
    value = data.draw(st.integers(0, (1 << consent.LAYOUT.mask(field).bit_count()) - 1))
    changed = consent.LAYOUT.replace(new, {field: value})
    if changed != new:
        assert judge(old, changed, by, reviewed=True) is not None


@given(histories)
def test_that_a_person_decided_themselves_is_never_forgotten(history: list[Step]) -> None:
    decided = False
    for _, new, _ in lived(history):
        decided = decided or consent.grantor(new) == Grantor.SELF
        assert consent.self_decided(new) == decided


@given(histories)
def test_after_a_persons_no_only_that_person_gives(history: list[Step]) -> None:
    for old, new, _ in lived(history):
        if consent.self_decided(old) and consent.status(new) == ConsentStatus.GIVEN:
            assert consent.grantor(new) == Grantor.SELF


@given(histories)
def test_a_persons_own_grant_is_withdrawn_by_another_only_reviewed(history: list[Step]) -> None:
    for old, new, reviewed in lived(history):
        if consent.self_decided(old) and consent.grantor(new) != Grantor.SELF:
            assert consent.status(new) == ConsentStatus.WITHDRAWN
            assert reviewed


@given(histories)
def test_revisions_count_and_windows_stay_unless_given(history: list[Step]) -> None:
    window = consent.LAYOUT.mask("valid_from", "valid_until")
    for number, (old, new, _) in enumerate(lived(history), start=1):
        assert consent.revision(new) == number
        if consent.status(new) != ConsentStatus.GIVEN:
            assert (old ^ new) & window == 0
