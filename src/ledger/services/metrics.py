"""What an operator watches of the use cases."""

from __future__ import annotations

from prometheus_client import Histogram

WITHDRAWAL_DENIED_SECONDS = Histogram(
    "ledger_withdrawal_denied_seconds",
    "From a withdrawal or refusal asked for to its being stored, since when every process denies",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5),
)
