"""Which ways of sending an installation has."""

from __future__ import annotations

import base64
import contextlib
import secrets
from collections.abc import Mapping

import structlog

from ledger.domain.notices import Way
from ledger.errors import Misconfigured
from ledger.keys.files import write_private
from ledger.services.notices.port import Notifier
from ledger.services.notices.signed import PREFIX
from ledger.services.notices.smtp import SmtpNotifier
from ledger.services.notices.webhook import WebhookNotifier
from ledger.settings import Settings

log = structlog.get_logger(__name__)


def senders(settings: Settings) -> Mapping[Way, Notifier]:
    """A notifier for each way that is configured; letters need none. Without any, letters are all there is,
    and the log says so. Raises Misconfigured `notice.smtp_url_invalid`, `notice.secret_malformed`.
    """
    found: dict[Way, Notifier] = {}
    if settings.smtp_url:
        found[Way.EMAIL] = SmtpNotifier(settings.smtp_url, settings.smtp_sender)
    if settings.webhook_url:
        gateway = WebhookNotifier(settings.webhook_url, gateway_secret(settings))
        found |= {Way.SMS: gateway, Way.VOICE: gateway}
    if not found:
        log.warning("notices.letters_only")
    return found


def ways_of(settings: Settings) -> frozenset[Way]:
    """The ways that an installation is set up to send by."""
    by_gateway = {Way.SMS, Way.VOICE} if settings.webhook_url else set()
    return frozenset(by_gateway | ({Way.EMAIL} if settings.smtp_url else set()))


def gateway_secret(settings: Settings) -> bytes:
    """What the gateway and we sign with: "whsec_" and base64, in a file of its own, made on first use.

    Raises Misconfigured `notice.secret_malformed`.
    """
    path = settings.webhook_secret_file
    if not path.exists():
        fresh = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
        with contextlib.suppress(FileExistsError):  # another process has just made it
            write_private(path, fresh.encode(), replace=False)
    text = path.read_text("ascii").strip()
    try:
        secret = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except ValueError as error:
        raise Misconfigured("notice.secret_malformed", path=str(path)) from error
    if not text.startswith(PREFIX) or len(secret) < 24:
        raise Misconfigured("notice.secret_malformed", path=str(path))
    return secret
