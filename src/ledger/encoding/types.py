"""Names for the byte strings and numbers that must not be mistaken for one another."""

from __future__ import annotations

from typing import NewType

Tag = NewType("Tag", bytes)
"""32 bytes: the pseudonym under which the chain holds a state. See `ledger.domain.tags`."""

RecordHash = NewType("RecordHash", bytes)
"""32 bytes: the commitment to a sealed record."""

Digest = NewType("Digest", bytes)
"""32 bytes: what a key signs (EIP-712), or what a contract's running head takes in."""

Word = NewType("Word", int)
"""A packed state, 0 <= word < 2**256, read with the accessors of `ledger.encoding.words`."""

Address = NewType("Address", str)
"""An Ethereum address with its EIP-55 checksum, "0x" and 40 digits."""

OrganisationId = NewType("OrganisationId", int)
"""1 <= id < 2**20; 0 means none."""

ProgrammeId = NewType("ProgrammeId", int)
"""1 <= id < 2**16."""

BlockNumber = NewType("BlockNumber", int)
"""A block's height."""

Timestamp = NewType("Timestamp", int)
"""Unix seconds, 0 <= t < 2**32. Windows are half-open: [valid_from, valid_until)."""
