"""The simulated city: repeatable, its rates accounted for, better off with each safeguard than without."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path

import pytest

from ledger.cli.simulate.city import City, simulate, variants
from ledger.cli.simulate.course import Course
from ledger.cli.simulate.figures import told
from ledger.cli.simulate.lives import dead_of
from ledger.cli.simulate.rates import Rates, read_rates
from ledger.domain.intervals import Share
from ledger.errors import BadInput
from tests.seamless import SENIOR_ALLOWANCE

SHIPPED = resources.files("ledger.cli.simulate").joinpath("rates.toml").read_text("utf-8")


def changed(rates: Rates, group: str, **values: float) -> Rates:
    """The same rates, but for some of a group."""
    old = getattr(rates, group)
    new = {name: getattr(old, name).model_copy(update={"value": value}) for name, value in values.items()}
    return rates.model_copy(update={group: old.model_copy(update=new)})


def city(rates: Rates | None = None, *, people: int = 300, seed: int = 1) -> City:
    return simulate(rates or read_rates(), SENIOR_ALLOWANCE, people=people, months=12, seed=seed)


@pytest.fixture(scope="module")
def courses() -> dict[str, Course]:
    made = city(people=600)
    return {name: made.course(programme) for name, programme in variants(SENIOR_ALLOWANCE).items()}


def test_the_same_seed_gives_the_same_city_and_another_seed_another() -> None:
    first, again, other = city(), city(), city(seed=2)
    assert (first.lives, first.signals) == (again.lives, again.signals)
    assert first.course(SENIOR_ALLOWANCE) == again.course(SENIOR_ALLOWANCE)
    assert first.lives != other.lives


def test_a_persons_life_does_not_depend_on_how_many_others_there_are() -> None:
    assert city(people=50).lives == city(people=60).lives[:50]


def test_most_are_certified_automatically_and_every_certification_is_counted_once(
    courses: dict[str, Course],
) -> None:
    course = courses["as_is"]
    assert 0.85 < (told(course).automatic.value or 0) < 0.97
    assert course.automatic <= course.open_to_it <= course.due
    assert sum(renewed for renewed, _ in course.weekly.values()) == course.certified


def test_a_weaker_rule_certifies_more_and_never_fewer(courses: dict[str, Course]) -> None:
    for name in ("single_source", "no_freshness"):
        assert courses[name].automatic >= courses["as_is"].automatic
        assert courses[name].visits <= courses["as_is"].visits


def test_where_nobody_hides_a_death_and_no_record_is_wrong_nobody_dead_is_certified_late() -> None:
    honest = changed(read_rates(), "death", hidden=0.0)
    honest = changed(
        honest, "mistakes", mismatch=0.0, seen_after_death=0.0, namesake_struck_off=0.0, lost=0.0
    )
    course = city(honest).course(SENIOR_ALLOWANCE)
    assert (course.certified_late_dead, course.checks_of_living, course.stopped_living) == (0, 0, 0)


def test_the_living_are_looked_into_and_not_stopped_when_namesakes_are_struck_off() -> None:
    mistaken = changed(read_rates(), "mistakes", namesake_struck_off=1.0)
    made = city(mistaken)
    course = made.course(SENIOR_ALLOWANCE)
    assert len(dead_of(made.lives)) > 10
    assert course.checks_of_living > 10
    assert course.stopped_living <= course.checks_of_living // 10


def test_every_rate_says_where_it_comes_from(tmp_path: Path) -> None:
    rates = tomllib.loads(SHIPPED)
    assert all("source" in one or "assumed" in one for one in (*rates["kinds"], *rates["deaths"]))
    silent = tmp_path / "rates.toml"
    silent.write_text(SHIPPED.replace(', assumed = "signals that never arrive"', ""), "utf-8")
    with pytest.raises(BadInput, match=r"simulate\.rates_malformed.*mistakes\.lost"):
        read_rates(silent)


def test_the_interval_is_wilsons() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81/263, 15/148, 0/20, 1/29.
    for hits, total, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert Share(hits, total).interval == pytest.approx((low, high), abs=5e-5)
    assert Share(0, 0).value is None
    assert Share(0, 0).interval == (0.0, 1.0)
