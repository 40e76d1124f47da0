"""How a request names a person."""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.errors import BadInput


@dataclass(frozen=True, slots=True)
class SubjectRef:
    """A person by exactly one of: subject id, identity number, the asker's own handle."""

    id: str | None = None
    identity_number: str | None = field(default=None, repr=False)
    handle: str | None = None

    def __post_init__(self) -> None:
        if sum(value is not None for value in (self.id, self.identity_number, self.handle)) != 1:
            raise BadInput("one_reference")
