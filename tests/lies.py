"""What a node may be told to lie about the ledger's logs, and what a replay of it found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger.audit.findings import Code
from ledger.audit.result import Result
from ledger.chain.bindings.events import topics_of
from ledger.domain.events import Contract
from tests.audited import AuditedLedger
from tests.lying_node import Lie

Json = dict[str, Any]


def found(result: Result) -> list[tuple[Code, str | None, int]]:
    """Every cause: its code, its contract, how often."""
    return [
        (group.examples[0].code, group.examples[0].where.contract, group.count)
        for group in result.findings.groups()
    ]


Change = Callable[[Json], list[Json]]
"""What a node shows in the place of one log."""


def withheld(_: Json) -> list[Json]:
    return []


def twice(log: Json) -> list[Json]:
    return [log, log | {"logIndex": hex(int(log["logIndex"], 16) + 100)}]


def altered(field: str, make: Callable[[Any], Any]) -> Change:
    return lambda log: [log | {field: make(log[field])}]


def about(ledger: AuditedLedger, contract: Contract, event: str, position: int, change: Change) -> Lie:
    """Lies about one log: the nth of an event, counted from the end if negative."""
    topic = "0x" + topics_of(contract)[event].hex()
    address = ledger.chain.deployment.contracts[contract].address
    query = {"address": address, "topics": [topic], "fromBlock": "0x0"}
    target = ledger.rpc.call("eth_getLogs", query)[position]

    def lie(method: str, _: list[Any], result: Any) -> Any:
        if method != "eth_getLogs":
            return result
        return [shown for log in result for shown in (change(log) if log == target else [log])]

    return lie


def flipped(digits: str, place: int) -> str:
    """Another hex digit at a place, counted from the end if negative."""
    position = place % len(digits)
    return digits[:position] + f"{int(digits[position], 16) ^ 1:x}" + digits[position + 1 :]
