"""Where people stand on their ladders: the facts that the next step is decided from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row

from ledger.domain.cases import CaseKind
from ledger.domain.codes import Authorisation, Death, Status
from ledger.domain.ladder.facts import Attempt, Circumstances, Facts, Result, Step
from ledger.domain.ladder.next_step import Next, next_step
from ledger.domain.ladder.rules import LadderRules
from ledger.domain.programmes import Programme
from ledger.domain.roster.person import Mobility, Residence
from ledger.encoding.words import certification
from ledger.services.facts import Fact, FactKind
from ledger.services.notices.book import CONTACT_KINDS
from ledger.services.people import People, Person
from ledger.services.standing import standing_certifications
from ledger.services.verdicts import tag_of
from ledger.store import cases as cases_store
from ledger.store import ladder as store

KINDS = (
    FactKind.NAME,
    FactKind.BUILDING,
    FactKind.MOBILITY,
    FactKind.RESIDENCE,
    *CONTACT_KINDS,
)
LEFT_NOTICE = "left_notice"
"""A visit in vain that left a notice with somebody."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One person on a ladder."""

    ladder: Row[Any]
    person: Person
    known: Sequence[Fact] = field(repr=False)
    steps: Sequence[Row[Any]] = field(repr=False)
    facts: Facts

    def next(self, rules: LadderRules, programme: Programme, now: int) -> Next:
        """What comes next."""
        return next_step(self.facts, rules, programme.due_days, now)


def standings(
    conn: Connection,
    people: People,
    programme: Programme,
    ladders: Sequence[Row[Any]],
    found: Mapping[str, Person],
) -> list[Standing]:
    """Each ladder whose person's keys still exist, with everything that its next step depends on."""
    outages = tuple(store.outages(conn))
    here = [row for row in ladders if row.subject_id in found]
    steps = store.steps_of(conn, [row.id for row in here])
    tags = {row.subject_id: tag_of(found[row.subject_id], programme) for row in here}
    words = standing_certifications(conn, programme.id, list(tags.values()))
    cases = cases_store.open_of_subjects(conn, list(tags))
    known = people.present(conn, {subject: found[subject] for subject in tags}, KINDS)
    made = []
    for row in here:
        word = words[tags[row.subject_id]]
        kinds = {case.kind for case in cases.get(row.subject_id, ())}
        taken = steps.get(row.id, [])
        facts = Facts(
            valid_until=row.valid_until,
            circumstances=circumstances(known[row.subject_id], word),
            attempts=tuple(attempt for step in taken if (attempt := _attempt(step)) is not None),
            outages=outages,
            ended=_ended(word, row.valid_until),
            appeal_open=CaseKind.APPEAL in kinds,
            death_reported=CaseKind.DEATH in kinds or certification.death(word) == Death.REPORTED,
        )
        made.append(Standing(row, found[row.subject_id], known[row.subject_id], taken, facts))
    return made


def circumstances(known: Sequence[Fact], word: int) -> Circumstances:
    """What the facts and the person's own objection say about how to reach them."""
    values = {fact.kind: fact.value for fact in known}
    mobility, residence = values.get(FactKind.MOBILITY), values.get(FactKind.RESIDENCE)
    phones = [
        fact
        for fact in known
        if fact.kind is FactKind.CONTACT or (fact.kind is FactKind.GUARDIAN and fact.value["phone"])
    ]
    return Circumstances(
        low_mobility=bool(mobility and mobility["level"] == Mobility.LOW),
        no_phone=not phones,
        institution=bool(residence and residence["kind"] == Residence.INSTITUTION),
        objected=certification.authorisation(word) == Authorisation.OBJECTED,
    )


def _ended(word: int, valid_until: int) -> str | None:
    if certification.status(word) == Status.SUSPENDED:
        return "stopped"
    if certification.status(word) != Status.ACTIVE or certification.death(word) == Death.CONFIRMED:
        return "ended"
    return "certified" if certification.valid_until(word) > valid_until else None


def _attempt(step: Row[Any]) -> Attempt | None:
    kind = Step(step.step)
    if kind in {Step.NOTICE, Step.FAMILY}:
        result = {"delivered": Result.DELIVERED, "failed": Result.FAILED}.get(
            step.notice_state or step.outcome, Result.SENT
        )
        return Attempt(kind, step.at, result, step.notice_delivered_at)
    if kind in {Step.VIDEO, Step.VISIT}:
        left = step.at if step.outcome == LEFT_NOTICE else None
        return Attempt(kind, step.at, Result.NOT_REACHED, left)
    return None
