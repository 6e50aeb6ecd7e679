# Belvedere on one machine. `make` alone lists what can be done; every target makes what it needs first.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: check-localstack help up down status logs test lint bench prove import demo clean

# Where the stack is to be, if not where it was last time: PORT (8000), EMULATOR_PORT (4566), EMULATOR (ministack).
export PORT EMULATOR_PORT EMULATOR TABLES

# The oldest Python that Lambda still takes and that this project is written for comes first; PYTHON= overrides.
PYTHON ?= $(firstword $(foreach p,python3.11 python3.12 python3.13 python3,$(if $(shell $(p) -c 'print(1)' 2>/dev/null),$(p))))
RUN := .venv/bin/python
PYTHON313 ?= python3.13
# How many processes share the tests; each has an emulator of its own.
WORKERS ?= 2
BELVEDERE := $(RUN) -m belvedere_cli.cli

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

up: .venv/.installed ## Start the emulator, build and deploy the stack, print the URLs and keys (PORT= EMULATOR_PORT= EMULATOR=localstack)
	@$(BELVEDERE) up

down: .venv/.installed ## Stop what `make up` started; the data stays in .belvedere/
	@$(BELVEDERE) down

status: .venv/.installed ## What runs, where, and whether it answers
	@$(BELVEDERE) status

logs: .venv/.installed ## Follow the logs of the functions, a line a request, the emulator and the front door
	@$(BELVEDERE) logs --follow

test: .venv/.installed ## Every test: unit, integration, contract, end to end (TESTS=tests/unit narrows it, WORKERS=1 is one by one, SWEEP=1 is at every hour)
	@bash infra/local/browser.sh
	@$(RUN) -m tests.hours --numprocesses $(WORKERS) --no-loadscope-reorder $(TESTS)

lint: .venv/.installed ## ruff and mypy
	@.venv/bin/ruff check .
	@.venv/bin/mypy

generate: .venv/.installed ## Write what follows from the declarations of endpoints: routes, template, samples, tables of documents
	@PYTHONPATH=layers/shared:functions $(RUN) -m infra.generate

bench: .venv/.installed ## Benchmarks; they print ratios and never fail
	@$(RUN) -m bench

prove: .venv/.installed ## Break the fold in every way we know and compare every rollup row with a recount
	@$(RUN) -m tests.prove

import: .venv/.installed ## Send a file of events to the running stack: make import FILE=events.jsonl
	@test -n "$(FILE)" || { echo "Which file? make import FILE=path/to/events.jsonl"; exit 2; }
	@$(BELVEDERE) import "$(FILE)"

demo: .venv/.installed ## Stream a simulated school to the running stack until interrupted; BOARD=productivity a team
	@$(BELVEDERE) demo $(if $(BOARD),--board "$(BOARD)")

check-localstack: .venv/.installed .venv-localstack/.installed ## What LocalStack's open core and moto make of the template (needs Python 3.13; TABLES=moto without internet)
	@$(RUN) -m infra.local.check

clean: ## Stop everything and delete the local data, the build and the caches (.venv stays)
	@if [ -x $(RUN) ]; then $(BELVEDERE) down > /dev/null; fi
	@rm -rf .belvedere .aws-sam .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
	@echo "Stopped. The local data, the build and the caches are deleted; make up starts anew."

# Made again whenever a requirement changes; the stamp is written last, so an interrupted install starts over.
.venv/.installed: requirements.txt layers/deps/requirements.txt layers/stats/requirements.txt layers/parquet/requirements.txt infra/local/install.sh
	@bash infra/local/install.sh "$(PYTHON)"

# LocalStack wants Python 3.13 and other versions of what we use, so it has an environment of its own.
.venv-localstack/.installed: infra/local/check/requirements.txt
	@$(PYTHON313) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null \
		|| { echo "LocalStack's open core needs Python 3.13. Install it, or name it: make check-localstack PYTHON313=/path/to/python3.13"; exit 2; }
	@echo "Installing LocalStack into .venv-localstack (a few minutes, once)"
	@$(PYTHON313) -m venv --clear .venv-localstack
	@.venv-localstack/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@
