"""Ranges grow while a node is quick, and shrink where it refuses."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger.relay.ranges import Span


def sizes(span: Span, seconds: float, times: int) -> list[int]:
    found = []
    for _ in range(times):
        span.took(seconds)
        found.append(span.blocks)
    return found


def test_a_quick_node_is_asked_for_more_up_to_the_limit() -> None:
    assert sizes(Span(5000), 0.1, 8) == [200, 400, 800, 1600, 3200, 5000, 5000, 5000]


def test_a_slow_node_is_asked_for_less_down_to_one_block() -> None:
    assert sizes(Span(5000), 9.0, 8) == [50, 25, 12, 6, 3, 1, 1, 1]


def test_one_neither_quick_nor_slow_is_left_as_it_is() -> None:
    assert sizes(Span(5000), 1.0, 3) == [100, 100, 100]


def test_what_was_refused_is_not_asked_for_again_at_once_but_later() -> None:
    span = Span(5000)
    span.refused()
    found = sizes(span, 0.1, 40)
    assert found[:31] == [50] * 31
    assert found[31:] == [100] * 9


@given(limit=st.integers(1, 10_000), asked=st.lists(st.one_of(st.none(), st.floats(0, 100)), max_size=200))
def test_the_size_stays_between_one_and_the_limit(limit: int, asked: list[float | None]) -> None:
    span = Span(limit)
    for seconds in asked:
        if seconds is None:
            span.refused()
        else:
            span.took(seconds)
        assert 1 <= span.blocks <= limit
