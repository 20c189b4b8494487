# What a person does with this project, a line or two each. PYTHON=python3.12 make test picks an interpreter.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
JOBS   ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench docs build clean

help:           ## this list
	@grep -E '^[a-z]+: .*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# The environment of a user; the stamp is renewed when the dependencies change.
$(VENV)/user.stamp: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "tracker needs Python 3.11 or later; $(PYTHON) is older: set PYTHON=..." >&2; exit 2; }
	@test -x $(BIN)/python || { echo "making $(VENV) ..." >&2; $(PYTHON) -m venv $(VENV); }
	@echo "installing tracker into $(VENV) ..." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# The same with what tests, lint and types need.
$(VENV)/dev.stamp: $(VENV)/user.stamp
	@echo "installing what the tests need ..." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	@touch $@

demo: $(VENV)/user.stamp        ## fetch the example policies, compare two dates, render a report
	@$(BIN)/python examples/demo.py

test: $(VENV)/dev.stamp         ## the whole suite
	$(BIN)/python -m pytest -n $(JOBS) -q

lint: $(VENV)/dev.stamp         ## ruff, format and types
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench: $(VENV)/dev.stamp        ## benchmarks beside their rivals, as ratios
	$(BIN)/python -m benchmarks

docs: $(VENV)/dev.stamp         ## write the generated reference pages anew
	$(BIN)/python docs/generate.py

build: $(VENV)/dev.stamp        ## wheel and sdist into dist/
	$(BIN)/python -m build --quiet

clean:          ## remove what make made
	rm -rf $(VENV) dist build .demo .mypy_cache .ruff_cache .pytest_cache
