from __future__ import annotations

import pytest

from ledger.domain.divisions import DivisionError
from tests.rosters import DIVISIONS, NANQIAO


@pytest.mark.parametrize(
    "written",
    [
        "510181004002",
        " ５１０１８１００４００２ ",
        "南桥社区",
        "南桥",
        "南 桥 社区",
        "灌口街道南桥社区",
        "灌口街道-南桥社区居委会",
        "都江堰市灌口街道南桥社区",
    ],
)
def test_a_community_is_known_by_code_and_by_its_names(written: str) -> None:
    assert DIVISIONS.community(written) == NANQIAO


def test_a_name_of_two_communities_is_ambiguous_until_its_street_leads() -> None:
    with pytest.raises(DivisionError) as caught:
        DIVISIONS.community("文庙社区")
    assert (caught.value.code, caught.value.params) == ("division.ambiguous", {"count": 2})
    assert DIVISIONS.community("幸福街道文庙社区") == "510181002004"


@pytest.mark.parametrize("written", ["火星社区", "510181004099", "510181004", ""])
def test_an_unknown_community_is_refused(written: str) -> None:
    with pytest.raises(DivisionError) as caught:
        DIVISIONS.community(written)
    assert caught.value.code == "division.unknown"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("510181", "510181"),
        ("510181000000", "510181"),
        ("510181004000", "510181004"),
        ("都江堰市", "510181"),
        ("灌口街道", "510181004"),
        ("都江堰市灌口街道", "510181004"),
        ("南桥社区", NANQIAO),
    ],
)
def test_a_division_may_be_a_county_a_street_or_a_community(written: str, code: str) -> None:
    assert DIVISIONS.division(written) == code
