"""`ledger consent give|refuse|withdraw|list`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import HandleOption, IdOption, Json, SubjectOption, Wait, end_of_day, person
from ledger.cli.wait import finish

app = typer.Typer(help="A person's decisions about who may read what of theirs.", no_args_is_help=True)

Provider = Annotated[str, typer.Option("--provider", help="Code of the organisation that holds the data.")]
Consumer = Annotated[str, typer.Option("--consumer", help="Code of the organisation that may read it.")]
Category = Annotated[
    str, typer.Option("--category", help="residence, age-band, mobility, contact or certification-status.")
]
Purpose = Annotated[
    str, typer.Option("--purpose", help="allowance-payment, home-care, medical-subsidy or transport-benefit.")
]
Grantor = Annotated[str, typer.Option("--grantor", help="self, guardian or delegate.")]
Method = Annotated[
    str, typer.Option("--method", help="How it was taken down: paper, visit, video, assisted …")
]
Note = Annotated[str | None, typer.Option("--note", help="A remark, sealed with the record.")]


@app.command()
def give(
    provider: Provider,
    consumer: Consumer,
    category: Category,
    purpose: Purpose,
    id_: IdOption = None,
    subject: SubjectOption = None,
    grantor: Grantor = "self",
    method: Method = "paper",
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Last day; one year by default.")
    ] = None,
    note: Note = None,
    waiting: Wait = False,
    json: Json = False,
) -> None:
    """The person permits it."""
    body = {
        **person(id_, subject).fields(),
        **_terms(provider, consumer, category, purpose),
        **_decision(grantor, method, note),
        "decided": "give",
    }
    end = end_of_day(until)
    _record("/v1/consents", {**body, "valid_until": end} if end else body, waiting=waiting, json=json)


@app.command()
def refuse(
    provider: Provider,
    consumer: Consumer,
    category: Category,
    purpose: Purpose,
    id_: IdOption = None,
    subject: SubjectOption = None,
    grantor: Grantor = "self",
    method: Method = "paper",
    note: Note = None,
    waiting: Wait = False,
    json: Json = False,
) -> None:
    """The person does not permit it."""
    body = {
        **person(id_, subject).fields(),
        **_terms(provider, consumer, category, purpose),
        **_decision(grantor, method, note),
        "decided": "refuse",
    }
    _record("/v1/consents", body, waiting=waiting, json=json)


@app.command()
def withdraw(
    consent: Annotated[str, typer.Argument(help="Id of the consent, as `ledger consent list` shows it.")],
    grantor: Grantor = "self",
    method: Method = "paper",
    note: Note = None,
    incapacity: Annotated[
        str | None, typer.Option("--incapacity", help="A reviewer's ground for letting a guardian withdraw.")
    ] = None,
    waiting: Wait = False,
    json: Json = False,
) -> None:
    """The person takes it back; denied from now on."""
    body = _decision(grantor, method, note)
    if incapacity is not None:
        body["incapacity"] = incapacity
    _record(f"/v1/consents/{consent}/withdraw", body, waiting=waiting, json=json)


@app.command("list")
def list_(
    id_: IdOption = None, subject: SubjectOption = None, handle: HandleOption = None, json: Json = False
) -> None:
    """A person's consents, newest first."""
    service = Service.signed_in()
    subject_id = person(id_, subject, handle).subject_id(service)
    found = list(service.pages("/v1/consents", {"subject": subject_id}))
    if json:
        output.show({"consents": found})
        return
    output.table(
        [
            output.say(f"cli.consent.{name}")
            for name in ("id", "status", "provider", "consumer", "category", "purpose", "until")
        ],
        [_row(one) for one in found],
    )


def _row(consent: dict[str, Any]) -> tuple[str, ...]:
    terms = consent["terms"]
    status = output.say(f"consent_status.{consent['status']}")
    if consent["pending"]:
        status = output.say(
            "cli.consent.pending", status=status, action=output.say(f"action.{consent['pending']}")
        )
    return (
        consent["id"],
        status,
        terms["provider"],
        terms["consumer"],
        terms["category"],
        terms["purpose"],
        output.last_day(consent["valid_until"]),
    )


def _terms(provider: str, consumer: str, category: str, purpose: str) -> dict[str, str]:
    return {"provider": provider, "consumer": consumer, "category": category, "purpose": purpose}


def _decision(grantor: str, method: str, note: str | None) -> dict[str, Any]:
    said = {"grantor": grantor, "method": method}
    return said if note is None else {**said, "note": note}


def _record(path: str, body: dict[str, Any], *, waiting: bool, json: bool) -> None:
    service = Service.signed_in()
    accepted = service.call("POST", path, json=body, record=True)
    shown = {"id": accepted["operation_id"], "consent": accepted["consent_id"], **accepted}
    raise typer.Exit(finish(service, [shown], waiting=waiting, json=json))
