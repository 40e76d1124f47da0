"""Addresses: the examples of EIP-55, and that a mistyped one is never taken."""

from __future__ import annotations

import pytest

from ledger.encoding import addresses
from ledger.errors import BadInput

EIP_55 = [
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0xde709f2102306220921060314715629080e2fb77",
]


@pytest.mark.parametrize("address", EIP_55)
def test_an_address_is_read_with_its_checksum_or_in_lower_case(address: str) -> None:
    assert addresses.parse(address) == addresses.parse(address.lower()) == address
    assert addresses.from_bytes(addresses.to_bytes(addresses.parse(address))) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        EIP_55[0][2:],
        EIP_55[0][:-1],
        EIP_55[0] + "0",
        EIP_55[0].replace("aA", "Aa"),
        EIP_55[0].upper(),
        "0x" + "g" * 40,
        "0x" + "１" * 40,
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="address_malformed"):
        addresses.parse(text)


def test_an_address_has_20_bytes() -> None:
    with pytest.raises(BadInput, match="21 bytes"):
        addresses.from_bytes(bytes(21))
