# Saccade's commands. `make run` and `make test` set up everything they need themselves.

PYTHON := .venv/bin/python
ARGS ?=

.PHONY: run test check lint setup setup-test bench networks networks-report networks-page choosing-page clean

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

# Measures the bundled networks. PHOTOS: a folder of photographs without labels.
networks-report: setup-test
	$(PYTHON) -m benchmarks.networks $(if $(PHOTOS),--photos $(PHOTOS)) $(ARGS)

# The same, and writes docs/networks.md of it.
networks-page: override ARGS += --json docs/networks/figures.json
networks-page: networks-report
	$(PYTHON) -m benchmarks.networks.page

# Writes docs/choosing.md of the benchmarks in the folder STUDY; `python -m benchmarks.choosing --help`
# says how they are made.
choosing-page: setup-test
	$(PYTHON) -m benchmarks.choosing --study $(STUDY) $(ARGS)

setup:
	@packaging/setup.sh run

setup-test:
	@packaging/setup.sh test

clean:
	rm -rf .venv build *.egg-info
