"""The archive: a gzipped tar whose first member, manifest.json, has the digest of every other."""

from __future__ import annotations

import gzip
import hashlib
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ledger.errors import BadInput, Conflict, Misconfigured
from ledger.keys.files import sync_directory

MANIFEST = "manifest.json"
_MANIFEST_LIMIT = 1 << 20
_COMPRESSION = 6

Kind = Literal["ledger", "vault"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ArchivedFile(_Strict):
    """A file by its path within the installation's folder; `size` in bytes."""

    path: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$")]
    size: int = Field(ge=0)
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Manifest(_Strict):
    """What an archive holds, by which software, when (unix seconds)."""

    format: Literal["certification-ledger/backup"] = "certification-ledger/backup"
    version: Literal[1] = 1
    kind: Kind
    software: str
    created_at: int = Field(ge=0)
    files: tuple[ArchivedFile, ...]


def describe(folder: Path) -> tuple[ArchivedFile, ...]:
    """Every file below `folder`, by path."""
    return tuple(
        ArchivedFile(
            path=path.relative_to(folder).as_posix(), size=path.stat().st_size, sha256=digest_of(path)
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(archive: Path, folder: Path, manifest: Manifest) -> None:
    """Writes `folder`, which the manifest describes, to `archive`: mode 0600, whole or not there.

    Raises Conflict `backup.file_exists`; OSError.
    """
    part = archive.with_name(f".{archive.name}.part")
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n", "utf-8")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=_COMPRESSION) as tar:
                for name in (MANIFEST, *(described.path for described in manifest.files)):
                    tar.add(folder / name, name, recursive=False, filter=_anonymous)
            file.flush()
            os.fsync(file.fileno())
        archive.hardlink_to(part)
        sync_directory(archive.parent)
    except FileExistsError:
        raise Conflict("backup.file_exists", path=str(archive)) from None
    finally:
        part.unlink(missing_ok=True)


def extract(archive: Path, folder: Path, kind: Kind) -> Manifest:
    """Writes the archive's files into `folder`, and returns its manifest when all of them have their digest.

    Raises BadInput `backup.missing`, `backup.damaged`, `backup.other_kind`; Misconfigured
    `backup.not_restored`; what is in `folder` then is to be thrown away.
    """
    with _damage(archive), tarfile.open(archive, "r:gz") as tar:
        manifest = _read_manifest(archive, tar, kind)
        expected = {described.path: described for described in manifest.files}
        for member in tar:
            if member.name == MANIFEST:
                continue
            described = expected.pop(member.name, None)
            if described is None or not member.isreg() or member.size != described.size:
                raise _damaged(archive, member.name)
            member.mode = 0o600
            tar.extract(member, folder, filter="data")
            if digest_of(folder / described.path) != described.sha256:
                raise _damaged(archive, member.name)
        if expected:
            raise _damaged(archive, min(expected))
    return manifest


def _read_manifest(archive: Path, tar: tarfile.TarFile, kind: Kind) -> Manifest:
    first = tar.next()
    content = tar.extractfile(first) if first and first.name == MANIFEST and first.isreg() else None
    if first is None or content is None or first.size > _MANIFEST_LIMIT:
        raise _damaged(archive, MANIFEST)
    try:
        manifest = Manifest.model_validate_json(content.read())
    except ValidationError:
        raise _damaged(archive, MANIFEST) from None
    if manifest.kind != kind:
        raise BadInput("backup.other_kind", path=str(archive), got=manifest.kind, expected=kind)
    return manifest


@contextmanager
def _damage(archive: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(archive, type(error).__name__) from error
    except OSError as error:
        if not archive.is_file():
            raise BadInput("backup.missing", path=str(archive)) from None
        reason = error.strerror or type(error).__name__
        raise Misconfigured("backup.not_restored", path=str(archive), reason=reason) from error


def _damaged(archive: Path, what: str) -> BadInput:
    return BadInput("backup.damaged", path=str(archive), what=what)


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the names and numbers of this machine's users."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member
