"""Loads the demonstration through the use cases that a user would use.

Interrupted, it goes on when started again: every step is done under an idempotency key, or changes nothing
when done twice.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from ledger.domain.programmes import DAY, local_date
from ledger.domain.vocabulary import CATEGORIES
from ledger.errors import CannotKnow, Refused
from ledger.services.accounts import Accounts, Invitation
from ledger.services.actors import Actor
from ledger.services.acts import Action
from ledger.services.api_keys import ApiKeys
from ledger.services.bases import Bases
from ledger.services.certification_requests import MAX_ITEMS, CertificationRequest
from ledger.services.certify import Certify
from ledger.services.consent_terms import ConsentDecision, ConsentTuple
from ledger.services.consents import Consents
from ledger.services.context import Context
from ledger.services.deaths.report import DeathReport, Deaths
from ledger.services.delegations import Delegations, NewDelegation
from ledger.services.demo.story import Story, tell
from ledger.services.demo.users import SUBDISTRICT, USERS, DemonstrationUsers
from ledger.services.demo_city import PILOT_COMMUNITY, build_city, write_rosters
from ledger.services.enrol import Enrol
from ledger.services.handles import Handles
from ledger.services.references import SubjectRef
from ledger.services.sessions import Sessions
from ledger.store import operations, properties

Progress = Callable[[str, int, int], None]
"""Called with a stage's message code, steps done, steps in all."""

_PROPERTY = "demonstration"
_PATIENCE = 120.0
"""Seconds without any operation becoming final after which loading gives up."""
_BASIS = ConsentTuple(SUBDISTRICT, "transport", "age-band", "transport-benefit")
_GUARDIAN = "示范监护人"
_BASIS_LAW = "《中华人民共和国老年人权益保障法》第五十八条"


@dataclass(frozen=True, slots=True)
class DemonstrationReport:
    """What is there now."""

    people: int
    certifications: int
    seconds: float
    users_file: Path
    loaded_before: bool


class Demonstration:
    """Loads the demonstration city."""

    def __init__(
        self,
        context: Context,
        *,
        bases: Bases,
        accounts: Accounts,
        sessions: Sessions,
        api_keys: ApiKeys,
        enrol: Enrol,
        certify: Certify,
        consents: Consents,
        handles: Handles,
        deaths: Deaths,
        delegations: Delegations,
    ) -> None:
        self._context = context
        self._bases = bases
        self._enrol = enrol
        self._certify = certify
        self._consents = consents
        self._handles = handles
        self._deaths = deaths
        self._delegations = delegations
        self._users_file = context.settings.home / "demo-users.txt"
        self._users = DemonstrationUsers(self._users_file, accounts, sessions, api_keys)

    def load(self, operator_invitation: Invitation | None, progress: Progress) -> DemonstrationReport:
        """Makes whatever is not there yet, and returns when all of it is final on chain.

        Raises CannotKnow `demo_not_final` if the chain stops taking records.
        """
        started = time.monotonic()
        self._users.make(operator_invitation)
        city = build_city()
        begun = self._begun_on()
        if begun.loaded:
            return self._report(len(city.people), 0, started, loaded_before=True)
        story = tell(city, self._context.programme("senior-allowance"), begun.day)
        rosters = write_rosters(city, self._context.settings.home / "demo")
        self._import(rosters, progress)
        self._certify_all(story, progress)
        self._record_consents(story, progress)
        self._add_basis()
        self._wait(progress)
        with self._context.write() as conn:
            properties.put(conn, _PROPERTY, {"day": begun.day.isoformat(), "loaded": True})
        certifications = sum(len(visits) for visits in story.visits.values())
        return self._report(len(city.people), certifications, started, loaded_before=False)

    def _begun_on(self) -> _Begun:
        """The day the story ends on: that of the first start, also when a later one goes on."""
        with self._context.write() as conn:
            kept = properties.get(conn, _PROPERTY)
            if kept is None:
                today = local_date(self._context.clock())
                properties.put(conn, _PROPERTY, {"day": today.isoformat(), "loaded": False})
                return _Begun(today, loaded=False)
            return _Begun(date.fromisoformat(kept["day"]), loaded=kept["loaded"])

    def _import(self, rosters: Sequence[Path], progress: Progress) -> None:
        for done, path in enumerate(rosters):
            progress("demo.rosters", done, len(rosters))
            self._enrol.import_roster(
                self._worker(path.stem), path.read_bytes(), path.name, default_community=path.stem
            )
        progress("demo.rosters", len(rosters), len(rosters))

    def _certify_all(self, story: Story, progress: Progress) -> None:
        reviewer = self._users.actor("guankou")
        steps: list[tuple[str, Actor, Sequence[CertificationRequest]]] = [
            *(("visits-" + code, self._worker(code), items) for code, items in story.visits.items()),
            ("notices", self._worker(PILOT_COMMUNITY), story.notices),
            *(("deaths-" + code, self._worker(code), items) for code, items in story.deaths.items()),
        ]
        for done, (name, actor, items) in enumerate(steps):
            progress("demo.certifications", done, len(steps))
            for start in range(0, len(items), MAX_ITEMS):
                part = items[start : start + MAX_ITEMS]
                self._certify.submit(actor, part, idempotency_key=f"demo-{name}-{start}")
        self._corroborate(story)
        self._certify.submit(reviewer, story.reviews, idempotency_key="demo-reviews-0")
        progress("demo.certifications", len(steps), len(steps))

    def _corroborate(self, story: Story) -> None:
        """The department's own word on the deaths that the reviewer then confirms."""
        department = self._users.department()
        for request in story.reviews:
            if request.action is not Action.CONFIRM_DEATH or request.occurred_on is None:
                continue
            numbers = [request.subject.identity_number or ""]
            (known,) = self._handles.resolve(department, numbers)
            if known is None:
                continue
            report = DeathReport(SubjectRef(handle=known.handle), "death-certificate", request.occurred_on)
            with contextlib.suppress(Refused):  # confirmed, when loading goes on after that
                self._deaths.report(department, report)

    def _record_consents(self, story: Story, progress: Progress) -> None:
        for done, act in enumerate(story.consents):
            if done % 10 == 0:
                progress("demo.consents", done, len(story.consents))
            worker = self._worker(act.community)
            subject = SubjectRef(identity_number=act.number)
            decision = ConsentDecision(grantor=act.grantor)
            if act.grantor == "guardian":
                self._record_guardian(worker, subject)
            key = f"demo-consent-{done}"
            if act.then == "refuse":
                self._consents.refuse(worker, subject, act.terms, decision=decision, idempotency_key=key)
                continue
            given = self._consents.give(worker, subject, act.terms, decision=decision, idempotency_key=key)
            if act.then == "withdraw":
                self._consents.withdraw(
                    worker, given.consent_id, decision=decision, idempotency_key=f"{key}-withdraw"
                )
        progress("demo.consents", len(story.consents), len(story.consents))

    def _record_guardian(self, worker: Actor, subject: SubjectRef) -> None:
        if self._delegations.list(worker, subject):
            return
        guardian = NewDelegation(
            kind="guardian",
            name=_GUARDIAN,
            categories=tuple(CATEGORIES),
            valid_until=self._context.now() + 365 * DAY,
            evidence=(sha256(_GUARDIAN.encode()).hexdigest(),),
        )
        self._delegations.record(worker, subject, guardian)

    def _add_basis(self) -> None:
        if all(basis.terms != _BASIS for basis in self._bases.list()):
            self._bases.add(self._users.actor("operator"), _BASIS, legal_reference=_BASIS_LAW)

    def _wait(self, progress: Progress) -> None:
        most = waiting = self._waiting()
        moved = time.monotonic()
        while waiting:
            progress("demo.final", most - waiting, most)
            if time.monotonic() - moved > _PATIENCE:
                raise CannotKnow("demo_not_final", waiting=waiting)
            time.sleep(0.1)
            before, waiting = waiting, self._waiting()
            if waiting < before:
                moved = time.monotonic()
        progress("demo.final", most, most)

    def _waiting(self) -> int:
        with self._context.database.read() as conn:
            return operations.waiting(conn)

    def _worker(self, community: str) -> Actor:
        login = next(user.login for user in USERS if user.organisation == community)
        return self._users.actor(login)

    def _report(
        self, people: int, certifications: int, started: float, *, loaded_before: bool
    ) -> DemonstrationReport:
        return DemonstrationReport(
            people=people,
            certifications=certifications,
            seconds=time.monotonic() - started,
            users_file=self._users_file,
            loaded_before=loaded_before,
        )


@dataclass(frozen=True, slots=True)
class _Begun:
    day: date
    loaded: bool
