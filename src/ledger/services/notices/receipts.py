"""What became of a notice, as the gateway or the mail system says it: signed with the shared secret."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ledger.errors import BadInput, NotFound
from ledger.services.context import Context
from ledger.services.notices import signed
from ledger.store import notices as store


class Receipt(BaseModel):
    """The body of a receipt."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    """The notice's."""
    state: Literal["delivered", "failed"]


class Receipts:
    """Takes receipts."""

    def __init__(self, context: Context, secret: Callable[[], bytes]) -> None:
        self._context = context
        self._secret = secret

    def take(self, headers: Mapping[str, str], body: bytes) -> None:
        """Notes that a notice arrived, or never will. A receipt that comes again changes nothing, and none
        takes a delivery back.

        Raises Forbidden `notice.signature_wrong`; BadInput `notice.receipt_malformed`; NotFound
        `notice.unknown`.
        """
        now = self._context.now()
        signed.check(self._secret(), headers, body, now)
        try:
            receipt = Receipt.model_validate_json(body)
        except ValidationError as error:
            raise BadInput("notice.receipt_malformed") from error
        with self._context.write() as conn:
            row = store.by_ids(conn, [receipt.id]).get(receipt.id)
            if row is None:
                raise NotFound("notice.unknown")
            if row.state == "delivered":
                return
            if receipt.state == "delivered":
                store.change(conn, row.id, state="delivered", delivered_at=now, reason=None)
            elif row.state != "failed":
                store.change(conn, row.id, state="failed", reason="notice.not_delivered")
