from __future__ import annotations

import pytest

from ledger.errors import Refused
from ledger.keys import subject_keys
from ledger.keys.blind_index import blind_index
from ledger.keys.sealing import open_sealed, seal

KEY = bytes(range(32))


def test_a_sealed_value_opens_under_its_key_and_place() -> None:
    assert open_sealed(KEY, seal(KEY, "王秀英".encode(), b"fact:1"), b"fact:1").decode() == "王秀英"


def test_the_same_value_sealed_twice_differs() -> None:
    assert seal(KEY, b"x", b"") != seal(KEY, b"x", b"")


@pytest.mark.parametrize("position", [0, 11, 12, -1])
def test_an_altered_byte_is_noticed(position: int) -> None:
    sealed = bytearray(seal(KEY, b"text", b"place"))
    sealed[position] ^= 1
    with pytest.raises(Refused, match="seal_broken"):
        open_sealed(KEY, bytes(sealed), b"place")


def test_another_place_another_key_and_a_stump_do_not_open() -> None:
    sealed = seal(KEY, b"text", b"place")
    for key, value, place in [
        (KEY, sealed, b"other"),
        (bytes(32), sealed, b"place"),
        (KEY, sealed[:27], b"place"),
        (KEY, b"", b"place"),
    ]:
        with pytest.raises(Refused, match="seal_broken"):
            open_sealed(key, value, place)


@pytest.mark.parametrize("size", [0, 16, 24, 31, 33])
def test_only_256_bit_keys_seal(size: int) -> None:
    with pytest.raises(ValueError, match=f"this one {size}"):
        seal(bytes(size), b"text", b"")


def test_a_subject_key_unwraps_for_its_own_subject_only() -> None:
    subject_key = subject_keys.new()
    wrapped = subject_keys.wrap(KEY, subject_key, "subject-a")
    assert subject_keys.unwrap(KEY, wrapped, "subject-a") == subject_key
    with pytest.raises(Refused, match="seal_broken"):
        subject_keys.unwrap(KEY, wrapped, "subject-b")


def test_the_data_key_follows_rfc_5869() -> None:
    # HKDF-SHA256 by hand: PRK = HMAC(zeros, key), OKM = HMAC(PRK, "data" ‖ 0x01)
    import hashlib
    import hmac

    prk = hmac.digest(bytes(32), KEY, hashlib.sha256)
    assert subject_keys.data_key(KEY) == hmac.digest(prk, b"data\x01", hashlib.sha256)


def test_the_blind_index_needs_its_key() -> None:
    number = "519999194003121234"
    assert blind_index(KEY, number) == blind_index(KEY, number)
    assert blind_index(KEY, number) != blind_index(bytes(32), number)
    assert len(blind_index(KEY, number)) == 32
