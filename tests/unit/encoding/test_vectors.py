"""The shared vectors hold, checked with others' code: eth_account, eth_abi, hmac, and shifts by hand."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from ledger.domain import tags
from ledger.encoding import eip712
from ledger.encoding.words import certification, consent, organisation, programme, signer

ROOT = Path(__file__).parents[3]
VECTORS = ROOT / "tests" / "vectors"

# The table of docs/architecture.md, once more and by hand: (name, lowest bit).
CERTIFICATION_BITS = {
    "version": 0, "status": 4, "death": 8, "senior_seen": 10, "seamless_run": 11, "scheme": 16, "method": 24,
    "authorisation": 32, "revision": 64, "valid_from": 96, "valid_until": 128, "recorded_at": 160,
    "organisation": 192, "death_reporter": 212, "authoriser": 232,
}  # fmt: skip
CONSENT_BITS = {
    "version": 0, "status": 4, "grantor": 8, "self_decided": 12, "revision": 64, "valid_from": 96,
    "valid_until": 128, "recorded_at": 160, "organisation": 192,
}  # fmt: skip
ORGANISATION_BITS = {"parent": 0, "roles": 20, "active": 36, "admin": 96}
SIGNER_BITS = {
    "organisation": 0, "valid_from": 32, "valid_until": 64, "distrusted_since": 96,
    "roles": 128, "active": 144,
}  # fmt: skip
PROGRAMME_BITS = {
    "active": 0, "seamless_limit": 1, "version": 32, "longest_senior": 64, "longest_seamless": 96,
}  # fmt: skip

TYPES = {
    "CertificationBatch": "uint16 programme,uint8 scheme,uint40 deadline,bytes entries",
    "ConsentBatch": "uint40 deadline,bool reviewed,bytes entries",
    "IncapacityReview": "bytes32 batchDigest",
    "TreeHead": "uint24 organisation,uint8 stream,uint64 size,bytes32 root,uint40 deadline",
}


def load(name: str) -> dict[str, list[dict[str, Any]]]:
    content: dict[str, list[dict[str, Any]]] = json.loads(
        (VECTORS / f"{name}.json").read_text(encoding="utf-8")
    )
    return content


def number(value: int | str) -> int:
    return int(value, 16) if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("name", "module", "bits"),
    [
        ("certification_words", certification, CERTIFICATION_BITS),
        ("consent_words", consent, CONSENT_BITS),
        ("organisation_words", organisation, ORGANISATION_BITS),
        ("signer_words", signer, SIGNER_BITS),
        ("programme_words", programme, PROGRAMME_BITS),
    ],
)
def test_word_vectors_pack_unpack_and_read_field_by_field(
    name: str, module: Any, bits: dict[str, int]
) -> None:
    examples = load("words")[name]
    assert len(examples) > len(bits)
    for example in examples:
        word = number(example.pop("word"))
        fields = {key: number(value) for key, value in example.items()}
        assert fields.keys() == bits.keys()
        assert word == sum(value << bits[key] for key, value in fields.items())
        assert module.pack(**fields) == word
        assert module.unpack(word) == fields
        for key, value in fields.items():
            assert getattr(module, key)(word) == value


def test_tag_vectors_follow_the_abi_encoding_and_hmac() -> None:
    examples = load("tags")["tags"]
    signatures = {
        "certification": ("Certification(uint16 programme)", ["uint16"]),
        "consent": (
            "Consent(uint24 provider,uint24 consumer,uint16 category,uint16 purpose)",
            ["uint24", "uint24", "uint16", "uint16"],
        ),
    }
    assert {example["kind"] for example in examples} == signatures.keys()
    for example in examples:
        signature, types = signatures[example["kind"]]
        typehash = keccak(text=signature)
        subject_key = bytes.fromhex(example["subject_key"][2:])
        opening_key = hmac.new(
            subject_key, typehash + encode(types, example["parts"]), hashlib.sha256
        ).digest()
        tag = keccak(encode(["bytes32", *types, "bytes32"], [typehash, *example["parts"], opening_key]))
        assert example["opening_key"] == "0x" + opening_key.hex()
        assert example["tag"] == "0x" + tag.hex()

        make = tags.certification_tag if example["kind"] == "certification" else tags.consent_tag
        opening = make(subject_key, *example["parts"])
        assert (opening.opening_key, opening.tag) == (opening_key, tag)
        assert tags.tag_of(opening.kind, opening.parts, opening_key) == tag
        slot = keccak(encode(["uint256", "bytes32"], [example["parts"][0], tag]))
        if example["kind"] == "certification":
            assert tags.certification_slot(example["parts"][0], tag) == slot
            assert example["slot"] == "0x" + slot.hex()
        else:
            assert example["slot"] == example["tag"]


def test_digest_vectors_are_what_eth_account_computes() -> None:
    examples = load("digests")["digests"]
    assert {example["primary_type"] for example in examples} == TYPES.keys()
    for example in examples:
        fields = [member.split() for member in TYPES[example["primary_type"]].split(",")]
        values = {"batchDigest": example.get("batch_digest"), **example}
        message = {
            "types": {
                "EIP712Domain": [
                    {"name": "name", "type": "string"},
                    {"name": "version", "type": "string"},
                    {"name": "chainId", "type": "uint256"},
                    {"name": "verifyingContract", "type": "address"},
                ],
                example["primary_type"]: [{"name": name, "type": kind} for kind, name in fields],
            },
            "primaryType": example["primary_type"],
            "domain": {
                "name": example["contract"],
                "version": "1",
                "chainId": example["chain_id"],
                "verifyingContract": example["verifying_contract"],
            },
            "message": {
                name: number(values[name]) if kind.startswith("uint") else values[name]
                for kind, name in fields
            },
        }
        signable = encode_typed_data(full_message=message)
        theirs = keccak(b"\x19" + signable.version + signable.header + signable.body)
        assert ours(example).hex() == theirs.hex() == example["digest"][2:]


def ours(example: dict[str, Any]) -> bytes:
    domain = eip712.Domain(example["contract"], example["chain_id"], example["verifying_contract"])
    entries = bytes.fromhex(example.get("entries", "0x")[2:])
    match example["primary_type"]:
        case "CertificationBatch":
            return eip712.certification_batch_digest(
                domain, example["programme"], example["scheme"], example["deadline"], entries
            )
        case "ConsentBatch":
            return eip712.consent_batch_digest(domain, example["deadline"], example["reviewed"], entries)
        case "IncapacityReview":
            return eip712.incapacity_review_digest(domain, bytes.fromhex(example["batch_digest"][2:]))
        case _:
            return eip712.tree_head_digest(
                domain,
                organisation=example["organisation"],
                stream=example["stream"],
                size=number(example["size"]),
                root=bytes.fromhex(example["root"][2:]),
                deadline=example["deadline"],
            )


def test_the_script_writes_the_committed_vectors(tmp_path: Path) -> None:
    code = (
        "import pathlib, runpy;"
        f"script = runpy.run_path({str(ROOT / 'scripts' / 'make_vectors.py')!r});"
        f"script['main'].__globals__['FOLDER'] = pathlib.Path({str(tmp_path)!r});"
        "script['main']()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    written = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert written == {file.name: (VECTORS / file.name).read_bytes() for file in VECTORS.glob("*.json")}
