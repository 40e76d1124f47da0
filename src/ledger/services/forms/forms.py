"""The use cases of forms: each filled into the template that its organisation uses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from ledger.domain import months
from ledger.domain.entitlement.rules import version
from ledger.domain.forms import Form
from ledger.domain.months import Month
from ledger.domain.programmes import Programme, local_date
from ledger.errors import BadInput, Refused
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.facts import Fact, FactKind
from ledger.services.forms.fill import Value, fill
from ledger.services.forms.page import as_page
from ledger.services.forms.templates import Templates, form_of
from ledger.services.forms.values import Speaker, by_band, sums, yuan
from ledger.services.months.dated_facts import DatedFacts
from ledger.services.months.lists import Lists
from ledger.services.months.reading import MonthReading
from ledger.services.months.views import ListView
from ledger.services.organisations import Directory, Organisation
from ledger.services.people import People
from ledger.services.references import SubjectRef
from ledger.store import subjects as subjects_store

_WHO = (FactKind.NAME, FactKind.IDENTITY_NUMBER, FactKind.BIRTH_DATE)


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form as a workbook."""

    name: str
    """Without an ending; names no person."""
    workbook: bytes = field(repr=False)

    @property
    def page(self) -> bytes:
        """The same as an HTML page, to be printed."""
        return as_page(self.workbook, self.name)


class Forms:
    """Fills forms in."""

    def __init__(
        self,
        context: Context,
        people: People,
        reading: MonthReading,
        lists: Lists,
        templates: Templates,
        *,
        access_log: AccessLog,
    ) -> None:
        self._context = context
        self.people = people
        self._reading = reading
        self._lists = lists
        self._facts = DatedFacts(people)
        self._templates = templates
        self._access_log = access_log

    def of_month(
        self,
        actor: Actor,
        form: str,
        month: Month,
        community: str | None = None,
        programme: str = "senior-allowance",
    ) -> FilledForm:
        """A community's 发放花名册 or 增减变动表, or the 月报 of all the actor's communities.

        Raises as `MonthReading.list`; BadInput `form_unknown`, `community_needed`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        chosen, kind = self._context.programme(programme), form_of(form)
        if kind is Form.APPROVAL or (community is None and kind is not Form.REPORT):
            raise BadInput("community_needed" if kind is not Form.APPROVAL else "subject_needed", got="")
        speaker = self._speaker(actor, chosen, month)
        with self._context.database.read() as conn:
            codes = [community] if community else _codes(Directory(conn), actor.communities)
        lists = [
            self._reading.list(
                actor,
                month,
                code,
                programme,
                changes_only=kind is Form.CHANGES,
                sums_only=kind is Form.REPORT,
            )
            for code in codes
        ]
        with self._context.database.read() as conn:
            directory = Directory(conn)
            values = self._head(directory, speaker, chosen, month, directory.active(codes[0])) | sums(lists)
            if kind is Form.REPORT:
                lines: Sequence[Mapping[str, Value]] = [_report_line(directory, one) for one in lists]
            else:
                lines = self._lines(conn, speaker, kind, lists[0])
            template = self._templates.ready(conn, directory.active(codes[0]).id, kind)
        numbered = [{"number": number, **line} for number, line in enumerate(lines, start=1)]
        name = f"{kind}-{months.text(month)}" + (f"-{community}" if community else "")
        return FilledForm(name, fill(template, values, numbered))

    def approval(self, actor: Actor, subject: SubjectRef, programme: str = "senior-allowance") -> FilledForm:
        """One person's 审批表, as things are this month. Raises Forbidden `role_required`, `not_yours`;
        Refused `month.no_rules`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        chosen, today = self._context.programme(programme), local_date(self._context.clock())
        month = months.of(today)
        speaker = self._speaker(actor, chosen, month)
        with self._context.write() as conn:
            person = self.people.find(conn, actor, subject)
            facts = self.people.present(conn, {person.id: person})[person.id]
            known = self._facts.of(conn, {person.id: person}, chosen)[person.id]
            owed = self._lists.of_person(
                conn, chosen, person.id, months.between(Month(month - 24), Month(month + 24))
            )
            payable = next((one for one in owed if one.amount), None)
            this = next(one for one in owed if one.month == month)
            directory = Directory(conn)
            community = directory.by_id[person.community]
            first = known.facts.first_certified
            by_kind = {fact.kind: fact.value for fact in facts}
            values: dict[str, Value] = {
                **self._head(directory, speaker, chosen, month, community),
                **speaker.person(facts),
                "address": by_kind.get(FactKind.RESIDENCE, {}).get("address", ""),
                "phone": by_kind.get(FactKind.CONTACT, {}).get("phone", ""),
                "band": speaker.band(this.band),
                "amount": yuan(this.amount or this.held),
                "from_month": months.text(payable.month) if payable else "",
                "certified_on": first.isoformat() if first else "",
            }
            template = self._templates.ready(conn, community.id, Form.APPROVAL)
            self._access_log.record(conn, actor, "form", [person.id], outcome=Form.APPROVAL.value)
        return FilledForm(f"{Form.APPROVAL}-{person.id}", fill(template, values, ()))

    def _lines(
        self, conn: Connection, speaker: Speaker, form: Form, found: ListView
    ) -> Sequence[Mapping[str, Value]]:
        wanted = [
            line
            for line in found.lines
            if (line.change if form is Form.CHANGES else line.amount or line.total)
        ]
        facts = self._who(conn, [line.subject_id for line in wanted])
        of_line = speaker.change_line if form is Form.CHANGES else speaker.roster_line
        return [of_line(line, facts.get(line.subject_id, [])) for line in wanted]

    def _who(self, conn: Connection, subject_ids: Collection[str]) -> dict[str, list[Fact]]:
        people = self.people.open(list(subjects_store.by_ids(conn, subject_ids).values()))
        return self.people.present(conn, people, _WHO)

    def _head(
        self,
        directory: Directory,
        speaker: Speaker,
        programme: Programme,
        month: Month,
        community: Organisation,
    ) -> dict[str, Value]:
        street = directory.by_id[community.parent] if community.parent else community
        county = directory.by_id[street.parent] if street.parent else street
        return {
            "month": months.text(month),
            "programme": programme.name.text(speaker.locale),
            "community": community.name,
            "subdistrict": street.name,
            "county": county.name,
            "made_on": speaker.today.isoformat(),
        }

    def _speaker(self, actor: Actor, programme: Programme, month: Month) -> Speaker:
        terms = version(programme.allowance, month)
        if terms is None:
            raise Refused("month.no_rules", programme=programme.code, month=months.text(month))
        return Speaker(actor.locale, local_date(self._context.clock()), terms)


def _codes(directory: Directory, communities: Collection[int]) -> list[str]:
    return sorted(directory.code(one) for one in communities if directory.by_id[one].ended_at is None)


def _report_line(directory: Directory, found: ListView) -> Mapping[str, Value]:
    organisation = directory.find(found.head.community)
    name = organisation.name if organisation else found.head.community
    return {"community": name, **by_band(found), **sums([found])}
