# Everything a fresh machine needs is done by the targets themselves: Python 3.11 and make are enough.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: setup demo sandbox test test-fast nightly ray-releases check bench lock pictures

setup: $(READY)

$(READY): requirements/all.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Raygen needs Python 3.11 or newer: set PYTHON=/path/to/python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/all.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup
	$(BIN)/raygen try "Create a Ray task that returns Hello" --run

sandbox: setup
	$(BIN)/raygen sandbox --port 8000

test: setup
	$(BIN)/python -m pytest -n 2 -m "not ray and not system"
	$(BIN)/python -m pytest -m "ray or system"

# What needs no Ray head and no child processes: for the time between two saves.
test-fast: setup
	$(BIN)/python -m pytest -n 2 -m "not ray and not system"

# The machines of runs and approvals, driven through 5,000 random histories each: some 20 minutes of processor time.
nightly: setup
	$(BIN)/python -m pytest --hypothesis-profile=nightly --timeout=7200 tests/bot/test_run_machine.py tests/bot/test_approval_machine.py

# The tests that need a real head, against each of these releases of Ray: a virtual environment and a head for each.
RELEASES ?= 2.9.3 2.40.0 2.60.0
ray-releases: setup
	$(BIN)/python -m tests.agents.cluster.releases $(RELEASES)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(BIN)/deptry .

# Alone on the machine, for figures that mean something; `python -m bench NAME` for one of them.
bench: setup
	$(BIN)/python -m bench

# The documentation's pictures, from a running sandbox; needs a browser: apt-get install chromium fonts-lato fonts-noto-color-emoji
pictures: setup
	$(BIN)/python -m tests.sandbox.web.pictures

# Written by uv (https://docs.astral.sh/uv): hashes, no index address.
lock:
	uv pip compile pyproject.toml --extra dev --python-version 3.11 --universal --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet -o requirements/all.lock
	uv pip compile pyproject.toml --extra bot --extra agents --extra anthropic --extra openai --extra ollama --extra tracing \
	  --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate --quiet -c requirements/all.lock -o requirements/runtime.lock
