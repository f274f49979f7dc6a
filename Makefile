# The only commands that README and CI call. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup serve preview build test check verify lab content due lint bench readability fmt lock schema clean
BIN := .venv/bin
export NO_MKDOCS_2_WARNING := 1
LANG_CODE ?= en
WORLD ?= lab

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: ## install the pinned Python packages into .venv
	@scripts/setup

serve: setup ## site, question form and editor's desk on http://127.0.0.1:8000
	@$(BIN)/mailwijzer serve

preview: setup ## chapters in one language with live reload: make preview LANG_CODE=nl
	@$(BIN)/mkdocs serve -f $(if $(filter nl,$(LANG_CODE)),mkdocs.nl.yml,mkdocs.yml)

build: setup ## the whole site into site/
	@$(BIN)/mailwijzer build

test: ## everything: check, then all tests, in a real browser too
	@scripts/setup test
	@$(MAKE) --no-print-directory lint content
	@$(BIN)/mailwijzer build
	@$(BIN)/mailwijzer lab images all || echo "The lab's tests will be skipped."
	@scripts/test

verify: setup ## run every snippet of every chapter in the lab, and record what happened
	@$(BIN)/mailwijzer snippets run --record

lab: setup ## a world to try by hand: make lab WORLD=smtp-session; then mailwijzer lab shell laptop
	@$(BIN)/mailwijzer lab up $(WORLD)

check: setup lint content ## the quick gates, under a minute: style, types, floors, tests without site or browser
	@$(BIN)/pytest -q -n auto --dist worksteal -m "not browser and not site and not slow"

lint: setup
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache >/tmp/lint-imports.$$$$ || { cat /tmp/lint-imports.$$$$; rm -f /tmp/lint-imports.$$$$; exit 1; }; rm -f /tmp/lint-imports.$$$$

due: setup ## facts in the chapters that somebody has to check again
	@$(BIN)/mailwijzer facts due

content: setup
	@$(BIN)/mailwijzer qa check
	@$(BIN)/mailwijzer qa schema --check

bench: setup ## the figures of the closing notes: building beside plain MkDocs, search beside its peers
	@scripts/setup test
	@$(BIN)/python bench/publish.py
	@$(BIN)/mailwijzer build
	@$(BIN)/python bench/search.py
	@$(BIN)/python bench/lab.py
	@$(BIN)/python bench/durability.py
	@$(BIN)/python bench/patterns.py

readability: setup ## words, ease of reading, diagrams and code of the chapters
	@$(BIN)/python bench/readability.py

fmt: setup ## format and mend what can be mended
	@$(BIN)/ruff check -q --fix .
	@$(BIN)/ruff format -q .

RULES := plugins/mailwijzer/theme/material/assets/mailwijzer/mercury-rules.js
schema: setup ## write qa/schema.json anew from the model, and Mercury's rules for the browser
	@$(BIN)/mailwijzer qa schema
	@$(BIN)/mailwijzer mercury rules --script >$(RULES).new && mv $(RULES).new $(RULES)

lock: ## pin and hash the newest versions that pyproject.toml allows
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --group dev pyproject.toml -o requirements.lock

clean: ## remove what can be made again (never the inbox)
	rm -rf site build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
