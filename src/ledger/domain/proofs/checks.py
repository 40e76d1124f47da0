"""The rules of verification by their numbers, and how each came out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """The rules in the order in which they are checked; the number's first digit is the step."""

    SIZE = "0.1"
    DEPTH = "0.2"
    FORM = "0.3"
    VERSION = "0.4"
    CHAIN_KIND = "1.1"
    CHAIN_ID = "1.2"
    DEPLOYMENT = "1.3"
    HEAD_SIGNED = "1.4"
    HEADER_HASH = "2.1"
    HEADER_NUMBER = "2.2"
    HEADER_TIME = "2.3"
    CONTRACT = "3.1"
    TAG = "4.1"
    BINDING_SIGNED = "4.2"
    WORD = "4.3"
    BATCH_PRESENT = "4.4"
    BATCH_ENTRY = "4.5"
    MEMBERS = "4.6"
    KEY_REGISTERED = "4.7"
    KEY_AUTHORITY = "4.8"
    NOTHING_SUPERFLUOUS = "4.9"
    MEANING = "5.1"


class Outcome(StrEnum):
    """HOLDS: true at the block named. BROKEN: a rule is broken. MALFORMED: no proof at all. CANNOT_KNOW: the
    pinned deployment can't judge it, or what it shows is UNKNOWN.
    """

    HOLDS = "holds"
    BROKEN = "broken"
    MALFORMED = "malformed"
    CANNOT_KNOW = "cannot_know"


@dataclass(frozen=True, slots=True)
class Check:
    """A rule that was checked: what was got and what was expected, as shown to people."""

    rule: Rule
    passed: bool
    got: str
    expected: str


class Stopped(Exception):
    """A rule was not met; nothing after it was checked."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class Checks:
    """The rules checked so far."""

    def __init__(self) -> None:
        self.done: list[Check] = []

    def note(self, rule: Rule, met: bool, got: object, expected: object) -> None:
        """Notes how a rule came out."""
        self.done.append(Check(rule, met, shown(got), shown(expected)))

    def require(
        self,
        rule: Rule,
        met: bool,
        got: object,
        expected: object,
        *,
        otherwise: Outcome = Outcome.BROKEN,
    ) -> None:
        """Notes a rule. Raises Stopped unless it is met."""
        self.note(rule, met, got, expected)
        if not met:
            raise Stopped(otherwise)

    def require_equal(
        self, rule: Rule, got: object, expected: object, *, otherwise: Outcome = Outcome.BROKEN
    ) -> None:
        """Notes that two values must be the same. Raises Stopped unless they are."""
        self.require(rule, got == expected, got, expected, otherwise=otherwise)

    def failed(self, rule: Rule, got: object, expected: object, outcome: Outcome = Outcome.BROKEN) -> Stopped:
        """Notes a rule that is not met, and gives what to raise."""
        self.note(rule, False, got, expected)
        return Stopped(outcome)


def shown(value: object) -> str:
    """A value as people read it: bytes as hex."""
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)
