"""A contract's refusal as a message code with its parameters, for the one whose record it was."""

from __future__ import annotations

import re

from ledger.chain.bindings.errors import ContractError
from ledger.domain.rules import Refusal

Reason = tuple[str, dict[str, str | int | None]]

STALE = "RevisionNotNext"
"""Nobody's fault: another record came first, and this one is built again on the word that is there now."""

_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


def reason(refusal: Refusal) -> Reason:
    """The error's name in snake case under `rule`; `detail` holds its arguments but for index and tag."""
    told = refusal.arguments if refusal.index is None else refusal.arguments[2:]
    detail = ", ".join(f"0x{value.hex()}" if isinstance(value, bytes) else str(value) for value in told)
    return f"rule.{_WORD_START.sub('_', refusal.name).lower()}", {"detail": detail}


def refusal_of(error: ContractError) -> Refusal:
    """What a contract said, as the rules in `ledger.domain` say it; `Unknown` for data that none of ours
    raises.
    """
    return Refusal(error.name or "Unknown", tuple(error.arguments.values()))
