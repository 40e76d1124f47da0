"""How much gas a transaction that records batches is given.

Computed, not estimated: an estimate runs the whole transaction again, and only for the state it finds. The
contract gives each batch a fixed allowance in a call of its own (`libraries/Attempts.sol`) and reverts the
transaction with GasTooLow if less is left, so the sum below always suffices; what isn't used isn't paid.
"""

from __future__ import annotations

from collections.abc import Iterable

# As in contracts/src/libraries/Attempts.sol.
_PER_BATCH = 100_000
_PER_ENTRY = 30_000
_TO_REPORT = 60_000

_TRANSACTION = 21_000
_CALL_DATA_BYTE = 40  # a non-zero byte costs 16, and by EIP-7623's floor 40
_COPIED_WORD = 24  # from call data to memory and on into the call, and the memory for both
_BATCH_OVERHEAD = 10_000  # the loop, the call, the event of a refusal


def gas_for_batches(data: bytes, entries: Iterable[int]) -> int:
    """Gas limit for a `recordMany` whose call data is `data`; `entries` counts the entries of each batch."""
    gas = _TRANSACTION + _CALL_DATA_BYTE * len(data)
    for count in entries:
        allowance = _PER_BATCH + _PER_ENTRY * count
        gas += allowance + allowance // 63 + _TO_REPORT + _BATCH_OVERHEAD
    words = len(data) // 32 + 1
    return gas + _COPIED_WORD * words + words * words // 512
