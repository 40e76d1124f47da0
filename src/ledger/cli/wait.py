"""Following operations until the chain has them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from ledger.cli import output
from ledger.cli.client import Service

STATES = ("accepted", "batched", "signed", "prepared", "sent", "included", "final")
ENDED = frozenset({"final", "refused"})
REFUSED = 4


def wait(service: Service, operation_ids: Iterable[str]) -> list[dict[str, Any]]:
    """The operations once each is final or refused, with live progress on standard error."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    ids = list(operation_ids)
    found: dict[str, dict[str, Any]] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=output.console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(ids) * (len(STATES) - 1))
        while True:
            # Those accepted first are final first, so what is still open need be asked for only one by one.
            for operation_id in ids:
                if found.get(operation_id, {}).get("state") not in ENDED:
                    found[operation_id] = service.call("GET", f"/v1/operations/{operation_id}")
                    if found[operation_id]["state"] not in ENDED:
                        break
            states = [found[operation_id]["state"] for operation_id in ids if operation_id in found]
            now_at = next((state for state in states if state not in ENDED), "final")
            done = sum(len(STATES) - 1 if state in ENDED else STATES.index(state) for state in states)
            progress.update(task, completed=done, description=output.say(f"state.{now_at}"))
            if len(states) == len(ids) and all(state in ENDED for state in states):
                return [found[operation_id] for operation_id in ids]
            time.sleep(0.1)


def describe(operation: dict[str, Any]) -> str:
    """An operation in one line."""
    state = output.say(f"state.{operation['state']}")
    if operation["state"] == "refused":
        reason = output.say(operation["reason_code"], **operation["reason_params"])
        return output.say("cli.operation_refused", id=operation["id"], state=state, reason=reason)
    if operation.get("block") is None:
        return output.say("cli.operation_on_its_way", id=operation["id"], state=state)
    return output.say(
        "cli.operation_recorded",
        id=operation["id"],
        state=state,
        block=operation["block"],
        revision=operation["revision"],
    )


def finish(service: Service, accepted: list[dict[str, Any]], *, waiting: bool, json: bool) -> int:
    """Prints what became of what was accepted, after waiting for it if asked; the exit code."""
    done = wait(service, [one["id"] for one in accepted]) if waiting else accepted
    if json:
        output.show({"operations": done})
    else:
        for operation in done:
            output.line(describe(operation))
    return REFUSED if any(operation["state"] == "refused" for operation in done) else 0
