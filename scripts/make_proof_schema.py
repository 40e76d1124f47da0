"""Writes docs/proof.schema.json, the JSON schema of a proof's file, from the form that the verifier reads."""

from __future__ import annotations

import json
from pathlib import Path

from ledger.domain.proofs.format import json_schema

PATH = Path(__file__).parent.parent / "docs" / "proof.schema.json"


def main() -> None:
    """Write it anew."""
    PATH.write_text(json.dumps(json_schema(), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
