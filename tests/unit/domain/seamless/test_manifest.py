"""A delivery's manifest: what it covers, and what it does not give away."""

from __future__ import annotations

from dataclasses import replace

from ledger.domain.seamless.manifest import describe, lines_root
from ledger.encoding.signal_statements import SignalStatements

NONCE = bytes(range(32))
STATEMENTS = SignalStatements(31337, bytes(32))
LINES = [
    b'{"handle":"Ha","kind":"bus-card","on":"2026-07-02","reference":"1"}',
    b'{"handle":"Hb","kind":"bus-card","on":"2026-09-30","reference":"2"}',
    b"not a line",
]


def test_the_period_is_that_of_the_lines_that_can_be_read() -> None:
    manifest = describe("transport", "july", None, LINES, NONCE)
    assert (manifest.lines, manifest.first_month, manifest.last_month) == (3, 202607, 202609)


def test_the_root_changes_with_every_line_their_order_and_the_nonce() -> None:
    roots = {
        lines_root(NONCE, LINES),
        lines_root(NONCE, LINES[::-1]),
        lines_root(NONCE, LINES[:2]),
        lines_root(bytes(32), LINES),
    }
    assert len(roots) == 4


def test_the_signed_digest_covers_everything_but_the_nonce() -> None:
    manifest = describe("transport", "july", None, LINES, NONCE)
    others = [
        replace(manifest, department="health"),
        replace(manifest, reference="august"),
        replace(manifest, lines=4),
        replace(manifest, root=bytes(32)),
        replace(manifest, first_month=202606),
        replace(manifest, last_month=202610),
    ]
    digests = {one.digest(STATEMENTS) for one in [manifest, *others]}
    assert len(digests) == 7
    assert replace(manifest, nonce=bytes(32)).digest(STATEMENTS) == manifest.digest(STATEMENTS)
    assert manifest.digest(SignalStatements(1, bytes(32))) not in digests
