"""Check that everything a running ledger is made of has a licence that the project may be shipped with.

Looks at the installed packages of requirements.lock and at package-lock.json's non-development packages.
Exits 1 naming each package whose licence is not allowed or not stated. `make check` calls it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent

ALLOWED = frozenset(
    "0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause CC0-1.0 CNRI-Python ISC MIT MIT-0 MPL-2.0 PSF-2.0"
    " Unlicense".split()
)
# Allowed for the reason given, and for this package only.
EXCEPTIONS = {
    "psycopg": ("LGPL-3.0-only", "used unchanged as a library that its user can replace (LGPL section 4)"),
    "psycopg-binary": ("LGPL-3.0-only", "as psycopg"),
}
# What packages without an SPDX expression say in its place.
SPDX = {
    "Apache 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication": "CC0-1.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Public Domain": "Unlicense",
    "Python Software Foundation License": "PSF-2.0",
}


def python_packages() -> Iterator[tuple[str, str]]:
    """Name and licence of each package in requirements.lock that this platform installs."""
    for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines():
        if not line or line.startswith((" ", "#")):
            continue
        requirement = Requirement(line.removesuffix(" \\"))
        if requirement.marker is None or requirement.marker.evaluate():
            yield requirement.name, stated_licence(metadata.metadata(requirement.name))


def stated_licence(package: metadata.PackageMetadata) -> str:
    """The licence as an SPDX expression: as stated (PEP 639), else from the classifiers, else as worded."""
    values: dict[str, list[str]] = {
        key: package.get_all(key) or [] for key in ("License-Expression", "Classifier", "License")
    }
    if values["License-Expression"]:
        return values["License-Expression"][0]
    classifiers = [
        value.split(" :: ")[-1] for value in values["Classifier"] if value.startswith("License ::")
    ]
    if classifiers:
        return " AND ".join(SPDX.get(name, name) for name in classifiers)
    worded = "".join(values["License"][:1]).strip().partition("\n")[0]
    return SPDX.get(worded, worded)


def npm_packages() -> Iterator[tuple[str, str]]:
    """Name and licence of each npm package that `make setup` installs."""
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    for path, package in lock["packages"].items():
        if path and not package.get("dev"):
            yield path.removeprefix("node_modules/"), package.get("license", "")


def is_allowed(name: str, expression: str) -> bool:
    """Whether one alternative of the SPDX expression consists of allowed licences only."""
    if name in EXCEPTIONS:
        return expression == EXCEPTIONS[name][0]
    return any(
        all(licence.strip(" ()") in ALLOWED for licence in alternative.split(" AND "))
        for alternative in expression.split(" OR ")
    )


def main() -> None:
    """Print what is not allowed, and how many packages were looked at."""
    packages = [*python_packages(), *npm_packages()]
    refused = [(name, licence) for name, licence in packages if not is_allowed(name, licence)]
    for name, licence in refused:
        stated = licence or "no stated licence"
        print(f"licences: {name} is under {stated}; add that to scripts/check_licences.py if it may ship")
    print(f"licences: {len(packages)} packages, {len(refused)} refused")
    sys.exit(bool(refused))


if __name__ == "__main__":
    main()
