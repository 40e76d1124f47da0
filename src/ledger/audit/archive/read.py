"""An archive as the source of a replay."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from ledger.audit.archive import lines
from ledger.audit.archive.lines import STATE_ROOT, BlockLine, End, Manifest
from ledger.audit.archive.write import JOURNAL
from ledger.audit.segments import Segment, padded
from ledger.audit.source import ProofWrong
from ledger.chain.deployment import Deployment
from ledger.chain.headers import Header
from ledger.chain.views import Head
from ledger.domain.events import Contract
from ledger.encoding import addresses
from ledger.encoding.hashing import keccak256, uint256
from ledger.encoding.rlp_list import decode_list, decode_string
from ledger.encoding.trie import Nodes, look_up
from ledger.encoding.types import Address
from ledger.encoding.words import journal
from ledger.errors import BadInput, CannotKnow

_BROKEN = (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, ValidationError)


class Archive:
    """A `Source`. Raises BadInput `audit.archive_missing`, or `audit.archive_damaged` when the damage is met,
    at the latest when all was read: a cut archive never passes for a shorter one.

    Code and running heads are believed only as far as proofs under the pinned block's state root show them.
    """

    def __init__(self, path: Path, deployment: Deployment) -> None:
        self._path = path
        self._deployment = deployment
        try:
            with gzip.open(path, "rb") as file:
                self.manifest = Manifest.model_validate_json(file.readline())
            self._genesis = lines.header_of(self.manifest.genesis)
            self._pinned = lines.header_of(self.manifest.pinned)
        except FileNotFoundError:
            raise BadInput("audit.archive_missing", path=str(path)) from None
        except _BROKEN as error:
            raise self._damaged(error) from None

    @property
    def location(self) -> str:
        """See `Source.location`."""
        return str(self._path)

    def chain_id(self) -> int:
        """See `Source.chain_id`."""
        return self.manifest.chain_id

    def genesis(self) -> Header:
        """See `Source.genesis`."""
        return self._genesis

    def header(self, number: int) -> Header:
        """See `Source.header`."""
        for segment in self.segments(number, number):
            return segment.headers[0]
        raise CannotKnow("audit.block_missing", block=number)

    def newest(self, depth: int) -> Header:  # noqa: ARG002  # whoever made it has waited for that depth
        """See `Source.newest`: the block that the archive was made at."""
        return self._pinned

    def code(self, contract: Contract, pinned: Header) -> bytes:
        """See `Source.code`."""
        code = lines.unhex(self.manifest.contracts[contract].code)
        _, code_hash = self._account(contract, pinned)
        if keccak256(code) != code_hash:
            raise ProofWrong(contract, "the code is not the one that the account has")
        return code

    def segments(
        self, first: int, last: int, *, first_topics: Sequence[bytes] = (), signer: Address | None = None
    ) -> Iterator[Segment]:
        """See `Source.segments`."""
        wanted = padded(signer) if signer else None
        for segment in self._read():
            kept = [header for header in segment.headers if first <= header.number <= last]
            if not kept:
                continue
            numbers = range(kept[0].number, kept[-1].number + 1)
            yield Segment(
                kept,
                [
                    log
                    for log in segment.logs
                    if (len(kept) == len(segment.headers) or log.block_number in numbers)
                    and (not first_topics or (log.topics[:1] and log.topics[0] in first_topics))
                    and (wanted is None or log.topics[2:3] == (wanted,))
                ],
            )

    def heads(self, contracts: Collection[Contract], pinned: Header) -> dict[Contract, Head]:
        """See `Source.heads`."""
        return {contract: self._head(contract, pinned) for contract in contracts}

    def views(self, pinned: Header) -> None:
        """See `Source.views`: nobody is there to be asked. Heads prove the logs, and the logs the state."""

    def _head(self, contract: Contract, pinned: Header) -> Head:
        storage_root, _ = self._account(contract, pinned)
        slot = uint256(self._deployment.contracts[contract].slots[JOURNAL])
        nodes = Nodes(map(lines.unhex, self.manifest.contracts[contract].journal))
        try:
            found = look_up(storage_root, slot, nodes)
            word = int.from_bytes(decode_string(found), "big") if found else 0
        except ValueError as error:
            raise ProofWrong(contract, str(error)) from None
        return Head(journal.head(word), journal.count(word))

    def _account(self, contract: Contract, pinned: Header) -> tuple[bytes, bytes]:
        """The contract's storage root and code hash."""
        state_root = pinned.fields[STATE_ROOT]
        address = addresses.to_bytes(self._deployment.addresses[contract])
        nodes = Nodes(map(lines.unhex, self.manifest.contracts[contract].account))
        try:
            found = look_up(bytes(state_root) if isinstance(state_root, bytes) else b"", address, nodes)
            if found is None:
                raise ValueError("there is no such account")
            _, _, storage_root, code_hash = decode_list(found)
        except ValueError as error:
            raise ProofWrong(contract, str(error)) from None
        return bytes(storage_root), bytes(code_hash)

    def _read(self) -> Iterator[Segment]:
        digest = hashlib.sha256()
        found = 0
        try:
            with gzip.open(self._path, "rb") as file:
                digest.update(file.readline())
                for line in file:
                    if line.startswith(b'{"segments"'):
                        end = End.model_validate_json(line)
                        if end != End(segments=found, sha256=digest.hexdigest()) or file.read(1):
                            raise ValueError("the end is not of these lines")
                        return
                    digest.update(line)
                    found += 1
                    segment = json.loads(line)
                    yield Segment(
                        [lines.header_of(BlockLine(**one)) for one in segment["blocks"]],
                        [lines.log_of(log) for log in segment["logs"]],
                    )
            raise ValueError("the end is missing")
        except _BROKEN as error:
            raise self._damaged(error) from None

    def _damaged(self, error: Exception) -> BadInput:
        reason = type(error).__name__ if isinstance(error, ValidationError) else str(error)
        return BadInput("audit.archive_damaged", path=str(self._path), reason=reason[:200])
