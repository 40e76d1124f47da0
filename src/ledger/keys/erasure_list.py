"""The list of erasures: whose keys must not come back, kept apart from the vault and from the database.

One JSON line for each, only ever added to. Whichever of the two is restored from a backup, the list is
applied to it again when the service starts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ledger.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Erased:
    """One erasure. `keys` are the ids of the wrapping keys that were destroyed, the subject's first."""

    id: str
    keys: tuple[str, ...]
    erased_at: int
    certificate: str
    """A JWS (docs/privacy.md)."""

    @property
    def subject_id(self) -> str:
        """Whose it was."""
        return self.keys[0]


class ErasureList:
    """The list in a file, mode 0600, which is made with its first line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, erased: Iterable[Erased]) -> None:
        """Adds those that are not there yet; they are on the disk when this returns."""
        known = {one.id for one in self.read()}
        lines = [
            json.dumps(
                {
                    "id": one.id,
                    "keys": one.keys,
                    "erased_at": one.erased_at,
                    "certificate": one.certificate,
                }
            )
            for one in erased
            if one.id not in known
        ]
        if not lines:
            return
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> list[Erased]:
        """Every erasure, oldest first. Raises Misconfigured `erasure.list_damaged` with the line's number."""
        if not self._path.exists():
            return []
        found = []
        for number, line in enumerate(self._path.read_text("utf-8").splitlines(), 1):
            try:
                item = json.loads(line)
                found.append(
                    Erased(item["id"], tuple(item["keys"]), int(item["erased_at"]), item["certificate"])
                )
            except (ValueError, KeyError, TypeError) as error:
                raise Misconfigured("erasure.list_damaged", path=str(self._path), line=number) from error
        return found
