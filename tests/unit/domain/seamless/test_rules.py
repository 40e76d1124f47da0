"""The seamless part of a programme file, and what a wrong one says."""

from __future__ import annotations

from importlib import resources

import pytest

from ledger.domain import programmes
from ledger.domain.seamless.rules import EvidenceClass
from ledger.errors import BadInput, Refused
from tests.seamless import SENIOR_ALLOWANCE

SHIPPED = (resources.files("ledger.programmes") / "senior-allowance.toml").read_text(encoding="utf-8")


def test_the_shipped_rules_know_all_four_classes() -> None:
    rules = SENIOR_ALLOWANCE.seamless
    assert rules is not None
    assert {kind.evidence_class for kind in rules.kinds} == set(EvidenceClass)
    assert [rules.points_of[one] for one in EvidenceClass] == [3, 2, 1, 0]
    assert (rules.points_needed, rules.departments_needed, rules.strong_days) == (3, 2, 180)


def test_the_rules_hash_covers_the_seamless_part() -> None:
    changed = programmes.parse(SHIPPED.replace("strong_days = 180", "strong_days = 181"))
    assert changed.rules_hash != SENIOR_ALLOWANCE.rules_hash


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('class = "B"', 'class = "E"', "Input should be"),
        ("cap = 2", "", "vaccination has no cap"),
        ('class = "C"\ncap = 1', 'class = "D"\ncap = 1', "bus-card is of class D and gives no points"),
        ('class = "C"', 'class = "C"\nauthoritative = true', "not of class D"),
        ('code = "phone"', 'code = "pharmacy"', "stands twice"),
        ("points_needed = 3", "points_needed = 0", "greater than or equal to 1"),
    ],
)
def test_wrong_seamless_rules_are_refused_with_the_problem(old: str, new: str, problem: str) -> None:
    with pytest.raises(BadInput, match="programme_invalid") as caught:
        programmes.parse(SHIPPED.replace(old, new, 1))
    assert problem in str(caught.value.params["problem"])


def test_a_programme_may_do_without_seamless_certification() -> None:
    without = programmes.parse(SHIPPED.partition("[seamless]")[0])
    with pytest.raises(Refused, match="seamless_not_offered"):
        _ = without.seamless_rules
