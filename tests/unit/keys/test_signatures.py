from __future__ import annotations

import coincurve
import pytest

from ledger.encoding import addresses
from ledger.errors import BadInput, Refused
from ledger.keys.signatures import recover, sign

# A published pair: the first account of the mnemonic "test test … junk", known to every Ethereum developer.
KEY = coincurve.PrivateKey.from_hex("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
ADDRESS = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
DIGEST = bytes.fromhex("c0ffee" * 10 + "c0ff")
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def test_a_signature_recovers_to_its_signer() -> None:
    signature = sign(KEY, DIGEST)
    assert len(signature) == 65
    assert signature[64] in {27, 28}
    assert recover(DIGEST, signature) == ADDRESS


def test_signing_is_deterministic() -> None:
    assert sign(KEY, DIGEST) == sign(KEY, DIGEST)


def test_another_digest_recovers_to_somebody_else() -> None:
    assert recover(bytes(32), sign(KEY, DIGEST)) != ADDRESS


def test_the_mirrored_signature_with_high_s_is_refused() -> None:
    r, s, v = (signature := sign(KEY, DIGEST))[:32], int.from_bytes(signature[32:64], "big"), signature[64]
    mirrored = r + (ORDER - s).to_bytes(32, "big") + bytes((55 - v,))
    with pytest.raises(Refused, match="upper half"):
        recover(DIGEST, mirrored)


@pytest.mark.parametrize("size", [0, 64, 66])
def test_other_lengths_are_refused(size: int) -> None:
    with pytest.raises(Refused, match=f"{size} bytes"):
        recover(DIGEST, bytes(size))


@pytest.mark.parametrize("v", [0, 1, 26, 29])
def test_other_v_is_refused(v: int) -> None:
    with pytest.raises(Refused, match=f"v is {v}"):
        recover(DIGEST, sign(KEY, DIGEST)[:64] + bytes((v,)))


def test_values_of_no_key_are_refused() -> None:
    with pytest.raises(Refused, match="no key"):
        recover(DIGEST, bytes(64) + bytes((27,)))


@pytest.mark.parametrize(  # the examples of EIP-55
    "text",
    ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"],
)
def test_addresses_are_read_with_their_checksum(text: str) -> None:
    assert addresses.parse(text) == text
    assert addresses.parse(text.lower()) == text
    assert addresses.from_bytes(addresses.to_bytes(addresses.parse(text))) == text


@pytest.mark.parametrize(
    "text",
    [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",
        "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeA",
        "0x" + "g" * 40,
        "",
    ],
)
def test_mistyped_addresses_are_refused(text: str) -> None:
    with pytest.raises(BadInput, match="address_malformed"):
        addresses.parse(text)
