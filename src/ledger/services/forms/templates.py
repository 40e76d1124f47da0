"""The templates of forms: a subdistrict's or county's own, and the examples for whoever has none."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import Any

from sqlalchemy import Connection, Row

from ledger.domain.forms import Form
from ledger.errors import BadInput, Forbidden
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.forms.template import Template, TemplateProblem, read_template
from ledger.services.ids import new_id
from ledger.services.organisations import Directory
from ledger.store import form_templates as store

_OWN = ("subdistrict", "county")


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A form's template in use. `organisation` is a code; None for the example that comes along."""

    form: str
    organisation: str | None
    filename: str
    created_at: int | None


@dataclass(frozen=True, slots=True)
class TemplateReport:
    """What came of an upload: a template is kept only if nothing is wrong with it."""

    template_id: str | None
    problems: tuple[TemplateProblem, ...]


class Templates:
    """The use cases of templates."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def upload(self, actor: Actor, form: str, filename: str, data: bytes) -> TemplateReport:
        """Checks a workbook and keeps it as the organisation's template. Reviewers.

        Raises Forbidden `role_required`; BadInput `form_unknown`, `form_template.*`.
        """
        actor.require_role(Role.REVIEWER)
        _, problems = read_template(form_of(form), data)
        if problems:
            return TemplateReport(None, tuple(problems))
        with self._context.write() as conn:
            organisation = Directory(conn).by_id.get(actor.organisation)
            if organisation is None or organisation.kind not in _OWN:
                raise Forbidden("role_required", needed=Role.REVIEWER.value)
            template_id = new_id("f")
            store.replace(
                conn,
                id=template_id,
                organisation_id=actor.organisation,
                form=form,
                filename=filename[:200],
                data=data,
                actor=actor.id,
                created_at=self._context.now(),
            )
        return TemplateReport(template_id, ())

    def list(self, actor: Actor) -> list[TemplateView]:
        """The template in use for each form, as the actor's organisation has them."""
        actor.require_role(Role.WORKER, Role.REVIEWER)
        with self._context.database.read() as conn:
            directory = Directory(conn)
            return [self._view(conn, directory, actor.organisation, form) for form in Form]

    def file(self, actor: Actor, form: str) -> tuple[str, bytes]:
        """The name and bytes of the template in use."""
        actor.require_role(Role.WORKER, Role.REVIEWER)
        chosen = form_of(form)
        with self._context.database.read() as conn:
            row = _own(conn, Directory(conn), actor.organisation, chosen)
        return (row.filename, row.data) if row else (f"{chosen}.xlsx", _example(chosen))

    def ready(self, conn: Connection, organisation: int, form: Form) -> Template:
        """The template in use for an organisation, to be filled in."""
        row = _own(conn, Directory(conn), organisation, form)
        template, _ = read_template(form, row.data if row else _example(form))
        return template

    def _view(self, conn: Connection, directory: Directory, organisation: int, form: Form) -> TemplateView:
        row = _own(conn, directory, organisation, form)
        if row is None:
            return TemplateView(form.value, None, f"{form}.xlsx", None)
        return TemplateView(form.value, directory.code(row.organisation_id), row.filename, row.created_at)


def form_of(code: str) -> Form:
    """The form of this code. Raises BadInput `form_unknown`."""
    try:
        return Form(code)
    except ValueError:
        raise BadInput("form_unknown", got=code[:40], expected=", ".join(Form)) from None


def _own(conn: Connection, directory: Directory, organisation: int, form: Form) -> Row[Any] | None:
    """The nearest template upwards of an organisation."""
    at: int | None = organisation
    line: list[int] = []
    while at is not None and at in directory.by_id:
        line.append(at)
        at = directory.by_id[at].parent
    found = {row.organisation_id: row for row in store.present(conn, line, form.value)}
    return next((found[one] for one in line if one in found), None)


def _example(form: Form) -> bytes:
    return (resources.files("ledger.texts") / "forms" / f"{form}.xlsx").read_bytes()
