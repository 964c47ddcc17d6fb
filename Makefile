# What a person types. `make demo` and `make test` do all set-up themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo kind test check test-fast test-oldest bless bench bench-rescan generate lock image clean

help: ## what there is to type
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

# The stamp carries the hash of what the environment was made from, so a changed lock makes it anew.
STAMP := $(VENV)/.made-from-$(shell cat requirements/dev.txt pyproject.toml | sha256sum | cut -c1-16)

$(STAMP): requirements/dev.txt pyproject.toml
	@echo "== Python environment in $(VENV), from requirements/dev.txt with hashes"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@rm -f $(VENV)/.made-from-*; touch $@

demo: $(STAMP) ## Pinfold in a simulated cluster: what is refused, what is admitted, and why
	@$(BIN)/python -m tests.cluster.programs
	@$(BIN)/python -m hack.demo $(if $(KEEP),--keep)

kind: $(STAMP) ## the same in a kind cluster, with the image built and run there
	@$(BIN)/python -m hack.demo.kind $(if $(KEEP),--keep)

check: $(STAMP) ## what a machine can say of the code: ruff, mypy, import-linter, generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What needs a cluster mostly waits, so the rest runs beside it. That half is the one in the
# background, where a shell switches Ctrl-C off, which tests of the cluster's life need.
test: check ## everything, the real API server included
	$(BIN)/python -m tests.cluster.programs
	@$(BIN)/pytest -q -m "not cluster" --cov --cov-report=term-missing:skip-covered \
	    >.fast-tests.log 2>&1 & fast=$$!; trap 'kill $$fast' INT TERM; failed=0; \
	  echo "== tests that need no cluster run beside these; what they say comes last"; \
	  $(BIN)/pytest -m cluster || failed=1; \
	  wait $$fast || failed=1; cat .fast-tests.log; exit $$failed

test-fast: $(STAMP) ## all tests that need no cluster
	$(BIN)/pytest -m "not cluster" --cov --cov-report=term-missing:skip-covered

test-oldest: $(STAMP) ## the cluster tests on the oldest Kubernetes that is promised
	PINFOLD_KUBERNETES=oldest $(BIN)/python -m tests.cluster.programs
	PINFOLD_KUBERNETES=oldest $(BIN)/pytest -m cluster

bless: $(STAMP) ## write what tests/corpus expects anew, showing the difference
	@$(BIN)/python -m tests.corpus.bless $(FILES)

bench: $(STAMP) ## requests a second and CPU a review of the webhook, beside its floor
	$(BIN)/python -m bench.webhook

bench-rescan: $(STAMP) ## what a rescan of 10,000 GPU pods costs; a quarter of an hour
	@$(BIN)/python -m tests.cluster.programs
	@$(BIN)/python -m bench.rescan

generate: $(STAMP) ## CRDs, rules for kinds, manifests, and the pages of kinds, servers and the command line
	$(BIN)/python -m hack.generate_crds
	$(BIN)/python -m hack.generate_kinds
	$(BIN)/python -m hack.generate_cli
	$(BIN)/python -m hack.generate_servers
	$(BIN)/python -m hack.render_manifests

lock: ## requirements/*.txt anew from pyproject.toml (needs uv)
	uv pip compile -q --upgrade --universal --generate-hashes --no-annotate --no-header -p 3.11 \
	  pyproject.toml -o requirements/runtime.txt
	uv pip compile -q --universal --generate-hashes --no-annotate --no-header -p 3.11 \
	  -c requirements/runtime.txt pyproject.toml --extra pin --group dev -o requirements/dev.txt

image: $(STAMP) ## the container image
	$(BIN)/python -m hack.build_image

clean: ## all that was made here; the cache of built programs stays
	rm -rf $(VENV) .fast-tests.log .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage dist
