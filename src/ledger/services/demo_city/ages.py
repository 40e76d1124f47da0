"""Ages and sexes after the published structure of people over 60.

Source of the totals: Seventh National Population Census of China, 1 November 2020, population by age and sex
(China Population Census Yearbook 2020). They are quoted from a secondary publication of that table; checked
is their sum, 264,018,218, against Communiqué No. 5 of the census (264,018,766, servicemen included).

The shares of men are rounded to whole per cent. Only their whole is checked: over all ages they give the
published 93 men for 100 women; how they fall with age above 80 is our estimate. Within a group of five years
the years are equally likely, and above 100 each is half as likely as the one before.
"""

from __future__ import annotations

from datetime import date, timedelta

from ledger.domain.identity_number import Sex
from ledger.services.demo_city.draws import Draws, Weighted

PEOPLE_BY_AGE = {
    60: 73_382_938,
    65: 74_005_560,
    70: 49_590_036,
    75: 31_238_849,
    80: 20_382_878,
    85: 10_826_530,
    90: 3_652_749,
    95: 819_812,
    100: 118_866,
}
"""People by the youngest age of their group of five years; the last group is open."""

MEN_PER_CENT = {60: 50, 65: 49, 70: 49, 75: 47, 80: 45, 85: 42, 90: 37, 95: 33, 100: 30}

_OLDEST_GROUP = 100
_CENTENARIANS = Weighted({100: 16, 101: 8, 102: 4, 103: 2, 104: 1})


def draw_births(draws: Draws, size: int, as_of: date) -> list[tuple[Sex, date]]:
    """Sex and birth date of `size` people alive on `as_of` (a first of January), in random order.

    Each age group and sex has its published share, rounded by largest remainder; nothing else is left to
    chance but the ages within a group.
    """
    shares = {
        (age, sex): people * (per_cent if sex is Sex.MALE else 100 - per_cent)
        for age, people in PEOPLE_BY_AGE.items()
        for per_cent in (MEN_PER_CENT[age],)
        for sex in Sex
    }
    births = [
        (sex, _birth_date(draws, _age(draws, group), as_of))
        for (group, sex), count in apportion(shares, size).items()
        for _ in range(count)
    ]
    return draws.shuffled(births)


def apportion(shares: dict[tuple[int, Sex], int], size: int) -> dict[tuple[int, Sex], int]:
    """Whole numbers in proportion to `shares` that add up to `size`, by largest remainder."""
    total = sum(shares.values())
    counts = {key: share * size // total for key, share in shares.items()}
    by_remainder = sorted(shares, key=lambda key: shares[key] * size % total, reverse=True)
    for key in by_remainder[: size - sum(counts.values())]:
        counts[key] += 1
    return counts


def _age(draws: Draws, group: int) -> int:
    return draws.weighted(_CENTENARIANS) if group == _OLDEST_GROUP else group + draws.below(5)


def _birth_date(draws: Draws, age: int, as_of: date) -> date:
    return date(as_of.year - age - 1, 1, 1) + timedelta(days=1 + draws.below(365))
