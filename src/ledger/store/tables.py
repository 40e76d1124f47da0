"""Every table, as SQLAlchemy Core metadata. Migrations in `migrations/` bring a database to this shape.

Times are unix seconds (UTC) as integers, or as floats where sub-second order matters. Columns named
`sealed` hold AES-256-GCM under the data key of the subject (or case) they belong to; nothing else here holds
a name, an identity number, a date of birth, an address or a telephone number.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Serial = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows only in a column of type INTEGER

# --- organisations and those who act for them ---------------------------------------------------------------

organisations = Table(
    "organisations",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # the number used on chain, below 2**20
    Column("code", String(32), nullable=False, unique=True),  # division code, or a short code of a department
    Column("name", Text, nullable=False),
    Column("kind", String(16), nullable=False),  # county subdistrict community department engine auditor
    Column("parent_id", ForeignKey("organisations.id")),
    Column("roles", Integer, nullable=False),  # role bits as on chain
    Column("seamless_pilot", Boolean, nullable=False, default=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
)

users = Table(
    "users",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("role", String(16), nullable=False),  # worker reviewer operator auditor
    Column("organisation_id", ForeignKey("organisations.id"), nullable=False),
    Column("locale", String(8), nullable=False, default="zh-CN"),
    Column("password_hash", Text),  # argon2id; empty until the one-time link is used
    Column("invitation_hash", LargeBinary(32)),  # SHA-256 of the one-time link's token
    Column("invitation_expires_at", BigInteger),
    Column("failed_sign_ins", Integer, nullable=False, default=0),
    Column("locked_until", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
)

user_communities = Table(
    "user_communities",
    metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("organisation_id", ForeignKey("organisations.id"), primary_key=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),  # SHA-256 of a random 256-bit token
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("kind", String(8), nullable=False),  # browser (cookie) or bearer (command line)
    Column("csrf_token", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("secret_hash", LargeBinary(32), nullable=False),  # SHA-256 of a random 256-bit secret
    Column("organisation_id", ForeignKey("organisations.id"), nullable=False),
    Column("label", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
)

# --- people -------------------------------------------------------------------------------------------------

subjects = Table(
    "subjects",
    metadata,
    Column("id", String(32), primary_key=True),  # random; says nothing about the person
    Column("wrapped_key", LargeBinary, nullable=False),  # the subject key under its wrapping key in the vault
    Column("community_id", ForeignKey("organisations.id"), nullable=False),  # the community responsible now
    Column("state", String(8), nullable=False, default="active"),  # active locked erased merged
    Column("merged_into", ForeignKey("subjects.id")),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("ix_subjects_community_id", "community_id"),
)

# One dated fact about a person; what was true before stays, with who said so and when.
subject_facts = Table(
    "subject_facts",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    # identity_number name paying_division residence mobility contact guardian community remark building
    Column("kind", String(24), nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # canonical JSON, its shape by kind in services/people.py
    Column("valid_from", BigInteger, nullable=False),  # when it became true
    Column("valid_until", BigInteger),  # when it stopped being true
    Column("recorded_at", BigInteger, nullable=False),
    Column("recorded_by", String(64), nullable=False),  # user id, or "import:<id>"
    Index("ix_subject_facts_subject_id", "subject_id", "kind", "valid_until"),
)

# Finds a person by identity number without storing one: HMAC under the vault's index key.
blind_index = Table(
    "blind_index",
    metadata,
    Column("token", LargeBinary(32), primary_key=True),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_blind_index_subject_id", "subject_id"),
)

handles = Table(
    "handles",
    metadata,
    Column("handle", String(40), primary_key=True),
    Column("organisation_id", ForeignKey("organisations.id"), nullable=False),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("rotation", Integer, nullable=False, default=0),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    UniqueConstraint("organisation_id", "subject_id", "rotation"),
)

imports = Table(
    "imports",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("filename", Text, nullable=False),
    Column("file_token", LargeBinary(32), nullable=False),  # HMAC: a plain digest could be guessed at
    Column("user_id", String(32), nullable=False),
    Column("counts", JSON, nullable=False),  # rows, created, changed, unchanged, cases
    Column("case_ids", JSON, nullable=False),  # cases its rows opened, or found open from an import before
    Column("created_at", BigInteger, nullable=False),
)

# What a person must look at (待核实): an imported row that could not become a subject, for instance.
cases = Table(
    "cases",
    metadata,
    Column("id", String(32), primary_key=True),  # also names the case's own key in the vault
    Column("kind", String(24), nullable=False),  # roster_row
    Column("token", LargeBinary(32), unique=True),  # HMAC of the row, so the same file opens it once
    Column("community_id", ForeignKey("organisations.id")),
    Column("import_id", ForeignKey("imports.id")),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("problem_codes", JSON, nullable=False),
    Column("state", String(8), nullable=False, default="open"),  # open resolved
    Column("created_at", BigInteger, nullable=False),
    Column("resolved_at", BigInteger),
    Index("ix_cases_community_id", "community_id", "state"),
)

# --- what is recorded ---------------------------------------------------------------------------------------

# The operator's own map from a tag to what it stands for.
tags = Table(
    "tags",
    metadata,
    Column("tag", LargeBinary(32), primary_key=True),
    Column("kind", String(16), nullable=False),  # certification consent
    Column("id", String(32), nullable=False, unique=True),  # names a consent in the API
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("programme", Integer),
    Column("provider", Integer),
    Column("consumer", Integer),
    Column("category", Integer),
    Column("purpose", Integer),
    Index("ix_tags_subject_id", "subject_id", "kind"),  # unique by the tag itself, which the parts determine
)

records = Table(
    "records",
    metadata,
    Column("record_hash", LargeBinary(32), primary_key=True),  # keccak256 of the sealed canonical JSON
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_records_subject_id", "subject_id"),
)

# The outbox: one row per accepted change. `state` is accepted, batched (its batch says how far),
# included, final or refused. Which batches an operation was in before is told by their entries.
operations = Table(
    "operations",
    metadata,
    Column("sequence", Serial, primary_key=True, autoincrement=True),  # order of acceptance
    Column("id", String(32), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),  # certification consent
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("tag", LargeBinary(32), nullable=False),
    Column("organisation_id", ForeignKey("organisations.id"), nullable=False),  # whose key signs
    Column("reviewer_id", ForeignKey("organisations.id")),  # co-signs a guardian's withdrawal on incapacity
    Column("programme", Integer, nullable=False, default=0),  # 0 for consents
    Column("scheme", Integer, nullable=False, default=0),
    Column("change", JSON, nullable=False),  # domain/changes.py, as {"type": …, fields…}
    Column("record_hash", LargeBinary(32), nullable=False, unique=True),
    Column("priority", SmallInteger, nullable=False),  # 0 first: withdrawals, refusals, objections, deaths
    Column("state", String(12), nullable=False),
    Column("revision", BigInteger),  # assigned when batched
    Column("batch_id", ForeignKey("batches.id")),
    Column("entry_index", Integer),
    Column("reason_code", String(64)),
    Column("reason_params", JSON),
    Column("actor", String(64), nullable=False),  # user or API key id
    Column("accepted_at", Float, nullable=False),
    # Partial, so that they stay as small as what is on its way, however long the history grows.
    Index(
        "ix_operations_waiting",
        "priority",
        "sequence",
        sqlite_where=text("state = 'accepted'"),
        postgresql_where=text("state = 'accepted'"),
    ),
    Index(
        "ix_operations_open_tag",
        "tag",
        "sequence",
        sqlite_where=text("state IN ('accepted', 'batched')"),
        postgresql_where=text("state IN ('accepted', 'batched')"),
    ),
    Index("ix_operations_batch_id", "batch_id"),
    Index("ix_operations_subject_id", "subject_id", "sequence"),
)

batches = Table(
    "batches",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),
    Column("organisation_id", ForeignKey("organisations.id"), nullable=False),
    Column("reviewer_id", ForeignKey("organisations.id")),  # none unless it is reviewed
    Column("programme", Integer, nullable=False),
    Column("scheme", Integer, nullable=False),
    Column("deadline", BigInteger, nullable=False),
    Column("entries", LargeBinary, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(65)),
    Column("review", LargeBinary(65)),
    Column("state", String(12), nullable=False),  # batched signed prepared sent included final refused
    Column("transaction_hash", ForeignKey("transactions.hash")),
    Column("block_number", BigInteger),
    Column("created_at", Float, nullable=False),
    Column("included_at", Float),
    Column("final_at", Float),
    Index("ix_batches_digest", "digest"),
    Index("ix_batches_transaction_hash", "transaction_hash"),
    Index("ix_batches_block_number", "block_number"),
    Index(
        "ix_batches_open",
        "state",
        sqlite_where=text("state NOT IN ('final', 'refused')"),
        postgresql_where=text("state NOT IN ('final', 'refused')"),
    ),
)

transactions = Table(
    "transactions",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("sender", String(42), nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("raw", LargeBinary, nullable=False),  # stored before it is sent; on any doubt sent again as it is
    Column("state", String(12), nullable=False),  # prepared sent mined dropped
    Column("block_number", BigInteger),  # once mined
    Column("created_at", Float, nullable=False),
    Column("sent_at", Float),
    Index("ix_transactions_sender", "sender", "nonce"),
    Index(
        "ix_transactions_open",
        "state",
        sqlite_where=text("state IN ('prepared', 'sent')"),
        postgresql_where=text("state IN ('prepared', 'sent')"),
    ),
)

# The next nonce per sender, and a version that fences a submitter that lost its lock.
nonces = Table(
    "nonces",
    metadata,
    Column("sender", String(42), primary_key=True),
    Column("next", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False, default=0),
)

# Every step of a batch, and every time an operation left one, which audits check against the state machine.
operation_trace = Table(
    "operation_trace",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("batch_id", ForeignKey("batches.id")),
    Column("operation_id", String(32)),
    Column("state", String(12), nullable=False),
    Column("at", Float, nullable=False),
    Column("detail", JSON),
    Index("ix_operation_trace_batch_id", "batch_id"),
    Index("ix_operation_trace_operation_id", "operation_id"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("actor", String(64), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("request_token", LargeBinary(32), nullable=False),  # HMAC of method, path and body
    Column("status", Integer, nullable=False),
    Column("response", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

# --- the index: what the chain says -------------------------------------------------------------------------

# The blocks that changed something, and the last one read: enough to find where a reorganisation began.
blocks = Table(
    "blocks",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("parent_hash", LargeBinary(32), nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("events", Integer, nullable=False),
    Index("ix_blocks_timestamp", "timestamp"),
)

# One row: how far the index has come, and when the node last answered.
cursor = Table(
    "cursor",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("block_number", BigInteger, nullable=False),  # last block indexed
    Column("block_hash", LargeBinary(32), nullable=False),
    Column("block_timestamp", BigInteger, nullable=False),
    Column("final_number", BigInteger, nullable=False),
    Column("head_number", BigInteger, nullable=False),  # the node's head when it last answered
    Column("checked_at", Float, nullable=False),  # wall clock of that answer
    Column("trouble", String(64)),  # message code of what is wrong now, if anything
    Column("genesis_hash", LargeBinary(32), nullable=False),
    Column("chain_id", BigInteger, nullable=False),
)

# Signed batches as the chain recorded them, one per event.
recorded_batches = Table(
    "recorded_batches",
    metadata,
    Column("block_number", BigInteger, primary_key=True, autoincrement=False),
    Column("log_index", Integer, primary_key=True, autoincrement=False),
    Column("transaction_hash", LargeBinary(32), nullable=False),
    Column("block_timestamp", BigInteger, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("signer", String(42), nullable=False),
    Column("organisation_id", Integer, nullable=False),  # the signer's, as the event names it
    Column("programme", Integer, nullable=False),  # 0 for consents
    Column("scheme", Integer, nullable=False),
)

# The present word of every slot. `programme` 0 is the contract Consents.
words = Table(
    "words",
    metadata,
    Column("programme", Integer, primary_key=True, autoincrement=False),
    Column("tag", LargeBinary(32), primary_key=True),
    Column("word", LargeBinary(32), nullable=False),  # with the time that the contract wrote into it
    sqlite_with_rowid=False,
)

# Every word there was, at its revision.
word_history = Table(
    "word_history",
    metadata,
    Column("programme", Integer, primary_key=True, autoincrement=False),
    Column("tag", LargeBinary(32), primary_key=True),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("word", LargeBinary(32), nullable=False),
    Column("record_hash", LargeBinary(32), nullable=False),
    Column("block_number", BigInteger, nullable=False),
    Column("log_index", Integer, nullable=False),
    Column("entry_index", Integer, nullable=False),
    Index("ix_word_history_block_number", "block_number"),
    sqlite_with_rowid=False,
)

# Members, Policies and Anchors change seldom: their events are kept whole and folded in memory.
register_events = Table(
    "register_events",
    metadata,
    Column("block_number", BigInteger, primary_key=True, autoincrement=False),
    Column("log_index", Integer, primary_key=True, autoincrement=False),
    Column("block_hash", LargeBinary(32), nullable=False),
    Column("block_timestamp", BigInteger, nullable=False),
    Column("transaction_hash", LargeBinary(32), nullable=False),
    Column("name", String(32), nullable=False),  # of the class in domain/events.py
    Column("number", BigInteger, nullable=False),  # the contract's count after it
    Column("arguments", JSON, nullable=False),  # the event's fields after `number`, bytes as hex
)

# The contracts' running heads after each block that changed them, checked against the chain.
contract_heads = Table(
    "contract_heads",
    metadata,
    Column("contract", String(16), primary_key=True),
    Column("block_number", BigInteger, primary_key=True, autoincrement=False),
    Column("head", LargeBinary(32), nullable=False),
    Column("count", BigInteger, nullable=False),
)

# --- who asked ----------------------------------------------------------------------------------------------

access_log = Table(
    "access_log",
    metadata,
    Column("sequence", Serial, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("organisation_id", Integer, nullable=False),
    Column("subject_id", String(32)),  # none for a search
    Column("action", String(32), nullable=False),
    Column("purpose", String(64)),
    Column("outcome", String(64), nullable=False),
    Column("detail", JSON),
    Column("leaf_hash", LargeBinary(32), nullable=False),  # RFC 6962 leaf of the row's canonical JSON
    Index("ix_access_log_subject_id", "subject_id", "sequence"),
)

properties = Table(
    "properties",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", JSON, nullable=False),
)
