"""Values that a proof must not pass with, by the place (RFC 6901) that they are put in."""

from __future__ import annotations

from typing import Any

MALFORMED, BROKEN, CANNOT_KNOW = "malformed", "broken", "cannot_know"

# Every field with another value of its own type, and the rule that must notice.
WRONG_VALUES: dict[str, tuple[Any, str]] = {
    "/format": ("certification-ledger/deployment", "0.3"),
    "/chain/head/number": (7, "1.4"),
    "/chain/head/hash": ("0x" + "ab" * 32, "1.4"),
    "/chain/head/time": (1, "1.4"),
    "/chain/head/signature": ("0x" + "01" * 64 + "1b", "1.4"),
    "/chain/header": ("wYA", "2.1"),
    "/binding/organisation": (3, "4.2"),
    "/binding/handle": ("H" + "a" * 32, "4.2"),
    "/binding/parts/0": (9, "4.1"),
    "/binding/parts/1": (9, "4.1"),
    "/binding/parts/2": (9, "4.1"),
    "/binding/parts/3": (9, "4.1"),
    "/binding/tag": ("0x" + "cd" * 32, "4.1"),
    "/binding/signature": ("0x" + "02" * 64 + "1c", "4.2"),
    "/opening_key": ("0x" + "ef" * 32, "4.1"),
    "/batch/deadline": (1, "4.7"),
    "/batch/reviewed": (True, "4.7"),
    "/batch/scheme": (2, "4.7"),
    "/batch/entries": ("AAAA", "4.5"),
    "/batch/signature": ("0x" + "03" * 64 + "1b", "4.7"),
    "/batch": (None, "4.4"),
}
CANNOT_JUDGE: dict[str, tuple[Any, str]] = {
    "/version": (2, "0.4"),
    "/chain/kind": ("cometbft", "1.1"),
    "/chain/id": (1, "1.2"),
    "/chain/deployment": ("0x" + "12" * 32, "1.3"),
}
# What is no value of its field's type.
MALFORMED_VALUES: dict[str, list[Any]] = {
    "/version": ["1", None, True],
    "/chain/id": [-1, "510181", 1 << 48, 1.5, None],
    "/chain/deployment": ["12" * 32, "0x" + "12" * 31, "0x" + "AB" * 32, "0x" + "1g" * 32, 0],
    "/chain/head": [None, [], "head"],
    "/chain/head/time": [1 << 40, "1"],
    "/chain/header": ["", "wYA=", "w YA", "wY+", "wYB", 5],
    "/chain/nodes": [[], None, ["AAAA"] * 129, ["A" * 769], [""]],
    "/binding/handle": ["h" + "a" * 32, "H" + "a" * 31, "H" + "a" * 31 + "1", "519999194001010013"],
    "/binding/kind": ["certifications", None],
    "/binding/parts": [[], [1, 2, 3, 4, 5], [1 << 20], ["1"], None],
    "/batch": [{}, [], "batch"],
    "/batch/signature": ["0x" + "01" * 64, None],
    "/batch/deadline": [-1, 1 << 40],
}
MUST_BE_THERE = (
    *("/format", "/version", "/chain", "/binding", "/opening_key", "/batch"),
    *("/chain/kind", "/chain/id", "/chain/deployment", "/chain/head", "/chain/header", "/chain/nodes"),
    *("/chain/head/number", "/chain/head/hash", "/chain/head/time", "/chain/head/signature"),
    *("/binding/organisation", "/binding/handle", "/binding/kind", "/binding/parts", "/binding/tag"),
    *("/binding/signature", "/batch/deadline", "/batch/reviewed", "/batch/entries", "/batch/signature"),
)
OTHER_DEPLOYMENTS: dict[str, tuple[Any, str, str]] = {
    "/engine": ("remote", "1.1", CANNOT_KNOW),
    "/chain_id": (510182, "1.2", CANNOT_KNOW),
    "/deployment_id": ("0x" + "34" * 32, "1.3", CANNOT_KNOW),
    "/operator": ("0x1111111111111111111111111111111111111111", "1.4", BROKEN),
    "/contracts/Consents/address": ("0x1111111111111111111111111111111111111111", "3.1", BROKEN),
    "/contracts/Consents/code_hash": ("0x" + "56" * 32, "3.1", BROKEN),
    "/contracts/Consents/slots/_slots": (5, "4.3", BROKEN),
    "/contracts/Members/code_hash": ("0x" + "56" * 32, "4.6", BROKEN),
    "/contracts/Members/slots/_signers": (3, "4.7", BROKEN),
}
