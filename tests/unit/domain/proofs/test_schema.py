"""The published JSON schema says what the verifier reads."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs

from ledger.domain.proofs.checks import Rule
from ledger.domain.proofs.format import json_schema
from tests.proof_vectors import broken, good

DOCS = Path(__file__).resolve().parents[4] / "docs"
SCHEMA = json.loads((DOCS / "proof.schema.json").read_text("utf-8"))
NOT_SAID_BY_SCHEMA = {"malformed /chain/header, 4"}
"""Base64url whose unused bits aren't zero."""


def test_the_published_schema_is_current() -> None:
    assert json_schema() == SCHEMA, "run python scripts/make_proof_schema.py"


def test_good_proofs_are_valid_by_the_schema() -> None:
    validator = jsonschema_rs.Draft202012Validator(SCHEMA)
    for vector in good():
        validator.validate(json.loads(vector.data))


def test_proofs_of_another_form_are_not() -> None:
    validator = jsonschema_rs.Draft202012Validator(SCHEMA)
    passed = set()
    for vector in broken():
        if vector.rule != "0.3" or not vector.name.startswith(("malformed", "without", "unknown")):
            continue
        if validator.is_valid(json.loads(vector.data)):
            passed.add(vector.name)
    assert passed == NOT_SAID_BY_SCHEMA


def test_every_rule_has_its_number_in_the_documentation() -> None:
    text = (DOCS / "proof-format.md").read_text("utf-8")
    assert [rule for rule in Rule if f"| {rule} |" not in text] == []
