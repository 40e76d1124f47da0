"""What sends a notice. Implemented by a mail server (SMTP) and by the city's SMS and telephone gateway."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from ledger.domain.notices import Way


@dataclass(frozen=True, slots=True)
class Message:
    """A notice as it goes out. However often it is sent its `id` is the same, by which repeats are known."""

    id: str
    way: Way
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)


class NotSent(Exception):
    """It did not go out. `lasting` when trying again would be of no use: there is no such address."""

    def __init__(self, code: str, *, lasting: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.lasting = lasting


class Notifier(Protocol):
    """Sends messages of some ways."""

    def send(self, message: Message) -> None:
        """Hands a message over to what delivers it. Raises NotSent."""
