"""How a case of a broken proof is written down."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

from scripts.proof_story import Good
from scripts.proof_wrong_values import BROKEN, CANNOT_KNOW, MALFORMED

Case = dict[str, Any]
Patch = list[tuple[str, Any]]

REMOVED = object()
"""In a patch: what is not there any more."""
OUTCOME = {"0": MALFORMED, "1": BROKEN, "2": BROKEN, "3": BROKEN, "4": BROKEN}


def says(rule: str) -> Case:
    return {"outcome": OUTCOME[rule[0]], "rule": rule}


def case(name: str, good: Good, rule: str, patch: Patch) -> Case:
    outcome = CANNOT_KNOW if rule in {"0.4", "1.1", "1.2", "1.3"} else OUTCOME.get(rule[0], BROKEN)
    operations = [operation(path, value) for path, value in patch]
    return {"name": name, "outcome": outcome, "rule": rule, "of": good.name, "patch": operations}


def operation(path: str, value: Any) -> Case:
    if value is REMOVED:
        return {"op": "remove", "path": path}
    return {"op": "add" if path.endswith(("/-", "/extra")) else "replace", "path": path, "value": value}


def value_of(good: Good, path: str) -> Any:
    value = json.loads(good.proof.to_json())
    for name in path.split("/"):
        value = value[name]
    return value


def has(document: Any, path: str) -> bool:
    for name in path.split("/")[1:]:
        if isinstance(document, list):
            if int(name) >= len(document):
                return False
            document = document[int(name)]
        elif not isinstance(document, dict) or name not in document:
            return False
        else:
            document = document[name]
    return True


def hex_text(raw: bytes) -> str:
    return f"0x{raw.hex()}"


def base64_text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
