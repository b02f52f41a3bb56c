# Saccade's commands. `make run` and `make test` set up everything they need themselves.

PYTHON := .venv/bin/python
ARGS ?=

.PHONY: run test check lint setup setup-test bench networks networks-report clean

run: setup
	@$(PYTHON) main.py $(ARGS)

test: setup-test
	$(PYTHON) -m pytest $(ARGS)

check: setup-test lint test

lint: setup-test
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports

bench: setup-test
	$(PYTHON) -m benchmarks.live $(ARGS)

# Trains every bundled network; some hours. Stopped, it goes on from there.
networks: setup-test
	$(PYTHON) -m pip install --quiet --disable-pip-version-check ".[test,train]"
	$(PYTHON) -m models.training.recipe $(ARGS)

# PHOTOS: a folder of photographs to lay labels into.
networks-report: setup-test
	$(PYTHON) -m models.training.report $(if $(PHOTOS),--photos $(PHOTOS)) $(ARGS)

setup:
	@packaging/setup.sh run

setup-test:
	@packaging/setup.sh test

clean:
	rm -rf .venv build *.egg-info
