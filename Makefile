# Two commands are enough: `make demo` and `make test`. Both set everything up on a fresh machine.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
HOME_FOLDER ?= boldlink-home
# The matrices of the methods are small: more threads of the linear algebra only get in each other's way.
export OPENBLAS_NUM_THREADS ?= 1
# Two processes, file by file, since tests of a file share what they make; the slowest are named at the end.
TWO := -n 2 --dist loadfile --no-loadscope-reorder --durations=15

.PHONY: help setup demo test test-all check docs fix clean
.DEFAULT_GOAL := help

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY)  ## make .venv and install boldlink with every part

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)
	PIP_CONSTRAINT=constraints.txt $(BIN)/pip install --quiet --disable-pip-version-check -e '.[platform,dev]'
	@touch $@

demo: $(READY)  ## carry the BOLD programme on synthetic people from extract to register
	$(BIN)/boldlink demo --home $(HOME_FOLDER)

check: $(READY)  ## format, lint, types and the walls between rooms; changes nothing
	$(BIN)/ruff format --check src tests benchmarks docs/*.py
	$(BIN)/ruff check src tests benchmarks docs/*.py
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

docs: $(READY)  ## write the pages that are made from the software: law, decisions, instruments, promises, SATRE
	$(BIN)/python docs/build.py

fix: $(READY)  ## format and mend what ruff can mend
	$(BIN)/ruff format src tests benchmarks docs/*.py
	$(BIN)/ruff check --fix src tests benchmarks docs/*.py

test: check  ## every check, and every test that needs no browser
	$(BIN)/pytest $(TWO) -m 'not slow and not browser'

test-all: check  ## the slow attacks and the browser too
	$(BIN)/pytest $(TWO) -m 'slow or browser'

clean:  ## remove what make made
	rm -rf $(VENV) .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache $(HOME_FOLDER)
