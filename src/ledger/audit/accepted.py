"""Step 13: what the service accepted and signed against what the chain recorded of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Select, select

from ledger.audit.findings import Code, Finding, Findings, Where, shown
from ledger.domain import changes
from ledger.domain.digests import Domains
from ledger.domain.events import Contract
from ledger.domain.state import LedgerState
from ledger.encoding import eip712
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Digest, OrganisationId
from ledger.errors import LedgerError, Refused
from ledger.keys import signatures
from ledger.store.tables import (
    anchors,
    batches,
    operations,
    recorded_batches,
    tags,
    transactions,
    word_history,
)

_RECORDED_AT = 0xFFFFFFFF << 160
_AT_ONCE = 2_000
_RECORDED = ("included", "final")


def check(conn: Connection, state: LedgerState, findings: Findings) -> None:
    """Compares operations, batches and transactions with the index, which must have been found right."""
    _check_operations(conn, findings)
    _check_batches(conn, state, findings)
    _check_anchors(conn, state, findings)
    _check_transactions(conn, findings)


def next_word(row: Mapping[Any, Any], change: Any) -> int | None:
    """The word that a change makes of the one before; None if it says no change that there is.

    `row` has `programme` (0 for consents), the word before as `old` (None for none), and as `signing` the
    organisation whose key signed.
    """
    old = 0 if row["old"] is None else int.from_bytes(row["old"], "big")
    signing = OrganisationId(row["signing"])
    try:
        if row["programme"]:
            return changes.apply_certification(old, changes.certification_from_json(change), signing)
        return changes.apply_consent(old, changes.consent_from_json(change), signing)
    except (KeyError, ValueError, TypeError, AttributeError, LedgerError):
        return None


def signed_word(stored: bytes) -> int:
    """A word as it was signed: without the time that the contract wrote into it."""
    return int.from_bytes(stored, "big") & ~_RECORDED_AT


def with_history(query: Select[Any]) -> Select[Any]:
    """Joins operations with their records in the history (`old` is the word before) and the signed batch."""
    before = word_history.alias("before")
    return (
        query.add_columns(word_history, before.c.word.label("old"))
        .add_columns(recorded_batches.c.organisation_id.label("signing"))
        .add_columns(recorded_batches.c.scheme.label("recorded_scheme"))
        .join(word_history, operations.c.record_hash == word_history.c.record_hash)
        .join(
            recorded_batches,
            (recorded_batches.c.block_number == word_history.c.block_number)
            & (recorded_batches.c.log_index == word_history.c.log_index),
        )
        .outerjoin(
            before,
            (before.c.programme == word_history.c.programme)
            & (before.c.tag == word_history.c.tag)
            & (before.c.revision == word_history.c.revision - 1),
        )
    )


def _check_operations(conn: Connection, findings: Findings) -> None:
    query = with_history(
        select(
            operations.c.id,
            operations.c.kind,
            operations.c.organisation_id,
            operations.c.scheme,
            operations.c.change,
            operations.c.reviewer_id,
            batches.c.reviewer_id.label("batch_reviewer"),
            tags.c.kind.label("tag_kind"),
            tags.c.programme.label("tag_programme"),
        )
        .select_from(operations)
        .outerjoin(batches, operations.c.batch_id == batches.c.id)
        .outerjoin(tags, tags.c.tag == operations.c.tag)
    )
    for row in _rows(conn, query):
        kind = "certification" if row["programme"] else "consent"
        said = {
            "kind": row["kind"],
            "organisation": row["organisation_id"],
            "scheme": row["scheme"],
            "reviewer": row["reviewer_id"],
        }
        recorded = {
            "kind": kind,
            "organisation": row["signing"],
            "scheme": row["recorded_scheme"],
            "reviewer": row["batch_reviewer"],
        }
        where = Where(contract=operations.name, block=row["block_number"], tag=shown(row["tag"]))
        if said != recorded:
            names = [name for name, value in recorded.items() if said[name] != value]
            got, expected = _some(said, names), _some(recorded, names)
            findings.add(Finding(Code.OPERATION_DIFFERS, where, got, expected))
        elif (made := next_word(row, row["change"])) != (word := signed_word(row["word"])):
            got = "no change" if made is None else shown(made)
            findings.add(Finding(Code.OPERATION_DIFFERS, where, got, shown(word)))
        stands_for = {"kind": row["tag_kind"], "programme": row["tag_programme"] or 0}
        if stands_for != (expected_tag := {"kind": kind, "programme": row["programme"]}):
            got, expected = _some(stands_for, list(stands_for)), _some(expected_tag, list(expected_tag))
            findings.add(Finding(Code.TAG_DIFFERS, where, got, expected))


def _check_batches(conn: Connection, state: LedgerState, findings: Findings) -> None:
    recorded = {
        row["digest"]: {
            "organisation": row["organisation_id"],
            "block": row["block_number"],
            "transaction": shown(row["transaction_hash"]),
        }
        for row in _rows(conn, select(recorded_batches))
    }
    for row in _rows(conn, select(batches)):
        where = Where(contract=batches.name, block=row["block_number"], entry=row["id"])
        digest = _digest(row, state.domains)
        got: dict[str, Any] = {"digest": shown(row["digest"])}
        expected: dict[str, Any] = {"digest": shown(digest)}
        if row["signature"] is not None:
            got["signed by"] = str(_organisation_of(state, digest, row["signature"]))
            expected["signed by"] = str(row["organisation_id"])
        if row["review"] is not None:
            review = eip712.incapacity_review_digest(state.domains[Contract.CONSENTS], digest)
            got["reviewed by"] = str(_organisation_of(state, review, row["review"]))
            expected["reviewed by"] = str(row["reviewer_id"])
        if row["state"] in _RECORDED:
            transaction = None if row["transaction_hash"] is None else shown(row["transaction_hash"])
            got |= {
                "organisation": row["organisation_id"],
                "block": row["block_number"],
                "transaction": transaction,
            }
            expected |= recorded.get(digest, {"organisation": "none", "block": None, "transaction": None})
        if got != expected:
            names = [name for name, value in expected.items() if got[name] != value]
            findings.add(Finding(Code.BATCH_DIFFERS, where, _some(got, names), _some(expected, names)))


def _check_anchors(conn: Connection, state: LedgerState, findings: Findings) -> None:
    for row in _rows(conn, select(anchors)):
        digest = eip712.tree_head_digest(
            state.domains[Contract.ANCHORS],
            organisation=row["organisation_id"],
            stream=row["stream"],
            size=row["size"],
            root=row["root"],
            deadline=row["deadline"],
        )
        signer = _organisation_of(state, digest, row["signature"])
        if signer != row["organisation_id"]:
            where = Where(contract=anchors.name, entry=row["id"])
            got, expected = f"signed by {signer}", f"by {row['organisation_id']}"
            findings.add(Finding(Code.ANCHOR_DIFFERS, where, got, expected))


def _check_transactions(conn: Connection, findings: Findings) -> None:
    for row in _rows(conn, select(transactions.c.hash, transactions.c.raw)):
        if (computed := keccak256(row["raw"])) != row["hash"]:
            where = Where(contract=transactions.name, transaction=shown(row["hash"]))
            findings.add(Finding(Code.TRANSACTION_DIFFERS, where, shown(computed), shown(row["hash"])))


def _digest(row: Mapping[Any, Any], domains: Domains) -> Digest:
    if row["kind"] == "certification":
        domain = domains[Contract.CERTIFICATIONS]
        return eip712.certification_batch_digest(
            domain, row["programme"], row["scheme"], row["deadline"], row["entries"]
        )
    reviewed = row["reviewer_id"] is not None
    return eip712.consent_batch_digest(domains[Contract.CONSENTS], row["deadline"], reviewed, row["entries"])


def _organisation_of(state: LedgerState, digest: bytes, signature: bytes) -> int | None:
    try:
        return state.authority(signatures.recover(digest, signature)).organisation
    except Refused:
        return None


def _rows(conn: Connection, query: Select[Any]) -> Iterator[Mapping[Any, Any]]:
    return iter(conn.execution_options(yield_per=_AT_ONCE).execute(query).mappings())


def _some(values: Mapping[str, Any], names: list[str]) -> str:
    return ", ".join(f"{name} {values[name]}" for name in names)
