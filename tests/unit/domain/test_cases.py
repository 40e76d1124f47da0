"""Who may decide a case, as what, and by when."""

from __future__ import annotations

import pytest

from ledger.domain.cases import TERMS, CaseKind, CaseOutcome, deadline, refusal
from tests.samples import COMMUNITY, DAY, HOSPITAL, NOW

FOUR_EYES = [kind for kind in CaseKind if TERMS[kind].four_eyes]


@pytest.mark.parametrize("kind", CaseKind)
def test_every_kind_has_a_deadline_and_at_least_two_answers(kind: CaseKind) -> None:
    assert NOW + 15 * DAY <= deadline(kind, NOW) <= NOW + 30 * DAY
    assert len(TERMS[kind].outcomes) == 2


@pytest.mark.parametrize("kind", CaseKind)
def test_what_only_events_can_say_is_no_decision(kind: CaseKind) -> None:
    for outcome in (CaseOutcome.CERTIFIED, CaseOutcome.ENDED):
        why = refusal(kind, outcome, organisation=COMMUNITY, against=None, reviewer=True)
        assert why == "case.outcome_unknown"


@pytest.mark.parametrize("kind", FOUR_EYES)
def test_the_organisation_that_a_case_turns_on_does_not_decide_it(kind: CaseKind) -> None:
    for outcome in TERMS[kind].outcomes:
        own = refusal(kind, outcome, organisation=HOSPITAL, against=HOSPITAL, reviewer=True)
        other = refusal(kind, outcome, organisation=COMMUNITY, against=HOSPITAL, reviewer=True)
        assert (own, other) == ("case.other_organisation_needed", None)


def test_a_worker_decides_only_about_rows_of_rosters() -> None:
    for kind in CaseKind:
        outcome = next(iter(TERMS[kind].outcomes))
        why = refusal(kind, outcome, organisation=COMMUNITY, against=None, reviewer=False)
        assert why == (None if kind is CaseKind.ROSTER_ROW else "case.reviewer_needed")
