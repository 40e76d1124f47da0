"""Where the Anvil program is."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from pathlib import Path

from ledger.errors import Misconfigured

_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def find_anvil() -> Path:
    """The native Anvil binary: $ANVIL, else npm's in a node_modules above this file or the working folder,
    else PATH.

    npm's own `anvil` is a wrapper that leaves the node running when it is killed, so it is passed over.
    Raises Misconfigured `anvil_missing`, or `anvil_not_executable` for a wrong $ANVIL.
    """
    if named := os.environ.get("ANVIL"):
        if not os.access(named, os.X_OK) or Path(named).is_dir():
            raise Misconfigured("anvil_not_executable", path=named)
        return Path(named)
    package = f"anvil-{sys.platform}-{_MACHINES.get(platform.machine().lower(), platform.machine())}"
    for start in (Path(__file__).resolve(), Path.cwd() / "-"):
        for folder in start.parents:
            binary = folder / "node_modules/@foundry-rs" / package / "bin/anvil"
            if os.access(binary, os.X_OK):
                return binary
    if found := shutil.which("anvil"):
        return Path(found)
    raise Misconfigured("anvil_missing", package=f"@foundry-rs/{package}")
