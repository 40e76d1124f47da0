"""Findings in the Static Analysis Results Interchange Format (SARIF 2.1.0): one result for each cause."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger.audit.findings import Finding, Severity
from ledger.audit.result import Result, finding_as_json

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def to_sarif(result: Result, say: Callable[[str], str]) -> dict[str, Any]:
    """The log of one run. `say` gives the text of a message code in the reader's language."""
    groups = list(result.findings.groups())
    codes = list(dict.fromkeys(group.examples[0].code for group in groups))
    rules = [
        {
            "id": str(code),
            "shortDescription": {"text": say(f"audit.finding.{code}.means")},
            "help": {"text": say(f"audit.finding.{code}.do")},
            "defaultConfiguration": {"level": _LEVELS[code.severity]},
            "properties": {"step": int(code.step)},
        }
        for code in codes
    ]
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "ledger audit", "version": result.software, "rules": rules}},
        "invocations": [{"executionSuccessful": result.pinned is not None}],
        "results": [
            {
                "ruleId": str(group.examples[0].code),
                "ruleIndex": codes.index(group.examples[0].code),
                "level": _LEVELS[group.examples[0].code.severity],
                "message": {"text": say(f"audit.finding.{group.examples[0].code}.means")},
                "occurrenceCount": group.count,
                "locations": [_location(finding) for finding in group.examples],
                "properties": {"examples": [finding_as_json(finding) for finding in group.examples]},
            }
            for group in groups
        ],
    }
    if result.pinned is not None:
        run["properties"] = {"block": result.pinned.number, "hash": "0x" + result.pinned.hash.hex()}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _location(finding: Finding) -> dict[str, Any]:
    where = finding_as_json(finding)["where"]
    name = "/".join(f"{key}={value}" for key, value in where.items()) or "ledger"
    return {"logicalLocations": [{"fullyQualifiedName": name, "kind": "resource"}]}
