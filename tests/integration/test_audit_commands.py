"""What auditors do by commands alone: a checkpoint of three, two histories, one person's story."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from threading import Thread

from ledger.audit.node import Node
from ledger.chain.governance import SignerInput
from ledger.encoding.types import Address
from ledger.services.certify import Action, CertificationRequest
from tests.audited import ELDERS, AuditedLedger
from tests.chain import COUNTY
from tests.installation import Installation


def run(*arguments: str | Path, code: int = 0) -> str:
    """What `ledger audit …` prints, in English. It must end with `code`."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ledger")), "--lang", "en", "audit", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == code, done.stderr + done.stdout
    return done.stdout


class Auditor:
    """Somebody with a folder, the deployment file, and a key of their own."""

    def __init__(self, name: str, folder: Path, ledger: AuditedLedger) -> None:
        self.name, self.folder = name, folder / name
        self.folder.mkdir()
        self.node = ("--rpc", ledger.rpc.url, "--deployment", self.folder / "deployment.json")
        ledger.chain.deployment.save(self.folder / "deployment.json")
        passphrase = self.folder / "passphrase"
        made = run("key", self.folder / "key.json", "--passphrase-file", passphrase, "--json")
        self.address = json.loads(made)["address"]
        self.key = ("--key", self.folder / "key.json", "--passphrase-file", passphrase)

    def sign(self) -> Path:
        """Replays the ledger and signs what that came to."""
        checkpoint, states = self.folder / "checkpoint.json", self.folder / "states.gz"
        run("replay", *self.node, "--checkpoint", checkpoint, "--checkpoint-states", states)
        run("sign", checkpoint, *self.key)
        return checkpoint


def test_three_auditors_sign_anchor_and_build_on_one_checkpoint(
    audited: AuditedLedger, tmp_path: Path
) -> None:
    office, county, city = (Auditor(name, tmp_path, audited) for name in ("office", "county", "city"))
    files = [auditor.sign() for auditor in (office, county, city)]
    together, trusted = tmp_path / "all.json", tmp_path / "auditors.json"
    addresses = [one.address for one in (office, county, city)]
    assert run("merge", together, *files).split() == addresses
    trusted.write_text(
        json.dumps(
            {
                "required": 3,
                "auditors": [
                    {"address": one.address, "organisation": one.name} for one in (office, county, city)
                ],
            }
        )
    )

    # One state is shown to a court without the others.
    proof = tmp_path / "proof.json"
    states = ("--states", office.folder / "states.gz")
    proof.write_text(run("member", together, *states, "--tag", ELDERS[3].hex(), "--json"))
    answer = json.loads(run("membership", proof, "--auditors", trusted, "--json"))
    assert answer["signed_by"] == ["city", "county", "office"]
    assert ELDERS[3].hex() in answer["leaf"]
    other = json.loads(proof.read_text())
    other[0]["leaf"] = other[0]["leaf"].replace(ELDERS[3].hex(), ELDERS[4].hex())
    proof.write_text(json.dumps(other))
    run("membership", proof, "--auditors", trusted, code=1)

    # The county, which has registered its auditor's key, anchors it.
    now = int(time.time())
    audited.chain.governance.add_signers([SignerInput(COUNTY, Address(county.address), now - 60, now + 3600)])
    stop = False

    def mine() -> None:
        while not stop:
            audited.chain.engine.seal()
            time.sleep(0.2)

    miner = Thread(target=mine)
    miner.start()
    try:
        said = run("anchor", together, "--organisation", str(COUNTY), *county.node, *county.key)
    finally:
        stop = True
        miner.join()
    assert "true" in said

    # A later replay begins there, unless one signature is missing.
    audited.certify(ELDERS[9:])
    begin = ("--from", together, *states, "--auditors", trusted, "--json")
    result = json.loads(run("replay", *city.node, *begin))
    assert result["verdict"] == "clean"
    assert (result["counts"]["certifications"], result["counts"]["tree_heads"]) == (3, 1)
    run("merge", together, *files[:2])
    result = json.loads(run("replay", *city.node, *begin, code=1))
    assert [one["code"] for one in result["causes"]] == ["checkpoint_signatures_few"]


def test_two_who_saw_different_histories_find_where_they_part(audited: AuditedLedger, tmp_path: Path) -> None:
    auditor = Auditor("office", tmp_path, audited)
    before = audited.rpc.call("evm_snapshot")
    recorder = replace(audited.recorder, certifications=dict(audited.recorder.certifications))
    common = Node(audited.rpc, audited.chain.deployment).newest(0).number
    audited.certify(ELDERS[9:])
    audited.certify(ELDERS[10:])
    archive = tmp_path / "history.gz"
    run("export", archive, *auditor.node)
    deployment = ("--deployment", auditor.folder / "deployment.json")
    assert run("compare", archive, audited.rpc.url, *deployment).startswith("same")
    audited.rpc.call("evm_revert", before)
    replace(audited, recorder=replace(recorder)).certify(ELDERS[11:])
    audited.chain.engine.seal()
    found = json.loads(run("compare", archive, audited.rpc.url, *deployment, "--json", code=1))
    (finding,) = found["findings"]
    assert (finding["code"], finding["where"]["block"]) == ("nodes_part", common + 1)


def test_one_persons_story_is_written_for_a_dispute(installation: Installation, tmp_path: Path) -> None:
    application = installation.application
    request = CertificationRequest(subject=installation.enrol(), action=Action.CERTIFY, method="household")
    subject = application.certify.submit_one(installation.worker, request).subject_id
    installation.settle()
    application.deployment.save(tmp_path / "deployment.json")
    run(
        *("subject", subject, "--to", tmp_path / "story.json", "--purpose", "dispute 9", "--by", "a court"),
        *("--rpc", application.engine.rpc.url, "--deployment", tmp_path / "deployment.json"),
        *("--home", application.settings.home),
    )
    story = json.loads((tmp_path / "story.json").read_text("utf-8"))
    assert (tmp_path / "story.json").stat().st_mode & 0o777 == 0o600
    assert story["subject"] == subject
    assert [tag["kind"] for tag in story["tags"]] == ["certification"]
    assert [word["tag"] for word in story["proofs"]["words"]] == [story["tags"][0]["tag"]]
