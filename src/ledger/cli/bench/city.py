"""A chain in a temporary folder with the contracts and a few organisations on it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.chain.deploy import deploy
from ledger.chain.deployment import Deployment
from ledger.chain.embedded.chain import EmbeddedChain
from ledger.chain.governance import Governance, OrganisationInput, SignerInput
from ledger.chain.sender import Sender
from ledger.domain.codes import Role
from ledger.keys.file_vault import FileVault
from ledger.keys.vault import GOVERNANCE, OPERATOR, RELAYER, Vault, organisation_key

PROGRAMME = 1
SUBDISTRICT, COMMUNITY, ENGINE = 1, 2, 3
_ORGANISATIONS = {
    SUBDISTRICT: (0, Role.CERTIFIER | Role.REVIEWER),
    COMMUNITY: (SUBDISTRICT, Role.CERTIFIER | Role.RECORDER),
    ENGINE: (0, Role.ENGINE),
}
_YEAR = 366 * 86_400


@dataclass(frozen=True, slots=True)
class City:
    """A chain of one's own, keys of three organisations, and one programme."""

    engine: EmbeddedChain
    vault: Vault
    deployment: Deployment


@contextmanager
def temporary_city() -> Iterator[City]:
    """Starts it, and leaves nothing behind. Raises Misconfigured if Anvil is missing or fails."""
    with (
        TemporaryDirectory(prefix="ledger-bench-") as folder,
        EmbeddedChain(Path(folder) / "chain", port=0) as engine,
        FileVault(Path(folder) / "vault", secrets.token_hex(16)) as vault,
    ):
        for name in (RELAYER, GOVERNANCE, OPERATOR):
            vault.create_signing_key(name)
        deployment = deploy(engine, vault, Path(folder) / "deployment.json")
        sender = Sender(engine, vault, GOVERNANCE)
        governance = Governance(sender, deployment.addresses)
        governance.add_organisations(
            [
                OrganisationInput(number, parent, int(roles), sender.address, f"organisation {number}")
                for number, (parent, roles) in _ORGANISATIONS.items()
            ]
        )
        now = int(time.time())
        governance.add_signers(
            [
                SignerInput(number, vault.create_signing_key(organisation_key(number)), now - 60, now + _YEAR)
                for number in _ORGANISATIONS
            ]
        )
        governance.set_programme(
            PROGRAMME,
            version=1,
            active=True,
            seamless_limit=31,
            longest_senior=_YEAR,
            longest_seamless=_YEAR,
            rules_hash=secrets.token_bytes(32),
        )
        yield City(engine, vault, deployment)
