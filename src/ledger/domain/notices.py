"""Notices to a person or their family: what for, by which way, and when to try again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """How a notice goes out."""

    SMS = "sms"
    VOICE = "voice"
    """A recorded call, for who does not read."""
    EMAIL = "email"
    LETTER = "letter"
    """Printed, and handed over or posted by a worker."""


class Purpose(StrEnum):
    """What a notice says; its words are the messages `notice.<purpose>.subject` and `.text`."""

    RENEWAL = "renewal"
    FAMILY = "family"
    DEATH = "death"
    STOPPED = "stopped"
    REINSTATED = "reinstated"


class Recipient(StrEnum):
    """Whom it goes to."""

    SELF = "self"
    FAMILY = "family"


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach somebody: a telephone number or an e-mail address, and whose it is."""

    recipient: Recipient
    address: str
    email: bool = False


FIRST_PAUSE, LONGEST_PAUSE = 60, 6 * 3600
"""Seconds before an attempt that failed is made again; doubled with each that follows."""
MOST_ATTEMPTS = 8


def pause(attempts: int) -> int:
    """Seconds to wait after so many failed attempts."""
    return int(min(FIRST_PAUSE << (attempts - 1), LONGEST_PAUSE))


def choose(
    contacts: Collection[Contact], ways: Collection[Way], wanted: Recipient
) -> tuple[Way, Contact | None]:
    """By which way to reach whom: by message where there is a number, else by e-mail, else by a letter.

    `ways` are those that this installation can send by. A letter needs no contact: a worker brings it.
    """
    own = [one for one in contacts if one.recipient is wanted]
    for way, email in ((Way.SMS, False), (Way.EMAIL, True)):
        if way in ways:
            found = next((one for one in own if one.email is email), None)
            if found is not None:
                return way, found
    return Way.LETTER, None
