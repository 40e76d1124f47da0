"""The passphrase that opens the vault: made on first run, or chosen by the operator."""

from __future__ import annotations

import secrets
import stat
from pathlib import Path

from ledger.errors import BadInput, Misconfigured
from ledger.keys.files import write_private

MINIMUM_LENGTH = 16
"""NIST SP 800-63B-4 asks for at least 15 characters where a secret stands alone."""


def read_or_make(path: Path) -> str:
    """The passphrase in `path`; a random one of 256 bits is made if there is no such file."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(32).encode() + b"\n")
    return read(path)


def read(path: Path, *, minimum: int = MINIMUM_LENGTH) -> str:
    """The passphrase in `path`, without the line's end; `minimum` is how many characters it has at least.

    Raises Misconfigured `passphrase_file_missing`, or `passphrase_file_exposed` if others than its owner
    may read it; BadInput `passphrase_too_short`.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        raise Misconfigured("passphrase_file_missing", path=str(path)) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Misconfigured("passphrase_file_exposed", path=str(path), got=f"{mode:04o}", expected="0600")
    return checked(path.read_text(encoding="utf-8").rstrip("\r\n"), minimum=minimum)


def checked(passphrase: str, *, minimum: int = MINIMUM_LENGTH) -> str:
    """`passphrase`, if it is long enough. Raises BadInput `passphrase_too_short`."""
    if len(passphrase) < minimum:
        raise BadInput("passphrase_too_short", got=len(passphrase), expected=minimum)
    return passphrase
