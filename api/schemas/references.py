"""How a request body names a person."""

from __future__ import annotations

from api.schemas.base import Body, HandleText, IdentityNumberText, SubjectId
from ledger.services.references import SubjectRef


class SubjectFields(Body):
    """A person by exactly one of three."""

    subject: SubjectId | None = None
    """Subject id."""
    identity_number: IdentityNumberText | None = None
    """Resident identity number (GB 11643), 18 characters."""
    handle: HandleText | None = None
    """The asker's own handle."""

    def reference(self) -> SubjectRef:
        """Raises BadInput `one_reference` unless exactly one is given."""
        return SubjectRef(id=self.subject, identity_number=self.identity_number, handle=self.handle)
