"""The commands, put together."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger.cli import (
    access_log,
    api_keys,
    audit,
    backup,
    basis,
    bench,
    cases,
    certify,
    consent,
    data,
    decide,
    delegation,
    deploy,
    entitlement,
    erase,
    handle,
    ladder,
    legacy,
    login,
    lookup,
    mandates,
    month,
    network,
    organisations,
    output,
    people,
    revisits,
    roster,
    seamless,
    serve,
    signals,
    signers,
    simulate,
    statement,
    users,
    verify,
)

app = typer.Typer(
    help="Certifies that elders are alive and eligible, on a ledger that anyone can replay.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(version("certification-ledger"))
        raise typer.Exit


@app.callback()
def _root(
    lang: Annotated[
        str | None, typer.Option("--lang", help="zh-CN or en; by default the environment's language.")
    ] = None,
    _wants_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    if lang is not None and lang not in ("zh-CN", "en"):
        raise typer.BadParameter("--lang takes zh-CN or en")
    output.configure(locale=lang)


app.add_typer(serve.app, name="serve")
app.command("init")(serve.init)
app.command("login")(login.login)
app.command("logout")(login.logout)
app.add_typer(users.app, name="user")
app.add_typer(organisations.app, name="org")
app.add_typer(signers.app, name="signer")
app.add_typer(api_keys.app, name="apikey")
app.add_typer(roster.app, name="roster")
app.command("lookup")(lookup.lookup)
app.command("certify")(certify.certify)
app.add_typer(cases.app, name="case")
app.add_typer(ladder.app, name="ladder")
app.add_typer(seamless.app, name="seamless")
app.add_typer(revisits.app, name="revisit")
app.command("entitlement")(entitlement.entitlement)
app.add_typer(month.app, name="month")
app.add_typer(people.app, name="person")
app.add_typer(legacy.app, name="legacy")
app.add_typer(consent.app, name="consent")
app.add_typer(delegation.app, name="delegation")
app.add_typer(basis.app, name="basis")
app.add_typer(handle.app, name="handle")
app.command("decide")(decide.decide)
app.command("data")(data.data)
app.add_typer(access_log.app, name="access-log")
app.add_typer(signals.app, name="signals")
app.add_typer(simulate.app, name="simulate")
app.command("statement")(statement.statement)
app.add_typer(mandates.app, name="mandate")
app.command("erase")(erase.erase)
app.add_typer(deploy.app, name="deploy")
app.add_typer(network.app, name="network")
app.command("verify")(verify.verify)
app.add_typer(audit.app, name="audit")
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.add_typer(bench.app, name="bench")
