"""Every table, as SQLAlchemy Core metadata. Migrations bring a database to this shape.

Times are unix seconds (UTC) as integers, or as floats where sub-second order matters. Columns named
`sealed` hold AES-256-GCM under the data key of the subject (or case) they belong to; nothing else here holds
a name, an identity number, a date of birth, an address or a telephone number.
"""

from ledger.store.tables.cases import case_events, cases
from ledger.store.tables.chain import (
    blocks,
    contract_heads,
    cursor,
    recorded_batches,
    register_events,
    word_history,
    words,
)
from ledger.store.tables.consents import delegations, sealed_files
from ledger.store.tables.deaths import corrections, death_sources
from ledger.store.tables.ladder import ladder_steps, ladders, outages
from ledger.store.tables.metadata import metadata
from ledger.store.tables.months import (
    form_templates,
    month_differences,
    month_lines,
    month_lists,
    month_steps,
    months,
    payment_imports,
    payments,
)
from ledger.store.tables.notices import notices
from ledger.store.tables.organisations import api_keys, organisations, sessions, user_communities, users
from ledger.store.tables.people import (
    blind_index,
    erasures,
    handles,
    imports,
    person_changes,
    person_moves,
    reading_mandates,
    subject_facts,
    subjects,
)
from ledger.store.tables.recording import (
    anchors,
    batches,
    nonces,
    operation_trace,
    operations,
    records,
    tags,
    transactions,
)
from ledger.store.tables.revisits import revisits
from ledger.store.tables.seamless import seamless_outcomes, seamless_runs
from ledger.store.tables.service import (
    access_log,
    access_nodes,
    access_tree,
    idempotency_keys,
    properties,
    quotas,
)
from ledger.store.tables.signals import signal_batches, signal_flows, signal_quarantine, signals

__all__ = [
    "access_log",
    "access_nodes",
    "access_tree",
    "anchors",
    "api_keys",
    "batches",
    "blind_index",
    "blocks",
    "case_events",
    "cases",
    "contract_heads",
    "corrections",
    "cursor",
    "death_sources",
    "delegations",
    "erasures",
    "form_templates",
    "handles",
    "idempotency_keys",
    "imports",
    "ladder_steps",
    "ladders",
    "metadata",
    "month_differences",
    "month_lines",
    "month_lists",
    "month_steps",
    "months",
    "nonces",
    "notices",
    "operation_trace",
    "operations",
    "organisations",
    "outages",
    "payment_imports",
    "payments",
    "person_changes",
    "person_moves",
    "properties",
    "quotas",
    "reading_mandates",
    "recorded_batches",
    "records",
    "register_events",
    "revisits",
    "sealed_files",
    "seamless_outcomes",
    "seamless_runs",
    "sessions",
    "signal_batches",
    "signal_flows",
    "signal_quarantine",
    "signals",
    "subject_facts",
    "subjects",
    "tags",
    "transactions",
    "user_communities",
    "users",
    "word_history",
    "words",
]
