"""`ledger consent paper|receipt`: a filled form entered in one step, and what the person keeps."""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import Annotated

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import IdOption, Json, SubjectOption, Wait, person
from ledger.cli.wait import finish
from ledger.errors import BadInput


def paper(
    notice: Annotated[str, typer.Option("--notice", help="Id printed on the form.")],
    version: Annotated[int, typer.Option("--version", help="Version printed on the form.")],
    answer: Annotated[
        list[str], typer.Option("--answer", metavar="KEY=yes|no", help="By question; repeat it.")
    ],
    photo: Annotated[Path, typer.Option("--photo", metavar="FILE", help="Photo of the form; it is sealed.")],
    signed_by: Annotated[str, typer.Option("--signed-by", help="signature or fingerprint.")] = "signature",
    id_: IdOption = None,
    subject: SubjectOption = None,
    grantor: Annotated[str, typer.Option("--grantor", help="self, guardian or delegate.")] = "self",
    cannot_read: Annotated[
        bool, typer.Option("--cannot-read", help="Whoever signed cannot read; needs a witness.")
    ] = False,
    witness: Annotated[
        str | None, typer.Option("--witness", help="Who else was there; not the worker.")
    ] = None,
    helper: Annotated[str | None, typer.Option("--helper", help="Who helped.")] = None,
    waiting: Wait = False,
    json: Json = False,
) -> None:
    """Enter a consent form that was filled in on paper."""
    form = {
        **person(id_, subject).fields(),
        "notice": notice,
        "version": version,
        "answers": dict(_answer(one) for one in answer),
        "signed_by": signed_by,
        "grantor": grantor,
        "reads": not cannot_read,
        "witness": witness,
        "helper": helper,
    }
    service = Service.signed_in()
    entered = service.call(
        "POST",
        "/v1/consents/paper",
        form={
            "form": json_module.dumps(form),
            "photo": (photo.name, _read(photo), "application/octet-stream"),
        },
        record=True,
    )
    if entered["called_back"]:
        output.note(output.say("cli.consent.called_back"))
    shown = [{"id": one["operation_id"], "consent": one["consent_id"], **one} for one in entered["accepted"]]
    raise typer.Exit(finish(service, shown, waiting=waiting, json=json))


def receipt(
    operation: Annotated[str, typer.Argument(help="Id of the operation that recorded the decision.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the signed receipt to this file.")
    ] = None,
    json: Json = False,
) -> None:
    """The signed receipt for a decision; `ledger verify` checks it."""
    found = Service.signed_in().call("GET", f"/v1/consents/receipts/{operation}")
    if out is not None:
        from ledger.keys.files import write_private

        write_private(out, found["signed"].encode() + b"\n")
        output.note(output.say("cli.proof_kept", path=str(out)))
    if json:
        output.show(found)
        return
    event, processing = found["record"]["event"], found["record"]["pii_processing"]
    output.fields(
        [
            (output.say("cli.consent.id"), str(found["record"]["record_id"])),
            (output.say("cli.consent.status"), output.say(f"action.{event['event_type']}")),
            (output.say("cli.consent.consumer"), processing["recipient"]),
            (output.say("cli.consent.category"), output.say(f"category.{processing['pii_type']}")),
            (output.say("cli.consent.purpose"), output.say(f"purpose.{processing['purpose']}")),
            (output.say("cli.receipt"), found["signed"]),
        ]
    )


def _answer(text: str) -> tuple[str, str]:
    key, equals, answer = text.partition("=")
    if not equals:
        raise BadInput("cli.answer_malformed", got=text[:40])
    return key, answer


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput("cli.file_unreadable", file=str(path)) from error
