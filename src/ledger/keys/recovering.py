"""A process that recovers signers: `python -m ledger.keys.recovering`, told and answering through its pipes.

A request is the number of bytes that follow (4 bytes, big-endian), then for each signature the digest (32
bytes) and the signature (65); the answer, for each, the signer's address (20 bytes), zeros if there is none.
It ends with whoever started it, for then its input ends.
"""

from __future__ import annotations

import signal
import sys

from ledger.encoding import addresses
from ledger.errors import Refused
from ledger.keys import signatures

ADDRESS_SIZE = 20
NOBODY = bytes(ADDRESS_SIZE)
_DIGEST_SIZE = 32
FRAME_SIZE = _DIGEST_SIZE + signatures.SIGNATURE_SIZE


def recover_all(frames: bytes) -> bytes:
    """The answer to a request."""
    return b"".join(
        _recover(frames[at : at + _DIGEST_SIZE], frames[at + _DIGEST_SIZE : at + FRAME_SIZE])
        for at in range(0, len(frames), FRAME_SIZE)
    )


def _recover(digest: bytes, signature: bytes) -> bytes:
    try:
        return addresses.to_bytes(signatures.recover(digest, signature))
    except Refused:
        return NOBODY


def main() -> None:
    """Answers until its input ends; an interruption is for whoever started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked, answered = sys.stdin.buffer, sys.stdout.buffer
    while size := asked.read(4):
        answered.write(recover_all(asked.read(int.from_bytes(size, "big"))))
        answered.flush()


if __name__ == "__main__":
    main()
