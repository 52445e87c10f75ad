# Every command sets up what it needs on a fresh machine (dev/setup.py). Checks, tests, drills
# and benchmarks have engines of their own under var/, so they leave a running portal alone.
SHELL := /bin/sh
.DEFAULT_GOAL := help
# Some machines forbid bytecode; then each of some fifty processes would compile every module.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help run test test-unit test-full check messages bench drill

PYTHON := .venv/bin/python
SETUP := @python3 -m dev.setup
ENGINES = PORTAL_VAR=var/$(1) $(PYTHON) -m dev.engines run --
UNIT := $(PYTHON) -m pytest -n 3 --dist loadgroup -m "not browser"
JOURNEYS := $(PYTHON) -m pytest -n 2 portal/tests/browser
SIZES = $(if $(N),--n $(N)) $(if $(SEED),--seed $(SEED))

help: ## List these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: ## Start the whole portal on PORT (8000); Ctrl-C stops it
	$(SETUP) run
	@exec $(PYTHON) -m dev.runner

test test-unit: export PORTAL_NO_FSYNC = 1
test: ## Run every test: unit, integration, then the journeys in Chromium
	$(SETUP) test
	$(call ENGINES,test) sh -c '$(UNIT) && $(JOURNEYS)'

test-unit: ## Run the tests that need no browser
	$(SETUP) unit
	$(call ENGINES,test) $(UNIT)

test-full: export FULL_MATRIX = 1
test-full: test ## Run every test, with the whole matrix of pages, languages, themes and widths

check: ## Check format, lint, types, architecture, migrations, translations, deployment
	$(SETUP) unit
	@$(call ENGINES,check) $(PYTHON) -m dev.check

messages: ## Bring the catalogues in locale/ up to date with the sources
	$(SETUP) unit
	$(PYTHON) -m dev.catalogues update

bench: ## Measure against peers; ONLY=name
	$(SETUP) test
	@$(call ENGINES,bench) $(PYTHON) -m benchmarks $(ONLY)

drill: ## Break things on purpose and count what is lost; ONLY=name N=size SEED=n
	$(SETUP) unit
	@PORTAL_VAR=var/drill $(PYTHON) -m drills $(ONLY) $(SIZES)
