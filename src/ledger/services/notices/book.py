"""Writing notices down, inside a transaction that somebody else began, and reading what became of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Row

from ledger.domain.notices import Contact, Purpose, Recipient, Way, choose
from ledger.services.context import Context
from ledger.services.facts import Fact, FactKind
from ledger.services.ids import new_id
from ledger.services.keyring import Keys
from ledger.services.notices.senders import ways_of
from ledger.services.people import Person
from ledger.store import notices as store
from ledger.texts.messages import LOCALES, text

CONTACT_KINDS = (FactKind.CONTACT, FactKind.GUARDIAN, FactKind.EMAIL)


class NoticeBook:
    """Writes notices; what sends them is another's business."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._ways = ways_of(context.settings)

    def write(
        self,
        conn: Connection,
        person: Person,
        purpose: Purpose,
        *,
        recipient: Recipient,
        contacts: Collection[Contact],
        words: Mapping[str, str],
        letter: bool = False,
    ) -> tuple[str, Way]:
        """A notice's id and the way it goes; `words` fill its text. `letter` leaves no other way."""
        now = self._context.now()
        way, contact = choose(contacts, () if letter else self._ways, recipient)
        notice_id = new_id("n")
        content = {"to": contact.address if contact else "", "words": dict(words)}
        store.add(
            conn,
            id=notice_id,
            subject_id=person.id,
            purpose=purpose.value,
            way=way.value,
            recipient=recipient.value,
            sealed=person.keys.seal(f"notice:{notice_id}", content),
            state="waiting",
            attempts=0,
            next_attempt_at=now,
            created_at=now,
        )
        return notice_id, way


def opened(keys: Keys, row: Row[Any]) -> tuple[str, Mapping[str, str]]:
    """To whom a notice goes, and what fills its words."""
    content = keys.open(f"notice:{row.id}", row.sealed)
    return content["to"], content["words"]


def worded(row: Row[Any], words: Mapping[str, str], locale: str = LOCALES[0]) -> tuple[str, str]:
    """A notice's subject and text."""
    return (
        text(f"notice.{row.purpose}.subject", locale, **words),
        text(f"notice.{row.purpose}.text", locale, **words),
    )


def contacts_of(facts: Collection[Fact]) -> list[Contact]:
    """The ways to reach a person and those who stand for them, the person's own first."""
    found = []
    for fact in facts:
        match fact.kind:
            case FactKind.CONTACT:
                own = fact.value["relationship"] == "self"
                found.append(Contact(_whose(own=own), fact.value["phone"]))
            case FactKind.GUARDIAN if fact.value["phone"]:
                found.append(Contact(Recipient.FAMILY, fact.value["phone"]))
            case FactKind.EMAIL:
                own = fact.value["relationship"] == "self"
                found.append(Contact(_whose(own=own), fact.value["address"], email=True))
            case _:
                pass
    return found


def _whose(*, own: bool) -> Recipient:
    return Recipient.SELF if own else Recipient.FAMILY
