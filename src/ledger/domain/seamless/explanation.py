"""What a worker can read out about an outcome: message codes with their parameters.

It names classes, departments and months, as the certification's record does: not the kind of event or its
day, which are nobody's business at the door.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from ledger.domain.programmes import Programme, local_date
from ledger.domain.seamless.evaluate import Lack, Outcome, Result
from ledger.domain.seamless.rules import SeamlessRules


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message code with its parameters; `department` among them is an organisation's id."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


def explain(outcome: Outcome, programme: Programme) -> tuple[Sentence, ...]:
    """Why an outcome is what it is, and what comes next, in the order to be read."""
    rules = programme.seamless_rules
    return (
        Sentence(f"seamless.result.{outcome.result.value.replace('-', '_')}"),
        *_evidence(outcome, rules),
        *_weighed(outcome, rules),
        *_ends(outcome),
        Sentence("seamless.next.certified" if outcome.result is Result.CERTIFY else "seamless.next.visit"),
    )


def _evidence(outcome: Outcome, rules: SeamlessRules) -> Iterator[Sentence]:
    """One sentence for each department and class, with the latest month in which it saw the person."""
    latest: dict[tuple[str, int], date] = {}
    for signal in outcome.counted:  # by day, so the last is the latest
        place = (rules.by_code[signal.kind].evidence_class.value, signal.department)
        latest[place] = signal.occurred_on
    for (evidence_class, department), day in sorted(latest.items()):
        yield Sentence(
            f"seamless.evidence.{evidence_class.lower()}", {"department": department, "month": f"{day:%Y-%m}"}
        )


def _weighed(outcome: Outcome, rules: SeamlessRules) -> Iterator[Sentence]:
    if outcome.result not in {Result.CERTIFY, Result.NOT_ENOUGH}:
        return
    yield Sentence(
        "seamless.weighed",
        {
            "points": outcome.points,
            "points_needed": rules.points_needed,
            "departments": len(outcome.departments),
            "departments_needed": rules.departments_needed,
            "months": rules.window_months,
        },
    )
    for lack in outcome.lacks:
        params: Mapping[str, str | int] = {"days": rules.strong_days} if lack is Lack.STRONG else {}
        yield Sentence(f"seamless.lack.{lack.value.replace('-', '_')}", params)


def _ends(outcome: Outcome) -> Iterator[Sentence]:
    if outcome.validity is None or outcome.latest_strong is None:
        return
    last_day = local_date(outcome.validity.valid_until - 1)
    yield Sentence(
        "seamless.valid",
        {"from_month": f"{outcome.latest_strong:%Y-%m}", "until": last_day.isoformat()},
    )
