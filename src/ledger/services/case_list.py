"""The cases of one's own communities that wait for somebody to check them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.errors import BadInput
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.cases import Cases
from ledger.services.context import Context
from ledger.services.due import communities_asked
from ledger.services.enrol import RowProblem
from ledger.services.organisations import Directory
from ledger.store import imports as store

LONGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class CaseView:
    """A row of a roster to be checked. Times are unix seconds."""

    id: str
    import_id: str
    community: str | None
    """Community's code, where the row says as much."""
    opened_at: int
    cells: Mapping[str, str] = field(repr=False)
    """The filled cells by their headings, as they came."""
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of open cases, the oldest first."""

    total: int
    cases: tuple[CaseView, ...]


class CaseList:
    """The use case of working off open cases."""

    def __init__(self, context: Context, access_log: AccessLog) -> None:
        self._context = context
        self._cases = Cases(context)
        self._access_log = access_log

    def open(
        self, actor: Actor, *, community: str | None = None, offset: int = 0, limit: int = 50
    ) -> CasePage:
        """Open cases of a community. By default of all of the actor's, and with them those that the actor
        imported and whose community can't be told.

        Raises Forbidden `role_required` or `not_yours`; BadInput `limit_out_of_range`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        if offset < 0 or not 1 <= limit <= LONGEST_PAGE:
            raise BadInput("limit_out_of_range", got=limit, expected=f"1–{LONGEST_PAGE}")
        with self._context.database.read() as conn:
            communities = communities_asked(conn, actor, community)
            importer = actor.id if community is None else None
            rows = store.open_cases(conn, communities, importer)
            shown = rows[offset : offset + limit]
            faulty = self._cases.read(conn, [row.id for row in shown])
            directory = Directory(conn)
            cases = tuple(
                CaseView(
                    id=row.id,
                    import_id=row.import_id,
                    community=directory.code(row.community_id) if row.community_id else None,
                    opened_at=row.created_at,
                    cells=case.labelled,
                    problems=tuple(
                        RowProblem(case.sheet, case.row.number, str(one.column), one.code, dict(one.params))
                        for one in case.problems
                    ),
                )
                for row, case in zip(shown, faulty, strict=True)
            )
        with self._context.database.write() as conn:
            self._access_log.record(
                conn, actor, "case_list", [None], outcome="shown", detail={"cases": len(cases)}
            )
        return CasePage(len(rows), cases)
