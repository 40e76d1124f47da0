"""Freshness: that the node answers counts, not how old an idle chain's head is."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.domain.freshness import FARTHEST_BEHIND, doubt


def asked(**changed: Any) -> str | None:
    known = {"checked_at": 100.0, "trouble": None, "behind": 0, "now": 110.0, "stale_after": 15.0}
    return doubt(**(known | changed))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, None),
        ({"now": 115.0, "behind": FARTHEST_BEHIND}, None),
        ({"checked_at": None, "trouble": "head_went_back"}, "index_empty"),
        ({"trouble": "head_went_back", "now": 999.0}, "head_went_back"),
        ({"now": 115.1, "behind": FARTHEST_BEHIND + 1}, "index_stale"),
        ({"behind": FARTHEST_BEHIND + 1}, "index_behind"),
    ],
)
def test_the_first_doubt_is_named(changed: dict[str, Any], expected: str | None) -> None:
    assert asked(**changed) == expected
