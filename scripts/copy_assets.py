"""Copy the pages' third-party assets from node_modules into the package, or check that they are current.

They are committed, so that the installed package serves them without npm, and each lies beside its licence.
`make check` calls this with `--check`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "api" / "static" / "vendor"
FILES = {
    "@tabler/core": {"dist/css/tabler.min.css": "tabler.min.css"},
    "htmx.org": {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE.txt"},
    "@noble/hashes": {
        "sha3.js": "noble-hashes/sha3.js",
        "_u64.js": "noble-hashes/_u64.js",
        "utils.js": "noble-hashes/utils.js",
        "LICENSE": "noble-hashes/LICENSE.txt",
    },
    "@noble/secp256k1": {
        "index.js": "noble-secp256k1/index.js",
        "LICENSE": "noble-secp256k1/LICENSE.txt",
    },
}


def assets() -> dict[str, bytes]:
    """What the vendor folder must hold, by file name."""
    contents: dict[str, bytes] = {}
    versions: dict[str, dict[str, str]] = {}
    for package, files in FILES.items():
        folder = ROOT / "node_modules" / package
        if not folder.is_dir():
            sys.exit(f"copy_assets: node_modules/{package} is missing; run make setup")
        description = json.loads((folder / "package.json").read_text("utf-8"))
        versions[package] = {"version": description["version"], "license": description["license"]}
        for source, name in files.items():
            contents[name] = without_source_map((folder / source).read_bytes())
    contents["versions.json"] = (json.dumps(versions, indent=2, sort_keys=True) + "\n").encode()
    return contents


def without_source_map(data: bytes) -> bytes:
    """The file without a last line that names a source map: browsers would ask for what we do not serve."""
    head, _, last = data.rstrip().rpartition(b"\n")
    return head + b"\n" if b"sourceMappingURL=" in last else data


def main() -> None:
    """Write the copies, or with `--check` exit 1 when one differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when a copy is not current"
    )
    check = parser.parse_args().check
    wanted = assets()
    stale = []
    for name, data in wanted.items():
        path = VENDOR / name
        if not path.exists() or path.read_bytes() != data:
            stale.append(name)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
    present = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    unknown = sorted(present - wanted.keys())
    if check and (stale or unknown):
        sys.exit(
            f"copy_assets: api/static/vendor differs from node_modules: changed {stale}, unknown {unknown}; "
            "run .venv/bin/python scripts/copy_assets.py"
        )


if __name__ == "__main__":
    main()
