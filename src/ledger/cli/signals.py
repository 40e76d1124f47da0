"""`ledger signals import|due|list|quarantine|dismiss|flow`."""

from __future__ import annotations

import json as json_module
import re
import secrets
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import Json, ProgrammeOption
from ledger.errors import BadInput

if TYPE_CHECKING:
    from ledger.domain.seamless.manifest import Manifest
    from ledger.keys.single_key import SingleKey

app = typer.Typer(help="A department's signals for seamless certification.", no_args_is_help=True)
flow = typer.Typer(help="What each department reports, and on what basis.", no_args_is_help=True)
app.add_typer(flow, name="flow")

_COUNTS = ("lines", "stored", "corrected", "retracted", "unchanged", "not_asked", "quarantined")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="JSON Lines or CSV, of any length.")],
    key: Annotated[
        Path | None,
        typer.Option(
            "--key", metavar="FILE", help="Your signing key; else the service signs with the one it holds."
        ),
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option("--passphrase-file", metavar="FILE", help="What opens your key.")
    ] = None,
    reference: Annotated[
        str | None, typer.Option("--reference", help="Your name of the delivery; the file's by default.")
    ] = None,
    programme: ProgrammeOption = "senior-allowance",
    json: Json = False,
) -> None:
    """Deliver signals, in parts of 50,000 lines; again changes nothing. Exit code 1: quarantined lines."""
    service = Service.signed_in()
    signing = _key(key, passphrase_file)
    department = _department(service)
    name = reference or re.sub(r"[^A-Za-z0-9._-]", "-", file.stem)[:56] or "signals"
    deliveries = []
    with output.progress() as report:
        size = file.stat().st_size if file.exists() else 0
        sent = 0
        for number, part in enumerate(_parts(file), start=1):
            deliveries.append(
                _deliver(service, part, department, f"{name}-{number}", programme=programme, key=signing)
            )
            sent += len(part)
            report("cli.signals.delivering", sent, size)
    if json:
        output.show({"deliveries": deliveries})
    else:
        for one in deliveries:
            _show_delivery(one["delivery"], one["detail"])
    raise typer.Exit(1 if any(one["delivery"]["counts"]["quarantined"] for one in deliveries) else 0)


@app.command()
def due(
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Where to write them.")] = None,
    programme: ProgrammeOption = "senior-allowance",
) -> None:
    """The handles of the people about whom to report, one to a line."""
    service, after = Service.signed_in(), ""
    handles: list[str] = []
    while True:
        page = service.call(
            "GET", "/v1/signals/due", query={"programme": programme, "after": after, "limit": "5000"}
        )
        handles += [one["handle"] for one in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    if to is None:
        output.line("\n".join(handles))
    else:
        to.write_text("".join(f"{handle}\n" for handle in handles), "utf-8")
        output.note(output.say("cli.signals.due", count=len(handles), file=str(to)))


@app.command("list")
def list_(json: Json = False) -> None:
    """What was delivered, the newest first."""
    found = list(Service.signed_in().pages("/v1/signals"))
    if json:
        output.show({"deliveries": found})
        return
    for one in found:
        _show_delivery(one, output.say(one["problem"]) if one["problem"] else None)


@app.command()
def quarantine(
    resolved: Annotated[bool, typer.Option("--resolved", help="Also what has been settled.")] = False,
    json: Json = False,
) -> None:
    """What could not be taken, and why."""
    found = list(
        Service.signed_in().pages("/v1/signals/quarantine", {"resolved": "true" if resolved else None})
    )
    if json:
        output.show({"quarantine": found})
        return
    output.table(
        [output.say(f"cli.signals.{name}") for name in ("id", "delivery", "line", "reference", "reason")],
        [
            (
                str(one["entry"]["id"]),
                one["entry"]["delivery"],
                str(one["entry"]["line"] or "—"),
                one["entry"]["reference"],
                one["detail"],
            )
            for one in found
        ],
    )


@app.command()
def dismiss(
    ids: Annotated[list[int], typer.Argument(help="Entries of the quarantine that you will not send again.")],
) -> None:
    """Settle entries of the quarantine."""
    answer = Service.signed_in().call("POST", "/v1/signals/quarantine/dismiss", json={"ids": ids})
    output.line(output.say("cli.signals.dismissed", count=answer["dismissed"]))


@flow.command("add")
def add_flow(
    department: Annotated[str, typer.Argument(help="The department's code.")],
    kind: Annotated[str, typer.Argument(help="The kind's code in the programme's rules.")],
    catalogue: Annotated[
        str, typer.Option("--catalogue", help="Its entry in the department's catalogue of shared data.")
    ],
    legal: Annotated[str, typer.Option("--legal", help="The legal basis.")],
    json: Json = False,
) -> None:
    """Register the legal basis on chain, and take the kind from the department."""
    body = {"department": department, "kind": kind, "catalogue_entry": catalogue, "legal_reference": legal}
    found = Service.signed_in().call("POST", "/v1/signals/flows", json=body)
    if json:
        output.show(found)
    else:
        output.line(output.say("cli.signals.flow_added", **found))


@flow.command("list")
def list_flows(json: Json = False) -> None:
    """What is reported, and on what basis."""
    found = list(Service.signed_in().pages("/v1/signals/flows"))
    if json:
        output.show({"flows": found})
        return
    output.table(
        [output.say(f"cli.signals.{name}") for name in ("department", "kind", "basis", "legal")],
        [(one["department"], one["kind"], str(one["basis"]), one["legal_reference"]) for one in found],
    )


def _parts(file: Path) -> Iterator[bytes]:
    """The file in deliveries, each of a CSV with the heading. Raises BadInput `cli.file_unreadable`."""
    from ledger.domain.seamless.manifest import MOST_LINES

    try:
        with file.open("rb") as lines:
            first = lines.readline()
            heading = b"" if first.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") else first
            head = [] if heading else [first]
            while part := [*head, *islice(lines, MOST_LINES - len(head))]:
                yield heading + b"".join(part)
                head = []
    except OSError as error:
        raise BadInput("cli.file_unreadable", file=str(file)) from error


def _deliver(
    service: Service,
    data: bytes,
    department: str,
    reference: str,
    *,
    programme: str,
    key: SingleKey | None,
) -> Any:
    from ledger.domain.seamless.lines import split
    from ledger.domain.seamless.manifest import describe

    heading, lines = split(data)
    manifest = describe(department, reference, heading, lines, secrets.token_bytes(32))
    fields: dict[str, object] = {
        "department": department,
        "reference": reference,
        "lines": manifest.lines,
        "root": manifest.root.hex(),
        "nonce": manifest.nonce.hex(),
        "first_month": _month(manifest.first_month),
        "last_month": _month(manifest.last_month),
    }
    if key is not None:
        fields["signature"] = _signature(service, manifest, key)
    form = {
        "manifest": json_module.dumps(fields),
        "programme": programme,
        "file": (reference, data, "application/octet-stream"),
    }
    return service.call("POST", "/v1/signals", form=form)


def _signature(service: Service, manifest: Manifest, key: SingleKey) -> str:
    from ledger.encoding.signal_statements import SignalStatements

    deployment = service.call("GET", "/v1/deployment")
    statements = SignalStatements(
        int(deployment["chain_id"]), bytes.fromhex(deployment["deployment_id"].removeprefix("0x"))
    )
    return key.sign_digest(key.name, manifest.digest(statements)).hex()


def _key(path: Path | None, passphrase_file: Path | None) -> SingleKey | None:
    if path is None:
        return None
    from ledger.keys.single_key import read_single_key

    secret = (
        passphrase_file.read_text("utf-8").strip()
        if passphrase_file
        else typer.prompt(output.say("cli.signals.passphrase"), hide_input=True, err=True)
    )
    return read_single_key(path, secret)


def _department(service: Service) -> str:
    """Whose key we have: a department knows what it may report. Raises BadInput `cli.signals.no_flow`."""
    found = next(iter(service.pages("/v1/signals/flows")), None)
    if found is None:
        raise BadInput("cli.signals.no_flow")
    return str(found["department"])


def _show_delivery(delivery: dict[str, Any], detail: str | None) -> None:
    counts = {name: delivery["counts"][name] for name in _COUNTS}
    output.line(output.say("cli.signals.delivered", reference=delivery["reference"], **counts))
    if detail:
        output.note(detail)


def _month(number: int) -> str:
    return f"{number // 100}-{number % 100:02}"
