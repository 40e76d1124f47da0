"""`ledger consent give|refuse|withdraw|renew|paper|receipt|list`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ledger.cli import consent_paper, output
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
Helper = Annotated[str | None, typer.Option("--helper", help="Who helped; recorded, never a grantor.")]
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
    helper: Helper = None,
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
        **_decision(grantor, method, note, helper),
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
    helper: Helper = None,
    waiting: Wait = False,
    json: Json = False,
) -> None:
    """The person does not permit it."""
    body = {
        **person(id_, subject).fields(),
        **_terms(provider, consumer, category, purpose),
        **_decision(grantor, method, note, helper),
        "decided": "refuse",
    }
    _record("/v1/consents", body, waiting=waiting, json=json)


@app.command()
def withdraw(
    consent: Annotated[
        str | None, typer.Argument(help="Id of the consent, as `ledger consent list` shows it.")
    ] = None,
    id_: IdOption = None,
    subject: SubjectOption = None,
    consumer: Annotated[
        str | None, typer.Option("--consumer", help="With a person: only what this organisation reads.")
    ] = None,
    grantor: Grantor = "self",
    method: Method = "paper",
    note: Note = None,
    helper: Helper = None,
    incapacity: Annotated[
        str | None, typer.Option("--incapacity", help="A reviewer's ground for letting a guardian withdraw.")
    ] = None,
    waiting: Wait = False,
    json: Json = False,
) -> None:
    """The person takes back one consent, or, named by --id or --subject, all of them; denied from now on."""
    body = _decision(grantor, method, note, helper)
    if incapacity is not None:
        body["incapacity"] = incapacity
    if consent is not None:
        _record(f"/v1/consents/{consent}/withdraw", body, waiting=waiting, json=json)
        return
    named = {**person(id_, subject).fields(), **body, "consumer": consumer}
    service = Service.signed_in()
    accepted = service.call("POST", "/v1/consents/withdraw", json=named)["items"]
    shown = [{"id": one["operation_id"], "consent": one["consent_id"], **one} for one in accepted]
    raise typer.Exit(finish(service, shown, waiting=waiting, json=json))


@app.command()
def renew(
    consent: Annotated[str, typer.Argument(help="Id of the consent, as `ledger consent list` shows it.")],
    revision: Annotated[
        int, typer.Option("--revision", help="The present revision, as `ledger consent list` shows it.")
    ],
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Last day; one year by default.")
    ] = None,
    grantor: Grantor = "self",
    method: Method = "paper",
    note: Note = None,
    helper: Helper = None,
    waiting: Wait = False,
    json: Json = False,
) -> None:
    """The person permits the same until another day: a new revision, which names the former."""
    body = {**_decision(grantor, method, note, helper), "revision": revision}
    end = end_of_day(until)
    _record(
        f"/v1/consents/{consent}/renew",
        {**body, "valid_until": end} if end else body,
        waiting=waiting,
        json=json,
    )


app.command()(consent_paper.paper)
app.command()(consent_paper.receipt)


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
            for name in ("id", "revision", "status", "provider", "consumer", "category", "purpose", "until")
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
        str(consent["revision"]),
        status,
        terms["provider"],
        terms["consumer"],
        terms["category"],
        terms["purpose"],
        output.last_day(consent["valid_until"]),
    )


def _terms(provider: str, consumer: str, category: str, purpose: str) -> dict[str, str]:
    return {"provider": provider, "consumer": consumer, "category": category, "purpose": purpose}


def _decision(grantor: str, method: str, note: str | None, helper: str | None) -> dict[str, Any]:
    said = {"grantor": grantor, "method": method, "note": note, "helper": helper}
    return {name: value for name, value in said.items() if value is not None}


def _record(path: str, body: dict[str, Any], *, waiting: bool, json: bool) -> None:
    service = Service.signed_in()
    accepted = service.call("POST", path, json=body, record=True)
    shown = {"id": accepted["operation_id"], "consent": accepted["consent_id"], **accepted}
    raise typer.Exit(finish(service, [shown], waiting=waiting, json=json))
