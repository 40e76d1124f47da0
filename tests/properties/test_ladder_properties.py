"""What holds on the ladder whatever happens, and in whatever order it becomes known."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.ladder.facts import Attempt, Circumstances, Facts, Result, Step
from ledger.domain.ladder.next_step import Next, next_step
from ledger.domain.ladder.rules import LadderRules
from ledger.domain.outages import Outage, counted, passed
from tests.samples import DAY, NOW

RULES = LadderRules()
DUE_DAYS = 60

days = st.integers(min_value=-200, max_value=200).map(lambda day: NOW + day * DAY)
tried = st.sampled_from([Step.NOTICE, Step.FAMILY, Step.VIDEO, Step.VISIT])
circumstances = st.builds(Circumstances, *[st.booleans()] * 4)


@st.composite
def attempts(draw: st.DrawFn) -> Attempt:
    at = draw(days)
    delivered = draw(st.none() | st.integers(0, 30).map(lambda later: at + later * DAY))
    result = Result.DELIVERED if delivered else draw(st.sampled_from([Result.SENT, Result.FAILED]))
    return Attempt(draw(tried), at, result, delivered)


@st.composite
def outages(draw: st.DrawFn) -> Outage:
    start = draw(days)
    return Outage(start, draw(st.none() | st.integers(0, 60).map(lambda more: start + more * DAY)))


facts = st.builds(
    Facts,
    valid_until=days,
    circumstances=circumstances,
    attempts=st.lists(attempts(), max_size=8).map(tuple),
    outages=st.lists(outages(), max_size=4).map(tuple),
    appeal_open=st.booleans(),
)


def at(known: Facts, now: int = NOW) -> Next:
    return next_step(known, RULES, DUE_DAYS, now)


@given(facts, st.randoms(use_true_random=False))
def test_the_order_in_which_facts_came_changes_nothing(known: Facts, random: object) -> None:
    shuffled = list(known.attempts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert at(replace(known, attempts=tuple(shuffled))) == at(known)
    assert at(replace(known, outages=tuple(reversed(known.outages)))) == at(known)


@given(facts)
def test_no_review_without_a_delivered_notice_and_the_visits(known: Facts) -> None:
    if at(known).step is Step.REVIEW:
        delivered = [one.delivered_at for one in known.attempts if one.delivered_at is not None]
        assert delivered
        assert counted(min(delivered), NOW, known.outages) >= RULES.grace_days * DAY
        assert len([one for one in known.attempts if one.step is Step.VISIT]) >= RULES.visits
        assert known.valid_until <= NOW
        assert not known.appeal_open


@given(facts, outages())
def test_an_outage_never_brings_a_review_nearer(known: Facts, outage: Outage) -> None:
    without = at(known)
    with_it = at(replace(known, outages=(*known.outages, outage)))
    if with_it.step is Step.REVIEW:
        assert without.step is Step.REVIEW
        assert without.at <= with_it.at
    else:
        assert without.step in {with_it.step, Step.REVIEW}


@given(facts)
def test_whoever_cannot_come_is_visited_and_nobody_is_called_in(known: Facts) -> None:
    step = at(known)
    if known.circumstances.visit_at_once:
        assert step.step not in {Step.FAMILY, Step.VIDEO}
        if not known.attempts:
            assert step.step is Step.VISIT
    assert step.step in set(Step)


@given(facts, st.integers(0, 400))
def test_time_alone_only_climbs(known: Facts, later: int) -> None:
    order = list(Step)
    if Step.NOTICE in {one.step for one in known.attempts}:
        first, then = at(known).step, at(known, NOW + later * DAY).step
        # A letter that has to be brought because nothing arrived is the one step back.
        if Step.NOTICE not in {first, then}:
            assert order.index(then) >= order.index(first)


@given(facts, st.sampled_from(["certified", "stopped", "ended"]))
def test_what_has_ended_asks_for_nothing(known: Facts, why: str) -> None:
    assert at(replace(known, ended=why)).step is Step.END


@given(st.lists(outages(), max_size=5), days, st.integers(0, 90))
def test_counted_time_and_its_end_agree(gaps: list[Outage], start: int, length: int) -> None:
    end = passed(start, length * DAY, gaps, NOW)
    if end is None:
        assert counted(start, NOW, gaps) < length * DAY or start > NOW
    else:
        assert counted(start, end, gaps) == length * DAY
        assert end <= NOW
