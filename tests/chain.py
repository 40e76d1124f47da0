"""Fixtures with a real chain: Anvil, started by the code under test, and the real contracts on it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.chain.deploy import deploy
from ledger.chain.deployment import Deployment
from ledger.chain.embedded.chain import EmbeddedChain
from ledger.chain.governance import Governance, OrganisationInput, SignerInput
from ledger.chain.sender import Sender
from ledger.domain.codes import Role
from ledger.keys.file_vault import FileVault
from ledger.keys.vault import GOVERNANCE, OPERATOR, RELAYER, organisation_key

PROGRAMME = 1
COUNTY, SUBDISTRICT, COMMUNITY, NEIGHBOUR, DEPARTMENT = 1, 2, 11, 12, 21
ROLES = {
    COUNTY: Role.REVIEWER | Role.AUDITOR | Role.ENGINE,
    SUBDISTRICT: Role.CERTIFIER | Role.REVIEWER | Role.RECORDER,
    COMMUNITY: Role.CERTIFIER | Role.REPORTER | Role.RECORDER,
    NEIGHBOUR: Role.CERTIFIER | Role.REPORTER | Role.RECORDER,
    DEPARTMENT: Role.REPORTER | Role.REVIEWER,
}
PARENTS = {COUNTY: 0, SUBDISTRICT: COUNTY, COMMUNITY: SUBDISTRICT, NEIGHBOUR: SUBDISTRICT, DEPARTMENT: COUNTY}


@dataclass(frozen=True)
class DeployedChain:
    """A chain with the contracts, five organisations with a key each, and one programme."""

    engine: EmbeddedChain
    vault: FileVault
    deployment: Deployment
    governance: Governance


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[EmbeddedChain]:
    """An empty embedded chain on a free port."""
    with EmbeddedChain(tmp_path / "chain", port=0) as started:
        yield started


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[FileVault]:
    """A vault with the service's own keys."""
    with FileVault(tmp_path / "vault", "a passphrase for tests") as opened:
        for name in (RELAYER, GOVERNANCE, OPERATOR):
            opened.create_signing_key(name)
        yield opened


@pytest.fixture
def deployed(tmp_path: Path, chain: EmbeddedChain, vault: FileVault) -> DeployedChain:
    """See `DeployedChain`; the deployment file is deployment.json in the test's folder."""
    return deploy_city(tmp_path, chain, vault)


def deploy_city(folder: Path, chain: EmbeddedChain, vault: FileVault) -> DeployedChain:
    """See `DeployedChain`; the deployment file is deployment.json in the folder."""
    deployment = deploy(chain, vault, folder / "deployment.json")
    sender = Sender(chain, vault, GOVERNANCE)
    governance = Governance(sender, deployment.addresses)
    governance.add_organisations(
        [
            OrganisationInput(number, PARENTS[number], int(roles), sender.address, f"organisation {number}")
            for number, roles in ROLES.items()
        ]
    )
    now = int(time.time())
    governance.add_signers(
        [
            SignerInput(
                number, vault.create_signing_key(organisation_key(number)), now - 3600, now + 365 * 86_400
            )
            for number in ROLES
        ]
    )
    governance.set_programme(
        PROGRAMME,
        version=1,
        active=True,
        seamless_limit=3,
        longest_senior=400 * 86_400,
        longest_seamless=200 * 86_400,
        rules_hash=bytes(32),
    )
    return DeployedChain(chain, vault, deployment, governance)


@contextmanager
def chain_that_others_run(directory: Path) -> Iterator[EmbeddedChain]:
    """A node that mines by itself, as a remote chain does."""
    with EmbeddedChain(directory, port=0) as chain:
        ended = threading.Event()

        def mine() -> None:
            while not ended.wait(0.05):
                chain.seal()

        miner = threading.Thread(target=mine)
        miner.start()
        try:
            yield chain
        finally:
            ended.set()
            miner.join()
