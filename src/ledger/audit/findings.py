"""What a replay may find, typed: the catalogue of docs/audit.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

from ledger.domain.events import Contract, LogPosition


class Step(IntEnum):
    """The steps of docs/audit.md."""

    DEPLOYMENT = 1
    CHAIN = 2
    PIN = 3
    CODE = 4
    BLOCKS = 5
    LOGS = 6
    SIGNATURES = 7
    RULES = 8
    HEADS = 9
    STORAGE = 10
    NODES = 11
    INDEX = 12
    OPERATIONS = 13
    ACCESS_LOG = 14
    RECORDS = 15
    CHECKPOINT = 16


class Severity(StrEnum):
    """An error: the ledger isn't what its rules and keys allow. A warning: somebody has work to do."""

    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    """What was found. Texts: `audit.finding.CODE.means` and `.do`."""

    CHAIN_ID_DIFFERS = "chain_id_differs"
    GENESIS_DIFFERS = "genesis_differs"
    CODE_DIFFERS = "code_differs"
    BLOCK_HASH_WRONG = "block_hash_wrong"
    PARENT_DIFFERS = "parent_differs"
    LOG_OFF_CHAIN = "log_off_chain"
    LOG_UNREADABLE = "log_unreadable"
    LOG_MISSING = "log_missing"
    LOG_REPEATED = "log_repeated"
    SIGNATURE_MALFORMED = "signature_malformed"
    SIGNER_DIFFERS = "signer_differs"
    RULE_BROKEN = "rule_broken"
    KEY_DISTRUSTED = "key_distrusted"
    COUNT_DIFFERS = "count_differs"
    HEAD_DIFFERS = "head_differs"
    OWNER_DIFFERS = "owner_differs"
    ORGANISATION_DIFFERS = "organisation_differs"
    KEY_DIFFERS = "key_differs"
    PROGRAMME_DIFFERS = "programme_differs"
    ENFORCER_DIFFERS = "enforcer_differs"
    LIMITS_DIFFER = "limits_differ"
    BASIS_DIFFERS = "basis_differs"
    TREE_HEAD_DIFFERS = "tree_head_differs"
    CERTIFICATION_DIFFERS = "certification_differs"
    CONSENT_DIFFERS = "consent_differs"
    PROOF_WRONG = "proof_wrong"
    NODES_PART = "nodes_part"
    NODES_DIFFER = "nodes_differ"
    INDEX_CHAIN_DIFFERS = "index_chain_differs"
    INDEX_BLOCK_DIFFERS = "index_block_differs"
    INDEX_BATCH_DIFFERS = "index_batch_differs"
    INDEX_HISTORY_DIFFERS = "index_history_differs"
    INDEX_REGISTER_DIFFERS = "index_register_differs"
    INDEX_HEAD_DIFFERS = "index_head_differs"
    INDEX_WORD_DIFFERS = "index_word_differs"
    OPERATION_WRONG = "operation_wrong"
    TAG_SHARED = "tag_shared"
    RECORD_UNACCOUNTED = "record_unaccounted"
    ACCESS_LOG_ALTERED = "access_log_altered"
    ACCESS_LOG_GAP = "access_log_gap"
    ACCESS_LOG_SHORT = "access_log_short"
    ACCESS_LOG_ROOT_DIFFERS = "access_log_root_differs"
    RECORD_MISSING = "record_missing"
    RECORD_UNREADABLE = "record_unreadable"
    RECORD_ALTERED = "record_altered"
    RECORD_CONTRADICTS = "record_contradicts"
    TERMS_DIFFER = "terms_differ"
    SIGNATURE_OF_PERSON_WRONG = "signature_of_person_wrong"
    CHECKPOINT_SIGNATURE_WRONG = "checkpoint_signature_wrong"
    CHECKPOINT_SIGNATURES_FEW = "checkpoint_signatures_few"
    CHECKPOINT_STATE_DIFFERS = "checkpoint_state_differs"
    CHECKPOINT_OFF_CHAIN = "checkpoint_off_chain"

    @property
    def step(self) -> Step:
        """The step that finds it."""
        return _STEPS[self]

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return Severity.WARNING if self in _WARNINGS else Severity.ERROR


_WARNINGS = frozenset({"key_distrusted", "record_unaccounted"})

_STEPS = {
    Code.CHAIN_ID_DIFFERS: Step.CHAIN,
    Code.GENESIS_DIFFERS: Step.CHAIN,
    Code.CODE_DIFFERS: Step.CODE,
    Code.BLOCK_HASH_WRONG: Step.BLOCKS,
    Code.PARENT_DIFFERS: Step.BLOCKS,
    Code.LOG_OFF_CHAIN: Step.BLOCKS,
    Code.LOG_UNREADABLE: Step.LOGS,
    Code.LOG_MISSING: Step.LOGS,
    Code.LOG_REPEATED: Step.LOGS,
    Code.SIGNATURE_MALFORMED: Step.SIGNATURES,
    Code.SIGNER_DIFFERS: Step.SIGNATURES,
    Code.RULE_BROKEN: Step.RULES,
    Code.KEY_DISTRUSTED: Step.RULES,
    Code.COUNT_DIFFERS: Step.HEADS,
    Code.HEAD_DIFFERS: Step.HEADS,
    Code.OWNER_DIFFERS: Step.STORAGE,
    Code.ORGANISATION_DIFFERS: Step.STORAGE,
    Code.KEY_DIFFERS: Step.STORAGE,
    Code.PROGRAMME_DIFFERS: Step.STORAGE,
    Code.ENFORCER_DIFFERS: Step.STORAGE,
    Code.LIMITS_DIFFER: Step.STORAGE,
    Code.BASIS_DIFFERS: Step.STORAGE,
    Code.TREE_HEAD_DIFFERS: Step.STORAGE,
    Code.CERTIFICATION_DIFFERS: Step.STORAGE,
    Code.CONSENT_DIFFERS: Step.STORAGE,
    Code.PROOF_WRONG: Step.HEADS,
    Code.NODES_PART: Step.NODES,
    Code.NODES_DIFFER: Step.NODES,
    Code.INDEX_CHAIN_DIFFERS: Step.INDEX,
    Code.INDEX_BLOCK_DIFFERS: Step.INDEX,
    Code.INDEX_BATCH_DIFFERS: Step.INDEX,
    Code.INDEX_HISTORY_DIFFERS: Step.INDEX,
    Code.INDEX_REGISTER_DIFFERS: Step.INDEX,
    Code.INDEX_HEAD_DIFFERS: Step.INDEX,
    Code.INDEX_WORD_DIFFERS: Step.INDEX,
    Code.OPERATION_WRONG: Step.OPERATIONS,
    Code.TAG_SHARED: Step.OPERATIONS,
    Code.RECORD_UNACCOUNTED: Step.OPERATIONS,
    Code.ACCESS_LOG_ALTERED: Step.ACCESS_LOG,
    Code.ACCESS_LOG_GAP: Step.ACCESS_LOG,
    Code.ACCESS_LOG_SHORT: Step.ACCESS_LOG,
    Code.ACCESS_LOG_ROOT_DIFFERS: Step.ACCESS_LOG,
    Code.RECORD_MISSING: Step.RECORDS,
    Code.RECORD_UNREADABLE: Step.RECORDS,
    Code.RECORD_ALTERED: Step.RECORDS,
    Code.RECORD_CONTRADICTS: Step.RECORDS,
    Code.TERMS_DIFFER: Step.RECORDS,
    Code.SIGNATURE_OF_PERSON_WRONG: Step.RECORDS,
    Code.CHECKPOINT_SIGNATURE_WRONG: Step.CHECKPOINT,
    Code.CHECKPOINT_SIGNATURES_FEW: Step.CHECKPOINT,
    Code.CHECKPOINT_STATE_DIFFERS: Step.CHECKPOINT,
    Code.CHECKPOINT_OFF_CHAIN: Step.CHECKPOINT,
}


@dataclass(frozen=True, slots=True)
class Where:
    """Where it was found, as far as that is known. Byte strings are hex with 0x; `entry` counts from 0."""

    contract: str | None = None
    block: int | None = None
    transaction: str | None = None
    log: int | None = None
    entry: int | None = None
    tag: str | None = None

    @classmethod
    def at(
        cls, position: LogPosition, contract: Contract, *, entry: int | None = None, tag: bytes | None = None
    ) -> Where:
        """In a log."""
        return cls(
            contract=str(contract),
            block=position.block_number,
            transaction=shown(position.transaction_hash),
            log=position.log_index,
            entry=entry,
            tag=None if tag is None else shown(tag),
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `rule` is the Solidity error that should have been, or the name of what is compared."""

    code: Code
    where: Where
    got: str
    expected: str
    rule: str | None = None

    @property
    def cause(self) -> tuple[Code, str | None, str | None]:
        """What findings of one cause share."""
        return self.code, self.rule, self.where.contract


EXAMPLES = 100
"""Findings of one cause that are kept; the rest are counted."""


@dataclass(slots=True)
class Group:
    """All findings of one cause: how many, and the first of them."""

    count: int = 0
    examples: list[Finding] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The group as JSON, for `from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Group:
        """What `to_json` gave. Raises KeyError, TypeError or ValueError for anything else."""
        examples = [
            Finding(**{**one, "code": Code(one["code"]), "where": Where(**one["where"])})
            for one in value["examples"]
        ]
        return cls(value["count"], examples)


class Findings:
    """Collects findings by cause, in bounded memory. `heard` is told each as it comes."""

    def __init__(self, heard: Callable[[Finding], None] | None = None) -> None:
        self._groups: dict[tuple[Code, str | None, str | None], Group] = {}
        self._heard = heard

    def add(self, finding: Finding) -> None:
        """Takes one in."""
        if self._heard is not None:
            self._heard(finding)
        group = self._groups.setdefault(finding.cause, Group())
        group.count += 1
        if group.count <= EXAMPLES:
            group.examples.append(finding)

    def take(self, group: Group) -> None:
        """Takes in what another part of the same work has found."""
        self._groups[group.examples[0].cause] = group

    def add_group(self, group: Group) -> None:
        """Takes in a group that was found apart."""
        for finding in group.examples:
            self.add(finding)
        self._groups[group.examples[0].cause].count += group.count - len(group.examples)

    def found(self, code: Code) -> bool:
        """Whether there is a finding of this code."""
        return any(group.examples[0].code is code for group in self._groups.values())

    def found_in(self, step: Step) -> bool:
        """Whether a step has found anything."""
        return any(group.examples[0].code.step is step for group in self._groups.values())

    def groups(self) -> Iterator[Group]:
        """By the step that found them, then in the order in which their first was found."""
        yield from sorted(self._groups.values(), key=lambda group: group.examples[0].code.step)

    def __iter__(self) -> Iterator[Finding]:
        """The findings that are kept, cause by cause."""
        for group in self.groups():
            yield from group.examples

    def __len__(self) -> int:
        return sum(group.count for group in self._groups.values())


def shown(value: bytes | int | str) -> str:
    """A value as findings show it: bytes as hex with 0x, words too, small numbers in decimal."""
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, int) and value >= 1 << 64:
        return f"0x{value:064x}"
    return str(value)
