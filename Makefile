# Every target works from a clean clone: it makes .venv itself and installs nothing twice.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
APP_STAMP := .venv/.installed-app
DEV_STAMP := .venv/.installed-dev
# Three where there are two cores: a good part of the tests waits for processes of its own.
TEST_WORKERS ?= 3
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: install run test test-slow check format bench bench-long lock clean
.DEFAULT_GOAL := run

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Proofolio needs Python 3.11, 3.12 or 3.13; install one of them and run make again." >&2; exit 1; }
	@echo "Making .venv with $(PYTHON) …"
	@$(PYTHON) -m venv .venv

$(APP_STAMP): requirements.lock pyproject.toml | $(BIN)/python
	@if [ ! -f $(DEV_STAMP) ] || [ requirements.lock -nt $(DEV_STAMP) ]; then echo "Installing the locked packages (once) …"; $(BIN)/pip install --quiet --require-hashes -r requirements.lock; fi
	@$(BIN)/pip install --quiet --no-deps -e .
	@touch $@

$(DEV_STAMP): requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Installing the locked packages for development (once) …"
	@$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	@$(BIN)/pip install --quiet --no-deps -e .
	@touch $@ $(APP_STAMP)

install: $(APP_STAMP) ## Set everything up.

run: $(APP_STAMP) ## Open the application on the loopback address.
	@$(BIN)/proofolio app

test: $(DEV_STAMP) ## All tests but the slow ones.
	@$(BIN)/python -m pytest -m "not slow and not browser" -n $(TEST_WORKERS) --dist loadfile
	@$(BIN)/python -m pytest -m "not slow and browser"

test-slow: $(DEV_STAMP) ## Full counts and rebuilds; the result is kept in bench/results/slow.txt.
	@$(BIN)/python -m pytest -m slow -q --durations=0 > bench/results/slow.txt; code=$$?; cat bench/results/slow.txt; exit $$code

check: $(DEV_STAMP) ## Format, lint, types, import direction.
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(DEV_STAMP) ## Put the code into the agreed form.
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(DEV_STAMP) ## Measure, and write the results to bench/.
	@for name in startup pages memory kill demo check planted failing decide intervals evaluate whatif skills explain drift; do echo "bench/$$name.py"; $(BIN)/python -m bench.$$name || exit 1; done

bench-long: $(DEV_STAMP) ## Measure what takes hours: other tools' tasks, growing tables, growing budgets.
	@for name in automl scaling curve rebuild jobs; do echo "bench/$$name.py"; $(BIN)/python -m bench.$$name || exit 1; done

lock: ## Pin the newest versions that fit pyproject.toml (needs uv).
	@command -v uv >/dev/null 2>&1 || { echo "make lock needs uv; see https://docs.astral.sh/uv" >&2; exit 1; }
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --python-version 3.11 --custom-compile-command "make lock" -o requirements.lock pyproject.toml
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --python-version 3.11 --custom-compile-command "make lock" --extra test --extra dev --extra spark --extra onnx -c requirements.lock -o requirements-dev.lock pyproject.toml

clean: ## Remove what was installed and cached.
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
