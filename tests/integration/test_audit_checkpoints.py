"""Checkpoints: three auditors' signatures on one, a replay that begins there, and what can be wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.audit import state_file, states
from ledger.audit.archive.read import Archive
from ledger.audit.checkpoints import anchoring, checkpoint, membership
from ledger.audit.checkpoints.checkpoint import Checkpoint
from ledger.audit.checkpoints.trust import Auditors, start_from
from ledger.audit.circles import audit
from ledger.audit.findings import Code, Findings
from ledger.audit.replay import Replay
from ledger.audit.result import Verdict
from ledger.chain.governance import SignerInput
from ledger.chain.views import Views
from ledger.domain.events import Contract
from ledger.errors import BadInput, Conflict, NotFound, Refused
from ledger.keys import auditor_key
from ledger.keys.auditor_key import AuditorKey
from tests.audited import ELDERS, AuditedLedger
from tests.audited_service import AuditedService
from tests.chain import COUNTY, DeployedChain


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """`ledger audit …`, in English."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("ledger")), "--lang", "en", "audit", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@dataclass(frozen=True)
class Signed:
    """A checkpoint of the service's ledger, signed by three auditors of three organisations."""

    folder: Path
    service: AuditedService
    keys: list[AuditorKey]
    checkpoint: Checkpoint

    @property
    def states(self) -> Path:
        """The checkpoint's states."""
        return self.folder / "states.gz"

    def trusted(self, required: int = 2) -> Auditors:
        """The three auditors."""
        auditors = [
            {"address": key.address, "organisation": f"audit office {number}"}
            for number, key in enumerate(self.keys)
        ]
        return Auditors.model_validate({"required": required, "auditors": auditors})

    def begun(self, signed: Checkpoint, other: Path | None = None, required: int = 2) -> Findings:
        """What there is to find in a checkpoint before a replay begins there."""
        findings, deployment = Findings(), self.service.deployment
        start = start_from(
            signed,
            other or self.states,
            self.trusted(required),
            source=Archive(self.service.archive, deployment),
            deployment=deployment,
            findings=findings,
        )
        assert (start is None) == (len(findings) > 0)
        return findings


@pytest.fixture(scope="module")
def signed(audited_service: AuditedService, tmp_path_factory: pytest.TempPathFactory) -> Signed:
    """Each auditor replays, signs for themselves; then the signatures are gathered."""
    folder = tmp_path_factory.mktemp("checkpoints")
    deployment = audited_service.deployment
    deployment.save(folder / "deployment.json")
    first, passphrase = folder / "checkpoint-0.json", folder / "passphrase"
    made = run("key", folder / "key.json", "--passphrase-file", passphrase)
    assert made.returncode == 0, made.stderr
    source = ("--archive", audited_service.archive, "--deployment", folder / "deployment.json")
    done = run("replay", *source, "--checkpoint", first, "--checkpoint-states", folder / "states.gz")
    assert done.returncode == 0, done.stderr
    done = run("sign", first, "--key", folder / "key.json", "--passphrase-file", passphrase)
    assert done.returncode == 0, done.stderr
    keys = [auditor_key.load(folder / "key.json", passphrase.read_text("utf-8").strip())]
    files = [first]
    for number in (1, 2):  # the others come to the same by themselves
        keys.append(auditor_key.create(folder / f"key-{number}.json", "another auditor's passphrase"))
        replayed = Replay(Archive(audited_service.archive, deployment), deployment)
        result = replayed.run()
        root, count = states.root_of(states.leaves(replayed.state, replayed.batches_of))
        theirs = checkpoint.checkpoint_of(replayed, result, root, count)
        files.append(folder / f"checkpoint-{number}.json")
        checkpoint.sign(theirs, keys[-1].signing).save(files[-1])
    done = run("merge", folder / "checkpoint.json", *files)
    assert done.stdout.split() == [key.address for key in keys], done.stderr
    return Signed(folder, audited_service, keys, Checkpoint.load(folder / "checkpoint.json"))


def test_a_replay_from_a_checkpoint_of_enough_auditors_is_clean(signed: Signed) -> None:
    trusted = signed.folder / "auditors.json"
    trusted.write_text(signed.trusted().model_dump_json(), "utf-8")
    done = run(
        *("replay", "--archive", signed.service.archive, "--deployment", signed.folder / "deployment.json"),
        *("--from", signed.folder / "checkpoint.json", "--states", signed.states, "--auditors", trusted),
        "--json",
    )
    assert done.returncode == 0, done.stderr + done.stdout
    answer = json.loads(done.stdout)
    assert answer["verdict"] == "clean"
    assert answer["block"]["number"] == signed.checkpoint.number
    assert answer["counts"]["certifications"] == 0  # nothing was replayed again


def test_a_replay_goes_on_from_a_checkpoint_to_where_a_whole_one_comes(audited: AuditedLedger) -> None:
    whole = Replay(audited.source(), audited.chain.deployment)
    assert whole.run().verdict is Verdict.CLEAN
    start = audited.start_of(whole)
    audited.certify(ELDERS[9:])
    audited.anchor(40)
    replayed, result = audit(audited.source(), audited.chain.deployment, start=start)
    assert result.verdict is Verdict.CLEAN
    assert (result.counts.batches, result.counts.tree_heads) == (1, 1)
    again = Replay(audited.source(), audited.chain.deployment)
    again.run()
    assert audited.root_of(replayed) == audited.root_of(again) != audited.root_of(whole)


WRONG: dict[str, tuple[Callable[[Signed], Checkpoint], Code]] = {
    "re-signed by somebody else": (
        lambda s: checkpoint.sign(s.checkpoint.model_copy(update={"signatures": ()}), s.service.key.signing),
        Code.CHECKPOINT_SIGNATURE_WRONG,
    ),
    "another root under the same signatures": (
        lambda s: s.checkpoint.model_copy(update={"root": "0x" + "11" * 32}),
        Code.CHECKPOINT_SIGNATURE_WRONG,
    ),
    "more records than were signed for": (
        lambda s: s.checkpoint.model_copy(update={"records": s.checkpoint.records + 1}),
        Code.CHECKPOINT_SIGNATURE_WRONG,
    ),
    "one signature only": (
        lambda s: s.checkpoint.model_copy(update={"signatures": s.checkpoint.signatures[:1]}),
        Code.CHECKPOINT_SIGNATURES_FEW,
    ),
    "the same auditor twice": (
        lambda s: s.checkpoint.model_copy(update={"signatures": s.checkpoint.signatures[:1] * 2}),
        Code.CHECKPOINT_SIGNATURES_FEW,
    ),
    "another block, signed": (
        lambda s: signed_by_all(s, hash="0x" + "22" * 32),
        Code.CHECKPOINT_OFF_CHAIN,
    ),
    "other states than came along, signed": (
        lambda s: signed_by_all(s, root="0x" + "33" * 32),
        Code.CHECKPOINT_STATE_DIFFERS,
    ),
}


def signed_by_all(signed: Signed, **changed: str) -> Checkpoint:
    """Another checkpoint, which all auditors have signed."""
    other = signed.checkpoint.model_copy(update={**changed, "signatures": ()})
    for key in signed.keys:
        other = checkpoint.sign(other, key.signing)
    return other


@pytest.mark.parametrize("kind", WRONG)
def test_a_checkpoint_that_cannot_be_taken_is_found(signed: Signed, kind: str) -> None:
    change, code = WRONG[kind]
    findings = signed.begun(change(signed))
    assert {group.examples[0].code for group in findings.groups()} == {code}


def test_states_of_which_one_was_changed_are_found(signed: Signed, tmp_path: Path) -> None:
    leaves = list(state_file.read(signed.states))
    leaves[-1] = leaves[-1][:-1] + bytes([leaves[-1][-1] ^ 1])
    state_file.write(tmp_path / "states.gz", leaves)
    findings = signed.begun(signed.checkpoint, tmp_path / "states.gz")
    assert [group.examples[0].code for group in findings.groups()] == [Code.CHECKPOINT_STATE_DIFFERS]


def test_states_cut_short_are_refused(signed: Signed, tmp_path: Path) -> None:
    (tmp_path / "cut.gz").write_bytes(signed.states.read_bytes()[:-20])
    with pytest.raises(BadInput) as caught:
        signed.begun(signed.checkpoint, tmp_path / "cut.gz")
    assert caught.value.code == "audit.states_damaged"


def test_checkpoints_that_say_different_things_do_not_merge(signed: Signed) -> None:
    with pytest.raises(Conflict):
        checkpoint.merge([signed.checkpoint, signed_by_all(signed, root="0x" + "44" * 32)])


def test_a_state_is_shown_to_be_in_a_checkpoint(signed: Signed) -> None:
    with_tags = [leaf for leaf in state_file.read(signed.states) if leaf[0] == 8]
    tag = with_tags[3][3:35]
    (proof,) = membership.prove(signed.checkpoint, state_file.read(signed.states), tag)
    assert proof.holds
    assert len(proof.path) < 10
    flipped = proof.leaf[:-1] + ("0" if proof.leaf[-1] != "0" else "1")
    assert not proof.model_copy(update={"leaf": flipped}).holds
    with pytest.raises(NotFound):
        membership.prove(signed.checkpoint, state_file.read(signed.states), b"\7" * 32)


def test_nobody_makes_a_checkpoint_of_a_ledger_with_findings(audited: AuditedLedger) -> None:
    replayed = Replay(audited.source(), audited.chain.deployment)
    audited.tamper(Contract.CONSENTS, "_journal", flip=1 << 48)
    result = replayed.run()
    with pytest.raises(Refused) as caught:
        checkpoint.checkpoint_of(replayed, result, bytes(32), 1)
    assert caught.value.code == "audit.not_clean"


def test_checkpoints_are_anchored_in_their_organisations_stream(
    deployed: DeployedChain, signed: Signed
) -> None:
    key = auditor_key.create(signed.folder / "county.json", "the county's own auditor")
    now = int(deployed.engine.rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    deployed.governance.add_signers([SignerInput(COUNTY, key.address, now - 60, now + 3600)])
    checkpoints = [signed.checkpoint, signed_by_all(signed, root="0x" + "55" * 32)]
    data = anchoring.call_data(
        deployed.deployment, checkpoints, organisation=COUNTY, key=key.signing, deadline=now + 600
    )
    rpc, address = deployed.engine.rpc, deployed.deployment.addresses[Contract.ANCHORS]
    anchoring.send(rpc, deployed.deployment.chain_id, key.signing, address, data)
    deployed.engine.seal()
    newest = rpc.call("eth_getBlockByNumber", "latest", False)["hash"]
    views = Views(rpc, deployed.deployment.addresses, bytes.fromhex(newest[2:]))
    assert anchoring.is_anchored(checkpoints, COUNTY, views)
    assert not anchoring.is_anchored(checkpoints[:1], COUNTY, views)


def test_databases_are_only_read(audited_service: AuditedService) -> None:
    before = audited_service.database.read_bytes()
    audited_service.audited()
    assert audited_service.database.read_bytes() == before
