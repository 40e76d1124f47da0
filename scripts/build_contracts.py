"""Compile the contracts into src/ledger/chain/artifacts, so that running the ledger needs no compiler.

One JSON file per contract: abi, bytecode, deployedBytecode, immutableReferences (by variable), storageLayout,
and the compiler with its settings. The same sources give the same bytes on every machine. In peers/ lie the
published artifacts of the contracts that `ledger bench gas` measures against, as their package carries them.

    build_contracts.py            writes the artifacts
    build_contracts.py --check    exits 1 if they differ from a rebuild, or from forge's own build
"""

from __future__ import annotations

import argparse
import json
import posixpath
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import solcx  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
MODULES = ROOT / "node_modules"
ARTIFACTS = ROOT / "src/ledger/chain/artifacts"
COMPILER = ROOT / "scripts/solc"
NAMES = ("Members", "Policies", "Certifications", "Consents", "Anchors", "Deployer")
# The published artifacts of the benchmark's peers: package, the folder of its artifacts, their names.
PEERS = {
    "eas": (
        "@ethereum-attestation-service/eas-contracts",
        "artifacts/contracts/{0}.sol/{0}.json",
        ("EAS", "SchemaRegistry"),
    ),
    "verax": (
        "@verax-attestation-registry/verax-contracts",
        "build/{0}.json",
        (
            "Router",
            "AttestationRegistry",
            "ModuleRegistry",
            "PortalRegistry",
            "SchemaRegistry",
            "DefaultPortal",
        ),
    ),
    "openzeppelin": ("@openzeppelin/contracts", "build/contracts/{0}.json", ("ERC1967Proxy",)),
}
# Names of types in a storage layout end in AST ids, which move with every edit anywhere.
_AST_ID = re.compile(r"\)\d+")
_IMPORT = re.compile(r'^import\s[^"]*"([^"]+)"', re.MULTILINE)

Json = dict[str, Any]


def settings() -> Json:
    """The compiler's settings, read from what forge is given."""
    profile = tomllib.loads((CONTRACTS / "foundry.toml").read_text())["profile"]["default"]
    return {
        "evmVersion": profile["evm_version"],
        "metadata": {"bytecodeHash": profile["bytecode_hash"], "appendCBOR": profile["cbor_metadata"]},
        "optimizer": {"enabled": profile["optimizer"], "runs": profile["optimizer_runs"]},
        "viaIR": profile.get("via_ir", False),
    }


def sources(names: Iterable[str] = NAMES) -> Json:
    """The contracts and what they import, by source unit name."""
    found: Json = {}
    waiting = [f"src/{name}.sol" for name in names]
    while waiting:
        unit = waiting.pop()
        if unit in found:
            continue
        path = (MODULES if unit.startswith("@") else CONTRACTS) / unit
        content = path.read_text()
        found[unit] = {"content": content}
        for target in _IMPORT.findall(content):
            relative = target.startswith(".")
            waiting.append(posixpath.normpath(f"{posixpath.dirname(unit)}/{target}") if relative else target)
    return dict(sorted(found.items()))


def compile_contracts() -> dict[str, Json]:
    """An artifact by the contract's name. Exits with the compiler's words if it refuses."""
    units = sources()
    request = {
        "language": "Solidity",
        "sources": units,
        "settings": settings()
        | {
            "outputSelection": {
                "*": {"": ["ast"], "*": ["abi", "evm.bytecode", "evm.deployedBytecode", "storageLayout"]}
            }
        },
    }
    try:
        output = solcx.compile_standard(request, solc_binary=COMPILER)
    except solcx.exceptions.SolcError as error:
        sys.exit(f"build_contracts: {error}")
    variables = {
        node["id"]: node["name"]
        for unit in output["sources"].values()
        for contract in unit["ast"]["nodes"]
        for node in contract.get("nodes", ())
        if node["nodeType"] == "VariableDeclaration"
    }
    version = str(solcx.wrapper.get_solc_version(COMPILER, with_commit_hash=True))
    return {
        name: _artifact(name, output["contracts"][f"src/{name}.sol"][name], variables, version)
        for name in NAMES
    }


def _artifact(name: str, compiled: Json, variables: dict[int, str], version: str) -> Json:
    evm = compiled["evm"]
    references = evm["deployedBytecode"]["immutableReferences"]
    layout = json.loads(_AST_ID.sub(")", json.dumps(compiled["storageLayout"])))
    for variable in layout["storage"]:
        del variable["astId"]
    for kind in (layout["types"] or {}).values():
        for member in kind.get("members", ()):
            del member["astId"]
    return {
        "contractName": name,
        "compiler": {"version": version, "settings": settings()},
        "abi": compiled["abi"],
        "bytecode": "0x" + evm["bytecode"]["object"],
        "deployedBytecode": "0x" + evm["deployedBytecode"]["object"],
        "immutableReferences": {variables[int(key)]: places for key, places in sorted(references.items())},
        "storageLayout": layout,
    }


def peers() -> dict[str, Json]:
    """The published artifacts of the benchmark's peers, by folder and name."""
    found = {}
    for folder, (package_name, place, names) in PEERS.items():
        package = json.loads((MODULES / package_name / "package.json").read_text())
        origin = {key: package[key] for key in ("name", "version", "license")}
        for name in names:
            published = json.loads((MODULES / package_name / place.format(name)).read_text())
            code = published["bytecode"]
            found[f"{folder}/{name}"] = {
                "contractName": name,
                "origin": origin,
                "abi": published["abi"],
                "bytecode": code if isinstance(code, str) else code["object"],  # forge's, not hardhat's
            }
    return found


def differs_from_forge(artifacts: dict[str, Json]) -> list[str]:
    """The contracts whose bytecode forge builds otherwise."""
    subprocess.run([MODULES / ".bin/forge", "build", "--quiet", "src"], cwd=CONTRACTS, check=True)
    different = []
    for name, artifact in artifacts.items():
        built = json.loads((CONTRACTS / f"out/{name}.sol/{name}.json").read_text())
        same = all(artifact[kind] == built[kind]["object"] for kind in ("bytecode", "deployedBytecode"))
        if not same:
            different.append(name)
    return different


def main() -> int:
    """Write, or with --check compare. Returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    check = parser.parse_args().check
    built = compile_contracts()
    files = {ARTIFACTS / f"{name}.json": artifact for name, artifact in built.items()}
    files |= {ARTIFACTS / "peers" / f"{name}.json": artifact for name, artifact in peers().items()}
    rendered = {path: json.dumps(artifact, indent=1) + "\n" for path, artifact in files.items()}
    if not check:
        for path, text in rendered.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return 0
    stale = [path.name for path, text in rendered.items() if not path.exists() or path.read_text() != text]
    if stale:
        print(
            f"build_contracts: {', '.join(stale)} differ from their sources; run scripts/build_contracts.py"
        )
    different = differs_from_forge(built)
    if different:
        print(f"build_contracts: forge builds {', '.join(different)} otherwise than py-solc-x does")
    return 1 if stale or different else 0


if __name__ == "__main__":
    sys.exit(main())
