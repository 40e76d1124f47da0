#!/usr/bin/env bash
# Installs exactly what package-lock.json names. No package's own script runs (.npmrc): none is needed.
set -euo pipefail
cd "$(dirname "$0")/.."

major=$(node --version 2>/dev/null | sed -E 's/^v([0-9]+).*/\1/' || true)
if [ "${major:-0}" -lt 20 ]; then
    echo "setup: Node.js 20 or newer with npm is needed, got $(node --version 2>/dev/null || echo none)" >&2
    exit 1
fi
echo "setup: installing the npm packages of package-lock.json into node_modules"
npm ci --no-progress --loglevel=error "$@" >/dev/null
