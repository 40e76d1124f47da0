# `make help` lists what there is. Variables a caller may set: PYTHON (the interpreter that makes .venv), SERVE (arguments for `ledger serve`).
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
SERVE ?= --demo
BIN := .venv/bin
UV := $(BIN)/uv

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 22

# --- setting up ---------------------------------------------------------------------------------------------------------

.PHONY: setup setup-dev lock
setup: .venv/.setup node_modules/.setup ## install what running needs, into .venv and node_modules
setup-dev: .venv/.setup-dev node_modules/.setup-dev .venv-contracts/.setup browser ## install what the checks and tests need as well

.venv/bin/uv: requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "setup: $(PYTHON) is $$($(PYTHON) --version 2>&1), but Python 3.11 or newer is needed; name one with PYTHON=…" >&2; exit 1; }
	@echo "setup: making .venv and installing uv into it"
	@$(PYTHON) -m venv .venv || { echo "setup: the venv module is missing (Debian: apt-get install python3-venv)" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

.venv/.setup: .venv/bin/uv requirements.lock pyproject.toml
	@echo "setup: installing the Python packages of requirements.lock into .venv"
	@$(UV) pip install --quiet --python .venv --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python .venv --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.setup-dev: .venv/.setup requirements-dev.lock
	@echo "setup: installing the Python packages of requirements-dev.lock into .venv"
	@$(UV) pip install --quiet --python .venv --require-hashes -r requirements-dev.lock
	@touch $@

.venv-contracts/.setup: .venv/bin/uv requirements-contracts.lock
	@echo "setup: installing slither and halmos into .venv-contracts"
	@$(UV) venv --quiet --clear --python $(BIN)/python .venv-contracts
	@$(UV) pip install --quiet --python .venv-contracts --require-hashes -r requirements-contracts.lock
	@touch $@

# npm ci empties node_modules: a set-up for tests is remade as one, not reduced to what running needs.
node_modules/.setup: package.json package-lock.json .npmrc
	@if [ -e node_modules/.setup-dev ]; then $(MAKE) node_modules/.setup-dev; else \
		scripts/npm-ci.sh --omit=dev && touch $@; fi

node_modules/.setup-dev: package.json package-lock.json .npmrc
	@scripts/npm-ci.sh
	@touch node_modules/.setup $@

.PHONY: browser
browser:
	@scripts/browser.sh

lock: .venv/bin/uv ## remake the lock files from pyproject.toml and package.json
	@scripts/lock.sh

# --- running ------------------------------------------------------------------------------------------------------------

.PHONY: run
run: setup ## start the ledger with its embedded chain and the demonstration city
	@exec $(BIN)/ledger serve $(SERVE)
