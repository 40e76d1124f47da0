"""What we sign, read by another implementation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from eth_account import Account
from eth_account.typed_transactions import TypedTransaction
from hexbytes import HexBytes
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain.transactions import sign_transaction
from ledger.encoding import addresses
from ledger.encoding.hashing import keccak256
from ledger.keys.file_vault import FileVault
from ledger.keys.signatures import recover
from ledger.keys.vault import RELAYER


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FileVault]:
    with FileVault(tmp_path_factory.mktemp("vault"), "a passphrase for tests") as opened:
        opened.create_signing_key(RELAYER)
        yield opened


@given(digest=st.binary(min_size=32, max_size=32))
def test_every_digest_recovers_to_its_signer(vault: FileVault, digest: bytes) -> None:
    signature = vault.sign_digest(RELAYER, digest)
    assert recover(digest, signature) == vault.address(RELAYER)
    assert Account._recover_hash(digest, signature=signature) == vault.address(RELAYER)


@given(
    chain_id=st.integers(1, 2**63 - 1),
    nonce=st.integers(0, 2**63 - 1),
    to=st.none() | st.binary(min_size=20, max_size=20),
    data=st.binary(max_size=300),
    gas=st.integers(21_000, 2**40),
    fee=st.integers(0, 2**64),
)
def test_every_transaction_reads_as_it_was_meant(
    vault: FileVault, *, chain_id: int, nonce: int, to: bytes | None, data: bytes, gas: int, fee: int
) -> None:
    receiver = addresses.from_bytes(to) if to else None
    signed = sign_transaction(
        vault, RELAYER, chain_id=chain_id, nonce=nonce, to=receiver, data=data, gas=gas, fee_per_gas=fee
    )
    assert Account.recover_transaction(signed.raw) == signed.sender == vault.address(RELAYER)
    assert signed.hash == keccak256(signed.raw)
    read = TypedTransaction.from_bytes(HexBytes(signed.raw)).as_dict()
    assert (read["chainId"], read["nonce"], read["gas"], read["value"]) == (chain_id, nonce, gas, 0)
    assert (read["maxFeePerGas"], read["maxPriorityFeePerGas"]) == (fee, fee)
    assert bytes(read["data"]) == data
    assert bytes(read["to"]) == (to or b"")
