"""Dumps of Anvil's whole state, so that a restart need not mine every block again.

`dump-HEIGHT` holds a line of JSON {"height", "hash", "sha256"} and then what `anvil_dumpState` returned, as
bytes (gzipped JSON). A dump only saves time: the journal is what counts, and a dump that disagrees with it
is dropped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ledger.keys.files import make_private_directory, write_private

_KEPT = 2


@dataclass(frozen=True, slots=True)
class Dump:
    """Anvil's state when `height`, of block hash `hash`, was its newest block."""

    height: int
    hash: bytes
    state: bytes


class DumpFolder:
    """The dumps in `directory`; the newest two are kept."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        make_private_directory(directory)

    def write(self, dump: Dump) -> None:
        """Stores a dump, whole or not at all, and removes those that it makes needless."""
        digest = hashlib.sha256(dump.state).hexdigest()
        heading = json.dumps({"height": dump.height, "hash": dump.hash.hex(), "sha256": digest})
        write_private(self._directory / f"dump-{dump.height:010}", heading.encode() + b"\n" + dump.state)
        for needless in self._paths()[_KEPT:]:
            needless.unlink()

    def newest_first(self) -> Iterator[Dump]:
        """The dumps that are whole; others are passed over."""
        for path in self._paths():
            try:
                heading, _, state = path.read_bytes().partition(b"\n")
                fields = json.loads(heading)
                dump = Dump(int(fields["height"]), bytes.fromhex(fields["hash"]), state)
            except (OSError, ValueError, KeyError, TypeError):
                continue
            if hashlib.sha256(state).hexdigest() == fields.get("sha256"):
                yield dump

    def _paths(self) -> list[Path]:
        return sorted(self._directory.glob("dump-??????????"), reverse=True)
