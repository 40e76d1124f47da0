"""Photos and scans kept as evidence, sealed under the data key of whom they are about."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass, field

from sqlalchemy import Connection

from ledger.errors import BadInput, Forbidden, TooLarge
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.people import People, Person
from ledger.services.references import SubjectRef
from ledger.store import sealed_files as store

LARGEST_FILE = 5 * 1024 * 1024
_STARTS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"%PDF-": "application/pdf"}


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file, opened."""

    media_type: str
    data: bytes = field(repr=False)


def keep(conn: Connection, person: Person, data: bytes, now: int) -> str:
    """Seals and keeps a file; its SHA-256, 64 hex digits.

    Raises TooLarge `file.too_large`; BadInput `file.kind_unknown` for what is no JPEG, PNG or PDF.
    """
    if len(data) > LARGEST_FILE:
        raise TooLarge("file.too_large", got=len(data), expected=LARGEST_FILE)
    media_type = next((kind for start, kind in _STARTS.items() if data.startswith(start)), None)
    if media_type is None:
        raise BadInput("file.kind_unknown")
    digest = hashlib.sha256(data).hexdigest()
    store.keep(
        conn,
        subject_id=person.id,
        sha256=digest,
        media_type=media_type,
        size=len(data),
        sealed=person.keys.seal(_place(digest), {"data": b64encode(data).decode()}),
        created_at=now,
    )
    return digest


class SealedFiles:
    """The use case of looking at one."""

    def __init__(self, context: Context, people: People, access_log: AccessLog) -> None:
        self._context = context
        self._people = people
        self._access_log = access_log

    def open(self, actor: Actor, subject: SubjectRef, sha256: str) -> SealedFile:
        """For a worker or reviewer of the person's. Raises Forbidden `role_required`, `not_yours`."""
        actor.require_role(Role.WORKER, Role.REVIEWER)
        with self._context.write() as conn:
            person = self._people.find(conn, actor, subject)
            row = store.find(conn, person.id, sha256)
            if row is None:
                raise Forbidden("not_yours")
            self._access_log.record(conn, actor, "evidence", [person.id], outcome="shown")
        return SealedFile(row.media_type, b64decode(person.keys.open(_place(sha256), row.sealed)["data"]))


def _place(sha256: str) -> str:
    return f"file:{sha256}"
