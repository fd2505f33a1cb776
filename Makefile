# The two commands: `make site` and `make test`. Both set up everything they need.
# Set-up asks for packages from the registries that pip is configured with, and for nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
MKDOCS := NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs
CONFIG ?= mkdocs.yml

.PHONY: help site serve test look verify data bench lint clean

help:  ## Say what each command does
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 10

$(READY): pyproject.toml constraints.txt
	$(PYTHON) scripts/check_python.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[site,dev]'
	touch $(READY)

site: $(READY)  ## Build environment, data sets and site; the result is in site/
	$(BIN)/python scripts/build_datasets.py
	$(BIN)/casebook run
	$(MKDOCS) build --strict
	$(MKDOCS) build --strict --config-file mkdocs.fr.yml
	$(BIN)/casebook check site

serve: $(READY)  ## Serve the English site while you write (CONFIG=mkdocs.fr.yml for the French one)
	$(MKDOCS) serve --config-file $(CONFIG)

test: $(READY)  ## Build environment and run the whole test suite
	sh scripts/system_packages.sh
	$(BIN)/python -m pytest -n 2 --dist loadgroup

look: $(READY)  ## Look in a browser at the pages that have changed and write to verification/ which passed
	sh scripts/system_packages.sh
	CASEBOOK_WRITE_RECORD=1 $(BIN)/python -m pytest tests/docs/test_every_page.py

verify: $(READY)  ## Run the long counts and write their results to verification/
	$(BIN)/python scripts/verify.py

data: $(READY)  ## Regenerate the committed data sets
	$(BIN)/python scripts/build_datasets.py --force

bench: $(READY)  ## Measure speed side by side with its peers
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python benchmarks/run.py

lint: $(READY)  ## Format and check the code
	$(BIN)/ruff format generator scripts tests benchmarks notebooks docs/worked
	$(BIN)/ruff check --fix generator scripts tests benchmarks notebooks docs/worked
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:  ## Remove what the commands made, the environment included
	rm -rf $(VENV) site build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
