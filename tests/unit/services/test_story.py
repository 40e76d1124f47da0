"""The demonstration's story."""

from __future__ import annotations

from collections import Counter
from datetime import date

from ledger.domain.programmes import shipped
from ledger.services.acts import Action
from ledger.services.demo.story import tell
from ledger.services.demo_city import PILOT_COMMUNITY, build_city

ALLOWANCE = next(programme for programme in shipped() if programme.code == "senior-allowance")
TODAY = date(2026, 11, 24)
CITY = build_city()
BORN = {person.number.text: person.number.birth_date for person in CITY.people}


def test_it_is_the_same_each_time() -> None:
    assert tell(CITY, ALLOWANCE, TODAY) == tell(build_city(), ALLOWANCE, TODAY)


def test_everyone_certified_was_old_enough_that_day() -> None:
    for visits in tell(CITY, ALLOWANCE, TODAY).visits.values():
        for visit in visits:
            born = BORN[visit.subject.identity_number or ""]
            assert visit.occurred_on is not None
            assert visit.occurred_on <= TODAY
            assert ALLOWANCE.band(born, visit.occurred_on) is not None


def test_each_kind_of_decision_occurs_and_only_on_the_certified() -> None:
    story = tell(CITY, ALLOWANCE, TODAY)
    certified = {visit.subject for visits in story.visits.values() for visit in visits}
    actions = Counter(one.action for one in story.reviews)
    assert set(actions) == {
        Action.SUSPEND,
        Action.REINSTATE,
        Action.CLOSE,
        Action.REVOKE,
        Action.CONFIRM_DEATH,
        Action.RESCIND_DEATH,
    }
    assert {one.subject for one in story.reviews} <= certified


def test_notices_and_consents_are_the_pilots() -> None:
    story = tell(CITY, ALLOWANCE, TODAY)
    pilots = {person.number.text for person in CITY.people if person.community == PILOT_COMMUNITY}
    assert {one.subject.identity_number for one in story.notices} <= pilots
    assert {one.then for one in story.consents} == {"", "withdraw", "refuse"}
    assert {one.grantor for one in story.consents} == {"self", "guardian"}
