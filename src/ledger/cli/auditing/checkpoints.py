"""`ledger audit sign`, `merge`, `anchor`, `member` and `membership`: what auditors do with checkpoints."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from ledger.cli import output
from ledger.cli.auditing.options import DeploymentFile, KeyFile, PassphraseFile, auditor_key_of, unhex
from ledger.cli.options import Json
from ledger.errors import CannotKnow

_DEADLINE = 3600
_PATIENCE = 60


def sign(
    file: Annotated[Path, typer.Argument(help="A checkpoint (`replay --checkpoint`), signed there.")],
    key: KeyFile = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Sign a checkpoint that you have replayed yourself."""
    from ledger.audit.checkpoints import checkpoint

    auditor = auditor_key_of(key, passphrase_file)
    signed = checkpoint.sign(checkpoint.Checkpoint.load(file), auditor.signing)
    signed.save(file)
    output.fields([("address", auditor.address), ("signatures", str(len(signed.signatures)))])


def merge(
    target: Annotated[Path, typer.Argument(help="The file to write.")],
    files: Annotated[list[Path], typer.Argument(help="The same checkpoint, as several auditors signed it.")],
) -> None:
    """Gather the signatures of several auditors on one checkpoint."""
    from ledger.audit.checkpoints import checkpoint

    merged = checkpoint.merge([checkpoint.Checkpoint.load(file) for file in files])
    merged.save(target)
    for signer in merged.signers():
        output.line(str(signer))


def anchor(
    files: Annotated[list[Path], typer.Argument(help="All checkpoints of the organisation, oldest first.")],
    organisation: Annotated[int, typer.Option("--organisation", help="Whose key yours is.")],
    rpc: Annotated[str, typer.Option("--rpc", metavar="URL", help="A node of the chain.")],
    deployment: DeploymentFile,
    key: KeyFile = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Anchor checkpoints on the chain, under an organisation that has registered your key."""
    from ledger.audit.checkpoints import anchoring
    from ledger.audit.checkpoints.checkpoint import Checkpoint
    from ledger.chain.blocks import head, receipts
    from ledger.chain.deployment import Deployment
    from ledger.chain.rpc import Rpc
    from ledger.chain.views import Views
    from ledger.domain.events import Contract

    pinned, node = Deployment.load(deployment), Rpc(rpc)
    auditor = auditor_key_of(key, passphrase_file)
    checkpoints = [Checkpoint.load(file) for file in files]
    data = anchoring.call_data(
        pinned,
        checkpoints,
        organisation=organisation,
        key=auditor.signing,
        deadline=int(time.time()) + _DEADLINE,
    )
    sent = anchoring.send(node, pinned.chain_id, auditor.signing, pinned.addresses[Contract.ANCHORS], data)
    deadline = time.monotonic() + _PATIENCE
    while receipts(node, [sent])[0] is None:
        if time.monotonic() > deadline:
            raise CannotKnow("audit.not_anchored", seconds=_PATIENCE, transaction="0x" + sent.hex())
        time.sleep(0.2)
    views = Views(node, pinned.addresses, head(node).hash)
    anchored = anchoring.is_anchored(checkpoints, organisation, views)
    output.fields([("transaction", "0x" + sent.hex()), ("anchored", str(anchored).lower())])
    raise typer.Exit(0 if anchored else 1)


def member(
    file: Annotated[Path, typer.Argument(help="A checkpoint.")],
    states: Annotated[Path, typer.Option("--states", metavar="FILE", help="The checkpoint's states.")],
    tag: Annotated[str, typer.Option("--tag", metavar="HEX", help="Whose state.")],
    json: Json = False,
) -> None:
    """Prove that a state is among those of a checkpoint, without showing the others."""
    from ledger.audit import state_file
    from ledger.audit.checkpoints import membership
    from ledger.audit.checkpoints.checkpoint import Checkpoint

    checkpoint = Checkpoint.load(file)
    proofs = membership.prove(checkpoint, state_file.read(states), unhex("--tag", tag, 32))
    if json:
        output.show([proof.model_dump() for proof in proofs])
    else:
        for proof in proofs:
            output.line(f"{proof.index} {proof.leaf}")


def membership(
    file: Annotated[Path, typer.Argument(help="A proof (`ledger audit member --json`).")],
    auditors: Annotated[Path, typer.Option("--auditors", metavar="FILE", help="Whose word you take.")],
    json: Json = False,
) -> None:
    """Check a proof that a state is among those of a checkpoint, and who signed the checkpoint.

    Exit code 0: it is, and enough auditors signed. 1: not. 2: no such proof.
    """
    from ledger.audit.checkpoints import membership as proofs
    from ledger.audit.checkpoints.trust import Auditors, check_signatures, organisations_of
    from ledger.audit.findings import Findings

    trusted = Auditors.load(auditors)
    proof, findings = proofs.load(file), Findings()
    signed = check_signatures(proof.checkpoint, trusted, findings)
    shown = {
        "holds": proof.holds and signed,
        "leaf": proof.leaf,
        "block": proof.checkpoint.number,
        "hash": proof.checkpoint.hash,
        "signed_by": list(organisations_of(proof.checkpoint, trusted)),
        "findings": [str(finding.code) for finding in findings],
    }
    if json:
        output.show(shown)
    else:
        output.fields([(name, str(value)) for name, value in shown.items()])
    raise typer.Exit(0 if shown["holds"] else 1)
