"""The vectors of tests/vectors/proofs/, made ready for a verifier."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.chain.deployment import Deployment

FOLDER = Path(__file__).parent / "vectors" / "proofs"


@dataclass(frozen=True)
class Vector:
    """A file, the deployment to check it against, and what must come out."""

    name: str
    data: bytes
    deployment: Deployment
    outcome: str
    rule: str
    """the rule that is broken; of a good proof the last one"""
    meaning: str | None


def good() -> Iterator[Vector]:
    """Proofs that hold."""
    deployment = Deployment.load(FOLDER / "deployment.json")
    for one in read("good"):
        data = json.dumps(one["proof"]).encode()
        yield Vector(one["name"], data, deployment, "holds", "5.1", one["meaning"])


def broken() -> Iterator[Vector]:
    """Files that must not pass."""
    pinned = json.loads((FOLDER / "deployment.json").read_bytes())
    proofs = {one["name"]: one["proof"] for one in read("good")}
    for one in read("broken"):
        deployment = Deployment.model_validate_json(
            json.dumps(patched(pinned, one.get("deployment_patch", ())))
        )
        yield Vector(one["name"], text(one, proofs).encode(), deployment, one["outcome"], one["rule"], None)


def text(case: dict[str, Any], proofs: dict[str, Any]) -> str:
    """The file of a case."""
    if "text" in case:
        return str(case["text"])
    if "repeat" in case:
        return str(case["repeat"]["text"]) * int(case["repeat"]["times"])
    whole = json.dumps(patched(proofs[case["of"]], case.get("patch", ())), separators=(",", ":"))
    return whole[: case.get("length")]


def patched(document: Any, operations: Any) -> Any:
    """The document after the operations of a JSON patch (RFC 6902): add, remove, replace."""
    document = copy.deepcopy(document)
    for operation in operations:
        *way, last = operation["path"].split("/")[1:]
        at = document
        for name in way:
            at = at[int(name) if isinstance(at, list) else name]
        if isinstance(at, list) and last == "-":
            at.append(operation["value"])
            continue
        key = int(last) if isinstance(at, list) else last
        if operation["op"] == "remove":
            del at[key]
        else:
            at[key] = operation["value"]
    return document


def read(name: str) -> list[dict[str, Any]]:
    """The cases of a file."""
    cases: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_bytes())
    return cases
