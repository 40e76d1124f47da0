"""Programme files: who is eligible, for how long, and what a wrong file says."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ledger.domain import programmes
from ledger.domain.codes import Scheme
from ledger.domain.programmes import DAY, Programme
from ledger.encoding.hashing import keccak256
from ledger.errors import BadInput

TOML = """
id = 7
code = "pilot"
version = 3
seamless_limit = 2
due_days = 60
grace_days = 30
longest_senior_days = 397
longest_seamless_days = 215
[name]
zh-CN = "试点"
en = "Pilot"
[[bands]]
from_age = 80
senior_months = 12
seamless_months = 6
[[bands]]
from_age = 100
senior_months = 6
seamless_months = 3
"""


@pytest.fixture
def pilot() -> Programme:
    return programmes.parse(TOML)


def at(*when: int) -> int:
    return int(datetime(*when, tzinfo=UTC).timestamp())


def test_the_senior_allowance_ships_with_the_package() -> None:
    (programme,) = programmes.shipped()
    assert (programme.id, programme.code, programme.youngest) == (1, "senior-allowance", 80)
    assert [(band.from_age, band.senior_months) for band in programme.bands] == [(80, 12), (90, 12), (100, 6)]
    assert (programme.due_days, programme.grace_days) == (60, 60)
    assert programme.longest_senior == programme.longest_seamless == 397 * DAY
    assert programme.name.text("zh-CN") == "高龄津贴"
    assert programme.name.text("en") == "Senior allowance"


def test_validity_is_whole_months_in_utc_plus_8_and_hides_the_day(pilot: Programme) -> None:
    born = date(1940, 5, 5)
    expected = (at(2025, 2, 28, 16), at(2026, 3, 31, 16))  # 1 March 2025 to 1 April 2026 at midnight, UTC+8
    for day in (1, 17, 31):
        validity = programmes.validity(pilot, Scheme.SENIOR, born, date(2025, 3, day))
        assert (validity.valid_from, validity.valid_until) == expected


def test_validity_depends_on_scheme_and_age_band(pilot: Programme) -> None:
    act = date(2025, 12, 10)
    ends = {
        (scheme, birth_year): programmes.validity(pilot, scheme, date(birth_year, 1, 1), act).valid_until
        for scheme in (Scheme.SENIOR, Scheme.SEAMLESS)
        for birth_year in (1940, 1920)
    }
    assert ends == {
        (Scheme.SENIOR, 1940): at(2026, 12, 31, 16),
        (Scheme.SENIOR, 1920): at(2026, 6, 30, 16),
        (Scheme.SEAMLESS, 1940): at(2026, 6, 30, 16),
        (Scheme.SEAMLESS, 1920): at(2026, 3, 31, 16),
    }


def test_someone_is_eligible_from_the_birthday_on(pilot: Programme) -> None:
    born = date(1945, 6, 15)
    with pytest.raises(BadInput, match="too_young") as caught:
        programmes.validity(pilot, Scheme.SENIOR, born, date(2025, 6, 14))
    assert caught.value.params == {"got": 79, "expected": 80}
    assert programmes.validity(pilot, Scheme.SENIOR, born, date(2025, 6, 15))


def test_the_band_changes_on_the_hundredth_birthday(pilot: Programme) -> None:
    born = date(1925, 6, 15)
    before, after = pilot.band(born, date(2025, 6, 14)), pilot.band(born, date(2025, 6, 15))
    assert before is pilot.bands[0]
    assert after is pilot.bands[1]


@pytest.mark.parametrize(
    ("on", "age"),
    [
        (date(2024, 2, 28), 79),
        (date(2024, 2, 29), 80),
        (date(2025, 2, 27), 80),
        (date(2025, 2, 28), 81),
        (date(2100, 2, 28), 156),
        (date(2000, 2, 28), 55),
    ],
)
def test_a_leap_day_child_completes_a_year_on_the_28th_in_common_years(on: date, age: int) -> None:
    assert programmes.age_on(date(1944, 2, 29), on) == age


def test_local_days_begin_at_16_hours_utc() -> None:
    assert programmes.local_date(at(2025, 1, 1, 15, 59, 59)) == date(2025, 1, 1)
    assert programmes.local_date(at(2025, 1, 1, 16)) == date(2025, 1, 2)
    for moment in (at(2025, 1, 1, 16), at(2025, 1, 2, 15, 59, 59) + 0.9):
        assert programmes.local_midnight(moment) == at(2025, 1, 1, 16)


def test_the_rules_hash_covers_what_the_file_says_and_not_how() -> None:
    commented = "# a comment\n" + TOML.replace("id = 7", "id   =  7")
    assert programmes.parse(commented).rules_hash == programmes.parse(TOML).rules_hash
    changed = programmes.parse(TOML.replace("grace_days = 30", "grace_days = 31"))
    assert changed.rules_hash != programmes.parse(TOML).rules_hash


def test_the_rules_hash_is_keccak_of_the_canonical_json() -> None:
    text = (
        '{"bands":[{"from_age":80,"seamless_months":6,"senior_months":12},'
        '{"from_age":100,"seamless_months":3,"senior_months":6}],"code":"pilot","due_days":60,"grace_days":30,'
        '"id":7,"longest_seamless_days":215,"longest_senior_days":397,"name":{"en":"Pilot","zh-CN":"试点"},'
        '"seamless_limit":2,"version":3}'
    )
    assert programmes.parse(TOML).rules_hash == keccak256(text.encode())


@pytest.mark.parametrize(
    ("old", "new", "where", "problem"),
    [
        ("id = 7", "id = ", "", "Invalid value"),
        ("id = 7", "id = 0", "id", "greater than or equal to 1"),
        ("id = 7", 'id = "7"', "id", "valid integer"),
        ("version = 3", "", "version", "required"),
        ("due_days = 60", "due_days = 60\nsurprise = 1", "surprise", "not permitted"),
        ('code = "pilot"', 'code = "Pilot 1"', "code", "match pattern"),
        ("seamless_limit = 2", "seamless_limit = 32", "seamless_limit", "less than 32"),
        ("from_age = 100", "from_age = 80", "", "ascending order"),
        ("senior_months = 12", "senior_months = 0", "bands.0.senior_months", "greater than or equal to 1"),
        ("longest_senior_days = 397", "longest_senior_days = 396", "", "longest_senior_days is 396"),
        ("longest_seamless_days = 215", "longest_seamless_days = 214", "", "longest_seamless_days is 214"),
        ('zh-CN = "试点"', "", "name.zh-CN", "required"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place_and_the_problem(
    old: str, new: str, where: str, problem: str
) -> None:
    with pytest.raises(BadInput, match="programme_invalid") as caught:
        programmes.parse(TOML.replace(old, new, 1))
    assert caught.value.params["where"] == where
    assert problem in str(caught.value.params["problem"])
