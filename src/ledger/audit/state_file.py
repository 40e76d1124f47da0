"""States in a file: the leaves of `states`, each after its length (2 bytes, big-endian), gzipped."""

from __future__ import annotations

import gzip
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from ledger.domain.merkle import Growing, leaf_hash
from ledger.errors import BadInput

_LENGTH = struct.Struct(">H")


def write(path: Path, leaves: Iterable[bytes]) -> tuple[bytes, int]:
    """Writes the leaves, whole or not at all; returns their root and number."""
    tree = Growing()
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with gzip.GzipFile(filename="", mode="wb", compresslevel=1, fileobj=file, mtime=0) as packed:
            for leaf in leaves:
                packed.write(_LENGTH.pack(len(leaf)) + leaf)
                tree.add(leaf_hash(leaf))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return tree.root, tree.size


def read(path: Path) -> Iterator[bytes]:
    """The leaves. Raises BadInput `audit.states_missing`, `audit.states_damaged`."""
    try:
        with gzip.open(path, "rb") as file:
            while length := file.read(_LENGTH.size):
                (size,) = _LENGTH.unpack(length)
                leaf = file.read(size)
                if len(leaf) != size:
                    raise EOFError
                yield leaf
    except FileNotFoundError:
        raise BadInput("audit.states_missing", path=str(path)) from None
    except (OSError, EOFError, zlib.error, struct.error) as error:
        raise BadInput("audit.states_damaged", path=str(path), reason=type(error).__name__) from None
