#!/usr/bin/env bash
# Remakes every lock file. Versions and hashes only: no lock may carry a download address, so that any mirror serves.
# `scripts/lock.sh --upgrade` moves to the newest versions that pyproject.toml allows.
set -euo pipefail
cd "$(dirname "$0")/.."

lock() { # output file, then arguments for the resolver
    local output=$1
    shift
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate "$@" --output-file "$output"
}

lock requirements.lock pyproject.toml --group build "$@"
lock requirements-dev.lock pyproject.toml --group build --group dev --constraints requirements.lock "$@"
lock requirements-contracts.lock --group contracts "$@"
sed -E 's/ .*//; /--hash/d' requirements-uv.lock | lock requirements-uv.lock - "$@"
npm install --package-lock-only --no-progress

if grep -nE '://|^--' requirements*.lock || grep -n '"resolved"' package-lock.json; then
    echo "lock: a lock file carries an address or an index option (above); remove its cause and lock again" >&2
    exit 1
fi
