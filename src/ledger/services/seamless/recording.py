"""What a run writes: certifications into the outbox with their sealed records, and everybody's outcome."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from ledger.domain import changes, merkle
from ledger.domain.codes import Method, Scheme
from ledger.domain.programmes import Programme, local_date
from ledger.domain.seamless.commitment import leaves
from ledger.domain.seamless.evaluate import Result
from ledger.domain.seamless.explanation import explain
from ledger.encoding.types import OrganisationId, Timestamp
from ledger.encoding.words import certification
from ledger.errors import Refused
from ledger.services.actors import Actor
from ledger.services.evidence import SealedRecord, seal_record
from ledger.services.ids import new_id
from ledger.services.seamless.judging import Judged
from ledger.services.standing import Rules, standing_certifications
from ledger.store import operations, records
from ledger.store import seamless as store

SEED_SIZE = 32
REFUSED = "refused"
"""The result of a certification that the chain's rules would refuse, or did."""


@dataclass(frozen=True, slots=True)
class RunTerms:
    """What all certifications of a run have in common. Times are unix seconds."""

    run_id: str
    programme: Programme
    as_of: Timestamp
    engine: OrganisationId
    codes: Mapping[int, str]
    """Organisations' codes by id."""
    now: int

    @property
    def actor(self) -> Actor:
        """The engine, acting in this run."""
        return Actor("system", f"seamless:{self.run_id}", None, self.engine, name="")


def record(conn: Connection, terms: RunTerms, rules: Rules, judged: Sequence[Judged]) -> dict[str, str]:
    """Writes a few hundred people's outcomes; the result of each by subject id.

    Nobody is certified whose word is not the one that was judged, nor twice for the same period: who objected
    in between, or was certified by another run, is left as they are, without a result.
    """
    programme = terms.programme
    words = standing_certifications(conn, programme.id, [one.tag for one in judged])
    known = store.outcomes(conn, programme.id, [one.person.id for one in judged])
    results: dict[str, str] = {}
    rows: list[dict[str, Any]] = []
    sealed: list[SealedRecord] = []
    accepted: list[operations.NewOperation] = []
    for one in judged:
        period = certification.valid_until(one.word)
        before = known.get((one.person.id, period))
        under_way = before is not None and before.operation_id and before.operation_state != REFUSED
        if words[one.tag] != one.word or under_way:
            continue
        result, lacks = one.outcome.result.value, [lack.value for lack in one.outcome.lacks]
        operation_id = None
        if one.outcome.result is Result.CERTIFY:
            try:
                operation, its_record = _certification(terms, rules, one)
            except Refused as refused:
                result, lacks = REFUSED, [refused.code]
            else:
                operation_id = operation.id
                accepted.append(operation)
                sealed.append(its_record)
        results[one.person.id] = result
        same = before is not None and before.result == result and operation_id is None
        rows.append(
            {
                "programme": programme.id,
                "subject_id": one.person.id,
                "period": period,
                "run_id": terms.run_id,
                "community_id": one.person.community,
                "result": result,
                "lacks": lacks,
                "operation_id": operation_id,
                "decided_at": before.decided_at if before is not None and same else terms.now,
            }
        )
    records.add(conn, [one.row for one in sealed])
    operations.accept(conn, accepted, terms.now)
    store.put_outcomes(conn, rows)
    return results


def _certification(
    terms: RunTerms, rules: Rules, judged: Judged
) -> tuple[operations.NewOperation, SealedRecord]:
    """Raises Refused `rule.*` if the contract would refuse it."""
    outcome, programme, person = judged.outcome, terms.programme, judged.person
    window = outcome.validity
    if window is None:
        raise ValueError("only what certifies is recorded")
    change = changes.Certify(Scheme.SEAMLESS, Method.SIGNALS, window.valid_from, window.valid_until)
    rules.certification(programme, judged.word, change, terms.engine)
    seed = secrets.token_bytes(SEED_SIZE)
    counted = set(outcome.counted)
    standing = [(one.id, one.signal) for one in judged.signals if one.signal in counted]
    seamless = programme.seamless_rules
    hashes = leaves(standing, terms.codes, seamless, seed)
    content = {
        "action": "certify",
        "programme": programme.code,
        "change": changes.to_json(change),
        "method": "signals",
        "occurred_on": local_date(terms.as_of).isoformat(),
        "reason": "",
        "note": "",
        "evidence": [],
        "run": terms.run_id,
        "as_of": terms.as_of,
        "rules_hash": programme.rules_hash.hex(),
        "signals": {
            "root": merkle.root(hashes).hex(),
            "rows": [row_id for row_id, _ in standing],
            "seed": seed.hex(),
            "classes": sorted({seamless.by_code[one.kind].evidence_class.value for one in outcome.counted}),
            "departments": sorted(terms.codes[one] for one in outcome.departments),
            "from": outcome.window_from.isoformat(),
            "until": outcome.window_until.isoformat(),
            "points": outcome.points,
        },
        "explanation": [
            {"code": one.code, "params": dict(one.params)} for one in explain(outcome, programme)
        ],
    }
    sealed = seal_record(person.keys, terms.actor, "certification", content, recorded_at=terms.now)
    operation = operations.NewOperation(
        id=new_id("op"),
        kind="certification",
        subject_id=person.id,
        tag=judged.tag,
        organisation_id=terms.engine,
        change=changes.to_json(change),
        record_hash=sealed.record_hash,
        actor=terms.actor.id,
        programme=programme.id,
        scheme=int(Scheme.SEAMLESS),
    )
    return operation, sealed
