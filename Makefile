# Two commands matter: `make run` and `make test`. Each sets up what it needs in .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PLATFORM_LOCK := requirements/run.txt
TEST_LOCK := requirements/test.txt
MEASURED := PYTHONPATH=$(CURDIR)/$(VENV)-coverage COVERAGE_FILE=$(CURDIR)/$(VENV)-coverage/measured

.DEFAULT_GOAL := help
.PHONY: help run test coverage check play docs migrate lock audit clean

help:
	@echo "make run      install, migrate, load the demo district and serve on http://127.0.0.1:8080"
	@echo "make test     install what the tests need and run all of them"
	@echo "make coverage run the tests and refuse a line or branch of rules, access and actions that none of them reaches"
	@echo "make check    formatting, lint, types and import directions only"
	@echo "make play     talk to the bot in this terminal; TRANSCRIPT=file also writes the talk down"
	@echo "make migrate  bring the database to this version's schema"
	@echo "make docs     renew the pictures and generated pages of docs/"
	@echo "make audit    look for known weaknesses in our code and in what it needs (asks the network)"
	@echo "make lock     compile the hashed requirement files from pyproject.toml"

$(VENV)/installed-run: $(PLATFORM_LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Chung Tay needs Python 3.11 or newer; name one with: make run PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ echo "The venv module is missing; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(PLATFORM_LOCK)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/installed-test: $(VENV)/installed-run $(TEST_LOCK)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(TEST_LOCK)
	@touch $@

run: $(VENV)/installed-run
	@$(BIN)/chungtay migrate
	@$(BIN)/chungtay demo
	@exec $(BIN)/chungtay run

play: $(VENV)/installed-run
	@$(BIN)/chungtay chat $(if $(TRANSCRIPT),--transcript $(TRANSCRIPT))

migrate: $(VENV)/installed-run
	@$(BIN)/chungtay migrate

check: $(VENV)/installed-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check
	@$(BIN)/python -m tests.support.browser
	$(BIN)/pytest

# What the tests of pages, crashes and memory start are processes of their own, which are not measured.
coverage: $(VENV)/installed-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --target $(VENV)-coverage "coverage>=7.10"
	@rm -f $(VENV)-coverage/measured*
	@cp tests/support/measure.py $(VENV)-coverage/sitecustomize.py
	$(MEASURED) $(BIN)/pytest --ignore tests/browser --ignore tests/crash --ignore tests/operations --ignore tests/hygiene
	@$(MEASURED) $(BIN)/python -m coverage combine --quiet
	@$(MEASURED) $(BIN)/python -m coverage report

docs: $(VENV)/installed-test
	$(BIN)/python -m docs.pictures

audit: $(VENV)/installed-run
	$(PYTHON) -m venv $(VENV)-audit && $(VENV)-audit/bin/pip install --quiet bandit pip-audit
	$(VENV)-audit/bin/bandit --quiet --configfile pyproject.toml --recursive bot handlers rules content storage desk
	$(VENV)-audit/bin/pip-audit --disable-pip --require-hashes --requirement $(PLATFORM_LOCK)

lock:
	$(PYTHON) -m venv $(VENV)-lock && $(VENV)-lock/bin/pip install --quiet uv
	$(VENV)-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header pyproject.toml requirements/build.in -o $(PLATFORM_LOCK)
	$(VENV)-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --extra test -c $(PLATFORM_LOCK) pyproject.toml -o $(TEST_LOCK)

clean:
	rm -rf $(VENV) $(VENV)-lock $(VENV)-audit $(VENV)-coverage build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
