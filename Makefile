# Every target sets itself up; `make` alone lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin
WORKERS ?= 2

.PHONY: help setup test lint types layers check demo docs bench bench-decisions bench-first bench-instructions bench-killed bench-planted bench-quiet bench-mutation bench-shop bench-strangers bench-stores lowest lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "  %-18s %s\n", $$1, $$2}'

setup: ## install everything that work on perfgate needs (quick when it is there)
	@scripts/bootstrap

test: setup ## run the test suite, with the real tools
	cd examples/shop && .venv/bin/python -m pytest -q
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

lint: setup ## ruff: rules and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## mypy --strict
	$(BIN)/mypy

layers: setup ## import-linter: which part may import which
	$(BIN)/lint-imports --no-logo

check: lint types layers test ## all that CI runs

demo: setup ## the main job on the example shop: green, a planted regression, red
	scripts/demo

docs: setup ## the documentation site, into site/
	$(BIN)/zensical build --strict

bench: setup ## how fast the gate is and how well it decides
	$(BIN)/python bench/run.py

bench-decisions: setup ## our verdicts and the peers' rules on data of known truth, as a table
	$(BIN)/python bench/decisions/run.py $(ARGS)

bench-first: setup ## from an empty clone to the verdict of a first check, timed (wants the network)
	$(BIN)/python bench/first_ten_minutes.py $(ARGS)

bench-instructions: setup ## one per cent more work, counted while every core is busy
	$(BIN)/python bench/instructions.py $(ARGS)

bench-quiet: setup ## what others on the machine cost a unit; wants a quiet machine
	$(BIN)/python bench/quiet.py $(ARGS)

bench-killed: setup ## checks that are stopped at random moments, and what is left of them
	$(BIN)/python bench/killed.py $(ARGS)

bench-planted: setup ## the clean shop and every planted regression, as a table
	$(BIN)/python bench/planted.py

bench-shop: setup ## the shop's regressions found with two trees; goes on where it stopped (hours)
	$(BIN)/python bench/shop_against.py $(ARGS)

bench-strangers: setup ## two trees on a repository nobody here wrote; goes on where it stopped (hours)
	$(BIN)/python bench/strangers.py $(ARGS)

bench-stores: setup ## each store raced and killed, and a million measurements in a database
	$(BIN)/python bench/stores.py $(ARGS)
	$(BIN)/python bench/store_scale.py

bench-mutation: setup ## mistakes planted in the judge, and which its tests find
	$(BIN)/python bench/mutation.py $(ARGS)

lowest: setup ## what reads, stores and reports, with the least of each dependency that we take
	scripts/lowest

lock: setup ## write the hash-locked requirements anew
	scripts/lock $(ARGS)

clean: ## remove what the targets made, the environment included
	rm -rf .venv .gate .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
