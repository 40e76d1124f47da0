"""Which step comes next, and when: facts in, one step out, with its reason.

due → notice → family → video → visit → grace → review by a person. Nothing here stops anything: there is no
step that does, and none that asks anybody to come to an office.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.domain.ladder.facts import Attempt, Facts, Result, Step
from ledger.domain.ladder.rules import LadderRules
from ledger.domain.outages import passed
from ledger.domain.programmes import DAY, local_date


@dataclass(frozen=True, slots=True)
class Next:
    """The next step, to be taken not before `at` (unix seconds), and why: the message `ladder.why.<why>`."""

    step: Step
    at: int
    why: str
    params: dict[str, int] = field(default_factory=dict)


def next_step(facts: Facts, rules: LadderRules, due_days: int, now: int) -> Next:
    """The step that comes next as of `now`. It is due once `at` is not after `now`."""
    begin = facts.valid_until - due_days * DAY
    if facts.ended is not None:
        return Next(Step.END, now, facts.ended)
    if facts.death_reported:
        return Next(Step.REVIEW, now, "death_reported")
    if facts.circumstances.visit_at_once:
        return _visit(facts, rules, now, since=begin)
    return _notice(facts, rules, now, begin)


def _notice(facts: Facts, rules: LadderRules, now: int, begin: int) -> Next:
    notices = _of(facts, Step.NOTICE)
    if not notices:
        return Next(Step.NOTICE, begin, "due", {"days": rules.notice_days})
    if _of(facts, Step.FAMILY):
        return _after_family(facts, rules, now)
    wait = rules.notice_days * DAY
    delivered = _delivered(notices)
    if delivered is not None:
        return Next(Step.FAMILY, delivered + wait, "notice_unanswered", {"days": rules.notice_days})
    last = notices[-1]
    if last.result is Result.FAILED:
        return Next(Step.FAMILY, last.at, "notice_failed")
    return Next(Step.FAMILY, last.at + wait, "notice_undelivered", {"days": rules.notice_days})


def _after_family(facts: Facts, rules: LadderRules, now: int) -> Next:
    asked = _of(facts, Step.FAMILY)[-1]
    # Where there is no family to ask, there is nothing to wait for.
    video_at = asked.at + (0 if asked.result is Result.FAILED else rules.family_days * DAY)
    visit_at = video_at + rules.video_days * DAY
    videos, visits = _of(facts, Step.VIDEO), _of(facts, Step.VISIT)
    if videos or visits or now >= visit_at:
        return _visit(facts, rules, now, since=videos[0].at if videos else visit_at)
    return Next(Step.VIDEO, video_at, "family_asked", {"days": rules.video_days})


def _visit(facts: Facts, rules: LadderRules, now: int, *, since: int) -> Next:
    in_vain = {local_date(one.at) for one in _of(facts, Step.VISIT)}
    if len(in_vain) < rules.visits:
        why = "visit_at_once" if facts.circumstances.visit_at_once else "visit"
        return Next(Step.VISIT, since, why, {"done": len(in_vain), "needed": rules.visits})
    return _grace(facts, rules, now)


def _grace(facts: Facts, rules: LadderRules, now: int) -> Next:
    """Grace runs from the first delivered notice; where none was, a letter has to be brought first."""
    last = max(one.at for one in facts.attempts)
    delivered = _delivered(facts.attempts)
    if delivered is None:
        # One that was sent and has not arrived yet is given its time before a worker is sent with another.
        pending = any(
            one.step is Step.NOTICE and one.result is Result.SENT and now < one.at + rules.notice_days * DAY
            for one in facts.attempts
        )
        wait = rules.notice_days * DAY if pending else 0
        return Next(Step.NOTICE, last + wait, "no_notice_delivered")
    over = passed(delivered, rules.grace_days * DAY, facts.outages, now)
    if over is None:
        return Next(Step.GRACE, last, "grace", {"days": rules.grace_days})
    over = max(over, last, facts.valid_until)
    if over > now:
        return Next(Step.GRACE, last, "grace", {"days": rules.grace_days})
    if facts.appeal_open:
        return Next(Step.GRACE, last, "appeal_open")
    return Next(Step.REVIEW, over, "grace_over", {"days": rules.grace_days})


def _of(facts: Facts, step: Step) -> list[Attempt]:
    return sorted((one for one in facts.attempts if one.step is step), key=lambda one: one.at)


def _delivered(attempts: tuple[Attempt, ...] | list[Attempt]) -> int | None:
    """When a notice first reached the person or somebody who stands for them."""
    return min((one.delivered_at for one in attempts if one.delivered_at is not None), default=None)
