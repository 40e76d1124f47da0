"""A person's state over time: every revision on chain, with what its sealed record adds."""

from __future__ import annotations

from sqlalchemy import Connection

from ledger.domain.codes import Authorisation, Death, Method, Scheme, Status
from ledger.domain.programmes import Programme
from ledger.encoding.words import certification
from ledger.services.evidence import record_place
from ledger.services.lookup_answers import HistoryLine
from ledger.services.organisations import Directory
from ledger.services.people import Person
from ledger.services.verdicts import tag_of
from ledger.store import index, records


def history_lines(conn: Connection, person: Person, programme: Programme) -> list[HistoryLine]:
    """Every revision, oldest first. One whose record is not here has only what the chain says."""
    revisions = index.history(conn, programme.id, tag_of(person, programme))
    sealed = records.by_hashes(conn, [one.record_hash for one in revisions])
    directory = Directory(conn)
    lines = []
    for one in revisions:
        row = sealed.get(one.record_hash)
        record = person.keys.open(record_place(one.record_hash), row.sealed) if row else {}
        word = one.word
        lines.append(
            HistoryLine(
                revision=one.revision,
                action=record.get("action", ""),
                status=Status(certification.status(word)).name.lower(),
                death=Death(certification.death(word)).name.lower(),
                scheme=Scheme(certification.scheme(word)).name.lower(),
                method=Method(certification.method(word)).name.lower(),
                authorisation=Authorisation(certification.authorisation(word)).name.lower(),
                valid_from=certification.valid_from(word),
                valid_until=certification.valid_until(word),
                recorded_at=certification.recorded_at(word),
                block=one.block_number,
                transaction="0x" + one.transaction_hash.hex(),
                organisation=directory.code(one.organisation_id),
                occurred_on=record.get("occurred_on"),
                acted_by=record["actor"]["name"] or record["actor"]["id"] if record else None,
                assurance=record.get("assurance"),
                note=record.get("note") or None,
                reason=record.get("reason") or None,
                paid_after=record.get("paid_after"),
                back_pay=record.get("back_pay"),
            )
        )
    return lines
