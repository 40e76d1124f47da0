"""How far a replay has come: told to whoever watches, and kept in a file to go on from after a kill."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ledger.audit import state_file, states
from ledger.audit.archive import lines
from ledger.audit.findings import Findings, Group
from ledger.audit.fold import Fold, Observer
from ledger.audit.result import Counts
from ledger.chain.headers import Header
from ledger.domain.digests import Domains
from ledger.domain.events import Contract
from ledger.domain.state import LedgerState
from ledger.encoding.types import Address
from ledger.errors import BadInput, Misconfigured
from ledger.keys.files import write_private

_FORMAT = "certification-ledger/replay"
_VERSION = 1


class Progress(Protocol):
    """Told how far a part of the work is."""

    def blocks(self, done: int, total: int, records: int) -> None:
        """Steps 5 to 8: blocks folded, of all up to the pinned one, and the records in them."""

    def states(self, done: int, total: int) -> None:
        """Step 10: words and register entries compared."""


class Silent:
    """No progress shown."""

    def blocks(self, done: int, total: int, records: int) -> None:
        """Nothing."""

    def states(self, done: int, total: int) -> None:
        """Nothing."""


@dataclass(slots=True)
class Start:
    """Where a replay begins that does not begin at the first block: after block `last`, in this state."""

    last: Header
    state: LedgerState
    batches_of: Counter[Address]
    counts: Counts = field(default_factory=Counts)
    groups: list[Group] = field(default_factory=list)
    held: list[Group] = field(default_factory=list)
    broken: set[Contract] = field(default_factory=set)
    unfit: Counter[Contract] = field(default_factory=Counter)
    observed: dict[str, Any] | None = None
    """What each observer had seen, by the name of its class; None if nobody has watched what came before."""


class Keeper:
    """Keeps a replay's progress at `path`, and its states beside it, about every `every` seconds.

    What is kept is one replay's own working state, believed by itself: keep it where nobody else writes. It
    is of one deployment and one version of the software; another's is refused.
    """

    def __init__(self, path: Path, deployment_id: str, software: str, *, every: float = 30.0) -> None:
        self._path = path
        self._states = path.with_name(path.name + ".states.gz")
        self._of = {"format": _FORMAT, "version": _VERSION, "deployment": deployment_id, "software": software}
        self._every = every
        self._kept_at = time.monotonic()

    def keep(self, fold: Fold, counts: Counts, findings: Findings, observers: Sequence[Observer]) -> None:
        """Writes where the replay is, if it is time."""
        took_until = time.monotonic()
        if took_until - self._kept_at < self._every or fold.last is None:
            return
        states_file = self._states.with_name(f"{self._states.name}.{fold.last.number}")
        root, _ = state_file.write(states_file, states.leaves(fold.state, fold.batches_of))
        document = {
            **self._of,
            "last": lines.block_line(fold.last).model_dump(),
            "states": {"file": states_file.name, "root": root.hex()},
            "counts": asdict(counts),
            "findings": [group.to_json() for group in findings.groups()],
            "held": [group.to_json() for group in fold.held.groups()],
            "broken": sorted(fold.broken),
            "unfit": dict(fold.unfit),
            "observed": {type(observer).__name__: observer.kept() for observer in observers},
        }
        write_private(self._path, json.dumps(document).encode())
        for old in self._states.parent.glob(f"{self._states.name}.*"):
            if old != states_file:
                old.unlink()
        # Keeping a large state takes seconds; it may take a tenth of the time, not more.
        self._kept_at = time.monotonic()
        self._every = max(self._every, 10 * (self._kept_at - took_until))

    def kept(self, domains: Domains) -> Start | None:
        """Where to go on; None if nothing was kept.

        Raises BadInput `audit.progress_damaged`; Misconfigured `audit.progress_of_other`.
        """
        if not self._path.exists():
            return None
        try:
            document = json.loads(self._path.read_bytes())
            of = {name: document[name] for name in self._of}
            last = lines.header_of(lines.BlockLine(**document["last"]))
            states_file = self._path.with_name(document["states"]["file"])
            restored = states.restore(state_file.read(states_file), domains)
            if restored.root.hex() != document["states"]["root"]:
                raise ValueError("the states are others")
            start = Start(
                last=last,
                state=restored.state,
                batches_of=restored.batches_of,
                counts=Counts(**document["counts"]),
                groups=[Group.from_json(group) for group in document["findings"]],
                held=[Group.from_json(group) for group in document["held"]],
                broken={Contract(name) for name in document["broken"]},
                unfit=Counter({Contract(name): count for name, count in document["unfit"].items()}),
                observed=document["observed"],
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInput("audit.progress_damaged", path=str(self._path), reason=str(error)[:200]) from None
        if of != self._of:
            raise Misconfigured("audit.progress_of_other", path=str(self._path))
        return start

    def forget(self) -> None:
        """The replay has come to its end."""
        self._path.unlink(missing_ok=True)
        for old in self._states.parent.glob(f"{self._states.name}.*"):
            old.unlink()
