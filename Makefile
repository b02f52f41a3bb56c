# Saccade's commands. `make run` and `make test` set up everything they need themselves.

PYTHON := .venv/bin/python
ARGS ?=
GERMAN := app/ui/translations/saccade_de

.PHONY: run test check lint setup setup-test bench networks networks-report networks-page \
	choosing-page translations deb test-deb install-desktop clean

run: setup
	@$(PYTHON) main.py $(ARGS)

# Two files at a time: a test waits as often as it computes. ARGS='-n 0 …' runs one after the other.
test: setup-test
	$(PYTHON) -m pytest -n 2 --dist loadfile $(ARGS)

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

# Gathers the window's texts, says which lack a translation, and makes of the others what Qt reads.
# Needs Qt's own tools: apt install qttools5-dev-tools.
translations: setup-test
	$(PYTHON) -W ignore -m PyQt5.pylupdate_main $$(find app/ui -name '*.py' | sort) -ts $(GERMAN).ts
	PATH="$$PATH:/usr/lib/qt5/bin" lconvert -locations none -no-obsolete -sort-contexts \
		-i $(GERMAN).ts -o $(GERMAN).ts
	PATH="$$PATH:/usr/lib/qt5/bin" lrelease -silent -nounfinished $(GERMAN).ts -qm $(GERMAN).qm
	@! grep -B1 'type="unfinished"' $(GERMAN).ts

# The Debian package, in build/deb.
deb: setup-test
	packaging/build-deb.sh

# The package in a clean Debian: installed, run, started by systemd, purged. As root; some minutes.
test-deb: setup-test
	SACCADE_TEST_DEB=1 $(PYTHON) -m pytest tests/packaging/test_deb.py $(ARGS)

# Menu entry, icon and user service for this checkout; ARGS=--autostart starts it at every login.
install-desktop: setup
	packaging/install.sh desktop $(ARGS)

setup:
	@packaging/setup.sh run

setup-test:
	@packaging/setup.sh test

clean:
	rm -rf .venv build *.egg-info
