"""Second visits: nobody too often, nobody at home, and the same draw for the same seed."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.revisits import PER_WORKER, Candidate, Visitor, draw

candidates = st.lists(
    st.builds(
        Candidate,
        st.integers(0, 999).map(lambda number: f"S{number}"),
        st.integers(1, 5),
        st.sampled_from(["a", "b", "c"]),
    ),
    unique_by=lambda one: one.subject_id,
    max_size=40,
)
visitors = st.lists(
    st.builds(
        Visitor,
        st.integers(0, 99).map(lambda number: f"u{number}"),
        st.frozensets(st.integers(1, 5), max_size=3),
    ),
    unique_by=lambda one: one.user_id,
    max_size=8,
)


@given(candidates, visitors, st.text(max_size=8), st.randoms(use_true_random=False))
def test_a_draw_is_fair_and_can_be_drawn_again(
    people: list[Candidate], workers: list[Visitor], seed: str, random: object
) -> None:
    drawn = draw(people, workers, seed=seed, month="2026-03")
    assert all(one.community not in visitor.communities for one, visitor in drawn)
    assert all(count <= PER_WORKER for count in Counter(v.user_id for _, v in drawn).values())
    assert len({one.subject_id for one, _ in drawn}) == len(drawn)
    random.shuffle(people)  # type: ignore[attr-defined]
    random.shuffle(workers)  # type: ignore[attr-defined]
    assert draw(people, workers, seed=seed, month="2026-03") == drawn


@given(st.integers(1, 30), st.integers(1, 10))
def test_every_stratum_gets_the_same_as_far_as_it_has_people(large: int, workers: int) -> None:
    people = [Candidate(f"S{at}", 1, "large") for at in range(large + 100)]
    people += [Candidate(f"T{at}", 1, "small") for at in range(large)]
    visiting = [Visitor(f"u{at}", (2,)) for at in range(workers)]
    counts = Counter(one.stratum for one, _ in draw(people, visiting, seed="s", month="2026-03"))
    assert sum(counts.values()) == PER_WORKER * workers
    assert counts["small"] == min(large, workers)
