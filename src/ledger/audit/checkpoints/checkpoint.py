"""A checkpoint: the result of a replay at one block, and the signatures of auditors who came to the same."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import coincurve
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ledger.audit.archive import lines
from ledger.audit.replay import Replay, software
from ledger.audit.result import Result, Verdict
from ledger.chain.headers import Header
from ledger.encoding.audit_statements import AuditStatements
from ledger.encoding.types import Address, Digest
from ledger.errors import BadInput, Conflict, Refused
from ledger.keys import signatures
from ledger.keys.files import write_private

Bytes32 = Annotated[str, Field(pattern=r"^0x[0-9a-f]{64}$")]
Signature = Annotated[str, Field(pattern=r"^0x[0-9a-f]{130}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Checkpoint(_Strict):
    """What was replayed. `root` is the RFC 6962 root of the leaves that `ledger.audit.states` describes,
    `records` the certifications and consents that they stand on.
    """

    format: Literal["certification-ledger/checkpoint"] = "certification-ledger/checkpoint"
    version: Literal[1] = 1
    chain_id: int
    deployment_id: Bytes32
    number: int = Field(ge=0)
    hash: Bytes32
    time: int
    root: Bytes32
    states: int = Field(ge=0)
    records: int = Field(ge=0)
    software: str
    signatures: tuple[Signature, ...] = ()

    @property
    def digest(self) -> Digest:
        """What auditors sign."""
        statements = AuditStatements(self.chain_id, lines.unhex(self.deployment_id))
        return statements.checkpoint(
            number=self.number,
            block_hash=lines.unhex(self.hash),
            root=lines.unhex(self.root),
            states=self.states,
            records=self.records,
            software=self.software,
        )

    def signers(self) -> list[Address | None]:
        """Who signed, in the signatures' order; None for a signature that no key can have made."""
        return [_recovered(self.digest, lines.unhex(one)) for one in self.signatures]

    def save(self, path: Path) -> None:
        """Writes the file, whole or not at all."""
        write_private(path, self.model_dump_json(indent=1).encode() + b"\n")

    @classmethod
    def load(cls, path: Path) -> Checkpoint:
        """Reads a file. Raises BadInput `audit.checkpoint_missing`, `audit.checkpoint_malformed`."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            raise BadInput("audit.checkpoint_missing", path=str(path)) from None
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
            raise BadInput("audit.checkpoint_malformed", path=str(path), reason=reason) from None


def checkpoint_of(replayed: Replay, result: Result, root: bytes, count: int) -> Checkpoint:
    """The checkpoint of a replay that found nothing, whose states have this root.

    Raises Refused `audit.not_clean`: an auditor signs for a clean ledger only.
    """
    pinned = clean_block(replayed, result)
    state = replayed.state
    revisions = sum(
        word >> 64 & 0xFFFFFFFF for words in state.certifications.values() for word in words.values()
    )
    revisions += sum(word >> 64 & 0xFFFFFFFF for word in state.consents.values())
    return Checkpoint(
        chain_id=result.chain_id,
        deployment_id=replayed.deployment.deployment_id,
        number=pinned.number,
        hash=lines.shown(pinned.hash),
        time=pinned.time,
        root=lines.shown(root),
        states=count,
        records=revisions,
        software=software(),
    )


def sign(checkpoint: Checkpoint, key: coincurve.PrivateKey) -> Checkpoint:
    """The checkpoint with one signature more. Signing twice changes nothing: signatures are deterministic."""
    signature = lines.shown(signatures.sign(key, checkpoint.digest))
    return merge([checkpoint, checkpoint.model_copy(update={"signatures": (signature,)})])


def merge(checkpoints: list[Checkpoint]) -> Checkpoint:
    """One checkpoint with the signatures of all. Raises Conflict `audit.checkpoints_differ`."""
    first = checkpoints[0]
    gathered: dict[str, None] = {}
    for one in checkpoints:
        if one.digest != first.digest:
            raise Conflict("audit.checkpoints_differ", got=one.root, expected=first.root, block=one.number)
        gathered.update(dict.fromkeys(one.signatures))
    return first.model_copy(update={"signatures": tuple(gathered)})


def clean_block(replayed: Replay, result: Result) -> Header:
    """The block of a replay that found nothing. Raises Refused `audit.not_clean`."""
    if replayed.pinned is None or result.verdict is not Verdict.CLEAN:
        raise Refused("audit.not_clean", findings=len(result.findings))
    return replayed.pinned


def _recovered(digest: bytes, signature: bytes) -> Address | None:
    try:
        return signatures.recover(digest, signature)
    except Refused:
        return None
