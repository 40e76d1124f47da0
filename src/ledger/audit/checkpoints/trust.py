"""Step 16: which auditors' word a replay takes, and whether enough of them signed a checkpoint."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from ledger.audit import state_file, states
from ledger.audit.archive import lines
from ledger.audit.checkpoints.checkpoint import Checkpoint
from ledger.audit.findings import Code, Finding, Findings, Where, shown
from ledger.audit.progress import Start
from ledger.audit.source import Source
from ledger.chain.deployment import Deployment
from ledger.encoding import addresses
from ledger.errors import BadInput, Misconfigured


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Auditor(_Strict):
    """An auditor's key, and the organisation that the auditor is of."""

    address: Annotated[str, AfterValidator(addresses.parse)]
    organisation: Annotated[str, Field(min_length=1)]


class Auditors(_Strict):
    """Whose checkpoints are taken: signed by auditors of at least `required` organisations."""

    format: Literal["certification-ledger/auditors"] = "certification-ledger/auditors"
    version: Literal[1] = 1
    required: int = Field(ge=1)
    auditors: tuple[Auditor, ...] = Field(min_length=1)

    @classmethod
    def load(cls, path: Path) -> Auditors:
        """Reads a file. Raises BadInput `audit.auditors_malformed`."""
        try:
            found = cls.model_validate(json.loads(path.read_bytes()))
        except (OSError, ValueError, ValidationError) as error:
            raise BadInput("audit.auditors_malformed", path=str(path), reason=type(error).__name__) from None
        if found.required > len({one.organisation for one in found.auditors}):
            raise BadInput(
                "audit.auditors_malformed", path=str(path), reason="more required than organisations"
            )
        return found


def check_signatures(checkpoint: Checkpoint, trusted: Auditors, findings: Findings) -> bool:
    """Whether enough trusted auditors signed. Signatures by others are a finding each: someone altered the
    checkpoint after it was signed, or put a signature of their own there.
    """
    organisation_of = {one.address: one.organisation for one in trusted.auditors}
    where = Where(block=checkpoint.number)
    signed_for: set[str] = set()
    wrong = False
    for number, signer in enumerate(checkpoint.signers()):
        organisation = organisation_of.get(signer) if signer else None
        if organisation is None:
            got, expected = f"signature {number} by {signer}", "by an auditor that is trusted"
            findings.add(Finding(Code.CHECKPOINT_SIGNATURE_WRONG, where, got, expected))
            wrong = True
        else:
            signed_for.add(organisation)
    if not wrong and len(signed_for) < trusted.required:
        got, expected = f"of {len(signed_for)} organisations", f"of {trusted.required}"
        findings.add(Finding(Code.CHECKPOINT_SIGNATURES_FEW, where, got, expected))
    return not wrong and len(signed_for) >= trusted.required


def start_from(
    checkpoint: Checkpoint,
    states_path: Path,
    trusted: Auditors,
    *,
    source: Source,
    deployment: Deployment,
    findings: Findings,
) -> Start | None:
    """Where a replay begins that takes a checkpoint for granted; None with a finding if it can't be taken.

    Raises Misconfigured `audit.checkpoint_of_other`; BadInput of the states' file; CannotKnow.
    """
    if (checkpoint.chain_id, checkpoint.deployment_id) != (deployment.chain_id, deployment.deployment_id):
        raise Misconfigured("audit.checkpoint_of_other", got=checkpoint.deployment_id)
    if not check_signatures(checkpoint, trusted, findings):
        return None
    where = Where(block=checkpoint.number)
    try:
        restored = states.restore(state_file.read(states_path), deployment.domains)
    except ValueError as error:
        raise BadInput("audit.states_damaged", path=str(states_path), reason=str(error)[:200]) from None
    if (lines.shown(restored.root), restored.size) != (checkpoint.root, checkpoint.states):
        findings.add(Finding(Code.CHECKPOINT_STATE_DIFFERS, where, shown(restored.root), checkpoint.root))
        return None
    header = source.header(checkpoint.number)
    if lines.shown(header.hash) != checkpoint.hash:
        findings.add(Finding(Code.CHECKPOINT_OFF_CHAIN, where, shown(header.hash), checkpoint.hash))
        return None
    return Start(header, restored.state, restored.batches_of)


def organisations_of(checkpoint: Checkpoint, trusted: Auditors) -> Iterable[str]:
    """The organisations whose auditors signed."""
    organisation_of = {one.address: one.organisation for one in trusted.auditors}
    return sorted({organisation_of[one] for one in checkpoint.signers() if one in organisation_of})
