"""`ledger user add|invite|list|end`, for operators."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import Json

app = typer.Typer(help="Users: workers, reviewers, operators and auditors.", no_args_is_help=True)


@app.command()
def add(
    login: Annotated[str, typer.Argument(help="What the user signs in with.")],
    name: Annotated[str, typer.Option("--name", help="The user's name.")],
    role: Annotated[str, typer.Option("--role", help="worker, reviewer, operator or auditor.")],
    organisation: Annotated[str, typer.Option("--organisation", help="Code of the user's organisation.")],
    community: Annotated[
        list[str] | None, typer.Option("--community", help="Code of a community whose people the user sees.")
    ] = None,
    locale: Annotated[str, typer.Option("--locale", help="zh-CN or en.")] = "zh-CN",
    json: Json = False,
) -> None:
    """Make a user; prints the one-time link by which they set their password."""
    body = {
        "login": login,
        "display_name": name,
        "role": role,
        "organisation": organisation,
        "communities": community or [],
        "locale": locale,
    }
    service = Service.signed_in()
    _show_invitation(service, service.call("POST", "/v1/users", json=body), json=json)


@app.command()
def invite(user: Annotated[str, typer.Argument(help="User id or login.")], json: Json = False) -> None:
    """A new one-time link, which ends password and sessions."""
    service = Service.signed_in()
    _show_invitation(service, service.call("POST", f"/v1/users/{_id(service, user)}/invite"), json=json)


@app.command()
def end(user: Annotated[str, typer.Argument(help="User id or login.")], json: Json = False) -> None:
    """End a user and their sessions."""
    service = Service.signed_in()
    ended = service.call("POST", f"/v1/users/{_id(service, user)}/end")
    if json:
        output.show(ended)
    else:
        output.line(output.say("cli.ended", name=ended["login"]))


@app.command("list")
def list_(json: Json = False) -> None:
    """All users."""
    found = list(Service.signed_in().pages("/v1/users"))
    if json:
        output.show({"users": found})
        return
    names = ("login", "name", "role", "organisation", "communities", "state")
    output.table([output.say(f"cli.user.{name}") for name in names], [_row(one) for one in found])


def _row(user: dict[str, Any]) -> tuple[str, ...]:
    state = "ended" if user["ended_at"] else "active" if user["signed_up"] else "invited"
    return (
        user["login"],
        user["display_name"],
        output.say(f"role.{user['role']}"),
        user["organisation"],
        ", ".join(user["communities"]),
        output.say(f"console.users.{state}"),
    )


def _id(service: Service, user: str) -> str:
    for one in service.pages("/v1/users"):
        if user in (one["id"], one["login"]):
            return str(one["id"])
    return user


def _show_invitation(service: Service, invitation: dict[str, Any], *, json: bool) -> None:
    link = f"{service.url}/invitation/{invitation['token']}"
    if json:
        output.show({**invitation, "link": link})
        return
    until = output.minute(invitation["expires_at"])
    output.line(output.say("cli.user.link", name=invitation["user"]["display_name"], until=until))
    output.line(link)
