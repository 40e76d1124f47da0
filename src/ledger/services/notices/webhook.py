"""Notices by SMS and recorded call, through the city's own gateway: a signed POST for each."""

from __future__ import annotations

import json
import time

import urllib3

from ledger.services.notices import signed
from ledger.services.notices.port import Message, NotSent

_SECONDS = 20.0
_LASTING = frozenset({400, 404, 410, 422})


class WebhookNotifier:
    """The gateway."""

    def __init__(self, url: str, secret: bytes) -> None:
        self._url, self._secret = url, secret
        self._pool = urllib3.PoolManager(timeout=urllib3.Timeout(_SECONDS), retries=False)

    def send(self, message: Message) -> None:
        """Hands the message to the gateway, which says later what became of it. Raises NotSent."""
        body = json.dumps(
            {
                "type": "notice",
                "id": message.id,
                "way": message.way.value,
                "to": message.to,
                "text": message.text,
            },
            ensure_ascii=False,
        ).encode()
        sent = signed.headers(self._secret, message.id, int(time.time()), body)
        try:
            answer = self._pool.request(
                "POST", self._url, body=body, headers={"Content-Type": "application/json", **sent}
            )
        except urllib3.exceptions.HTTPError as error:
            raise NotSent("notice.server_failed") from error
        if answer.status >= 300:
            raise NotSent("notice.gateway_refused", lasting=answer.status in _LASTING)
