"""What a contract would say to a call, without sending it."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.chain.bindings.errors import ContractError, decode_error
from ledger.chain.rpc import Call, Rpc, RpcError
from ledger.encoding.types import Address


def simulate(rpc: Rpc, to: Address, calls: Sequence[bytes], *, at_time: int) -> list[ContractError | None]:
    """For each call data, sent alone onto the newest state: None if it goes through, else the contract's
    error.

    `at_time`, unix seconds, is the block time to assume, because an idle chain's newest block may be old.
    Raises NodeUnreachable, and RpcError for an error that no contract raised.
    """
    requests: list[Call] = [
        (
            "eth_call",
            [{"to": to, "data": "0x" + data.hex()}, "latest", {}, {"time": hex(at_time)}],
        )
        for data in calls
    ]
    return [_error(result) for result in rpc.batch(requests, keep_errors=True)]


def _error(result: object) -> ContractError | None:
    if not isinstance(result, RpcError):
        return None
    if result.data is None:
        raise result
    return decode_error(result.data)
