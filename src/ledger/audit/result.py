"""What a replay says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from ledger.audit.findings import Finding, Findings
from ledger.chain.headers import Header


class Verdict(StrEnum):
    """Of the whole ledger at the pinned block. That one can't know is an error (CannotKnow), no verdict."""

    CLEAN = "clean"
    FINDINGS = "findings"


class StorageCheck(StrEnum):
    """How step 10 was done: by asking the contracts, or, where nobody can be asked, by their heads alone."""

    BY_CALLS = "by_calls"
    BY_HEADS = "by_heads"
    NONE = "none"


@dataclass(slots=True)
class Counts:
    """How much was checked. `refused` batches left no trace in the state, so only their number is known."""

    blocks: int = 0
    logs: int = 0
    batches: int = 0
    refused: int = 0
    certifications: int = 0
    consents: int = 0
    tree_heads: int = 0
    organisations: int = 0
    keys: int = 0
    signatures: int = 0
    states: int = 0
    """Words and register entries compared with the contracts' storage."""


@dataclass(slots=True)
class Circles:
    """What was compared beyond the one node; None for what was not asked for."""

    second_node: str | None = None
    index_block: int | None = None
    """The last block that the index was compared at."""
    index_rows: int | None = None
    operations: int | None = None
    access_entries: int | None = None
    records_opened: int | None = None
    records_not_granted: int | None = None
    records_erased: int | None = None
    asserted_by_service: dict[str, int] = field(default_factory=dict)
    """Records that stand on the service's word about who acted, by user or API key id."""


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a replay at the block `pinned` (None if the chain itself is not the deployment's).

    `hashes_computed`: block hashes were computed from the headers, and not taken from the node, which some
    engines leave no other choice. `unjudged`: contracts whose later logs and state nothing can be said about,
    because of a finding that says so.
    """

    chain_id: int
    pinned: Header | None
    counts: Counts
    findings: Findings
    hashes_computed: bool = True
    storage: StorageCheck = StorageCheck.NONE
    unjudged: Sequence[str] = ()
    seconds: float = 0.0
    software: str = field(default="")
    circles: Circles = field(default_factory=Circles)

    @property
    def verdict(self) -> Verdict:
        """Clean, or not."""
        return Verdict.FINDINGS if len(self.findings) else Verdict.CLEAN

    def to_json(self) -> dict[str, Any]:
        """The result as JSON; of each cause the first hundred findings, and how many there are."""
        block = self.pinned and {
            "number": self.pinned.number,
            "hash": "0x" + self.pinned.hash.hex(),
            "time": self.pinned.time,
        }
        return {
            "verdict": str(self.verdict),
            "chain_id": self.chain_id,
            "block": block,
            "block_hashes": "computed" if self.hashes_computed else "reported",
            "storage": str(self.storage),
            "counts": asdict(self.counts),
            "circles": {
                name: value for name, value in asdict(self.circles).items() if value not in (None, {})
            },
            "unjudged": list(self.unjudged),
            "causes": [
                {
                    "code": str(group.examples[0].code),
                    "rule": group.examples[0].rule,
                    "contract": group.examples[0].where.contract,
                    "count": group.count,
                }
                for group in self.findings.groups()
            ],
            "findings": [finding_as_json(one) for one in self.findings],
            "seconds": round(self.seconds, 3),
            "software": self.software,
        }


def finding_as_json(finding: Finding) -> dict[str, Any]:
    """A finding as JSON."""
    where = {name: value for name, value in asdict(finding.where).items() if value is not None}
    shown: dict[str, Any] = {
        "code": str(finding.code),
        "severity": str(finding.code.severity),
        "step": int(finding.code.step),
        "where": where,
        "got": finding.got,
        "expected": finding.expected,
    }
    return shown | {"rule": finding.rule} if finding.rule else shown
