"""The least that a record can cost: one storage write, its call data, its log."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.chain.sender import Sender
from ledger.encoding import entries
from ledger.encoding.types import RecordHash, Tag, Word

# For each 96 bytes of the call data: storage[first 32] = next 32. Then one log of it all. It checks nothing.
_CODE = bytes.fromhex(
    "5f"  # PUSH0: the offset
    "5b"  # JUMPDEST
    "8060200135"  # DUP1 PUSH1 32 ADD CALLDATALOAD: the word
    "8135"  # DUP2 CALLDATALOAD: the tag
    "55"  # SSTORE
    "606001"  # PUSH1 96 ADD: the next offset
    "368110"  # CALLDATASIZE DUP2 LT
    "600157"  # PUSH1 1 JUMPI
    "365f5f37"  # CALLDATASIZE PUSH0 PUSH0 CALLDATACOPY
    "365fa0"  # CALLDATASIZE PUSH0 LOG0
    "00"  # STOP
)
# PUSH1 length PUSH1 10 PUSH0 CODECOPY PUSH1 length PUSH0 RETURN
_CREATION = bytes.fromhex(f"60{len(_CODE):02x}600a5f3960{len(_CODE):02x}5ff3")


class Floor:
    """A contract that does nothing else, deployed by `sender`."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._address = sender.next_created()
        sender.send(None, _CREATION + _CODE)

    def write(self, recorded: Sequence[tuple[Tag, Word, RecordHash]]) -> int:
        """Gas of a transaction with these entries, whose tags are storage keys here."""
        return self._sender.send(self._address, entries.pack(recorded)).gas_used
