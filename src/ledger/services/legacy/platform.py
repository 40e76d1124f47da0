"""Coming from the old platform: its register and last certifications taken over, and compared with ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ledger.domain import identity_number, months, plain_text
from ledger.domain.months import Month
from ledger.domain.roster.columns import SYNONYMS, Column
from ledger.errors import BadInput, Forbidden, LedgerError
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.acts import Action
from ledger.services.certification_requests import MAX_ITEMS, Accepted, CertificationRequest
from ledger.services.certify import Certify
from ledger.services.context import Context
from ledger.services.enrol import Enrol, ImportReport
from ledger.services.facts import FactKind
from ledger.services.legacy.comparison import Comparison, Line, Standing
from ledger.services.months.reading import MonthReading
from ledger.services.months.views import LineView
from ledger.services.organisations import Directory
from ledger.services.people import People
from ledger.services.references import SubjectRef
from ledger.services.roster_files import Limits
from ledger.services.roster_files.columns import TableRow, fen, read_columns
from ledger.store import subjects as subjects_store

_CERTIFIED = "certified_on"
_AMOUNT = "amount"
_COLUMNS = {
    "number": SYNONYMS[Column.IDENTITY_NUMBER],
    "name": SYNONYMS[Column.NAME],
    "community": SYNONYMS[Column.COMMUNITY],
    _CERTIFIED: ("最近认证日期", "认证日期", "上次认证", "最后认证日期", "certified on", "last certified"),
    _AMOUNT: ("金额", "发放金额", "实发", "实发金额", "月标准", "amount"),
}


@dataclass(frozen=True, slots=True)
class RowRefused:
    """A certification that could not be taken over. Holds no personal data."""

    row: int
    code: str
    params: Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What came of the old platform's register."""

    register: ImportReport
    certified: int
    refused: tuple[RowRefused, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of theirs; `token` None where the number can't be one."""

    row: TableRow
    token: bytes | None = field(repr=False)


class Legacy:
    """The use cases of coming over."""

    def __init__(
        self,
        context: Context,
        people: People,
        enrol: Enrol,
        certify: Certify,
        reading: MonthReading,
        *,
        access_log: AccessLog,
    ) -> None:
        self._context = context
        self._people = people
        self._enrol = enrol
        self._certify = certify
        self._reading = reading
        self._access_log = access_log

    def take_over(self, actor: Actor, data: bytes, filename: str) -> TakenOver:
        """Enrols the old register's people and records their last certifications: method LEGACY, signed by
        the subdistrict, which hands them to their communities. The same file again changes nothing.

        Reviewers of a subdistrict. Raises as `Enrol.import_roster`; BadInput `table.no_heading`.
        """
        actor.require_role(Role.REVIEWER)
        with self._context.database.read() as conn:
            if Directory(conn).by_id[actor.organisation].kind != "subdistrict":
                raise Forbidden("legacy.subdistrict_only")
        rows = [one for one in self._rows(data, ("number", "name", _CERTIFIED)) if one.token]
        register = self._enrol.import_roster(actor, data, filename)
        with self._context.database.read() as conn:
            ids = subjects_store.ids_by_token(conn, {one.token for one in rows if one.token})
            found = subjects_store.by_ids(conn, set(ids.values()))
            directory = Directory(conn)
        requests, numbers, refused = [], [], list[RowRefused]()
        for one in rows:
            said = one.row.cells[_CERTIFIED]
            subject_id = ids.get(one.token or b"")
            if not said or subject_id is None:
                continue
            try:
                on = date.fromisoformat(said.replace("/", "-").replace(".", "-")[:10])
            except ValueError:
                refused.append(RowRefused(one.row.number, "legacy.date", {"row": one.row.number}))
                continue
            home = directory.code(found[subject_id].community_id)
            requests.append((SubjectRef(id=subject_id), on, home))
            numbers.append(one.row.number)
        certified = 0
        for start in range(0, len(requests), MAX_ITEMS // 2):
            part = requests[start : start + MAX_ITEMS // 2]
            items = [item for reference, on, home in part for item in _items(reference, on, home)]
            answers = self._certify.submit(actor, items) if items else []
            for number, answer in zip(numbers[start:], answers[::2], strict=False):
                if isinstance(answer, Accepted):
                    certified += 1
                elif answer.error.code != "already_certified":
                    refused.append(RowRefused(number, answer.error.code, answer.error.params))
        return TakenOver(register, certified, tuple(refused))

    def reconcile(self, actor: Actor, data: bytes) -> Comparison:
        """The old register beside ours: who is in both, only there, only here, and where they differ.

        Raises Forbidden `role_required`; BadInput `table.no_heading`.
        """
        actor.require_role(Role.REVIEWER)
        theirs = self._rows(data, ("number", "name"))
        with self._context.write() as conn:
            directory = Directory(conn)
            people = self._people.in_communities(conn, actor.communities)
            facts = self._people.present(conn, people, [FactKind.NAME, FactKind.IDENTITY_NUMBER])
            self._access_log.record(conn, actor, "reconciliation", [None, *people], outcome="shown")
            ours: dict[bytes, tuple[str, str, str]] = {}
            for subject_id, known in facts.items():
                by_kind = {fact.kind: fact.value for fact in known}
                number = by_kind[FactKind.IDENTITY_NUMBER]["number"]
                home = directory.by_id[people[subject_id].community].name
                token = self._people.token(identity_number.parse(number))
                ours[token] = (by_kind[FactKind.NAME]["name"], number, home)
        lines, seen = [], Counter[bytes]()
        for one in theirs:
            name, number = one.row.cells["name"], one.row.cells["number"]
            mine = ours.get(one.token or b"")
            if one.token:
                seen[one.token] += 1
            if mine is None or one.token is None:
                lines.append(Line(Standing.ONLY_THERE, name, number, row=one.row.number))
                continue
            differs = [] if plain_text.person_name(name) == mine[0] else [("name", name, mine[0])]
            there = one.row.cells.get("community", "")
            if there and there.removesuffix("社区") not in mine[2]:
                differs.append(("community", there, mine[2]))
            if seen[one.token] > 1:
                differs.append(("twice", str(one.row.number), ""))
            standing = Standing.DIFFERENT if differs else Standing.BOTH
            lines.append(Line(standing, mine[0], mine[1], row=one.row.number, differs=tuple(differs)))
        lines += [
            Line(Standing.ONLY_HERE, name, number)
            for token, (name, number, _) in ours.items()
            if token not in seen
        ]
        return Comparison(tuple(lines))

    def side_by_side(
        self, actor: Actor, month: Month, data: bytes, programme: str = "senior-allowance"
    ) -> Comparison:
        """What the old platform paid in a month beside what our lists say, each difference with our reason.

        Raises as `MonthReading.list`; BadInput `table.no_heading`.
        """
        actor.require_role(Role.REVIEWER)
        theirs = self._rows(data, ("number", _AMOUNT))
        with self._context.database.read() as conn:
            directory = Directory(conn)
            codes = sorted(directory.code(one) for one in actor.communities)
            ids = subjects_store.ids_by_token(conn, {one.token for one in theirs if one.token})
        lists = [self._reading.list(actor, month, code, programme) for code in codes]
        ours = {line.subject_id: line for found in lists for line in found.lines}
        lines, seen = [], set[str]()
        for one in theirs:
            paid, subject_id = fen(one.row.cells[_AMOUNT]), ids.get(one.token or b"", "")
            if paid is None:
                raise BadInput("legacy.amount", row=one.row.number)
            lines.append(_beside(one.row, paid, ours.get(subject_id), again=subject_id in seen))
            seen.add(subject_id)
        lines += [
            Line(
                Standing.ONLY_HERE,
                mine.name,
                mine.masked_number,
                ours=mine.total,
                reason=mine.reason,
                causes=tuple(gone.cause for gone in mine.differences),
            )
            for subject_id, mine in ours.items()
            if subject_id not in seen and mine.total
        ]
        return Comparison(tuple(lines), months.text(month))

    def _rows(self, data: bytes, needed: tuple[str, ...]) -> Sequence[_Row]:
        limits = Limits(size=self._context.settings.upload_limit)
        found = []
        for row in read_columns(data, _COLUMNS, needed, limits):
            if not row.cells["number"]:
                continue
            try:
                token = self._people.token(identity_number.parse(row.cells["number"]))
            except LedgerError:
                token = None
            found.append(_Row(row, token))
        return found


def _beside(row: TableRow, paid: int, mine: LineView | None, *, again: bool) -> Line:
    """A row of theirs beside our line. What they paid a second time stands beside nothing."""
    number = row.cells["number"]
    if mine is None:
        name = row.cells.get("name", "")
        return Line(Standing.ONLY_THERE, name, number, row=row.number, theirs=paid)
    if again:
        twice = (("twice", str(row.number), ""),)
        return Line(Standing.DIFFERENT, mine.name, number, row=row.number, differs=twice, theirs=paid)
    return Line(
        Standing.BOTH if paid == mine.total else Standing.DIFFERENT,
        mine.name,
        number,
        row=row.number,
        theirs=paid,
        ours=mine.total,
        reason=mine.reason,
        causes=tuple(gone.cause for gone in mine.differences),
    )


def _items(reference: SubjectRef, on: date, home: str) -> tuple[CertificationRequest, CertificationRequest]:
    return (
        CertificationRequest(reference, Action.CERTIFY, method="legacy", occurred_on=on),
        CertificationRequest(reference, Action.HANDOVER, organisation=home, reason="LEGACY"),
    )
