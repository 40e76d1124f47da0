"""Notices by e-mail, over SMTP (RFC 5321) with TLS unless the server is on this machine.

A delivery status is asked for (RFC 3461) under the notice's id, if the server offers it: that the server took
the mail says nothing about its arrival.
"""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from ledger.errors import Misconfigured
from ledger.services.notices.port import Message, NotSent

_SECONDS = 20.0
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class SmtpNotifier:
    """A mail server."""

    def __init__(self, url: str, sender: str) -> None:
        """`url` is smtp://[user:password@]host[:port], upgraded by STARTTLS, or smtps://… for TLS from the
        start. Raises Misconfigured `notice.smtp_url_invalid`.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or not sender:
            raise Misconfigured("notice.smtp_url_invalid")
        self._host, self._tls = parts.hostname, parts.scheme == "smtps"
        self._port = parts.port or (465 if self._tls else 25)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = sender

    def send(self, message: Message) -> None:
        """Hands the mail to the server. Raises NotSent."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, message.to, message.subject
        mail["Date"] = formatdate()
        mail["Message-ID"] = make_msgid(message.id, domain=self._sender.rpartition("@")[2])
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        try:
            with self._connection() as server:
                dsn = server.has_extn("dsn")
                server.send_message(
                    mail,
                    mail_options=[f"ENVID={message.id}", "RET=HDRS"] if dsn else [],
                    rcpt_options=["NOTIFY=SUCCESS,FAILURE"] if dsn else [],
                )
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise NotSent("notice.recipient_refused", lasting=code >= 500) from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent("notice.server_failed") from error

    def _connection(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=_SECONDS, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=_SECONDS)
            if self._host not in _LOCAL:
                server.starttls(context=context)
        server.ehlo()
        if self._user:
            server.login(self._user, self._password)
        return server
