"""What `ledger serve --demo` adds: the demonstration city, its users, and three commands to try."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

from ledger.bootstrap import Application
from ledger.cli import output, session
from ledger.services.actors import Actor
from ledger.services.demo import DemonstrationUser, read_users

WORKER = "nanqiao"
"""The worker of the pilot community, as whom the command line is signed in."""


def load(application: Application) -> list[DemonstrationUser]:
    """Loads what is not there yet; returns who may sign in, with their passwords."""
    with output.progress() as report:
        done = application.demonstration.load(application.operator_invitation, report)
    if not done.loaded_before:
        output.line(
            output.say(
                "demo.loaded",
                people=done.people,
                certifications=done.certifications,
                seconds=round(done.seconds),
            )
        )
    return read_users(done.users_file)


def introduce(application: Application, users: list[DemonstrationUser], url: str) -> None:
    """Signs the command line in as a worker, and prints users and commands to try."""
    home = application.settings.home
    worker = next(user for user in users if user.login == WORKER)
    signed_in = application.sessions.sign_in(worker.login, worker.password, "bearer")
    stored = session.Session(url, signed_in.token, worker.login, signed_in.expires_at)
    session.store(stored, home / "cli-session.json")
    output.line(output.say("demo.users", file=str(home / "demo-users.txt")))
    output.table(
        [output.say(f"cli.user.{name}") for name in ("login", "password", "role", "organisation")],
        [(user.login, user.password, _role(user), user.organisation) for user in users],
    )
    output.line(output.say("demo.try"))
    actor = application.sessions.authenticate(signed_in.token, "bearer").actor
    for command in _commands(application, actor):
        output.line(f"  {command}")


def _role(user: DemonstrationUser) -> str:
    return output.say(f"role.{user.role}")


def _commands(application: Application, actor: Actor) -> list[str]:
    """Three commands that work as printed, from this folder."""
    home = application.settings.home
    ledger = _program()
    if session.session_file().resolve() != (home / "cli-session.json").resolve():
        ledger = f"LEDGER_HOME={shlex.quote(str(home))} {ledger}"
    valid, due = _someone_valid(application, actor), _someone_due(application, actor)
    rpc, deployment = application.engine.rpc.url, shlex.quote(str(application.settings.deployment_file))
    return [
        f"echo {valid} | {ledger} lookup --id -",
        f"echo {due} | {ledger} certify --id - --method visit --wait",
        f"{_program()} audit replay --rpc {rpc} --deployment {deployment}",
    ]


def _someone_valid(application: Application, actor: Actor) -> str:
    """The synthetic identity number of somebody certified, of the city's commonest surname."""
    found = application.lookup.search(actor, "王")
    valid = next((line for line in found if line.verdict == "VALID"), found[0])
    return _number(application, actor, valid.subject_id)


def _someone_due(application: Application, actor: Actor) -> str:
    """The synthetic identity number of somebody whose certification runs out soon."""
    lookup = application.lookup
    people = lookup.due(actor, verdict="DUE", limit=1).people or lookup.due(actor, limit=1).people
    return _number(application, actor, people[0].subject_id)


def _number(application: Application, actor: Actor, subject_id: str) -> str:
    page = application.lookup.subject(actor, subject_id)
    return next(fact.value["number"] for fact in page.facts if fact.kind == "identity_number")


def _program() -> str:
    program = Path(sys.argv[0])
    if shutil.which("ledger") == str(program):
        return "ledger"
    return shlex.quote(os.path.relpath(program))
