"""What a contract says when it refuses, as the refusal that the rules in `ledger.domain` give."""

from __future__ import annotations

from ledger.chain.bindings.errors import ContractError
from ledger.domain.rules import Refusal


def refusal_of(error: ContractError) -> Refusal:
    """The same error; `Unknown` for data that is none of the contracts' errors."""
    return Refusal(error.name or "Unknown", tuple(error.arguments.values()))
