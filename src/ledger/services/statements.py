"""The elder's statement: my certifications, my consents, and who asked what about me and what they got."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256

from sqlalchemy import Connection, RowMapping

from ledger.domain.access import qr
from ledger.domain.access.entry import Entry, opening
from ledger.domain.access.proof import AccessProof
from ledger.domain.programmes import DAY
from ledger.encoding.canonical import canonical_json
from ledger.errors import BadInput, Forbidden
from ledger.services.actors import Actor, Role
from ledger.services.answers import AsOfView
from ledger.services.consent_terms import ConsentView
from ledger.services.consents import Consents
from ledger.services.context import Context
from ledger.services.facts import FactKind
from ledger.services.history import history_lines
from ledger.services.organisations import Directory
from ledger.services.people import People, Person
from ledger.services.references import SubjectRef
from ledger.services.verdicts import Verdicts
from ledger.store import access_log, index, mandates

ENTRIES_PER_PAGE = 6
"""As many lines of large type as a page holds, and a code that a telephone still reads."""
MOST_ENTRIES = 600
LONGEST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class CertificationLine:
    """One act on the person's state in a programme. Names no worker. Times are unix seconds."""

    programme: str
    recorded_at: int
    occurred_on: str | None
    action: str
    scheme: str
    method: str
    organisation: str
    valid_until: int


@dataclass(frozen=True, slots=True)
class StateLine:
    """How the person stands in a programme now."""

    programme: str
    verdict: str
    valid_until: int | None


@dataclass(frozen=True, slots=True)
class RequestLine:
    """Who asked, when (unix seconds), about what, why, and what came of it."""

    at: float
    organisation: str
    action: str
    category: str | None
    purpose: str | None
    granted: bool
    reason: str | None
    index: int


@dataclass(frozen=True, slots=True)
class StatementPage:
    """The requests on one page, and the text of its QR code."""

    requests: tuple[RequestLine, ...]
    code: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What the statement says. Times are unix seconds; organisations and terms are codes."""

    subject_id: str
    name: str = field(repr=False)
    issued_at: int
    since: int
    as_of: AsOfView | None
    states: tuple[StateLine, ...]
    certifications: tuple[CertificationLine, ...]
    consents: tuple[ConsentView, ...]
    pages: tuple[StatementPage, ...]
    left_out: int
    """Older requests since then that did not fit."""
    digest: str
    """SHA-256 of the canonical JSON of all of this but `digest` and `code`; the log has it."""
    code: str
    """The text of the QR code of the first page: the log's entry about this statement, with the digest."""


class Statements:
    """The use case of the statement. It is logged like every other release."""

    def __init__(self, context: Context, people: People, verdicts: Verdicts, consents: Consents) -> None:
        self._context = context
        self._people = people
        self._verdicts = verdicts
        self._consents = consents

    def of(self, actor: Actor, subject: SubjectRef, *, days: int = 365) -> Statement:
        """The statement of the last `days`: for the person, through a worker or reviewer of theirs, or for
        someone of the family under a mandate in force.

        Raises Forbidden `not_yours`; BadInput `statement.days_out_of_range`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER, Role.FAMILY)
        if not 1 <= days <= LONGEST_DAYS:
            raise BadInput("statement.days_out_of_range", got=days, expected=LONGEST_DAYS)
        now = self._context.now()
        with self._context.write() as conn:
            person = self._find(conn, actor, subject, now)
            made = self._made(conn, person, since=now - days * DAY, now=now)
            digest = sha256(canonical_json(_content(made))).hexdigest()
            entry = Entry(
                at=float(now),
                actor=actor.id,
                organisation_id=actor.organisation,
                subject_id=person.id,
                action="statement",
                outcome="shown",
                detail={"digest": digest},
            )
            at = access_log.append(conn, [entry])
        return replace(made, digest=digest, code=qr.encode([_opened(entry, at)]))

    def withheld(self, actor: Actor) -> tuple[int, int | None]:
        """For auditors: how many requests the law keeps from their persons now, and when (unix seconds) the
        next is released.
        """
        actor.require_role(Role.AUDITOR)
        with self._context.database.read() as conn:
            return access_log.secret(conn, self._context.clock())

    def _find(self, conn: Connection, actor: Actor, subject: SubjectRef, now: int) -> Person:
        if actor.role is not Role.FAMILY:
            return self._people.find(conn, actor, subject)
        if subject.id is None or subject.id not in mandates.in_force(conn, actor.id, now):
            raise Forbidden("not_yours")
        return self._people.by_id(conn, subject.id)

    def _made(self, conn: Connection, person: Person, *, since: int, now: int) -> Statement:
        directory = Directory(conn)
        names = self._people.present(conn, {person.id: person}, [FactKind.NAME])[person.id]
        rows = access_log.about(conn, person.id, since=since, most=MOST_ENTRIES + 1)
        shown = [row for row in rows[:MOST_ENTRIES] if (row["secret_until"] or 0) <= now]
        return Statement(
            subject_id=person.id,
            name=names[0].value["name"] if names else "",
            issued_at=now,
            since=since,
            as_of=AsOfView.of(index.as_of(conn)),
            states=self._states(conn, person),
            certifications=self._certifications(conn, person),
            consents=tuple(self._consents.of_person(conn, person)),
            pages=tuple(
                _page(directory, shown[start : start + ENTRIES_PER_PAGE])
                for start in range(0, len(shown), ENTRIES_PER_PAGE)
            ),
            left_out=max(0, len(rows) - MOST_ENTRIES),
            digest="",
            code="",
        )

    def _states(self, conn: Connection, person: Person) -> tuple[StateLine, ...]:
        lines = []
        for code, programme in self._context.programmes.items():
            verdict = self._verdicts.now(conn, [person], programme)[person.id].verdict
            lines.append(StateLine(code, verdict.verdict.value, verdict.valid_until))
        return tuple(lines)

    def _certifications(self, conn: Connection, person: Person) -> tuple[CertificationLine, ...]:
        return tuple(
            CertificationLine(
                programme=code,
                recorded_at=line.recorded_at,
                occurred_on=line.occurred_on,
                action=line.action,
                scheme=line.scheme,
                method=line.method,
                organisation=line.organisation,
                valid_until=line.valid_until,
            )
            for code, programme in self._context.programmes.items()
            for line in reversed(history_lines(conn, person, programme))
        )


def _page(directory: Directory, rows: Sequence[RowMapping]) -> StatementPage:
    return StatementPage(
        requests=tuple(_request(directory, row) for row in rows),
        code=qr.encode([_opened(access_log.entry_of(row), row["sequence"] - 1) for row in rows]),
    )


def _request(directory: Directory, row: RowMapping) -> RequestLine:
    outcome, _, reason = row["outcome"].partition(":")
    return RequestLine(
        at=row["at"],
        organisation=directory.code(row["organisation_id"]),
        action=row["action"],
        category=(row["detail"] or {}).get("category"),
        purpose=row["purpose"],
        granted=outcome != "DENY",
        reason=reason or None,
        index=row["sequence"] - 1,
    )


def _opened(entry: Entry, at: int) -> AccessProof:
    return AccessProof.model_validate(
        {
            "entry": entry.content(),
            "index": at,
            "subject": {"id": entry.subject_id, "opening": opening(entry.salt, "subject")},
        }
    )


def _content(statement: Statement) -> dict[str, object]:
    """What the digest is of."""
    content = asdict(statement)
    del content["digest"], content["code"]
    return content
