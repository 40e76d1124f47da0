"""Options that several commands share."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated

import typer

from ledger.cli.client import Service
from ledger.errors import BadInput

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait until it is final on the chain.")]
IdOption = Annotated[
    str | None,
    typer.Option("--id", metavar="-", help="Read an identity number from standard input; only `-` is taken."),
]
SubjectOption = Annotated[str | None, typer.Option("--subject", metavar="ID", help="Subject id.")]
HandleOption = Annotated[
    str | None, typer.Option("--handle", help="Your organisation's handle of the person.")
]
ProgrammeOption = Annotated[str, typer.Option("--programme", help="Programme's code.")]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
LOCAL_TIME = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the command line names one."""

    subject: str | None = None
    identity_number: str | None = None
    handle: str | None = None

    def fields(self) -> dict[str, str]:
        """The field of a request body that names the person."""
        named = {"subject": self.subject, "identity_number": self.identity_number, "handle": self.handle}
        return {name: value for name, value in named.items() if value is not None}

    def subject_id(self, service: Service) -> str:
        """The subject id, asked of the service when the person was named by number."""
        if self.subject:
            return self.subject
        if self.handle:
            raise BadInput("cli.subject_needed")
        answer = service.call(
            "POST", "/v1/subjects/resolve", json={"identity_numbers": [self.identity_number]}
        )
        found: str = answer["references"][0]
        return found


def person(id_: str | None, subject: str | None, handle: str | None = None) -> Person:
    """The person named by exactly one option.

    Raises BadInput `cli.one_reference`, and `cli.id_only_from_stdin` for a number among the arguments: those
    stay in the shell's history and are shown to every user of the machine.
    """
    if sum(value is not None for value in (id_, subject, handle)) != 1:
        raise BadInput("cli.one_reference")
    if id_ is None:
        return Person(subject=subject, handle=handle)
    if id_ != "-":
        raise BadInput("cli.id_only_from_stdin")
    number = sys.stdin.readline().strip()
    if not number:
        raise BadInput("cli.no_id_on_stdin")
    return Person(identity_number=number)


def iso_day(value: str | None) -> str | None:
    """A date as given. Raises BadInput `field_not_date`."""
    if value is None:
        return None
    try:
        if not _DAY.fullmatch(value):
            raise BadInput("field_not_date")
        datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise BadInput("field_not_date") from error
    return value


def end_of_day(value: str | None) -> int | None:
    """Unix time of the first second after a day (UTC+8)."""
    if iso_day(value) is None or value is None:
        return None
    return int((datetime.fromisoformat(value).replace(tzinfo=LOCAL_TIME) + timedelta(days=1)).timestamp())
