"""Enrolment: people come into the registry, from a roster or one by one.

A roster goes in by chunks of rows, each in one database transaction; an import that is interrupted and
started again finds what is there and goes on. No row is lost: one that can't become a person opens a case
(待核实).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ledger.domain.divisions import Community, Divisions
from ledger.domain.programmes import local_date
from ledger.domain.roster.cells import RawRow
from ledger.domain.roster.check import CheckedRoster, check_roster
from ledger.domain.roster.columns import Column
from ledger.domain.roster.problems import FaultyRow
from ledger.domain.roster.row import Context as RowContext
from ledger.domain.roster.row import read_row
from ledger.domain.roster.table import Heading
from ledger.errors import BadInput, Conflict, Forbidden, NotFound
from ledger.services.actors import Actor, Role
from ledger.services.cases.roster_rows import RosterRows
from ledger.services.context import Context
from ledger.services.enrolment import Enrolment, Outcome
from ledger.services.ids import new_id
from ledger.services.organisations import Directory
from ledger.services.people import People
from ledger.services.roster_files import Limits, problem_workbook, read_roster
from ledger.store import cases as cases_store
from ledger.store import imports as store

CHUNK = 500
"""Rows in one transaction."""

Progress = Callable[[int, int], None]
"""Called with (rows done, rows in all)."""


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """Rows of an import by what became of them; `rows` is the sum of the others."""

    rows: int
    created: int
    changed: int
    unchanged: int
    cases: int
    """Rows that a person must check (待核实), whether this import opened the case or found it open."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why one cell could not be taken as it is. Holds no personal data."""

    sheet: str
    row: int
    """As the spreadsheet numbers it, from 1."""
    column: str
    """The column's field name."""
    code: str
    params: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `skipped_sheets` hold something, but no heading of a roster."""

    import_id: str
    counts: ImportCounts
    problems: tuple[RowProblem, ...]
    skipped_sheets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One person taken in; `outcome` is created, changed or unchanged."""

    subject_id: str
    outcome: str


class Enrol:
    """The use cases of enrolment."""

    def __init__(self, context: Context, people: People) -> None:
        self._context = context
        self._enrolment = Enrolment(context, people)
        self._cases = RosterRows(context)

    def import_roster(
        self,
        actor: Actor,
        data: bytes,
        filename: str,
        *,
        default_community: str | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Takes in a roster (CSV or XLSX). Workers and reviewers, for their own communities.

        `default_community` (a code) is meant for rows that name none; an actor with one community needs none.

        Raises RosterFileRefused for a file that is refused whole, before anything is written; Forbidden
        `role_required` or `not_yours`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        with self._context.database.read() as conn:
            directory = Directory(conn)
        community = _default_community(actor, directory, default_community)
        file = read_roster(data, filename, Limits(size=self._context.settings.upload_limit))
        roster = _only_own(
            actor,
            directory,
            check_roster(
                file.tables,
                divisions=_divisions(directory),
                today=local_date(self._context.clock()),
                community=community,
            ),
        )
        import_id = new_id("i")
        total = len(roster.good) + len(roster.faulty)
        outcomes, faulty = self._take_in(actor, directory, roster, import_id=import_id, progress=progress)
        with self._context.write() as conn:
            case_ids, new_cases = self._cases.prepare(conn, actor, import_id, faulty, directory)
            counts = ImportCounts(
                rows=total,
                created=outcomes.count(Outcome.CREATED),
                changed=outcomes.count(Outcome.CHANGED),
                unchanged=outcomes.count(Outcome.UNCHANGED),
                cases=len(faulty),
            )
            store.add(
                conn,
                id=import_id,
                filename=filename[:200],
                file_token=hmac.digest(self._context.vault.index_key(), data, hashlib.sha256),
                user_id=actor.id,
                counts={name: getattr(counts, name) for name in ImportCounts.__slots__},
                case_ids=case_ids,
                created_at=self._context.now(),
            )
            cases_store.add(conn, new_cases)
        if progress:
            progress(total, total)
        problems = tuple(
            RowProblem(row.sheet, row.row.number, str(problem.column), problem.code, dict(problem.params))
            for row in faulty
            for problem in row.problems
        )
        return ImportReport(import_id, counts, problems, file.skipped)

    def add(self, actor: Actor, fields: Mapping[Column, str], *, community: str | None = None) -> Enrolled:
        """Takes in one person, from what a roster's row would hold. Workers and reviewers, for their own.

        `community` (a code) is needed by an actor with several. What is known already and differs is changed.

        Raises BadInput with the code of the first field at fault (`roster.*`, `identity_number.*`); Conflict
        `roster.identity_number.registered_elsewhere`; Forbidden `role_required` or `not_yours`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        with self._context.database.read() as conn:
            directory = Directory(conn)
        heading = Heading(0, tuple(fields), {column: at for at, column in enumerate(fields)})
        context = RowContext(
            _divisions(directory),
            local_date(self._context.clock()),
            _default_community(actor, directory, community),
        )
        reading = read_row(heading, RawRow(1, tuple(fields.values())), context)
        if reading.person is None:
            problem = reading.problems[0]
            raise BadInput(problem.code, **problem.params)
        found = directory.find(reading.person.community)
        actor.require_community(found.id if found else 0)
        ((subject_id, outcome),) = self._enrolment.enrol(actor, directory, [reading.person], actor.id)
        if outcome is Outcome.ELSEWHERE:
            raise Conflict("roster.identity_number.registered_elsewhere")
        return Enrolled(subject_id, outcome.value)

    def problems_workbook(self, actor: Actor, import_id: str) -> bytes:
        """An XLSX of the rows to be checked, a reason per cell in both languages, for whoever imported them.

        Raises Forbidden `not_yours`, also for an import that does not exist; NotFound
        `import_without_problems`.
        """
        with self._context.database.read() as conn:
            row = store.by_id(conn, import_id)
            if row is None or row["user_id"] != actor.id:
                raise Forbidden("not_yours")
            faulty = self._cases.read(conn, row["case_ids"])
        if not faulty:
            raise NotFound("import_without_problems")
        return problem_workbook(faulty)

    def _take_in(
        self,
        actor: Actor,
        directory: Directory,
        roster: CheckedRoster,
        *,
        import_id: str,
        progress: Progress | None,
    ) -> tuple[list[Outcome], list[FaultyRow]]:
        total = len(roster.good) + len(roster.faulty)
        outcomes: list[Outcome] = []
        faulty = list(roster.faulty)
        for start in range(0, len(roster.good), CHUNK):
            chunk = roster.good[start : start + CHUNK]
            people = [row.person for row in chunk]
            enrolled = self._enrolment.enrol(actor, directory, people, f"import:{import_id}")
            for row, (_, outcome) in zip(chunk, enrolled, strict=True):
                if outcome is Outcome.ELSEWHERE:
                    faulty.append(
                        row.faulted(Column.IDENTITY_NUMBER, "roster.identity_number.registered_elsewhere")
                    )
                else:
                    outcomes.append(outcome)
            if progress:
                progress(start + len(chunk), total)
        return outcomes, faulty


def _default_community(actor: Actor, directory: Directory, code: str | None) -> str | None:
    if code is None:
        return directory.code(next(iter(actor.communities))) if len(actor.communities) == 1 else None
    actor.require_community(directory.active(code).id)
    return code


def _only_own(actor: Actor, directory: Directory, roster: CheckedRoster) -> CheckedRoster:
    """Rows of other communities than the actor's are to be checked as well, by whoever is responsible
    there.
    """
    own = {directory.code(community) for community in actor.communities}
    if not own:
        raise BadInput("communities_needed")
    others = [row for row in roster.good if row.person.community not in own]
    if not others:
        return roster
    return CheckedRoster(
        good=tuple(row for row in roster.good if row.person.community in own),
        faulty=(
            *roster.faulty,
            *(row.faulted(Column.COMMUNITY, "roster.community.not_yours") for row in others),
        ),
    )


def _divisions(directory: Directory) -> Divisions:
    """The communities that this installation serves, with the subdistrict and county above each."""
    communities = []
    for organisation in directory.by_id.values():
        if (
            organisation.kind != "community"
            or organisation.ended_at is not None
            or organisation.parent is None
        ):
            continue
        street = directory.by_id[organisation.parent]
        county = directory.by_id[street.parent] if street.parent else street
        communities.append(
            Community(
                organisation.code, organisation.name, street.code, street.name, county.code, county.name
            )
        )
    return Divisions(communities)
