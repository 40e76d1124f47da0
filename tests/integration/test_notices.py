"""Notices by a real mail server and a real gateway: sent, tried again, signed, and heard of on arrival."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.domain.notices import FIRST_PAUSE, MOST_ATTEMPTS
from ledger.errors import BadInput, Conflict, Forbidden, Misconfigured, NotFound
from ledger.services.notices import signed
from ledger.services.notices.delivery import Delivery
from ledger.services.notices.desk import NoticeView
from ledger.services.notices.senders import gateway_secret, senders
from ledger.services.notices.smtp import SmtpNotifier
from ledger.services.people import People
from ledger.services.references import SubjectRef
from ledger.settings import Settings
from tests.installation import PATIENCE, Installation, open_installation
from tests.receivers import Gateway, MailServer, gateway, mail_server


@dataclass
class Post:
    """An installation that sends, and those who take what it sends."""

    installation: Installation
    mail: MailServer
    gateway: Gateway

    def about(self, subject: SubjectRef) -> NoticeView:
        """The notice about a death reported of this person."""
        found = {  # it may go on from one state to the next while they are asked for
            one.id: one
            for state in ("waiting", "sent", "delivered", "failed")
            for one in self.installation.application.notices.list(
                self.installation.worker, state=state, limit=200
            ).notices
            if one.subject_id == self.subject_id(subject)
        }
        (notice,) = found.values()
        return notice

    def subject_id(self, subject: SubjectRef) -> str:
        return self.installation.application.lookup.resolve(
            self.installation.worker, subject.identity_number or ""
        )

    def until(self, happened: Callable[[], bool]) -> None:
        """Waits for the service's own job to have done something."""
        deadline = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < deadline, f"nothing happened in {PATIENCE} s"
            time.sleep(0.05)

    def deliver(self) -> None:
        """What the job does, at the time that the use cases see."""
        context = self.installation.application.notices._context
        Delivery(context, People(context), senders(context.settings)).run()


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    with mail_server() as mail, gateway() as taken:
        settings = {
            "smtp_url": f"smtp://127.0.0.1:{mail.port}",
            "smtp_sender": "ledger@city.example",
            "webhook_url": taken.url,
        }
        with open_installation(tmp_path_factory.mktemp("post") / "home", **settings) as installation:
            yield Post(installation, mail, taken)


def with_family_phone(post: Post, phone: str) -> SubjectRef:
    return post.installation.enrol(columns={"子女电话": phone})


def with_family_mail(post: Post, address: str) -> SubjectRef:
    subject = post.installation.enrol()
    post.installation.application.contacts.add_email(post.installation.worker, subject, address, "child")
    return subject


def test_a_message_goes_through_the_gateway_signed_and_its_receipt_counts(post: Post) -> None:
    subject = with_family_phone(post, "13800000001")
    post.installation.reports(post.installation.health, subject)
    notice = post.about(subject)
    post.until(lambda: notice.id in [one["id"] for one in post.gateway.messages])
    headers, body = next(
        (head, body) for head, body in post.gateway.requests if json.loads(body)["id"] == notice.id
    )
    message = json.loads(body)
    assert (message["way"], message["to"]) == ("sms", "13800000001")
    assert "李桂英" in message["text"]
    # Checked by the book, not by our own code: HMAC-SHA256 over id.timestamp.body.
    secret = base64.b64decode(
        (post.installation.application.settings.home / "gateway-secret").read_text().removeprefix("whsec_")
    )
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    post.until(lambda: post.about(subject).state == "sent")
    receipts = post.installation.application.receipts
    said = json.dumps({"id": notice.id, "state": "delivered"}).encode()
    receipts.take(signed.headers(secret, "receipt-1", int(time.time()), said), said)
    receipts.take(signed.headers(secret, "receipt-1", int(time.time()), said), said)
    failed = json.dumps({"id": notice.id, "state": "failed"}).encode()
    receipts.take(signed.headers(secret, "receipt-2", int(time.time()), failed), failed)
    assert post.about(subject).state == "delivered"


def test_receipts_are_believed_only_with_a_fresh_and_right_signature(post: Post) -> None:
    receipts = post.installation.application.receipts
    secret = gateway_secret(post.installation.application.settings)
    body = json.dumps({"id": "nnothing", "state": "delivered"}).encode()
    now = int(time.time())
    right = signed.headers(secret, "r", now, body)
    for headers in (
        {},
        right | {"webhook-signature": "v1,AAAA"},
        right | {"webhook-timestamp": str(now + 1)},
        right | {"webhook-id": "other"},
        signed.headers(secret, "r", now - 301, body),
        signed.headers(secret, "r", now + 400, body),
        signed.headers(b"x" * 32, "r", now, body),
    ):
        with pytest.raises(Forbidden, match=r"notice\.signature_wrong"):
            receipts.take(headers, body)
    with pytest.raises(NotFound, match=r"notice\.unknown"):
        receipts.take(right, body)
    old_and_new = right["webhook-signature"] + " v1,AAAA"
    with pytest.raises(NotFound):
        receipts.take(right | {"webhook-signature": old_and_new}, body)
    for wrong in (b"", b"[]", b'{"id": "n"}', b'{"id": "n", "state": "eaten"}', b"\xff"):
        with pytest.raises(BadInput, match=r"notice\.receipt_malformed"):
            receipts.take(signed.headers(secret, "r", now, wrong), wrong)


def test_mail_goes_over_smtp(post: Post) -> None:
    subject = with_family_mail(post, "child@home.example")
    post.installation.reports(post.installation.health, subject)
    post.until(lambda: post.about(subject).state == "sent")
    (mail,) = [one for one in post.mail.taken if one["To"] == "child@home.example"]
    assert mail["From"] == "ledger@city.example"
    assert "李桂英" in mail["Subject"]
    assert "李桂英" in mail.get_content()
    assert post.about(subject).id in mail["Message-ID"]
    desk = post.installation.application.notices
    desk.delivered(post.installation.worker, post.about(subject).id)
    assert post.about(subject).state == "delivered"
    with pytest.raises(Conflict, match=r"notice\.delivered_already"):
        desk.delivered(post.installation.worker, post.about(subject).id)


def test_an_address_that_is_not_there_is_not_tried_again(post: Post) -> None:
    post.mail.unknown.add("gone@home.example")
    subject = with_family_mail(post, "gone@home.example")
    post.installation.reports(post.installation.health, subject)
    post.until(lambda: post.about(subject).state == "failed")
    assert post.about(subject).reason == "notice.recipient_refused"


def test_what_failed_is_tried_again_later_and_later_and_then_no_more(post: Post, paused: None) -> None:
    post.mail.busy.add("busy@home.example")
    subject = with_family_mail(post, "busy@home.example")
    post.installation.reports(post.installation.health, subject)
    post.until(lambda: post.about(subject).reason is not None)
    assert (post.about(subject).state, post.about(subject).reason) == (
        "waiting",
        "notice.recipient_refused",
    )
    post.mail.busy.clear()
    post.deliver()
    assert post.about(subject).state == "waiting"  # its time has not come
    with post.installation.ahead(FIRST_PAUSE + 1):
        post.deliver()
    assert post.about(subject).state == "sent"


def test_a_gateway_that_stays_away_is_given_up_in_the_end(post: Post, paused: None) -> None:
    subject = with_family_phone(post, "13800000002")
    post.gateway.answers[:] = [503] * (MOST_ATTEMPTS + 2)
    post.installation.reports(post.installation.health, subject)
    post.until(lambda: post.about(subject).reason is not None)
    for attempt in range(MOST_ATTEMPTS):
        with post.installation.ahead((attempt + 1) * 7 * 3600):
            post.deliver()
    post.gateway.answers.clear()
    assert post.about(subject).state == "failed"
    same = [one for one in post.gateway.messages if one["id"] == post.about(subject).id]
    assert len(same) == MOST_ATTEMPTS


def test_bad_settings_and_addresses_are_named(post: Post, tmp_path: Path) -> None:
    for url, sender in (("http://mail", "a@b.example"), ("smtp://", "a@b.example"), ("smtp://mail", "")):
        with pytest.raises(Misconfigured, match=r"notice\.smtp_url_invalid"):
            SmtpNotifier(url, sender)
    settings = Settings(home=tmp_path)
    settings.webhook_secret_file.write_text("whsec_c2hvcnQ=")
    with pytest.raises(Misconfigured, match=r"notice\.secret_malformed"):
        gateway_secret(settings)
    contacts, subject = post.installation.application.contacts, post.installation.enrol()
    for address in ("", "somebody", "a@b", "a b@home.example", "a@home.example\r\nBcc: x@y.example"):
        with pytest.raises(BadInput, match=r"notice\.email_malformed"):
            contacts.add_email(post.installation.worker, subject, address, "self")
    with pytest.raises(BadInput, match="relationship_unknown"):
        contacts.add_email(post.installation.worker, subject, "a@home.example", "enemy")
    with pytest.raises(Forbidden, match="not_yours"):
        contacts.add_email(post.installation.other_worker, subject, "a@home.example", "self")


def test_notices_are_seen_by_those_responsible_alone(post: Post) -> None:
    subject = post.installation.enrol()
    post.installation.reports(post.installation.health, subject)
    notice, desk = post.about(subject), post.installation.application.notices
    stranger = post.installation.other_worker
    assert notice.id not in [one.id for one in desk.list(stranger, limit=200).notices]
    for refused in (
        lambda: desk.letter(stranger, notice.id, "en"),
        lambda: desk.delivered(stranger, notice.id),
        lambda: desk.answered(stranger, "nnothing"),
    ):
        with pytest.raises(Forbidden, match="not_yours"):
            refused()
    with pytest.raises(BadInput, match=r"notice\.state_unknown"):
        desk.list(post.installation.worker, state="lost")
