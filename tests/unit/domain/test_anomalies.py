"""What looks unusual, and what does not."""

from __future__ import annotations

from ledger.domain.anomalies import (
    HOUR,
    MOST_ALIKE,
    MOST_ELDERS,
    MOST_VISITS,
    Recorded,
    alike,
    busy_hours,
    shared_phones,
)
from ledger.domain.codes import Method
from tests.samples import NOW


def visits(count: int, apart: float, method: Method = Method.VISIT, note: str = "") -> list[Recorded]:
    return [Recorded("u1", f"S{at}", NOW + at * apart, method, note) for at in range(count)]


def test_forty_single_visits_in_an_hour_are_asked_about() -> None:
    full = visits(MOST_VISITS, HOUR / MOST_VISITS)
    ((key, people),) = busy_hours(reversed(full)).items()
    assert (key, len(people)) == (("u1", NOW), MOST_VISITS)
    assert busy_hours(full[1:]) == {}
    assert busy_hours(visits(200, HOUR / MOST_VISITS * 1.1)) == {}


def test_roll_calls_and_paper_lists_are_not() -> None:
    for method in (Method.INSTITUTION, Method.PAPER, Method.LEGACY):
        assert busy_hours(visits(500, 1, method)) == {}


def test_the_same_remark_of_one_person_about_many_is_asked_about() -> None:
    same = visits(MOST_ALIKE, 9000, note="精神良好，本人在家")
    assert list(alike(same).values()) == [[one.subject_id for one in same]]
    assert alike(same[1:]) == {}
    assert alike(visits(99, 9000, note="在家")) == {}
    assert alike([Recorded("u1", "S1", NOW, Method.VISIT, "精神良好，本人在家")] * 99) == {}


def test_one_telephone_for_twenty_elders_is_asked_about() -> None:
    phones = {f"S{at}": ["13800000001", "13800000001", f"138000001{at:02}"] for at in range(MOST_ELDERS)}
    assert list(shared_phones(phones)) == ["13800000001"]
    phones.popitem()
    assert shared_phones(phones) == {}
