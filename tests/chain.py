"""Fixtures with a real chain: Anvil, started by the code under test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.chain.embedded.chain import EmbeddedChain
from ledger.keys.file_vault import FileVault
from ledger.keys.vault import GOVERNANCE, OPERATOR, RELAYER


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
