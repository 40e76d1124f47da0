"""The record of a consent, after ISO/IEC TS 27560 (consent record information structure).

What is sealed says who decided what, when, on whose behalf and how that was taken down; a change of terms is
another record that names the one before. How its fields answer those of FHIR Consent is told in
docs/consent.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger.domain import changes, consent_notices, vocabulary
from ledger.domain.changes import ConsentChange
from ledger.domain.codes import Grantor
from ledger.services.consent_terms import ConsentDecision, ConsentTuple
from ledger.services.evidence import checked_files, checked_text

SCHEMA = "ISO/IEC TS 27560:2023"
ACTION = "read"
"""What the consumer may do; DPV 2 has no shorter word for it than dpv:Consult."""
_DPV_STATUS = {
    "give": "dpv:ConsentGiven",
    "refuse": "dpv:ConsentRefused",
    "withdraw": "dpv:ConsentWithdrawn",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Which record this is: of which consent, at which revision, after which (hex of its hash)."""

    consent_id: str
    revision: int
    former: str | None


def content(
    place: Place,
    terms: ConsentTuple,
    change: ConsentChange,
    decision: ConsentDecision,
    *,
    delegation: str | None,
) -> Mapping[str, Any]:
    """What is sealed, besides who recorded it and when. Raises BadInput `consent.notice_unknown`,
    `text_too_long`, `evidence_malformed`, `evidence_too_many`.
    """
    notice = (
        consent_notices.notice(decision.notice)
        if decision.notice
        else consent_notices.asking_about(consent_notices.NoticeTuple(**terms.fields()))
    )
    return {
        "schema": SCHEMA,
        "consent": place.consent_id,
        "revision": place.revision,
        "former": place.former,
        "terms": terms.fields(),
        "action": ACTION,
        "change": changes.to_json(change),
        "notice": dict(notice.reference) if notice else None,
        "delegation": delegation,
        "helper": checked_text("helper", decision.helper),
        "method": decision.method,
        "signed_by": decision.signed_by,
        "witness": checked_text("witness", decision.witness),
        "note": checked_text("note", decision.note),
        "incapacity": checked_text("incapacity", decision.incapacity),
        "evidence": checked_files(decision.evidence),
    }


def shown(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record by the names of ISO/IEC TS 27560, without the words that name a person or say why."""
    terms, change = record["terms"], record["change"]
    return {
        "schema_version": record.get("schema", SCHEMA),
        "record_id": record.get("consent"),
        "revision": record.get("revision"),
        "former_record": record.get("former"),
        "pii_principal_id": record["subject"],
        "privacy_notice": record.get("notice"),
        "pii_processing": {
            "purpose": terms["purpose"],
            "purpose_dpv": vocabulary.purpose(terms["purpose"]).dpv,
            "pii_type": terms["category"],
            "pii_type_dpv": vocabulary.category(terms["category"]).dpv,
            "lawful_basis": "dpv:Consent",
            "processing": record.get("action", ACTION),
            "pii_controller": terms["provider"],
            "recipient": terms["consumer"],
        },
        "event": {
            "event_type": change["type"],
            "event_state": _DPV_STATUS[change["type"]],
            "event_time": record["recorded_at"],
            "valid_from": change.get("valid_from"),
            "valid_until": change.get("valid_until"),
            "entity": Grantor(change["grantor"]).name.lower(),
            "delegation": record.get("delegation"),
            "collection_method": record["method"],
            "signed_by": record.get("signed_by"),
            "witnessed": bool(record.get("witness")),
            "helped": bool(record.get("helper")),
            "reviewed": bool(record.get("incapacity")),
            "evidence_sha256": record["evidence"],
            "assurance": record["assurance"],
        },
    }
