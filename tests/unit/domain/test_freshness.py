"""When the index can be relied on."""

from __future__ import annotations

import pytest

from ledger.domain.freshness import FARTHEST_BEHIND, doubt

NOW = 1_000_000.0


@pytest.mark.parametrize(
    ("checked_at", "trouble", "behind", "expected"),
    [
        (NOW, None, 0, None),
        (NOW - 15, None, FARTHEST_BEHIND, None),
        (None, None, 0, "index_empty"),
        (NOW, "node_unreachable", 0, "node_unreachable"),
        (NOW - 15.1, None, 0, "index_stale"),
        (NOW, None, FARTHEST_BEHIND + 1, "index_behind"),
        (NOW + 1, None, 0, None),
        (NOW + 3600, None, 0, "index_stale"),  # a clock that was set back
    ],
)
def test_doubt(checked_at: float | None, trouble: str | None, behind: int, expected: str | None) -> None:
    found = doubt(checked_at=checked_at, trouble=trouble, behind=behind, now=NOW, stale_after=15.0)
    assert found == expected
