"""What an operator watches of the write and the read path."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

BATCH_SIZE = Histogram(
    "ledger_batch_entries", "Entries of the batches formed", buckets=(1, 5, 10, 25, 50, 100, 200, 400, 1000)
)
REFUSED = Counter("ledger_operations_refused_total", "Operations refused by a rule", ["code"])
DISSOLVED = Counter("ledger_batches_dissolved_total", "Batches given up and formed again", ["code"])
FINAL_SECONDS = Histogram(
    "ledger_operation_final_seconds",
    "From accepted to final",
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600),
)
WITHDRAWAL_FINAL_SECONDS = Histogram(
    "ledger_withdrawal_final_seconds",
    "From a withdrawal or refusal accepted, which every process denies from then on, to final",
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60),
)
RECORDED = Counter("ledger_entries_indexed_total", "Entries that the follower has read")
VIOLATIONS = Counter("ledger_violations_total", "Logged changes that the rules would not allow", ["name"])
REWINDS = Counter("ledger_rewinds_total", "Times that indexed blocks were undone")
INDEXED_BLOCK = Gauge("ledger_indexed_block", "The last block indexed")
HEAD_BLOCK = Gauge("ledger_head_block", "The node's newest block when it last answered")
ANCHORED_ENTRIES = Gauge("ledger_anchored_entries", "Entries of the access log that are anchored")
TROUBLE = Counter(
    "ledger_relay_trouble_total", "Failed rounds of the submitter or follower", ["part", "code"]
)
