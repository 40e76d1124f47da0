# `make help` lists what there is. Variables a caller may set: PYTHON (the interpreter that makes .venv), SERVE (arguments for `ledger serve`), SEED and
# MINUTES (of `make chaos`), NAME (of `make bench`) and MUTANTS (arguments for scripts/mutate_contracts.py).
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
SERVE ?= --demo
SEED ?= 1
MINUTES ?= 1.5
NAME ?= gas
BIN := .venv/bin
UV := $(BIN)/uv
# The native binaries: npm's wrappers leave an orphan when they are killed.
FORGE := cd contracts && ../node_modules/.bin/forge
PYTEST := $(BIN)/pytest --numprocesses auto --dist loadfile

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 22

# --- setting up ---------------------------------------------------------------------------------------------------------

.PHONY: setup setup-dev lock
setup: .venv/.setup node_modules/.setup ## install what running needs, into .venv and node_modules
	@echo "setup: ready to run"

setup-dev: .venv/.setup-dev node_modules/.setup-dev .venv-contracts/.setup browser ## install what checks and tests need as well
	@echo "setup: ready to test"

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
	@$(BIN)/ledger serve $(SERVE) || [ $$? = 130 ]

# --- checking -----------------------------------------------------------------------------------------------------------

# Each check is a target of its own, so that what fails is named.
CHECKS := format lint types layers licences translations assets artifacts contracts-format contracts-lint contracts-trees slither

.PHONY: check $(CHECKS)
check: setup-dev ## run every check that is not a test
	@$(MAKE) --jobs 2 --output-sync --keep-going $(CHECKS)
	@echo "check: passed: $(CHECKS)"

format:
	@$(BIN)/ruff format --check --quiet --output-format concise . || { echo "format: run .venv/bin/ruff format" >&2; exit 1; }

lint:
	@$(BIN)/ruff check --quiet --output-format concise .

types:
	@$(BIN)/mypy --no-error-summary

layers:
	@$(BIN)/lint-imports --no-logo

licences:
	@$(BIN)/python scripts/check_licences.py

translations:
	@$(BIN)/python scripts/check_translations.py
	@$(BIN)/python scripts/check_pages.py

assets:
	@$(BIN)/python scripts/copy_assets.py --check

artifacts:
	@$(BIN)/python scripts/build_contracts.py --check

contracts-format:
	@$(FORGE) fmt --check

contracts-lint:
	@$(FORGE) build --quiet --skip test --skip script
	@$(FORGE) lint --quiet src

contracts-trees:
	@$(BIN)/python scripts/check_trees.py

# Into folders of its own: slither empties the build folder that it is given.
slither: ## analyse the contracts statically
	@cd contracts && PATH="$$PWD/../node_modules/.bin:$$PATH" FOUNDRY_OUT=cache/slither/out FOUNDRY_CACHE_PATH=cache/slither \
		../.venv-contracts/bin/slither . >cache/slither.log 2>&1 || { cat cache/slither.log; exit 1; }

# --- testing ------------------------------------------------------------------------------------------------------------

.PHONY: test test-full chaos python-tests contract-tests differential safe-test coverage coverage-contracts snapshot
test: setup-dev ## run every check and every test
	@$(MAKE) check
	@$(MAKE) contract-tests
	@$(MAKE) python-tests
	@$(MAKE) chaos

test-full: setup-dev ## the same with many more examples, proofs, mutants, and the contracts' coverage: hours
	@$(MAKE) check
	@$(MAKE) contract-tests
	@$(MAKE) contracts-invariants
	@$(MAKE) contracts-halmos
	@$(MAKE) coverage-contracts
	@$(MAKE) contracts-mutation
	@HYPOTHESIS_PROFILE=full $(MAKE) python-tests
	@$(MAKE) chaos

python-tests: ## run the Python tests
	@$(PYTEST)

chaos: setup-dev ## break the service under load and check what must hold; SEED=1 MINUTES=1.5, report in var/
	@$(BIN)/ledger bench chaos --seed $(SEED) --minutes $(MINUTES) --report var/chaos-$(SEED).html

contract-tests: ## run the contracts' own tests, and compare what they cost with contracts/snapshots
	@$(FORGE) test --gas-snapshot-check=true --gas-snapshot-emit=false

differential: ## hold the rules in Python against the contracts on 10,000 random batches
	@HYPOTHESIS_PROFILE=full $(BIN)/pytest --quiet --capture no tests/contracts/test_differential.py

safe-test: ## govern the contracts by a Safe of three departments
	@$(BIN)/pytest tests/contracts/test_safe_governance.py

coverage: ## measure how much of the Python code its tests reach, and hold each part to its bar
	@$(PYTEST) --cov --cov-report json:.coverage.json
	@$(BIN)/python scripts/check_coverage.py .coverage.json

coverage-contracts: ## measure how much of the contracts their tests reach: every line, or it fails
	@$(FORGE) coverage --no-match-contract 'GasTest|InvariantsTest' --no-match-coverage '(test|script|node_modules)' | tee cache/coverage.txt
	@grep -qE '^\| Total +\| 100\.00%' contracts/cache/coverage.txt || \
		{ echo "coverage-contracts: some line of the contracts is not reached (above)" >&2; exit 1; }

.PHONY: contracts-invariants contracts-halmos contracts-mutation
contracts-invariants: ## fuzz every entry point of the contracts with 50,000 examples, and long sequences of acts
	@export FOUNDRY_PROFILE=full; $(FORGE) test --match-path 'test/{fuzz,invariants}/*'

contracts-halmos: ## prove the rules of records for every word, organisation and role
	@cd contracts && PATH="$$PWD/../node_modules/.bin:$$PATH" FOUNDRY_PROFILE=halmos \
		../.venv-contracts/bin/halmos --contract RulesProofs --storage-layout generic --forge-build-out cache/halmos/out

contracts-mutation: ## change the contracts in every small way, to see whether a test notices; MUTANTS="--sample 200" for some
	@$(BIN)/python scripts/mutate_contracts.py $(MUTANTS)

snapshot: ## measure what whole transactions cost into contracts/snapshots, which contract-tests compares
	@$(FORGE) test --match-contract GasTest --gas-snapshot-emit=true

# --- measuring ----------------------------------------------------------------------------------------------------------

.PHONY: bench
bench: setup-dev ## measure one thing and write it into docs/benchmarks.md; NAME=gas, or another of `ledger bench`
	@$(BIN)/ledger bench $(NAME) --write

# --- making -------------------------------------------------------------------------------------------------------------

.PHONY: contracts clean
contracts: setup-dev ## rebuild the committed contract artifacts
	@$(BIN)/python scripts/build_contracts.py

clean: ## remove what make has made; the ledger's own data under var/ stays
	rm -rf .venv .venv-contracts node_modules dist contracts/out contracts/cache
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .coverage*
	find api src tests scripts -name __pycache__ -prune -exec rm -rf {} +
