"""Signed web requests, after Standard Webhooks: https://www.standardwebhooks.com.

`webhook-signature` is "v1," and the base64 of HMAC-SHA256 over id, timestamp and body, joined by dots, under
a shared secret. What is older than five minutes, or from as far in the future, is not believed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

from ledger.errors import Forbidden

TOLERANCE = 300
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
PREFIX = "whsec_"


def headers(secret: bytes, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers that go with a body."""
    return {
        ID: message_id,
        TIMESTAMP: str(timestamp),
        SIGNATURE: f"v1,{_signature(secret, message_id, str(timestamp), body)}",
    }


def check(secret: bytes, sent: Mapping[str, str], body: bytes, now: float) -> str:
    """The id of a request that carries a right signature, of several if need be while a secret changes.

    Raises Forbidden `notice.signature_wrong`.
    """
    message_id, timestamp = sent.get(ID, ""), sent.get(TIMESTAMP, "")
    expected = _signature(secret, message_id, timestamp, body).encode()
    found = [one.partition(",") for one in sent.get(SIGNATURE, "").split()]
    right = any(
        version == "v1" and hmac.compare_digest(value.encode(), expected) for version, _, value in found
    )
    fresh = timestamp.isascii() and timestamp.isdigit() and abs(now - int(timestamp[:12])) <= TOLERANCE
    if not (right and fresh and message_id):
        raise Forbidden("notice.signature_wrong")
    return message_id


def _signature(secret: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    content = b".".join((message_id.encode(), timestamp.encode(), body))
    return base64.b64encode(hmac.digest(secret, content, hashlib.sha256)).decode()
