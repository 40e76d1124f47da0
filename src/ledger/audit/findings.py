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
    SECOND_NODE = 11
    INDEX = 12
    OPERATIONS = 13
    ACCESS_LOG = 14
    SEALED_RECORDS = 15
    CHECKPOINT = 16


class Severity(StrEnum):
    """An error: the ledger isn't what its rules and keys allow. A warning: somebody has work to do."""

    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    """What was found, by which step, and how bad it is. Texts: `audit.finding.CODE.means` and `.do`."""

    step: Step
    severity: Severity

    def __new__(cls, value: str, step: Step, severity: Severity = Severity.ERROR) -> Code:
        """A member, whose value is the code alone."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.step, member.severity = step, severity
        return member

    CHAIN_ID_DIFFERS = "chain_id_differs", Step.CHAIN
    GENESIS_DIFFERS = "genesis_differs", Step.CHAIN
    CODE_DIFFERS = "code_differs", Step.CODE
    BLOCK_HASH_WRONG = "block_hash_wrong", Step.BLOCKS
    PARENT_DIFFERS = "parent_differs", Step.BLOCKS
    LOG_OFF_CHAIN = "log_off_chain", Step.BLOCKS
    LOG_UNREADABLE = "log_unreadable", Step.LOGS
    LOG_MISSING = "log_missing", Step.LOGS
    LOG_REPEATED = "log_repeated", Step.LOGS
    SIGNATURE_MALFORMED = "signature_malformed", Step.SIGNATURES
    SIGNER_DIFFERS = "signer_differs", Step.SIGNATURES
    RULE_BROKEN = "rule_broken", Step.RULES
    KEY_DISTRUSTED = "key_distrusted", Step.RULES, Severity.WARNING
    COUNT_DIFFERS = "count_differs", Step.HEADS
    HEAD_DIFFERS = "head_differs", Step.HEADS
    JOURNAL_DIFFERS = "journal_differs", Step.HEADS
    OWNER_DIFFERS = "owner_differs", Step.STORAGE
    OWNER_PENDING = "owner_pending", Step.STORAGE, Severity.WARNING
    ORGANISATION_DIFFERS = "organisation_differs", Step.STORAGE
    KEY_DIFFERS = "key_differs", Step.STORAGE
    PROGRAMME_DIFFERS = "programme_differs", Step.STORAGE
    ENFORCER_DIFFERS = "enforcer_differs", Step.STORAGE
    LIMITS_DIFFER = "limits_differ", Step.STORAGE
    BASIS_DIFFERS = "basis_differs", Step.STORAGE
    TREE_HEAD_DIFFERS = "tree_head_differs", Step.STORAGE
    CERTIFICATION_DIFFERS = "certification_differs", Step.STORAGE
    CONSENT_DIFFERS = "consent_differs", Step.STORAGE
    PROOF_WRONG = "proof_wrong", Step.HEADS
    NODES_PART = "nodes_part", Step.SECOND_NODE
    NODES_DIFFER = "nodes_differ", Step.SECOND_NODE
    INDEX_CHAIN_DIFFERS = "index_chain_differs", Step.INDEX
    INDEX_BLOCK_DIFFERS = "index_block_differs", Step.INDEX
    INDEX_BATCH_DIFFERS = "index_batch_differs", Step.INDEX
    INDEX_HISTORY_DIFFERS = "index_history_differs", Step.INDEX
    INDEX_REGISTER_DIFFERS = "index_register_differs", Step.INDEX
    INDEX_HEAD_DIFFERS = "index_head_differs", Step.INDEX
    INDEX_WORD_DIFFERS = "index_word_differs", Step.INDEX
    INDEX_ORGANISATION_DIFFERS = "index_organisation_differs", Step.INDEX
    INDEX_AHEAD = "index_ahead", Step.INDEX
    OPERATION_WRONG = "operation_wrong", Step.OPERATIONS
    OPERATION_DIFFERS = "operation_differs", Step.OPERATIONS
    OPERATION_MISSING = "operation_missing", Step.OPERATIONS
    BATCH_DIFFERS = "batch_differs", Step.OPERATIONS
    ANCHOR_DIFFERS = "anchor_differs", Step.OPERATIONS
    TRANSACTION_DIFFERS = "transaction_differs", Step.OPERATIONS
    TAG_SHARED = "tag_shared", Step.OPERATIONS
    TAG_DIFFERS = "tag_differs", Step.OPERATIONS
    RECORD_UNACCOUNTED = "record_unaccounted", Step.OPERATIONS, Severity.WARNING
    ACCESS_LOG_ALTERED = "access_log_altered", Step.ACCESS_LOG
    ACCESS_LOG_GAP = "access_log_gap", Step.ACCESS_LOG
    ACCESS_LOG_SHORT = "access_log_short", Step.ACCESS_LOG
    ACCESS_LOG_ROOT_DIFFERS = "access_log_root_differs", Step.ACCESS_LOG
    ACCESS_TREE_DIFFERS = "access_tree_differs", Step.ACCESS_LOG
    RECORD_MISSING = "record_missing", Step.SEALED_RECORDS
    RECORD_UNREADABLE = "record_unreadable", Step.SEALED_RECORDS
    RECORD_ALTERED = "record_altered", Step.SEALED_RECORDS
    RECORD_CONTRADICTS = "record_contradicts", Step.SEALED_RECORDS
    TERMS_DIFFER = "terms_differ", Step.SEALED_RECORDS
    SIGNATURE_OF_PERSON_WRONG = "signature_of_person_wrong", Step.SEALED_RECORDS
    CHECKPOINT_SIGNATURE_WRONG = "checkpoint_signature_wrong", Step.CHECKPOINT
    CHECKPOINT_SIGNATURES_FEW = "checkpoint_signatures_few", Step.CHECKPOINT
    CHECKPOINT_STATE_DIFFERS = "checkpoint_state_differs", Step.CHECKPOINT
    CHECKPOINT_OFF_CHAIN = "checkpoint_off_chain", Step.CHECKPOINT


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
            Finding(**{**one, "code": Code[one["code"].upper()], "where": Where(**one["where"])})
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
