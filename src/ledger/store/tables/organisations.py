"""Organisations, and those who act for them."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
)

from ledger.store.tables.metadata import Bytes, metadata

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
    Column("invitation_hash", Bytes(32)),  # SHA-256 of the one-time link's token
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
    Column("token_hash", Bytes(32), primary_key=True),  # SHA-256 of a random 256-bit token
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
    Column("secret_hash", Bytes(32), nullable=False),  # SHA-256 of a random 256-bit secret
    Column("organisation_id", ForeignKey("organisations.id"), nullable=False),
    Column("label", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
)
